"""Pairs of texts from sets of TensorFlow Datasets: `tfds:ted_hrlr_translate/de_to_en`."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from textlstm.corpora import columns, pair_columns
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.source import Options, unfit
from textlstm.corpora.tfds_split import INSIDE, Split, decoded_text
from textlstm.errors import DataError, SettingsError, nearest


class SplitPairs:
    """A split whose features are two texts as a `Source`."""

    def __init__(self, split: Split) -> None:
        """Read `split`."""
        self.name = split.name
        self._split = split

    @property
    def reading(self) -> str:
        """Set, version, split and features as text."""
        return self._split.reading

    def files(self) -> Iterator[Path]:
        """Yield the files of the split and the descriptions of its features."""
        return self._split.files()

    def read(self) -> Iterator[Example | Bad]:
        """Yield every row, as an example or with the reason why it is none."""
        for number, raw in enumerate(self._split.rows(), 1):
            where = f"{self.name}:{number}"
            (source, no_source), (target, no_target) = map(decoded_text, raw)
            if no_source:
                yield Bad(where, f"{no_source} of the source is not UTF-8")
            elif no_target:
                yield Bad(where, f"{no_target} of the target is not UTF-8")
            else:
                yield pair_columns.example(source, target, where)


def choose(
    where: str, info: Any, options: Options
) -> tuple[tuple[str, str], Callable[[Any], Any], str]:
    """Return the names of the source and the target feature, and how they were found.

    As asked; else by the set's `supervised_keys`; else by usual names. A text inside another
    feature, such as `tfds.features.Translation`, is called "translation/de".

    Args:
        where: name of the set, for messages.
        info: a `tfds.core.DatasetInfo`.
        options: `source` and `target` of it.

    Raises:
        DataError: there is no such text, or nothing tells.
        SettingsError: one feature is asked for twice, or `format=` or a column of another kind.
    """
    unfit(options, "pairs of public sets", "text", "label", "token", "tag", "entities")
    texts = _texts(info.features)
    asked = {
        key: _asked(where, value, texts)
        for key, value in (("source", options.source), ("target", options.target))
        if value is not None
    }
    source, target = asked.get("source"), asked.get("target")
    how = ""
    if source is None or target is None:
        found, how = _by_set(where, info, texts, source, target)
        source, target = found
    if source == target:
        raise SettingsError(f"{where}: one feature cannot be both the source and the target.")
    return (source, target), lambda raw: raw, how


def _by_set(
    where: str, info: Any, texts: list[str], source: str | None, target: str | None
) -> tuple[tuple[str, str], str]:
    """Return source and target, of which one may be known, and how they were found."""
    keys = info.supervised_keys
    if (
        isinstance(keys, (tuple, list))
        and len(keys) == 2
        and all(isinstance(key, str) and key in texts for key in keys)
    ):
        first, second = keys
        if source == second or target == first:
            first, second = second, first
        if source in (None, first) and target in (None, second):
            return (first, second), " (supervised_keys)"
    if len(texts) == 2 and (source is not None or target is not None):
        known = source if source is not None else target
        other = texts[1 - texts.index(str(known))]
        return (source or other, target or other), " (guessed)"
    names = [text.rpartition(INSIDE)[2] for text in texts]
    at = [None if text is None else texts.index(text) for text in (source, target)]
    usual = pair_columns.by_usual(where, names, *at)
    if usual is not None:
        return (texts[usual[0]], texts[usual[1]]), " (guessed)"
    missing = "source" if source is None else "target"
    there = columns.listed(texts) if texts else "none"
    raise DataError(
        f"{where}: which text is the {missing}? There are {there}; say source=NAME target=NAME."
    )


def _asked(where: str, name: str, texts: list[str]) -> str:
    """Return the text that was asked for, by its whole name or by the end of it."""
    found = [text for text in texts if text == name] or [
        text for text in texts if text.rpartition(INSIDE)[2] == name
    ]
    if len(found) != 1:
        what = "several texts are called" if found else "there is no text"
        near = "" if found else nearest(name, texts)
        raise DataError(f"{where}: {what} {name!r} among {columns.listed(found or texts)}.{near}")
    return found[0]


def _texts(features: Mapping[str, Any], within: str = "") -> list[str]:
    """Return the names of all texts, those inside other features too, sorted."""
    import tensorflow_datasets as tfds

    found = []
    for name in sorted(features):
        feature = features[name]
        if isinstance(feature, tfds.features.FeaturesDict):  # Translation is one
            found += _texts(feature, f"{within}{name}{INSIDE}")
        elif isinstance(feature, tfds.features.Text):
            found.append(within + name)
    return found
