"""TextEncoder: the one way text becomes ids, in training and in prediction."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from textlstm import atomic, cutting, words
from textlstm.cutting import Tokens
from textlstm.errors import BundleError
from textlstm.vocabulary import fit as _fit
from textlstm.vocabulary import of_counts as _of_counts

Ids = npt.NDArray[np.int32]

FORMAT = 1
_KIND = "textlstm text encoder"
_INNER = ', "tokenizer": '
_LONGEST_CHUNK = 40  # characters; longer ones hardly come twice and are not remembered
_REMEMBERED = 300_000  # chunks whose ids are kept


class TextEncoder:
    """A fixed vocabulary of words, characters or byte pairs, and the way text is cut into them.

    Text is folded for looking up (Unicode NFKC, and lower case when `lowercase`); the offsets of
    `spans` refer to the raw text. What a word is: `textlstm.words`. A character is a code point.
    Byte pairs are over UTF-8 bytes, so nothing is unknown to them and `decode` gives back the
    folded text (Sennrich et al. 2016, https://aclanthology.org/P16-1162); where the encoder is
    `exact`, nothing is folded and it gives back the text itself. Exact words are what white space
    separates and the line ends: `decode` puts one space where white space was.

    Attributes:
        tokens: "words", "characters" or "bpe".
        lowercase: whether case is folded.
        exact: whether nothing is folded.
    """

    PAD = 0
    UNKNOWN = cutting.UNKNOWN

    def __init__(self, tokenizer: Tokenizer, tokens: Tokens, lowercase: bool) -> None:
        """Wrap a tokenizer that `fit` or `from_json` has made."""
        self.tokens = tokens
        self.lowercase = lowercase
        self.exact = tokenizer.normalizer is None
        self._tokenizer = tokenizer
        self._folded = Tokenizer(tokenizer.model)  # shares the vocabulary, for text folded before
        self._folded.pre_tokenizer = tokenizer.pre_tokenizer
        self._spaced = self.exact and tokens == "words"
        self._chunks = words.spaced_chunks if self._spaced else cutting.CHUNKS[tokens]
        self._memo: dict[str, tuple[int, ...]] = {}

    @classmethod
    def fit(
        cls,
        texts: Iterable[str],
        *,
        tokens: Tokens = "words",
        vocabulary: int = 30_000,
        min_count: int = 1,
        lowercase: bool = True,
        exact: bool = False,
    ) -> Self:
        """Return an encoder whose vocabulary is the most frequent tokens of `texts`.

        The same texts give the same vocabulary in any process; equally frequent tokens are taken
        in code point order. One pass, streaming; words are counted exactly up to two million
        distinct ones, beyond that the rarest are given up (Manku and Motwani 2002).

        Args:
            texts: raw texts.
            tokens: what one id stands for.
            vocabulary: largest number of ids, including padding and unknown.
            min_count: a token (for "bpe": a pair) met less often gets no id.
            lowercase: fold case.
            exact: fold nothing, for text that is to be given back; not with `lowercase`.

        Raises:
            SettingsError: a setting that cannot be used.
            DataError: no token in any text.
        """
        tokenizer = _fit(
            texts,
            tokens=tokens,
            vocabulary=vocabulary,
            min_count=min_count,
            lowercase=lowercase,
            exact=exact,
        )
        return cls(tokenizer, tokens, lowercase)

    @classmethod
    def of_counts(
        cls,
        counts: Mapping[str, int],
        *,
        tokens: Tokens = "words",
        vocabulary: int = 30_000,
        min_count: int = 1,
        lowercase: bool = True,
    ) -> Self:
        """Return an encoder of tokens that somebody else has cut, for `look_up`.

        Args:
            counts: how often each token occurs, as it was given; folding joins some.
            tokens: "words" or "characters".
            vocabulary: largest number of ids, including padding and unknown.
            min_count: a token met less often gets no id.
            lowercase: fold case.

        Raises:
            SettingsError: a setting that cannot be used.
            DataError: no token.
        """
        tokenizer = _of_counts(
            counts, tokens=tokens, vocabulary=vocabulary, min_count=min_count, lowercase=lowercase
        )
        return cls(tokenizer, tokens, lowercase)

    @property
    def size(self) -> int:
        """Number of ids, including padding and unknown."""
        return int(self._tokenizer.get_vocab_size())

    @property
    def vocabulary(self) -> list[str]:
        """Tokens by id; byte pairs in the printable form of their bytes (`Ġ` is a space)."""
        ids = self._tokenizer.get_vocab()
        return sorted(ids, key=ids.__getitem__)

    def encode(self, text: str) -> Ids:
        """Return int32 ids `(n,)`, n >= 1: a text without any token is one unknown token."""
        return self.encode_batch([text])[0]

    def encode_batch(self, texts: Sequence[str]) -> list[Ids]:
        """Return what `encode` returns for each text."""
        out: list[Ids] = []
        for group in cutting.groups(texts):
            chunked = [
                self._chunks(cutting.fold(text, self._tokenizer, self.tokens)) for text in group
            ]
            for parts in self._look_up(chunked):
                ids = list(chain.from_iterable(parts)) or [self.UNKNOWN]
                out.append(np.array(ids, dtype=np.int32))
        return out

    def spans(self, text: str) -> tuple[Ids, Ids]:
        """Return ids `(n,)` as `encode` does, and int32 `(n, 2)` start and end in the raw text.

        Offsets count characters and never decrease. Several byte pairs of one character all
        have that character's offsets, as do the words that one character is folded to.
        """
        if self._spaced:
            places = words.spaced_places(text) or [(0, 0)]
            return self.encode(text), np.array(places, np.int32)
        encoding = self._tokenizer.encode(cutting.plain(text, self.tokens))
        if not encoding.ids:
            return np.array([self.UNKNOWN], np.int32), np.zeros((1, 2), np.int32)
        offsets = np.array(encoding.offsets, np.int32)
        if not text.isascii():
            cutting.take_in_marks(text, offsets, self.tokens)
        return np.array(encoding.ids, np.int32), offsets

    def look_up(self, tokens: Iterable[str]) -> Ids:
        """Return int32 `(tokens,)`: the id of each given token as a whole, however it looks."""
        ids = []
        for token in tokens:
            folded = cutting.fold(token, self._tokenizer, self.tokens)
            known = None if folded in cutting.SPECIAL else self._tokenizer.token_to_id(folded)
            ids.append(self.UNKNOWN if known is None else known)
        return np.array(ids, np.int32)

    def words(self, text: str) -> list[str]:
        """Return the folded token strings, one for each id of `encode`, known or not.

        A text without any token gives one empty string. Bytes of a character that byte pairs
        share are shown as U+FFFD.
        """
        folded = cutting.fold(text, self._tokenizer, self.tokens)
        if self.tokens == "bpe":
            found = [self.decode([i]) for i in self._folded.encode(folded).ids]
        elif self._spaced:
            found = words.spaced_chunks(folded)
        else:
            found = [word for word, _ in self._folded.pre_tokenizer.pre_tokenize_str(folded)]
        return found or [""]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of `ids`: words with spaces between them, the others as they were.

        Padding is left out; an unknown token is `[unknown]`, and nothing for byte pairs, where
        it only stands for an empty text.

        Raises:
            ValueError: an id that is not in the vocabulary.
        """
        wanted = [int(i) for i in ids if i != self.PAD]
        outside = [i for i in wanted if not 0 <= i < self.size]
        if outside:
            raise ValueError(f"id {outside[0]} is not in a vocabulary of {self.size}")
        if self.tokens == "bpe":
            return str(self._tokenizer.decode([i for i in wanted if i != self.UNKNOWN]))
        strings = [cast(str, self._tokenizer.id_to_token(i)) for i in wanted]
        joined = (" " if self.tokens == "words" else "").join(strings)
        return re.sub(" ?\n ?", "\n", joined) if self._spaced else joined

    def to_json(self) -> str:
        """Return the encoder as one JSON document: our settings and the tokenizers JSON."""
        inner = self._tokenizer.to_str()
        head = {
            "kind": _KIND,
            "format": FORMAT,
            "tokens": self.tokens,
            "lowercase": self.lowercase,
            "sha256": _digest(self.tokens, self.lowercase, inner),
        }  # whether it is exact is told by the tokenizer
        return f"{json.dumps(head)[:-1]}{_INNER}{inner}}}\n"

    @classmethod
    def from_json(cls, document: str) -> Self:
        """Return the encoder that `to_json` wrote.

        Raises:
            BundleError: not such a document, of another format, or changed since.
        """
        # The settings are read without the tokenizer, which is large and parsed by its library.
        head, _, rest = document.partition(_INNER)
        try:
            fields = json.loads(head + "}")
        except ValueError:
            fields = None
        if not isinstance(fields, dict) or fields.get("kind") != _KIND:
            raise BundleError(f'not a text encoder: no "kind": "{_KIND}"')
        if fields.get("format") != FORMAT:
            raise BundleError(
                f"text encoder of format {fields.get('format')!r}; this version reads {FORMAT}"
            )
        tokens, lowercase = fields.get("tokens"), fields.get("lowercase")
        inner = rest.rstrip().removesuffix("}")
        if fields.get("sha256") != _digest(tokens, lowercase, inner):
            raise BundleError("text encoder was changed after it was written (sha256 differs)")
        return cls(_verified(inner, tokens, lowercase), cast(Tokens, tokens), bool(lowercase))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `to_json` to `path`, all of it or nothing."""
        atomic.write_text(Path(path), self.to_json())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the encoder that `save` wrote.

        Raises:
            BundleError: the file is missing, or `from_json` refuses it.
        """
        try:
            return cls.from_json(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise BundleError(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise BundleError(f"{path}: not a text encoder: not UTF-8") from None
        except BundleError as error:
            raise BundleError(f"{path}: {error}") from None

    def __eq__(self, other: object) -> bool:
        """Return whether both cut and number every text alike."""
        return isinstance(other, TextEncoder) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        """Return a hash that goes with `==`."""
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as JSON: what was remembered stays behind."""
        return type(self).from_json, (self.to_json(),)

    def _look_up(self, chunked: list[list[str]]) -> Iterator[list[tuple[int, ...]]]:
        """Yield the ids of the chunks of each text; new chunks are cut once, on all cores."""
        if len(self._memo) > _REMEMBERED:
            self._memo = {}  # a new one: another thread may be reading the old one
        memo = self._memo
        found = [list(map(memo.get, chunks)) for chunks in chunked]
        new: dict[str, tuple[int, ...]] = {}
        for chunks, parts in zip(chunked, found, strict=True):
            if None in parts:
                new.update((c, ()) for c, ids in zip(chunks, parts, strict=True) if ids is None)
        if new:
            cut = (
                cutting.numbered(self._folded, list(new))
                if self._spaced
                else cutting.cut(self._folded, list(new), self.tokens)
            )
            for chunk, ids in cut:
                new[chunk] = ids
                if len(chunk) <= _LONGEST_CHUNK:
                    memo[chunk] = ids
        for chunks, parts in zip(chunked, found, strict=True):
            yield [new[c] if ids is None else ids for c, ids in zip(chunks, parts, strict=True)]


def _digest(tokens: object, lowercase: object, tokenizer: str) -> str:
    """Return the hash of everything that an encoder file says."""
    everything = f"{FORMAT} {tokens} {lowercase} {tokenizer}"
    return hashlib.sha256(everything.encode("utf-8", "backslashreplace")).hexdigest()


def _verified(document: str, tokens: object, lowercase: object) -> Tokenizer:
    """Return the tokenizer of a document whose hash is right, if it is one that `fit` can make."""
    try:
        tokenizer = Tokenizer.from_str(document)
    except Exception as error:  # the binding raises bare Exception
        raise BundleError(f"text encoder cannot be read: {error}") from None
    size = tokenizer.get_vocab_size()
    if (
        tokens not in cutting.KINDS
        or not isinstance(lowercase, bool)
        or isinstance(tokenizer.normalizer, cutting.Folding) != lowercase
        or tuple(map(tokenizer.id_to_token, range(2))) != cutting.SPECIAL
        or any(tokenizer.id_to_token(i) is None for i in range(size))
        or tokenizer.get_added_tokens_decoder()
    ):
        raise BundleError("text encoder does not hold together: made by other means than `fit`")
    return tokenizer
