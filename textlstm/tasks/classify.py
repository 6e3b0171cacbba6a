"""Classify: one label a text, or any number of labels a text (multi-label)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textlstm.errors import DataError
from textlstm.report import Score
from textlstm.tasks import Answer, Arrays
from textlstm.tasks.first_vectors import encoded, own_vectors, read_first_vectors
from textlstm.text import TextEncoder

if TYPE_CHECKING:  # prediction must not pay for the readers of training data
    from textlstm.corpora import Example
    from textlstm.settings import ClassifySettings

MOST_LABELS = 10_000
# Of the linear model beside the network: characters of the training part a row of its table, rows
# and numbers at most. With fewer rows more n-grams share one, and the model is worse.
CHARACTERS_A_BUCKET, MOST_BUCKETS, TABLE = 2, 2**18, 2**21
# From here on neighbours tell enough. In smaller parts words of opposite meaning, which stand
# between the same neighbours, start too close together: try toy-reviews with vectors=train.
MANY_CHARACTERS = 10_000_000
SEPARATOR = "|"


@dataclass(frozen=True)
class Classify:
    """Text in, a label with probabilities out.

    Attributes:
        labels: names in sorted order; an answer's place in the network's output.
        multi: whether a text may carry any number of labels.
        encoder: text to ids.
        counts: training texts of each label, for class weights.
        max_tokens: longer texts are cut to their first so many tokens; none: never.
        thresholds: probability from which a label is answered, a label each (multi-label).
        dimensions: of a token's vector.
        buckets: rows of the table of n-grams of the linear model beside the network; 0: none.
        longest: tokens of its longest n-gram.
        vectors: first values of the embedding, (size, dimensions); only while training.
        notes: what the user should know.
    """

    labels: tuple[str, ...]
    multi: bool
    encoder: TextEncoder
    counts: Mapping[str, int]
    max_tokens: int | None = None
    thresholds: tuple[float, ...] = ()
    dimensions: int = 0
    buckets: int = 0
    longest: int = 2
    vectors: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)

    kind: ClassVar[str] = "classify"
    features: ClassVar[tuple[str, ...]] = ("tokens",)
    target_name: ClassVar[str] = "label"
    size_name: ClassVar[str] = "tokens"
    per_step: ClassVar[bool] = False
    by_loss: ClassVar[bool] = False
    steps: ClassVar[int] = 2500
    most_epochs: ClassVar[int] = 12

    @classmethod
    def fit(cls, train: "Iterable[Example]", s: "ClassifySettings") -> Self:
        """Return the task of a training part, read once.

        Raises:
            DataError: no example, only one label, or so many labels that the column is a text.
        """
        size = 0
        seen: Counter[str | tuple[str, ...]] = Counter()

        def texts() -> Iterator[str]:
            nonlocal size
            for example in train:
                seen[example.target] += 1
                size += len(example.input)
                if len(seen) > MOST_LABELS:
                    raise DataError(
                        f"{example.where}: more than {MOST_LABELS:,} different labels: "
                        "is label= the right column?"
                    )
                yield example.input

        words = TextEncoder.fit(
            texts(), tokens=s.tokens, vocabulary=s.vocabulary, min_count=s.min_count,
            lowercase=s.lowercase,
        )  # fmt: skip
        if not seen:
            raise DataError("the training part holds no text")
        notes = []
        multi = s.multilabel if s.multilabel is not None else any(map(_is_several, seen))
        if multi and s.multilabel is None:
            notes.append(
                f"labels: cells such as {_several_shown(seen)} are read as several labels of one "
                "text; multilabel=false reads them as one"
            )
        counts: Counter[str] = Counter()
        for raw, number in seen.items():
            for label in split_labels(raw) if multi else (join_labels(raw),):
                counts[label] += number
        if len(counts) < 2 and not (multi and counts):
            raise DataError(f"every training text has the same label {next(iter(counts), '')!r}")
        labels = tuple(sorted(counts))
        if s.max_tokens is not None:
            notes.append(cut_note(train, words, s.max_tokens))
        thresholds = (0.5,) * len(labels) if multi else ()
        matrix = None
        if s.vectors == "train" or (s.vectors == "auto" and size >= MANY_CHARACTERS):
            matrix = own_vectors(train, words, s)
            notes.append("the embedding starts from neighbours in the training texts")
        elif s.vectors not in (None, "auto"):
            matrix, note = read_first_vectors(s.vectors, words)
            notes.append(note)
        dimensions = s.embedding if matrix is None else matrix.shape[1]
        return cls(
            labels, multi, words, dict(counts), s.max_tokens, thresholds, dimensions,
            planned_buckets(size, len(labels)) if s.ngrams else 0, longest_ngram(words),
            matrix, notes,
        )  # fmt: skip

    @property
    def encoders(self) -> dict[str, TextEncoder]:
        """The one text encoder."""
        return {"words": self.encoder}

    @classmethod
    def encoder_names(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the name of the one encoder."""
        return ("words",)

    def raw(self, given: str) -> str:
        """Return the text itself."""
        return given

    def target(self, raw: str | tuple[str, ...]) -> str | tuple[str, ...]:
        """Return a raw target as it is compared with answers: a label, or a tuple of labels."""
        return split_labels(raw) if self.multi else join_labels(raw)

    def encode(self, inputs: Sequence[str]) -> list[Arrays]:
        """Return `{"tokens": int32 (n,)}` a text, n >= 1, cut to `max_tokens` if asked."""
        rows = self.encoder.encode_batch(list(inputs))
        return [
            {"tokens": row if self.max_tokens is None else row[: self.max_tokens]} for row in rows
        ]

    def encode_targets(
        self, targets: Sequence[str | tuple[str, ...]], rows: Sequence[Arrays] = ()
    ) -> list[Arrays]:
        """Return `{"label": int32 ()}`, -1 for a label training never saw; (labels,) if multi."""
        places = {label: place for place, label in enumerate(self.labels)}
        if not self.multi:
            return [{"label": np.array(places.get(join_labels(t), -1), np.int32)} for t in targets]
        found = []
        for raw in targets:
            row = np.zeros(len(self.labels), np.int32)
            row[[places[label] for label in split_labels(raw) if label in places]] = 1
            found.append({"label": row})
        return found

    def known(self, targets: np.ndarray) -> int:
        """Return how many rows have a label that training has seen."""
        return len(targets) if self.multi else int((targets >= 0).sum())

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return (batch, labels): softmax of the logits, or a sigmoid each (multi-label)."""
        wide = np.asarray(logits, np.float64)
        if self.multi:
            return np.asarray(np.exp(-np.logaddexp(0.0, -wide)))
        powers = np.exp(wide - wide.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))

    def decode(self, outputs: Arrays, rows: Sequence[Arrays] = ()) -> list[Answer]:
        """Return `{"label": str, "probabilities": {label: float}}` a row; a list if multi-label."""
        table = self.probabilities(outputs["logits"])
        answers: list[Answer] = []
        for row in table:
            label: str | list[str]
            if self.multi:
                label = [
                    name
                    for name, value, least in zip(self.labels, row, self.thresholds, strict=True)
                    if value >= least
                ]
            else:
                label = self.labels[int(row.argmax())]
            shown = dict(zip(self.labels, map(float, row), strict=True))
            answers.append({"label": label, "probabilities": shown})
        return answers

    def complete(self, given: str, answer: Answer) -> Answer:
        """Return the answer as it is."""
        return answer

    def score(
        self, targets: Sequence[str | tuple[str, ...]], answers: Sequence[Answer]
    ) -> dict[str, Score]:
        """Return accuracy, macro-F1 and so on, with 95 % intervals; see `measures`."""
        from textlstm.tasks import measures

        raw = [self.target(target) for target in targets]
        return measures.classification(raw, answers, self.labels, self.multi).scores

    def quick_score(
        self, targets: Sequence[str | tuple[str, ...]], answers: Sequence[Answer]
    ) -> tuple[str, float]:
        """Return name and value of the score that stops training: accuracy, micro-F1 if multi."""
        if not self.multi:
            hits = [join_labels(t) == a["label"] for t, a in zip(targets, answers, strict=True)]
            return "accuracy", float(np.mean(hits))
        truth = [set(split_labels(target)) for target in targets]
        said = [set(answer["label"]) for answer in answers]
        both = sum(len(t & s) for t, s in zip(truth, said, strict=True))
        total = sum(map(len, truth)) + sum(map(len, said))
        return "micro_f1", 2 * both / total if total else 1.0

    def with_thresholds(
        self, targets: Sequence[str | tuple[str, ...]], answers: Sequence[Answer]
    ) -> Self:
        """Return the task with the threshold a label that has the best F1 on these examples."""
        if not self.multi or not answers:
            return self
        truth = [set(split_labels(target)) for target in targets]
        best = []
        for label in self.labels:
            values = np.array([answer["probabilities"][label] for answer in answers])
            best.append(best_threshold(values, np.array([label in names for names in truth])))
        return replace(self, thresholds=tuple(best))

    def to_json(self) -> dict[str, Any]:
        """Return labels, counts, thresholds and where texts are cut."""
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "multi": self.multi,
            "counts": dict(self.counts),
            "max_tokens": self.max_tokens,
            "thresholds": list(self.thresholds),
            "dimensions": self.dimensions,
            "buckets": self.buckets,
            "longest": self.longest,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], encoders: Mapping[str, TextEncoder]) -> Self:
        """Return the task that `to_json` wrote."""
        return cls(
            labels=tuple(data["labels"]),
            multi=bool(data["multi"]),
            encoder=encoders["words"],
            counts={str(label): int(number) for label, number in data["counts"].items()},
            max_tokens=data["max_tokens"],
            thresholds=tuple(float(value) for value in data["thresholds"]),
            dimensions=int(data["dimensions"]),
            buckets=int(data["buckets"]),
            longest=int(data["longest"]),
        )


def planned_buckets(characters: int, labels: int) -> int:
    """Return the rows of the table of n-grams: a power of two; 0 for very many labels."""
    rows = min(MOST_BUCKETS, max(2, characters // CHARACTERS_A_BUCKET), TABLE // labels)
    return 1 << (rows.bit_length() - 1) if labels <= TABLE >> 10 else 0


def longest_ngram(encoder: TextEncoder) -> int:
    """Return 3 where most tokens are single characters, as in Chinese, else 2."""
    single = sum(len(token) == 1 for token in encoder.vocabulary)
    return 3 if 2 * single > encoder.size else 2


def cut_note(train: "Iterable[Example]", encoder: TextEncoder, most: int) -> str:
    """Return how many training texts and tokens `max_tokens` cuts; the part is read once more."""
    lengths = np.array([len(ids) for ids in encoded(train, encoder)])
    cut = np.maximum(lengths - most, 0)
    return (
        f"max_tokens={most} cuts {(cut > 0).sum():,} of {len(lengths):,} training texts and "
        f"{cut.sum():,} of {lengths.sum():,} tokens ({cut.sum() / lengths.sum():.1%})"
    )


def split_labels(raw: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels of a multi-label cell `a|b` or list, each once, in their order."""
    parts = raw if isinstance(raw, tuple) else raw.split(SEPARATOR)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def join_labels(raw: str | tuple[str, ...]) -> str:
    """Return a target as one label, whatever it holds."""
    return raw if isinstance(raw, str) else SEPARATOR.join(raw)


def best_threshold(values: np.ndarray, truth: np.ndarray) -> float:
    """Return the threshold with the highest F1; 0.5 where no text carries the label.

    Args:
        values: probabilities (examples,).
        truth: whether the label is carried (examples,).
    """
    if not truth.any():
        return 0.5
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(values) + 1) + truth.sum())
    # A cut between equal values cannot be made: only the last of equal ones counts.
    ends = np.append(values[order][:-1] != values[order][1:], True)
    place = int(np.where(ends, f1, -1.0).argmax())
    lower = values[order][place + 1] if place + 1 < len(values) else 0.0
    return float((values[order][place] + lower) / 2)


def _is_several(raw: str | tuple[str, ...]) -> bool:
    return isinstance(raw, tuple) or SEPARATOR in raw


def _several_shown(seen: Iterable[str | tuple[str, ...]]) -> str:
    first = next(raw for raw in seen if _is_several(raw))
    return repr(first if isinstance(first, str) else list(first))
