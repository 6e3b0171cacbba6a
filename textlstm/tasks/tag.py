"""Tag: a tag a token in training, entities with their places in the raw text as answers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textlstm import spans
from textlstm.errors import DataError
from textlstm.report import Score
from textlstm.tasks import Answer, Arrays
from textlstm.tasks.first_vectors import read_first_vectors
from textlstm.tasks.lattice import Marginals, viterbi
from textlstm.tasks.segments import Given, is_given, pairs, segments
from textlstm.tasks.spellings import SHAPES, Spellings
from textlstm.tasks.tag_counts import TagCounts
from textlstm.text import TextEncoder

if TYPE_CHECKING:  # prediction must not pay for the readers of training data
    from textlstm.corpora import Example
    from textlstm.settings import TagSettings

Entities = Sequence[tuple[str, int, int]]

# Telling the ends of entities apart (BIOES) helps, but the tags of very many types cost too much.
TYPES_WITH_ENDS = 20
ENOUGH = 0.2  # share of the tokens that a script must have for features of its own
LETTERS = 5000  # different characters that are kept, at most
UNKNOWN_TAG = -2


@dataclass(frozen=True)
class Tag:
    """Text or tokens in, entities (type, text, start, end, score) out.

    Attributes:
        types: of entities, sorted.
        scheme: "bio" or "bioes", of the tags that the network gives.
        words: tokens to ids.
        letters: characters of a token to ids; None: they are not looked at.
        neighbours: pairs of neighbouring Chinese characters to ids; None: not looked at.
        counts: training tokens of each tag.
        characters: "cnn", "lstm" or "none": how the characters of a token are read.
        width: characters of a token that are looked at.
        hyphens: whether raw text keeps words joined by a hyphen whole, as the training tokens do.
        dimensions: of a token's vector.
        vectors: first values of the embedding, (words.size, dimensions); only while training.
        notes: what the user should know.
    """

    types: tuple[str, ...]
    scheme: str
    words: TextEncoder
    letters: TextEncoder | None
    neighbours: TextEncoder | None
    counts: Mapping[str, int]
    characters: str = "cnn"
    width: int = 20
    hyphens: bool = False
    dimensions: int = 0
    vectors: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)

    kind: ClassVar[str] = "tag"
    target_name: ClassVar[str] = "tags"
    size_name: ClassVar[str] = "tokens"
    per_step: ClassVar[bool] = True
    by_loss: ClassVar[bool] = False
    steps: ClassVar[int] = 6000
    most_epochs: ClassVar[int] = 15
    shapes: ClassVar[int] = SHAPES

    @classmethod
    def fit(cls, train: "Iterable[Example]", s: "TagSettings") -> Self:
        """Return the task of a training part, read once.

        Raises:
            DataError: no sentence, no entity, or more types than anything could have.
        """
        seen = TagCounts()
        for example in train:
            seen.add(example)
        types = seen.types()
        if not types:
            what = "entity" if seen.tokens else "token"
            raise DataError(f"the training part holds no {what}: there is nothing to learn from")
        scheme = s.tags
        if scheme == "auto":
            scheme = "bioes" if len(types) <= TYPES_WITH_ENDS else "bio"
        notes = seen.notes()
        chinese = seen.chinese / seen.tokens
        characters = s.characters
        if characters == "auto":
            characters = "cnn" if 1 - chinese >= ENOUGH else "none"
        words = TextEncoder.of_counts(
            seen.words, vocabulary=s.vocabulary, min_count=s.min_count, lowercase=s.lowercase
        )
        letters = neighbours = matrix = None
        if characters != "none":
            letters = TextEncoder.of_counts(
                seen.letters(), tokens="characters", vocabulary=LETTERS, lowercase=False
            )
        repeated = {pair: number for pair, number in seen.pairs.items() if number > 1}
        if repeated and (chinese >= ENOUGH if s.pairs is None else s.pairs):
            neighbours = TextEncoder.of_counts(repeated, vocabulary=s.vocabulary, lowercase=False)
        elif s.pairs:
            notes.append("pairs=true: no pair of Chinese characters occurs twice, so none is used")
        if characters == "none" and s.characters == "auto":
            notes.append(
                "characters=none: nearly all tokens are Chinese characters, which have no spelling"
            )
        if s.vectors is not None:
            matrix, note = read_first_vectors(s.vectors, words)
            notes.append(note)
        dimensions = s.embedding if matrix is None else matrix.shape[1]
        return cls(
            types, scheme, words, letters, neighbours, seen.by_tag(tag_names(types, scheme)),
            characters, s.spelling, seen.keeps_hyphens(), dimensions, matrix, notes,
        )  # fmt: skip

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Names of the network's outputs: O, then those of each type."""
        return tag_names(self.types, self.scheme)

    @property
    def allowed(self) -> tuple[Any, Any, Any]:
        """Which tag may come first (tags,), follow which (tags, tags), and come last (tags,)."""
        return spans.allowed(self.tags, self.scheme)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the network's inputs, the tokens first."""
        given = (("characters", self.letters), ("pairs", self.neighbours))
        return ("tokens", "shapes", *(name for name, encoder in given if encoder is not None))

    @property
    def encoders(self) -> dict[str, TextEncoder]:
        """The encoders by their names in the bundle."""
        named = {"words": self.words, "characters": self.letters, "pairs": self.neighbours}
        return {name: encoder for name, encoder in named.items() if encoder is not None}

    @classmethod
    def encoder_names(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the encoders that a task.json says it has."""
        found = {str(name) for name in data.get("encoders", ())}
        return tuple(name for name in ("words", "characters", "pairs") if name in found)

    def raw(self, given: Given) -> str:
        """Return the text itself, or the tokens joined: Chinese characters by nothing."""
        return spans.raw(given)

    def segmented(self, given: Given) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
        """Return the tokens that the network sees, and their places in the raw text.

        Tokens are taken as they are given. A text without any is one empty token.
        """
        return segments(given, self.hyphens)

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.words, self.letters, self.width)

    def encode(self, inputs: Sequence[Given]) -> list[Arrays]:
        """Return tokens, shapes (n,), characters (n, width), pairs (n,), offsets (n, 2) each.

        Raises:
            TypeError: an input that is neither a text nor a list of tokens.
        """
        for number, given in enumerate(inputs):
            if not is_given(given):
                kind = type(given).__name__
                raise TypeError(f"input {number} is a {kind}: expected a text or a list of tokens")
        cut = [self.segmented(given) for given in inputs]
        flat = [word for words, _ in cut for word in words]
        tokens, characters, shapes = self._spellings.rows(flat)
        ends = np.cumsum([len(words) for words, _ in cut]).tolist()
        rows: list[Arrays] = []
        for (words, places), end in zip(cut, ends, strict=True):
            here = slice(end - len(words), end)
            row = {
                "tokens": tokens[here], "shapes": shapes[here],
                "offsets": np.array(places, np.int32),
            }  # fmt: skip
            if self.letters is not None:
                row["characters"] = characters[here]
            if self.neighbours is not None:
                row["pairs"] = self.neighbours.look_up(pairs(words))
            rows.append(row)
        return rows

    def encode_targets(self, targets: Sequence[Entities], rows: Sequence[Arrays]) -> list[Arrays]:
        """Return `{"tags": int32 (n,)}` a row.

        -2 stands for a type that training never saw, and for an entity that cuts a token.

        Args:
            targets: entities by places in the raw text.
            rows: the same examples from `encode`.
        """
        place = {tag: number for number, tag in enumerate(self.tags)}
        found = []
        for entities, row in zip(targets, rows, strict=True):
            starts, ends = row["offsets"].T.tolist()
            by_token: list[tuple[str, int, int]] = []
            cut: list[int] = []
            for name, start, end in entities:
                covered = range(bisect_right(ends, start), bisect_left(starts, end))
                whole = covered and starts[covered[0]] == start and ends[covered[-1]] == end
                if whole and name in self.types:
                    by_token.append((name, covered[0], covered[-1] + 1))
                else:
                    cut += covered
            names = spans.tags_of(by_token, len(starts), self.scheme)
            tags = np.array([place[name] for name in names], np.int32)
            tags[cut] = UNKNOWN_TAG
            found.append({"tags": tags})
        return found

    def known(self, targets: np.ndarray) -> int:
        """Return how many rows of tags (batch, time) are without -2; see `encode_targets`."""
        return int((targets != UNKNOWN_TAG).all(axis=1).sum())

    def decode(self, outputs: Arrays, rows: Sequence[Arrays]) -> list[Answer]:
        """Return `{"entities": [{"type", "start", "end", "score"}]}` a row.

        The tags of a row are the most probable sequence that is well formed (Viterbi); the score
        of an entity is the probability that exactly its tags stand at its tokens.

        Args:
            outputs: emissions (batch, time, tags) and transitions (tags + 2, tags + 2).
            rows: with the offsets of the tokens.
        """
        emissions, transitions = outputs["emissions"], outputs["transitions"]
        lengths = np.array([len(row["tokens"]) for row in rows])
        best = viterbi(emissions, lengths, transitions)
        where = [self._entities(path[:length]) for path, length in zip(best, lengths, strict=True)]
        answers: list[Answer] = [{"entities": []} for _ in rows]
        flat = [(k, *entity) for k, found in enumerate(where) for entity in found]
        if not flat:
            return answers
        places, _, firsts, ends = zip(*flat, strict=True)
        marginals = Marginals(emissions, lengths, transitions)
        scores = marginals.spans(best, places, firsts, ends).tolist()
        for (place, name, first, end), score in zip(flat, scores, strict=True):
            offsets = rows[place]["offsets"]
            start, stop = int(offsets[first, 0]), int(offsets[end - 1, 1])
            if start < stop:  # else it is the empty token of an empty text
                found = {"type": name, "start": start, "end": stop, "score": score}
                answers[place]["entities"].append(found)
        return answers

    def complete(self, given: Given, answer: Answer) -> Answer:
        """Return an answer with the text of each entity."""
        if not answer["entities"]:
            return answer
        text = self.raw(given)
        return {
            "entities": [
                {
                    "type": e["type"], "text": text[e["start"] : e["end"]], "start": e["start"],
                    "end": e["end"], "score": e["score"],
                }
                for e in answer["entities"]
            ]
        }  # fmt: skip

    def score(self, targets: Sequence[Entities], answers: Sequence[Answer]) -> dict[str, Score]:
        """Return entity F1, precision and recall with 95 % intervals; see `entities`."""
        from textlstm.tasks import entities

        return entities.measured(targets, answers, self.types).scores

    def quick_score(
        self, targets: Sequence[Entities], answers: Sequence[Answer]
    ) -> tuple[str, float]:
        """Return the entity F1, which stops training: 2 hits / (targets + answers)."""
        hits = total = 0
        for truth, answer in zip(targets, answers, strict=True):
            said = {(e["type"], e["start"], e["end"]) for e in answer["entities"]}
            hits += len(said & set(map(tuple, truth)))
            total += len(said) + len(truth)
        return "entity_f1", 2 * hits / total if total else 1.0

    def with_thresholds(self, targets: Sequence[Entities], answers: Sequence[Answer]) -> Self:
        """Return the task itself: nothing is chosen on validation answers."""
        return self

    def to_json(self) -> dict[str, Any]:
        """Return types, scheme, counts and how tokens are read."""
        return {
            "kind": self.kind,
            "types": list(self.types),
            "scheme": self.scheme,
            "counts": dict(self.counts),
            "characters": self.characters,
            "width": self.width,
            "hyphens": self.hyphens,
            "dimensions": self.dimensions,
            "encoders": sorted(self.encoders),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], encoders: Mapping[str, TextEncoder]) -> Self:
        """Return the task that `to_json` wrote."""
        return cls(
            types=tuple(map(str, data["types"])),
            scheme=str(data["scheme"]),
            words=encoders["words"],
            letters=encoders.get("characters"),
            neighbours=encoders.get("pairs"),
            counts={str(tag): int(number) for tag, number in data["counts"].items()},
            characters=str(data["characters"]),
            width=int(data["width"]),
            hyphens=bool(data["hyphens"]),
            dimensions=int(data["dimensions"]),
        )

    def _entities(self, path: np.ndarray) -> list[tuple[str, int, int]]:
        """Return (type, first token, last token + 1) of a well-formed sequence of tag numbers."""
        inside = np.flatnonzero(path)
        if not inside.size:
            return []
        names = self.tags
        width = 2 if self.scheme == "bio" else 4
        found: list[tuple[str, int, int]] = []
        for place in inside.tolist():
            number = int(path[place]) - 1
            if number % width in (0, 3) or not found:  # B or S
                found.append((names[number + 1][2:], place, place + 1))
            else:
                name, first, _ = found[-1]
                found[-1] = (name, first, place + 1)
        return found


def tag_names(types: Sequence[str], scheme: str) -> tuple[str, ...]:
    """Return the tags of a scheme: O, then those of each type."""
    positions = "BI" if scheme == "bio" else "BIES"
    return ("O", *(f"{position}-{name}" for name in types for position in positions))
