"""How text is folded and cut before it is numbered: a `tokenizers` pipeline without its model."""

import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, get_args
from unicodedata import category

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from textlstm import words

Tokens = Literal["words", "characters", "bpe"]
KINDS: tuple[str, ...] = get_args(Tokens)

# Neither can come out of the cutting rules (a bracket is a token by itself), so no text holds them.
SPECIAL = ("[padding]", "[unknown]")
UNKNOWN = SPECIAL.index("[unknown]")

CHUNKS: dict[str, Callable[[str], list[str]]] = {
    "words": words.word_chunks,
    "characters": words.character_chunks,
    "bpe": words.piece_chunks,
}

# Typographic marks that stand for the ASCII ones in running text. One character for one, so
# offsets stay those of the raw text. Not part of NFKC.
_STRAIGHT = (
    *((mark, "'") for mark in "\u2019\u2018\u201b\u02bc\u00b4\u2032\uff07"),
    *((mark, '"') for mark in "\u201c\u201d\u201e\u201f"),
)
Folding = normalizers.Sequence  # the normalizer of a pipeline that folds case
_SURROGATE = re.compile("[\ud800-\udfff]")
_GROUP = 1_000_000  # characters of text cut at a time
_FEW = 100
_PARALLEL = "TOKENIZERS_PARALLELISM"


def pipeline(tokens: Tokens, lowercase: bool, exact: bool = False) -> Tokenizer:
    """Return a tokenizer that folds and cuts as `tokens` says and knows no token yet.

    Args:
        tokens: what text is cut into.
        lowercase: whether case is folded.
        exact: whether nothing is folded, so that text can be given back as it was; words are then
            what white space separates, and the line ends.
    """
    tokenizer = Tokenizer(models.WordLevel({SPECIAL[UNKNOWN]: UNKNOWN}, unk_token=SPECIAL[UNKNOWN]))
    if not exact:
        tokenizer.normalizer = (
            Folding([normalizers.NFKC(), normalizers.Lowercase()])
            if lowercase
            else normalizers.NFKC()
        )
    if tokens == "bpe":
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(words.PIECE), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        tokenizer.decoder = decoders.ByteLevel()
    else:
        pattern = words.CHARACTER
        if tokens == "words":
            pattern = words.SPACED if exact else words.WORD
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return tokenizer


def plain(text: str, tokens: Tokens) -> str:
    """Return `text`, character for character, in a form that every later step can take.

    Words get straight quotation marks and apostrophes. Lone surrogates, which JSON can smuggle
    in and UTF-8 cannot hold, become U+FFFD.
    """
    if text.isascii():
        return text
    if tokens == "words":
        for mark, straight in _STRAIGHT:
            text = text.replace(mark, straight)
    return _SURROGATE.sub("\ufffd", text)


def fold(text: str, tokenizer: Tokenizer, tokens: Tokens) -> str:
    """Return `text` as tokens are looked up in it: NFKC and lower case as the pipeline says."""
    # exact words keep their marks, as characters do
    text = plain(text, tokens if tokenizer.normalizer is not None else "characters")
    if text.isascii():  # NFKC leaves ASCII alone
        return text.lower() if isinstance(tokenizer.normalizer, Folding) else text
    normalizer = tokenizer.normalizer
    return text if normalizer is None else str(normalizer.normalize_str(text))


def cut(
    folded: Tokenizer, chunks: Iterable[str], tokens: Tokens
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each chunk with its ids, in any order; `folded` is a tokenizer without normalizer."""
    rest = []
    for chunk in chunks:
        if tokens == "words" and words.is_one_word(chunk):
            known = folded.token_to_id(chunk)
            yield chunk, (UNKNOWN if known is None else known,)
        else:
            rest.append(chunk)
    if len(rest) <= _FEW:  # on this thread: too few to start the others for
        for chunk in rest:
            yield chunk, tuple(folded.encode(chunk).ids)
        return
    _hush_forks()
    encodings = folded.encode_batch_fast(rest, add_special_tokens=False)
    for chunk, encoding in zip(rest, encodings, strict=True):
        yield chunk, tuple(encoding.ids)


def numbered(folded: Tokenizer, words: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each word with its id, as `cut` does, but whatever it looks like."""
    for word in words:
        known = None if word in SPECIAL else folded.token_to_id(word)
        yield word, (UNKNOWN if known is None else known,)


def word_offsets(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word in the raw text, without numbering them.

    Places never overlap: of the words that one character is folded to, such as the numbers of a
    fraction, those that begin before the end of another are left out.
    """
    offsets = np.array(_words().encode(plain(text, "words")).offsets, np.int32).reshape(-1, 2)
    if len(offsets) and not text.isascii():
        take_in_marks(text, offsets, "words")
    found: list[tuple[int, int]] = []
    for start, end in offsets.tolist():
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


@functools.cache
def _words() -> Tokenizer:
    return pipeline("words", lowercase=False)


def take_in_marks(text: str, offsets: npt.NDArray[np.int32], tokens: Tokens) -> None:
    """Extend `offsets` in place over characters that folding has composed with those before.

    The library gives a composed letter the place of its base alone: e and an acute accent become
    one letter at the place of the e. Only cutting into words leaves characters out on purpose.
    """
    following = np.append(offsets[1:, 0], len(text))
    for i in np.flatnonzero(offsets[:, 1] < following).tolist():
        start, end = offsets[i].tolist()
        reach = int(following[i])
        if tokens == "words":
            gap = text[end:reach]
            reach = end + next((n for n, mark in enumerate(gap) if not _composes(mark)), len(gap))
        while reach > end and i >= 0 and offsets[i].tolist() == [start, end]:
            offsets[i, 1] = reach  # and of the other tokens from the same characters
            i -= 1


def _composes(character: str) -> bool:
    """Return whether a character joins the one before: marks, Korean vowels and finals."""
    return category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"


def groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield `texts` in lists of about a million characters, so that memory stays bounded."""
    group: list[str] = []
    room = _GROUP
    for text in texts:
        group.append(text)
        room -= len(text)
        if room <= 0:
            yield group
            group, room = [], _GROUP
    if group:
        yield group


_hushed = False


def _hush_forks() -> None:
    """Keep `tokenizers` from warning at a later fork that its threads do not come along.

    It is silent when the variable is set at the moment of the fork. Set to "false" in the child,
    it also keeps the child from waiting for threads that it does not have.
    """
    global _hushed
    if _hushed or not hasattr(os, "register_at_fork"):
        return
    _hushed = True
    ours: list[bool] = []

    def before() -> None:
        ours.append(_PARALLEL not in os.environ)
        if ours[-1]:
            os.environ[_PARALLEL] = "false"

    def after_in_parent() -> None:
        if ours.pop():
            del os.environ[_PARALLEL]

    os.register_at_fork(before=before, after_in_parent=after_in_parent)
