"""Running text from sets of TensorFlow Datasets: `tfds:tiny_shakespeare`."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from textlstm.corpora import columns, running
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.source import Options, unfit
from textlstm.corpora.tfds_split import Split, decoded_text
from textlstm.errors import DataError, nearest


class SplitTexts:
    """A split with a text feature as a `Source`: a row is a document, cut into blocks."""

    def __init__(self, split: Split) -> None:
        """Read `split`."""
        self.name = split.name
        self._split = split

    @property
    def reading(self) -> str:
        """Set, version, split and feature, and how blocks are cut, as text."""
        return repr((self._split.reading, running.BLOCK, running.LONGEST))

    def files(self) -> Iterator[Path]:
        """Yield the files of the split and the descriptions of its features."""
        return self._split.files()

    def read(self) -> Iterator[Example | Bad]:
        """Yield the blocks of each document; every document ends with a line end."""
        for number, (raw, _) in enumerate(self._split.rows(), 1):
            where = f"{self.name}:{number}"
            text, problem = decoded_text(raw)
            if problem:
                yield Bad(where, f"{problem} of the text is not UTF-8")
                continue
            whole = text if text.endswith("\n") else text + "\n"
            yield from running.blocks((where, line, None) for line in whole.splitlines(True))


def choose(
    where: str, info: Any, options: Options
) -> tuple[tuple[str, str], Callable[[Any], Any], str]:
    """Return the name of the text feature, twice, and how it was found.

    Args:
        where: name of the set, for messages.
        info: a `tfds.core.DatasetInfo`.
        options: `text` names the feature where the set has several.

    Raises:
        DataError: there is no such text, or several and none is named.
        SettingsError: a setting that running text has no use for.
    """
    import tensorflow_datasets as tfds

    unfit(options, "running text", "label", "token", "tag", "entities", "source", "target")
    texts = sorted(n for n, f in info.features.items() if isinstance(f, tfds.features.Text))
    there = columns.listed(texts) if texts else "none"
    if options.text is not None:
        if options.text not in texts:
            near = nearest(options.text, texts)
            raise DataError(f"{where}: there is no text {options.text!r} among {there}.{near}")
        return (options.text, options.text), lambda raw: raw, ""
    if len(texts) == 1 or "text" in texts:
        name = "text" if "text" in texts else texts[0]
        return (name, name), lambda raw: raw, "" if len(texts) == 1 else " (guessed)"
    raise DataError(f"{where}: which feature is the text? There are {there}; say text=NAME.")
