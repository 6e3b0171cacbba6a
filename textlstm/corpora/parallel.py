"""Pairs of texts from two files, line by line: PREFIX.en has the sources, PREFIX.de the targets."""

from collections.abc import Iterator

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.languages import is_language
from textlstm.corpora.line_pairs import LinePairs, of_prefix
from textlstm.corpora.opening import COMPRESSED, path_of
from textlstm.corpora.pair_columns import USUAL, example
from textlstm.corpora.source import Aloud, Options, unfit
from textlstm.errors import DataError, SettingsError

_SIDES = frozenset(name for pair in USUAL for name in pair)


class Parallel(LinePairs):
    """Two files of a prefix as a `Source`; a line is a text, and an empty one makes no pair."""

    def __init__(self, prefix: str, options: Options, aloud: Aloud) -> None:
        """Find the files, and compare their numbers of lines.

        Args:
            prefix: PREFIX of PREFIX.en and PREFIX.de, which may be compressed, or one of these.
            options: `source` and `target` of it.
            aloud: told which file is which.

        Raises:
            DataError: one is missing or empty, they have different numbers of lines, or nothing
                tells which is the source.
            SettingsError: both are the same, or a header was asked for.
        """
        unfit(options, "parallel text", "header")
        prefix = _bare(prefix, options)
        source, target = _chosen(prefix, options)
        if source == target:
            raise SettingsError(f"source={source} and target={target}: these are one file.")
        super().__init__(of_prefix(f"{prefix}.{source}"), of_prefix(f"{prefix}.{target}"))
        guessed = [
            f"{key}={value}"
            for key, value in (("source", source), ("target", target))
            if getattr(options, key) is None
        ]
        said = f" ({' '.join(guessed)}: guessed)" if guessed else ""
        aloud(f"{self.name}: targets from {self.others.name}{said}")

    @property
    def reading(self) -> str:
        """The format's name; the files' names say the rest."""
        return "parallel"

    def read(self) -> Iterator[Example | Bad]:
        """Yield every pair of lines, as an example or with the reason why it is none."""
        for pair in self.pairs():
            if isinstance(pair, Bad):
                yield pair
            else:
                source, where, target, beside = pair
                yield example(source, target, where, beside)


def is_parallel(prefix: str, options: Options) -> bool:
    """Return whether a name is the prefix of parallel text.

    It is if the file of a side that was asked for is there, or two files whose names end in
    languages or sides of pairs.
    """
    prefix = _bare(prefix, options)
    asked = [side for side in (options.source, options.target) if side is not None]
    if asked:
        return any(
            path_of(f"{prefix}.{side}{end}").is_file()
            for side in asked
            for end in ("", *COMPRESSED)
        )
    return len(sides(prefix)) == 2


def _bare(name: str, options: Options) -> str:
    """Return the prefix, where the name of one of its files was given."""
    if not path_of(name).is_file():
        return name
    bare = next((name.removesuffix(end) for end in COMPRESSED if name.endswith(end)), name)
    stem, dot, side = bare.rpartition(".")
    known = side in (options.source, options.target) or side in _SIDES or is_language(side)
    return stem if dot and known else name


def sides(prefix: str) -> list[str]:
    """Return what ends the names of the files PREFIX.en, PREFIX.de.gz and so on, sorted.

    Only languages and names of sides count ("en", "zh-CN", "src", "summary").
    """
    path = path_of(prefix)
    if not path.parent.is_dir() or not path.name:
        return []
    found = set()
    for file in path.parent.iterdir():
        bare = file.name.removesuffix(file.suffix) if file.suffix in COMPRESSED else file.name
        stem, dot, side = bare.rpartition(".")
        if dot and stem == path.name and file.is_file() and (side in _SIDES or is_language(side)):
            found.add(side)
    return sorted(found)


def _chosen(prefix: str, options: Options) -> tuple[str, str]:
    """Return what ends the names of the source and the target file.

    Both as asked; one as asked and the other the only other one; or, where nothing was asked, by
    usual names such as src and tgt. Two languages do not tell the direction: that is asked for.

    Raises:
        DataError: nothing tells; says what to type.
    """
    source, target = options.source, options.target
    if source is not None and target is not None:
        return source, target
    there = sides(prefix)
    others = [side for side in there if side not in (source, target)]
    if (source is not None or target is not None) and len(others) == 1:
        return source or others[0], target or others[0]
    usual = [pair for pair in USUAL if pair[0] in there and pair[1] in there]
    if source is None and target is None and len(there) == 2 and usual:
        return usual[0]
    files = ", ".join(f"{prefix}.{side}" for side in there) or f"no file {prefix}.LANGUAGE"
    if len(there) == 2:
        one, two = there
        raise DataError(
            f"{prefix}: which is the source, of {files}? "
            f"Say source={one} target={two}, or source={two} target={one}."
        )
    raise DataError(
        f"{prefix}: which files are the source and the target? There is {files}; "
        f"say source={source or 'en'} target={target or 'de'} to read {prefix}."
        f"{source or 'en'} and {prefix}.{target or 'de'}."
    )
