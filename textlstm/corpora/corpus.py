"""A corpus: train, valid and test examples that can be read again and again, never all in memory.

Rows are counted and compared on the first pass over each source. What is found is said then:
refused rows, empty texts, clashing labels, texts in two parts, labels that training never saw.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from textlstm.corpora import survey as surveys
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.kinds import LABELLED, Kind, Target
from textlstm.corpora.ratios import odd
from textlstm.corpora.source import PARTS, Aloud, Source, many
from textlstm.corpora.split import part_of, text_hash
from textlstm.corpora.survey import Survey, by_label, refusal
from textlstm.errors import DataError

GROUPS_SHOWN = 3  # groups of labels that are nearly the same
UNSEEN_SHOWN = 5  # labels of a part that train lacks
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Feed:
    """A source and the parts it feeds.

    Attributes:
        source: where the rows are.
        part: the part they belong to, and
        cut: the parts that are cut from it by the hash of the text.
    """

    source: Source
    part: str
    cut: frozenset[str] = frozenset()

    @property
    def parts(self) -> frozenset[str]:
        """All the parts it feeds."""
        return self.cut | {self.part}


class Part:
    """The examples of one part; iterating reads the sources again."""

    def __init__(self, corpus: "Corpus", name: str) -> None:
        """Be the part `name` of `corpus`."""
        self._corpus = corpus
        self.name = name

    def __iter__(self) -> Iterator[Example]:
        """Yield its examples.

        Raises:
            DataError: rows cannot be used and `bad_rows` is "stop" (after the last row).
        """
        return (example for _, example in self._corpus.read({self.name}))


class Corpus:
    """The examples of all parts, and what is known about them.

    Attributes:
        name: "reviews.csv", "toy-reviews", "tfds:glue/sst2".
        parts: {"train": Part, "valid": Part, "test": Part}.
        kind: what its examples are.
    """

    def __init__(
        self,
        name: str,
        feeds: Iterable[Feed],
        *,
        kind: Kind = LABELLED,
        bad_rows: str = "stop",
        aloud: Aloud | None = None,
        fingerprint: Callable[[], str] | None = None,
    ) -> None:
        """Put sources together.

        Args:
            name: how it is called in reports.
            feeds: the sources and their parts, train first.
            kind: what the examples are.
            bad_rows: "stop" or "skip".
            aloud: told what is found.
            fingerprint: gives the fingerprint where it is not that of the files.
        """
        self.name = name
        self.kind = kind
        self.parts = {part: Part(self, part) for part in PARTS}
        self._feeds = list(feeds)
        self._bad_rows = bad_rows
        self._aloud = aloud or Aloud(lambda _: None)
        self._given_fingerprint = fingerprint
        self._surveys: dict[int, dict[str, Survey]] = {}  # by index of the feed, then by part
        self._compared = False

    @property
    def train(self) -> Part:
        """The examples to learn from."""
        return self.parts["train"]

    @property
    def valid(self) -> Part:
        """The examples that decide when to stop."""
        return self.parts["valid"]

    @property
    def test(self) -> Part:
        """The examples that are only scored."""
        return self.parts["test"]

    @property
    def notes(self) -> list[str]:
        """What was said so far."""
        return self._aloud.notes

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that determines the content: bytes and decisions of reading."""
        if self._given_fingerprint is not None:
            return self._given_fingerprint()
        found = blake2b(f"corpus 1 {self._bad_rows}".encode(), digest_size=16)
        for feed in self._feeds:
            source = feed.source
            found.update(repr((source.reading, feed.part, sorted(feed.cut))).encode())
            for path in source.files():
                found.update(repr((path.name, path.stat().st_size)).encode())
                with path.open("rb") as file:
                    while block := file.read(BLOCK):
                        found.update(block)
        return found.hexdigest()

    def __iter__(self) -> Iterator[tuple[str, Example]]:
        """Yield (part, example) over everything in one pass.

        Raises:
            DataError: see `read`.
        """
        return self.read(set(PARTS))

    def read(self, wanted: set[str]) -> Iterator[tuple[str, Example]]:
        """Yield (part, example) of some parts, reading each source that feeds them once.

        Raises:
            DataError: after the last row of a source: rows cannot be used and `bad_rows` is
                "stop", none can be used, all have one label, there is no entity, or a part that
                is cut is empty.
        """
        for index, feed in enumerate(self._feeds):
            if wanted & feed.parts:
                yield from self._read(index, feed, wanted)
        if len(self._surveys) == len(self._feeds) and not self._compared:
            self._compare()

    def _read(self, index: int, feed: Feed, wanted: set[str]) -> Iterator[tuple[str, Example]]:
        name, kind = feed.source.name, self.kind
        found = {part: Survey(name, kind) for part in PARTS if part in feed.parts}
        first = index not in self._surveys
        own = found[feed.part]
        for row in feed.source.read():
            if isinstance(row, Bad):
                own.refuse(row)
                continue
            part = feed.part
            if first or feed.cut:
                text = kind.text(row.input)
                hashed = text_hash(text)
                part = part_of(hashed, feed.cut) if feed.cut else part
                if first:
                    found[part].use(row, text, hashed)
            if part in wanted:
                yield part, row
        if own.refused and self._bad_rows == "stop":
            raise DataError(refusal(own, sum(s.read for s in found.values())))
        if first:
            self._judge(feed, found)
            self._surveys[index] = found

    def _judge(self, feed: Feed, found: dict[str, Survey]) -> None:
        """Say and refuse what one source alone tells."""
        name = feed.source.name
        read = sum(s.read for s in found.values())
        own = found[feed.part]
        used = read - own.refused
        if not read:
            raise DataError(f"{name}: there are no rows.")
        if not used:
            raise DataError(refusal(own, read, "none is left"))
        if own.refused:
            self._aloud(refusal(own, read, "skipped"))
        for part, survey in found.items():
            if not survey.used:
                raise DataError(
                    f"{name}: {many(used, 'example')}: too few to cut a {part} part from; "
                    f"say {part}=FILE or give more."
                )
            if survey.empty:
                empty = many(survey.empty, f"empty {self.kind.input}")
                self._aloud(
                    f"{name}: {empty} in {part}, used as given (the first: {survey.first_empty})"
                )
            lack = self.kind.lack(part, survey.labels, survey.used)
            if lack and part == "train":
                raise DataError(f"{name}: {lack}; {self.kind.needed}.")
            if lack:
                self._aloud(f"{name}: {lack}")

    def _compare(self) -> None:
        """Say what the parts tell together, then free the hashes."""
        every = [(part, s) for found in self._surveys.values() for part, s in found.items()]
        train = [s for part, s in every if part == "train"]
        known = self.labels("train")
        for group in surveys.alike(surveys.single_labels(known))[:GROUPS_SHOWN]:
            shown = " and ".join(map(repr, group))
            self._aloud(
                f"{self.kind.label}s that differ only in case or spaces are kept apart: {shown}"
            )
        texts, examples = surveys.clashes(s for _, s in every)
        if texts:
            self._aloud(
                f"{many(texts, self.kind.input)} with different {self.kind.answer}s "
                f"({many(examples, 'example')}; "
                "case and spaces do not count)"
            )
        unlike = odd(s.ratios for _, s in every)
        if unlike:
            self._aloud(unlike)
        for index, part in enumerate(PARTS):
            mine = [s for p, s in every if p == part]
            for other in PARTS[:index]:
                theirs = [s for p, s in every if p == other]
                count, total = surveys.shared(mine, theirs)
                if count:
                    self._aloud(
                        f"{count:,} of {total:,} {part} examples have a {self.kind.input} that "
                        f"{other} has too ({count / total:.1%}): scores on {part} flatter"
                    )
            if train and part != "train":
                self._say_unseen(part, [u for s in mine for u in surveys.unseen(known, s)])
        for _, survey in every:
            survey.forget()
        self._compared = True

    def _say_unseen(self, part: str, found: list[surveys.Unseen]) -> None:
        for unseen in found[:UNSEEN_SHOWN]:
            self._aloud(
                f"{unseen.where}: the {self.kind.label} {unseen.label!r} ({unseen.count:,} in "
                f"{part}) is not in train; it counts as {self.kind.outcome}.{unseen.near}"
            )
        if len(found) > UNSEEN_SHOWN:
            self._aloud(f"... and {len(found) - UNSEEN_SHOWN:,} more {self.kind.label}s of {part}")

    def _of(self, part: str) -> list[Survey]:
        return [found[part] for found in self._surveys.values() if part in found]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Rows by part: {"train": {"read": 8, "used": 7, "refused": 1}, ...}, after a pass.

        A row that could not be used has no text to tell its part: it counts under the part that
        its file was given for. So the rows of all parts together are the rows of all files.
        """
        return {
            part: {
                "read": sum(s.read for s in self._of(part)),
                "used": sum(s.used for s in self._of(part)),
                "refused": sum(s.refused for s in self._of(part)),
            }
            for part in PARTS
            if self._of(part)
        }

    def labels(self, part: str) -> dict[Target, int]:
        """Return the examples of a part by raw target, most frequent first, after a pass.

        Of tagged text, the entities by type.
        """
        found: Counter[Target] = Counter()
        for survey in self._of(part):
            found.update(survey.labels)
        return dict(found.most_common())

    def summary(self) -> list[str]:
        """Return a line a part: rows, and examples or entities by label, after a pass."""
        found = []
        for part, count in self.counts.items():
            labels = self.labels(part)
            tokens = sum(s.tokens for s in self._of(part))
            amount = self.kind.amount(count["used"], tokens, labels)
            refused = f", {many(count['refused'], 'row')} refused" if count["refused"] else ""
            shown = f" ({by_label(labels, noun=self.kind.label)})" if labels else ""
            found.append(f"{part}: {amount}{shown}{refused}")
        return found
