"""Generate: running text that is read on and on, and continued: a language model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textlstm.drawing import Drawing
from textlstm.errors import DataError
from textlstm.tasks import Answer, Arrays
from textlstm.text import TextEncoder

if TYPE_CHECKING:  # prediction must not pay for the readers of training data
    from textlstm.corpora import Example
    from textlstm.settings import GenerateSettings

FEWEST = 200  # tokens of a training part
MOST_WORDS = 50_000
MOST_PAIRS, FEWEST_PAIRS = 8000, 512  # ids of a byte-pair vocabulary
CHARACTERS_A_PAIR = 250  # of the text, for each of its ids
MOST_CHARACTERS = 20_000
_HALF = "\ufffd"  # how the first bytes of a character are decoded


@dataclass(frozen=True)
class Generate:
    """Text in, the probability of each of its tokens and a continuation out.

    The network reads the token before (of the first one: a line end) and gives the next one's
    probability; its states are carried on from piece to piece, from block to block.

    Attributes:
        text: text to ids and back: byte pairs and characters without loss, words as white space
            separates them, each line end being one.
        dimensions: of a token's vector.
        drawing: how texts are continued.
        notes: what the user should know.
    """

    text: TextEncoder
    dimensions: int
    drawing: Drawing = field(default_factory=Drawing)
    notes: list[str] = field(default_factory=list)

    kind: ClassVar[str] = "generate"
    target_name: ClassVar[str] = "tokens"
    size_name: ClassVar[str] = "tokens"
    per_step: ClassVar[bool] = True
    by_loss: ClassVar[bool] = True
    carried: ClassVar[bool] = True  # examples follow each other, the state goes on
    steps: ClassVar[int] = 8000
    most_epochs: ClassVar[int] = 20
    never: ClassVar[tuple[int, ...]] = (TextEncoder.PAD, TextEncoder.UNKNOWN)

    @classmethod
    def fit(cls, train: "Iterable[Example]", s: "GenerateSettings") -> Self:
        """Return the task of a training part, which is read several times.

        Raises:
            DataError: a text too short to learn from.
        """
        vocabulary = s.vocabulary
        if vocabulary is None:
            vocabulary = {"words": MOST_WORDS, "characters": MOST_CHARACTERS}.get(s.tokens)
        if vocabulary is None:
            length = sum(len(example.input) for example in train)
            vocabulary = min(MOST_PAIRS, max(FEWEST_PAIRS, length // CHARACTERS_A_PAIR))
        text = TextEncoder.fit(
            (example.input for example in train), tokens=s.tokens, vocabulary=vocabulary,
            min_count=s.min_count, lowercase=False, exact=True,
        )  # fmt: skip
        found = cls(text, s.embedding, s.drawing())
        return cls(text, s.embedding, s.drawing(), found._measured(train))

    def _measured(self, train: "Iterable[Example]") -> list[str]:
        """Return what the text holds."""
        tokens = unknown = 0
        for example in train:
            (row,) = self.encode([example.input])
            tokens += len(row["tokens"])
            unknown += int((row["tokens"] == self.text.UNKNOWN).sum())
        if tokens < FEWEST:
            raise DataError(
                f"the training part has {tokens:,} tokens, {FEWEST} are needed: too short a text"
            )
        said = f"{tokens:,} tokens to learn from, {self.size:,} different ones have an id"
        if unknown:
            said += f"; {unknown:,} are unknown ({unknown / tokens:.2%})"
        return [said]

    @property
    def size(self) -> int:
        """Number of ids, padding and the unknown token included."""
        return self.text.size

    @property
    def start(self) -> int:
        """The id that is read before the first token of a text: that of a line end."""
        ids = self.text.encode("\n")
        return int(ids[-1])

    @property
    def features(self) -> tuple[str, ...]:
        """Name of the array of a text's ids."""
        return ("tokens",)

    @property
    def encoders(self) -> dict[str, TextEncoder]:
        """The encoder by its name in the bundle."""
        return {"text": self.text}

    @classmethod
    def encoder_names(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the name of the encoder."""
        del data
        return ("text",)

    def raw(self, given: Any) -> str:
        """Return the text itself."""
        return str(given)

    def encode(self, inputs: Sequence[Any]) -> list[Arrays]:
        """Return `{"tokens": int32 (n,)}` a text; n is 0 where there is no token.

        Raises:
            TypeError: an input that is no text.
        """
        for number, given in enumerate(inputs):
            if not isinstance(given, str):
                raise TypeError(f"input {number} is a {type(given).__name__}: expected a text")
        encoded = self.text.encode_batch(inputs)
        # the unknown token of a text without any token is none of it
        return [
            {"tokens": ids if len(ids) > 1 or self.text.words(text)[0] else ids[:0]}
            for text, ids in zip(inputs, encoded, strict=True)
        ]

    def encode_targets(self, targets: Sequence[str], rows: Sequence[Arrays]) -> list[Arrays]:
        """Return nothing a text: its own ids are its target."""
        del targets
        return [{} for _ in rows]

    def known(self, targets: np.ndarray) -> int:
        """Return how many tokens of targets (batch, time) count in the loss."""
        return int((targets >= 0).sum())

    def complete(self, given: Any, answer: Answer) -> Answer:
        """Return the answer itself."""
        del given
        return answer

    def pieces(self, ids: Iterable[int]) -> list[str]:
        """Return the text of each id; part of a character is shown as U+FFFD."""
        return [self.text.decode([int(i)]) for i in ids]

    def to_json(self) -> dict[str, Any]:
        """Return sizes and how texts are continued."""
        return {
            "kind": self.kind,
            "dimensions": self.dimensions,
            "drawing": self.drawing.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], encoders: Mapping[str, TextEncoder]) -> Self:
        """Return the task that `to_json` wrote."""
        return cls(
            encoders["text"], int(data["dimensions"]), Drawing.from_json(data["drawing"])
        )  # fmt: skip


class Writer:
    """Turns ids into text one by one: spaces between words, whole characters of byte pairs.

    Attributes:
        held: ids up to the last, whose last character is not whole and not yet told.
    """

    def __init__(self, task: Generate, before: int | None, held: Sequence[int] = ()) -> None:
        """Begin after the id `before`; None: at the beginning of a text."""
        self._text = task.text
        self._before = before
        self.held = list(held)

    def write(self, token: int) -> str:
        """Return the whole characters that an id adds, which may be none."""
        if self._text.tokens == "words":
            text = self._text.decode([token])
            first = self._before is None or self._text.decode([self._before]) == "\n"
            self._before = token
            return text if first or text == "\n" else f" {text}"
        told = len(self._text.decode(self.held).rstrip(_HALF)) if self.held else 0
        self.held.append(token)
        text = self._text.decode(self.held)
        whole = len(text.rstrip(_HALF))
        # a character misses three bytes at most: with more of them the rest is none
        if self._text.tokens != "bpe" or not 0 < len(text) - whole <= 3:
            self.held = []
            return text[told:]
        return text[told:whole]

    def rest(self) -> str:
        """Return what was held back: the beginning of a character that never came whole."""
        text = self._text.decode(self.held)
        self.held = []
        return text[len(text.rstrip(_HALF)) :]
