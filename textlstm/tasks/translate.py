"""Translate: a text in, another text out: a translation, a title, a reply."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textlstm.decoding import Decoding
from textlstm.errors import DataError
from textlstm.report import Score
from textlstm.tasks import Answer, Arrays
from textlstm.text import TextEncoder
from textlstm.words import is_kana, is_unspaced

if TYPE_CHECKING:  # prediction must not pay for the readers of training data
    from textlstm.corpora import Example
    from textlstm.settings import TranslateSettings

PADDING = -1  # in the place of a target's id
UNSPACED = 0.5  # share of the characters from which a language counts as written without spaces
SAMPLE = 1000  # texts that tell it


@dataclass(frozen=True)
class Translate:
    """Source text in, target text out.

    Ids of a target begin and end with `boundary`, which is no token of the encoder: the network
    reads it before the first token and answers it after the last.

    Attributes:
        source: source text to ids.
        target: target text to ids, and back; with `lowercase` in lower case, and of characters
            without those that are too rare.
        dimensions: of a token's vector.
        joint: whether both encoders are one.
        tokenize: sacreBLEU's tokenizer for the target language: "13a", "zh" or "char".
        max_tokens: tokens of a source, and of a target in training, that are looked at.
        decoding: how targets are searched for.
        notes: what the user should know.
    """

    source: TextEncoder
    target: TextEncoder
    dimensions: int
    joint: bool = False
    tokenize: str = "13a"
    max_tokens: int | None = None
    decoding: Decoding = field(default_factory=Decoding)
    notes: list[str] = field(default_factory=list)

    kind: ClassVar[str] = "translate"
    target_name: ClassVar[str] = "next"
    size_name: ClassVar[str] = "previous"
    per_step: ClassVar[bool] = True
    by_loss: ClassVar[bool] = True
    steps: ClassVar[int] = 6000
    most_epochs: ClassVar[int] = 30
    never: ClassVar[tuple[int, ...]] = (TextEncoder.PAD, TextEncoder.UNKNOWN)

    @classmethod
    def fit(cls, train: "Iterable[Example]", s: "TranslateSettings") -> Self:
        """Return the task of a training part, which is read several times.

        Raises:
            DataError: no pair, or only empty ones.
        """

        def learned(texts: Iterable[str], exact: bool) -> TextEncoder:
            return TextEncoder.fit(
                texts, tokens=s.tokens, vocabulary=s.vocabulary, min_count=s.min_count,
                lowercase=s.lowercase, exact=exact and not s.lowercase,
            )  # fmt: skip

        if s.joint:
            source = target = learned((text for e in train for text in (e.input, e.target)), True)
        else:
            source = learned((example.input for example in train), False)
            target = learned((example.target for example in train), True)
        found = cls(
            source, target, s.embedding, s.joint, tokenizer_of(e.target for e in train),
            s.max_tokens, s.decoding(),
        )  # fmt: skip
        return replace(found, notes=list(found._measured(train)))

    def _measured(self, train: "Iterable[Example]") -> Iterator[str]:
        """Yield what the length limit costs."""
        pairs = cut = lost = tokens = 0
        for inputs, targets in _chunks(train):
            lengths = [
                [len(ids) for ids in encoder.encode_batch(texts)]
                for encoder, texts in ((self.source, inputs), (self.target, targets))
            ]
            limit = self.max_tokens or max(map(max, lengths))
            for pair in zip(*lengths, strict=True):
                over = sum(max(0, length - limit) for length in pair)
                pairs += 1
                cut += over > 0
                lost += over
                tokens += sum(pair)
        if not pairs:
            raise DataError("the training part holds no pair: there is nothing to learn from")
        if cut:
            yield (
                f"max_tokens={self.max_tokens}: {cut:,} of {pairs:,} training pairs are longer and "
                f"are cut: {lost / tokens:.1%} of the tokens are not learned from; a source that "
                "is longer is cut in prediction too"
            )

    @property
    def boundary(self) -> int:
        """The id before the first token of a target and after its last."""
        return self.target.size

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the network's inputs: ids of the source, ids of the target one step late."""
        return ("tokens", "previous")

    @property
    def encoders(self) -> dict[str, TextEncoder]:
        """The encoders by their names in the bundle."""
        if self.joint:
            return {"both": self.source}
        return {"source": self.source, "target": self.target}

    @classmethod
    def encoder_names(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the encoders that a task.json says it has."""
        return ("both",) if data.get("joint") else ("source", "target")

    def raw(self, given: Any) -> str:
        """Return the source text itself."""
        return str(given)

    def encode(self, inputs: Sequence[Any]) -> list[Arrays]:
        """Return `{"tokens": int32 (n,)}` a source, n >= 1.

        Raises:
            TypeError: an input that is no text.
        """
        for number, given in enumerate(inputs):
            if not isinstance(given, str):
                raise TypeError(f"input {number} is a {type(given).__name__}: expected a text")
        encoded = self.source.encode_batch(inputs)
        return [{"tokens": ids[: self.max_tokens]} for ids in encoded]

    def encode_targets(self, targets: Sequence[str], rows: Sequence[Arrays]) -> list[Arrays]:
        """Return `{"previous", "next"}` a target, int32 (n + 1,): boundary first, boundary last.

        A target that is cut has no end: (max_tokens,).
        """
        found = []
        for text, ids in zip(targets, self.target.encode_batch(targets), strict=True):
            whole = ids if text else ids[:0]  # the unknown token of an empty text is none
            ends = np.array([self.boundary], np.int32)
            row = np.concatenate([ends, whole, ends])
            if self.max_tokens and len(whole) > self.max_tokens:
                row = row[: self.max_tokens + 1]
            found.append({"previous": row[:-1], "next": row[1:]})
        return found

    def known(self, targets: np.ndarray) -> int:
        """Return how many tokens of targets (batch, time) count in the loss."""
        return int((targets != PADDING).sum())

    def text(self, ids: Iterable[int]) -> str:
        """Return the target text of ids; a boundary and padding are left out."""
        return self.target.decode(i for i in map(int, ids) if i != self.boundary)

    def pieces(self, ids: Iterable[int]) -> list[str]:
        """Return the text of each target id; that of a boundary is empty."""
        return [self.text([i]) for i in ids]

    def source_pieces(self, text: str) -> list[str]:
        """Return the text of each id of a source."""
        return self.source.words(text)[: self.max_tokens]

    def complete(self, given: Any, answer: Answer) -> Answer:
        """Return the answer itself."""
        return answer

    def score(self, targets: Sequence[str], answers: Sequence[Answer]) -> dict[str, Score]:
        """Return BLEU, chrF and others with 95 % intervals; see `tasks.translations`."""
        from textlstm.tasks import translations

        said = [answer["translation"] for answer in answers]
        return translations.measure(list(targets), said, self.tokenize).scores

    def to_json(self) -> dict[str, Any]:
        """Return sizes, tokenizer of the score and how targets are searched for."""
        return {
            "kind": self.kind,
            "joint": self.joint,
            "dimensions": self.dimensions,
            "tokenize": self.tokenize,
            "max_tokens": self.max_tokens,
            "decoding": self.decoding.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], encoders: Mapping[str, TextEncoder]) -> Self:
        """Return the task that `to_json` wrote."""
        joint = bool(data["joint"])
        limit = data["max_tokens"]
        return cls(
            source=encoders["both" if joint else "source"],
            target=encoders["both" if joint else "target"],
            dimensions=int(data["dimensions"]),
            joint=joint,
            tokenize=str(data["tokenize"]),
            max_tokens=None if limit is None else int(limit),
            decoding=Decoding.from_json(data["decoding"]),
        )


def tokenizer_of(texts: Iterable[str]) -> str:
    """Return sacreBLEU's tokenizer for the language of texts, of which the first ones are read.

    "zh" for Chinese, "char" for Japanese, which is told by its kana, "13a" for the others.
    """
    found = "".join("".join(text.split()) for text, _ in zip(texts, range(SAMPLE), strict=False))
    unspaced = sum(map(is_unspaced, found))
    if not found or unspaced / len(found) < UNSPACED:
        return "13a"
    return "char" if sum(map(is_kana, found)) / unspaced > 0.1 else "zh"


def _chunks(train: "Iterable[Example]", size: int = 1000) -> Iterator[tuple[list[str], list[str]]]:
    inputs: list[str] = []
    targets: list[str] = []
    for example in train:
        inputs.append(example.input)
        targets.append(example.target)
        if len(inputs) == size:
            yield inputs, targets
            inputs, targets = [], []
    if inputs:
        yield inputs, targets
