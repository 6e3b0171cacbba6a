"""Which tokens get an id: the most frequent words or characters, or learned byte pairs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from textlstm import cutting
from textlstm.cutting import KINDS, SPECIAL, Tokens
from textlstm.errors import DataError, SettingsError, nearest
from textlstm.words import is_one_word, spaced_chunks

_DISTINCT_CHUNKS = 200_000  # counted before they are cut into words
_DISTINCT_WORDS = 2_000_000  # counted before the rarest are given up, which bounds memory


def fit(
    texts: Iterable[str],
    *,
    tokens: Tokens,
    vocabulary: int,
    min_count: int,
    lowercase: bool,
    exact: bool = False,
) -> Tokenizer:
    """Return a tokenizer that cuts and numbers; `TextEncoder.fit` says how, and what it raises."""
    _check(tokens, vocabulary, min_count)
    if exact and lowercase:
        raise SettingsError("exact: nothing is folded then, so lowercase cannot be")
    tokenizer = cutting.pipeline(tokens, lowercase, exact)
    if tokens == "bpe":
        learned = cutting.pipeline(tokens, lowercase, exact)
        tokenizer.model = _pairs(learned, texts, vocabulary, min_count)
        return tokenizer
    number(tokenizer, count(tokenizer, texts, tokens), vocabulary, min_count)
    return tokenizer


def of_counts(
    counts: Mapping[str, int], *, tokens: Tokens, vocabulary: int, min_count: int, lowercase: bool
) -> Tokenizer:
    """Return a tokenizer of counted tokens; `TextEncoder.of_counts` says how and what it raises."""
    _check(tokens, vocabulary, min_count)
    tokenizer = cutting.pipeline(tokens, lowercase)
    folded: Counter[str] = Counter()
    for token, times in counts.items():
        folded[cutting.fold(token, tokenizer, tokens)] += times
    for name in ("", *SPECIAL):
        del folded[name]  # what is given may be spelled like them, what is cut cannot
    number(tokenizer, folded, vocabulary, min_count)
    return tokenizer


def number(tokenizer: Tokenizer, counts: Counter[str], vocabulary: int, min_count: int) -> None:
    """Give the most frequent tokens their ids, equally frequent ones in code point order."""
    # text that white space alone separates may spell the special tokens
    kept = [t for t, times in counts.items() if times >= min_count and t not in SPECIAL]
    if not kept:
        why = f" {min_count} times" if counts else ""
        raise DataError(f"no token occurs{why} in the texts: there is nothing to learn from")
    kept.sort(key=lambda token: (-counts[token], token))
    names = [*SPECIAL, *kept[: vocabulary - len(SPECIAL)]]
    tokenizer.model = models.WordLevel(
        {token: i for i, token in enumerate(names)}, unk_token=SPECIAL[1]
    )


def count(tokenizer: Tokenizer, texts: Iterable[str], tokens: Tokens) -> Counter[str]:
    """Return how often each token occurs, exactly while at most two million are distinct.

    Beyond that the rarest half is given up, so that memory stays bounded, as in lossy counting
    (Manku and Motwani 2002, https://doi.org/10.1016/B978-155860869-6/50038-X); a token frequent
    enough for a vocabulary is not among them. The result depends on the order of `texts` only then.
    """
    spaced = tokens == "words" and tokenizer.normalizer is None
    into_chunks = spaced_chunks if spaced else cutting.CHUNKS[tokens]
    chunks: Counter[str] = Counter()
    found: Counter[str] = Counter()

    def empty() -> None:
        # A chunk is cut once, however often it occurs.
        for chunk, times in chunks.items():
            if spaced or (tokens == "words" and is_one_word(chunk)):
                found[chunk] += times
                continue
            for token, _ in tokenizer.pre_tokenizer.pre_tokenize_str(chunk):
                found[token] += times
        chunks.clear()
        if len(found) > _DISTINCT_WORDS:
            middle = sorted(found.values())[len(found) // 2]
            for token in [token for token, times in found.items() if times <= middle]:
                del found[token]

    for text in texts:
        chunks.update(into_chunks(cutting.fold(text, tokenizer, tokens)))
        if len(chunks) > _DISTINCT_CHUNKS:
            empty()
    empty()
    return found


def _pairs(
    tokenizer: Tokenizer, texts: Iterable[str], vocabulary: int, min_count: int
) -> models.BPE:
    """Return byte pairs learned from `texts`; `tokenizer` is of no use afterwards."""
    seen = False
    failure: list[BaseException] = []

    def usable() -> Iterator[str]:
        nonlocal seen
        try:
            for text in texts:
                seen = seen or bool(text)
                yield cutting.plain(text, "bpe")
        except BaseException as error:  # the trainer would wrap it in its own
            failure.append(error)

    tokenizer.model = models.BPE()
    tokenizer.train_from_iterator(
        usable(),
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            min_frequency=min_count,
            special_tokens=list(SPECIAL),
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    if failure:
        raise failure[0]
    if not seen:
        raise DataError("no token occurs in the texts: there is nothing to learn from")
    # Only the model is taken: the trainer also registers the special tokens for matching in text,
    # and a text that spells "[padding]" would become padding.
    model = json.loads(tokenizer.to_str())["model"]
    return models.BPE(vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]])


def _check(tokens: str, vocabulary: int, min_count: int) -> None:
    """Raise SettingsError for a setting that cannot be used."""
    if tokens not in KINDS:
        raise SettingsError(
            f"tokens={tokens!r}: expected one of {', '.join(KINDS)}.{nearest(tokens, KINDS)}"
        )
    least = len(SPECIAL) + (256 if tokens == "bpe" else 1)
    if vocabulary < least:
        raise SettingsError(
            f"vocabulary={vocabulary}: expected at least {least} for tokens={tokens!r}"
        )
    if min_count < 1:
        raise SettingsError(f"min_count={min_count}: expected at least 1")
