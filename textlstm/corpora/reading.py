"""From the data settings to a corpus: which file feeds which part, and in which format it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from textlstm.corpora import folder, running
from textlstm.corpora.corpus import Corpus, Feed, Part
from textlstm.corpora.example import Example
from textlstm.corpora.formats import FORMATS, open_source
from textlstm.corpora.kinds import KINDS, LABELLED, PAIRED, RUNNING, TAGGED, Kind
from textlstm.corpora.opening import existing, path_of
from textlstm.corpora.source import PARTS, Aloud, Options, Source, unfit
from textlstm.errors import DataError, SettingsError, nearest
from textlstm.settings import agreed_parts
from textlstm.spans import SCHEMES

TFDS = "tfds:"
_ALLOWED = {
    "header": ("auto", "yes", "no"),
    "bad_rows": ("stop", "skip"),
    "scheme": ("auto", *SCHEMES),
    "repair": ("none", "conlleval"),
    "positions": ("keep", "strip"),
}


def labelled_texts(
    s: Any, say: Callable[[str], None] = lambda _: None, *, default: str | None = None
) -> Corpus:
    """Return the corpus of texts with labels that the data settings ask for.

    Args:
        s: has the attributes of `Options`, or some of them.
        say: told every decision that was not asked for, and what is found while reading; both
            are in the corpus' `notes` too.
        default: what `data=` is where neither it nor a file is given.

    Raises:
        SettingsError: the settings contradict each other.
        DataError: a file is not there or cannot be read at all; other rows are judged when they
            are read, see `Corpus.read`.
    """
    return _asked_for(LABELLED, s, say, default)


def tagged_texts(
    s: Any, say: Callable[[str], None] = lambda _: None, *, default: str | None = None
) -> Corpus:
    """Return the corpus of tagged text that the data settings ask for.

    Inputs are tuples of tokens, or texts where the data come as text and spans; targets are
    entities (type, start, end) in characters, see `Example`.

    Args:
        s: as for `labelled_texts`.
        say: as for `labelled_texts`.
        default: as for `labelled_texts`.

    Raises:
        SettingsError: as for `labelled_texts`.
        DataError: as for `labelled_texts`.
    """
    return _asked_for(TAGGED, s, say, default)


def paired_texts(
    s: Any, say: Callable[[str], None] = lambda _: None, *, default: str | None = None
) -> Corpus:
    """Return the corpus of pairs of texts that the data settings ask for.

    Inputs are sources, targets are what is written for them, both raw texts that are not empty. A
    part that was not given is cut from train by the hash of the source, so equal sources are never
    on both sides.

    Args:
        s: as for `labelled_texts`.
        say: as for `labelled_texts`.
        default: as for `labelled_texts`.

    Raises:
        SettingsError: as for `labelled_texts`.
        DataError: as for `labelled_texts`, or nothing tells which of two files is the source.
    """
    return _asked_for(PAIRED, s, say, default)


def running_texts(
    s: Any, say: Callable[[str], None] = lambda _: None, *, default: str | None = None
) -> Corpus:
    """Return the corpus of running text that the data settings ask for.

    Inputs are blocks of about a thousand characters that follow each other, line ends included;
    the target is the text itself. A part that was not given is the end of train, never blocks
    from all over it.

    Args:
        s: as for `labelled_texts`.
        say: as for `labelled_texts`.
        default: as for `labelled_texts`.

    Raises:
        SettingsError: as for `labelled_texts`.
        DataError: as for `labelled_texts`; when read, a text too short to cut parts from.
    """
    return _asked_for(RUNNING, s, say, default)


def _asked_for(kind: Kind, s: Any, say: Callable[[str], None], default: str | None) -> Corpus:
    options = Options.of(s)
    if not any(value is not None for value in (options.data, *_given(options).values())):
        options = replace(options, data=default)
    aloud = Aloud(say)
    _agree(options)
    if options.train is not None:
        return _of_files(kind, options, aloud)
    data = options.data
    assert data is not None
    if data.startswith(TFDS):
        return _of_tfds(kind, data.removeprefix(TFDS), options, aloud)
    if data in _embedded(kind):
        return _of_embedded(kind, data, options, aloud)
    folders = "folder" in FORMATS[kind.name].openers and options.format in ("auto", "folder")
    if folders and path_of(data).is_dir():
        found = folder.splits(path_of(data))
        if found:
            inner = {part: str(path) for part, path in found.items()}
            return _of_files(kind, options, aloud, inner, existing(data).resolve().name)
    try:
        source = open_source(data, options, aloud, kind)
    except DataError as error:
        near = nearest(data, _embedded(kind))
        if near and "no such file" in str(error):
            raise DataError(f"{data}: no such file, folder or embedded corpus.{near}") from error
        raise
    if kind is RUNNING:
        return Corpus(
            source.name, running.feeds({"train": source}, aloud), kind=kind,
            bad_rows=options.bad_rows, aloud=aloud,
        )  # fmt: skip
    aloud(f"{source.name}: split 80/10/10 into train, valid and test by a hash of the {kind.input}")
    feed = Feed(source, "train", frozenset({"valid", "test"}))
    return Corpus(source.name, [feed], kind=kind, bad_rows=options.bad_rows, aloud=aloud)


def read_part(path: str, s: Any, say: Callable[[str], None], kind: str = "classify") -> Part:
    """Return the examples of one file or folder, read with the same rules as a corpus' parts.

    Args:
        path: a file, a folder of class folders, or a prefix of ATIS-style files or parallel text.
        s: as for `labelled_texts`; its files are ignored.
        say: told what is decided and found.
        kind: what the examples are, as tasks call it: "classify", "tag", "translate", "generate".

    Raises:
        SettingsError: the settings contradict each other.
        DataError: as for `labelled_texts`; when iterated, as for `Corpus.read`.
    """
    options, aloud = Options.of(s), Aloud(say)
    _choices(options)
    source = open_source(path, options, aloud, KINDS[kind])
    return Corpus(
        source.name, [Feed(source, "test")], kind=KINDS[kind], bad_rows=options.bad_rows,
        aloud=aloud,
    ).test  # fmt: skip


def in_memory(
    name: str,
    parts: dict[str, Sequence[Example]],
    *,
    cut: Iterable[str] = (),
    say: Callable[[str], None] = lambda _: None,
    kind: str = "classify",
) -> Corpus:
    """Return a corpus of examples that are in memory already.

    Args:
        name: how it is called.
        parts: the examples by part; "train" among them.
        cut: the parts that are cut from train by the hash of the text.
        say: told what is found.
        kind: what the examples are, as tasks call it: "classify", "tag", "translate", "generate".
    """
    feeds = [
        Feed(_Examples(f"{name} ({part})", parts[part]), part, _cut(part, cut))
        for part in PARTS
        if part in parts
    ]
    return Corpus(name, feeds, kind=KINDS[kind], aloud=Aloud(say))


class _Examples:
    """Examples that are there already, as a `Source`."""

    def __init__(self, name: str, examples: Iterable[Example]) -> None:
        self.name = name
        self._examples = examples

    @property
    def reading(self) -> str:
        # no files tell the content, so the examples themselves do
        return repr([(e.input, e.target) for e in self._examples])

    def files(self) -> Iterator[Path]:
        return iter(())

    def read(self) -> Iterator[Example]:
        return iter(self._examples)


def _given(options: Options) -> dict[str, str]:
    return {p: getattr(options, p) for p in PARTS if getattr(options, p) is not None}


def _agree(options: Options) -> None:
    """Refuse data settings that contradict each other."""
    if not agreed_parts(options) and options.data is None:
        raise SettingsError("nothing to learn from: say data=FILE to split a file, or train=FILE.")
    _choices(options)


def _choices(options: Options) -> None:
    """Refuse options that are none of those there are."""
    for key, allowed in _ALLOWED.items():
        value = getattr(options, key)
        if value not in allowed:
            near = nearest(value, allowed)
            raise SettingsError(f"{key}={value!r}: expected {', '.join(allowed)}.{near}")


def _cut(part: str, missing: Iterable[str]) -> frozenset[str]:
    return frozenset(missing) if part == "train" else frozenset()


def _feeds(sources: dict[str, Source], aloud: Aloud, kind: Kind) -> list[Feed]:
    """Return the feeds of given parts; those that are missing are cut from train."""
    if kind is RUNNING:
        return running.feeds(sources, aloud)
    missing = [part for part in PARTS if part not in sources]
    if missing:
        parts = " and no ".join(missing)
        they, share = ("it is", "10 %") if len(missing) == 1 else ("they are", "10 % each")
        aloud(f"no {parts}: {they} cut from train by a hash of the {kind.input} ({share})")
    return [Feed(sources[part], part, _cut(part, missing)) for part in PARTS if part in sources]


def _of_files(
    kind: Kind,
    options: Options,
    aloud: Aloud,
    files: dict[str, str] | None = None,
    name: str | None = None,
) -> Corpus:
    given = files or _given(options)
    sources = {
        part: open_source(given[part], options, aloud, kind) for part in PARTS if part in given
    }
    feeds = _feeds(sources, aloud, kind)
    name = name or sources["train"].name
    return Corpus(name, feeds, kind=kind, bad_rows=options.bad_rows, aloud=aloud)


def _of_tfds(kind: Kind, name: str, options: Options, aloud: Aloud) -> Corpus:
    from textlstm.corpora import tfds_sets

    unfit(options, "public sets", "format", "header")

    sources: dict[str, Source] = dict(tfds_sets.sources(name, options, aloud, kind))
    return Corpus(
        f"{TFDS}{name}", _feeds(sources, aloud, kind), kind=kind, bad_rows=options.bad_rows,
        aloud=aloud,
    )  # fmt: skip


def _embedded(kind: Kind) -> list[str]:
    """Return the names of the embedded corpora of a kind."""
    from textlstm.corpora import embedded

    return embedded.names(kind.name)


def _of_embedded(kind: Kind, name: str, options: Options, aloud: Aloud) -> Corpus:
    from textlstm.corpora import embedded

    unfit(
        options, f"the embedded corpus {name}", "format", "header", "text", "label", "token", "tag",
        "entities", "source", "target", "scheme", "repair", "positions",
    )  # fmt: skip

    loaded = embedded.load(name)
    feeds = [Feed(_Examples(f"{name}:{part}", loaded[part]), part) for part in PARTS]
    return Corpus(
        name, feeds, kind=kind, aloud=aloud, fingerprint=lambda: embedded.fingerprint(name)
    )
