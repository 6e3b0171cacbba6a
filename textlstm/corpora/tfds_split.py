"""One split of a prepared set of TensorFlow Datasets."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.tfds_fetch import PREFIX

INSIDE = "/"  # between the name of a feature and the one of a feature in it


class Split:
    """One split of a prepared set as a `Source`."""

    def __init__(
        self,
        name: str,
        builder: Any,
        split: str,
        features: tuple[str, str],
        target: Callable[[Any], Any],
    ) -> None:
        """Take what `sources` found out.

        Args:
            name: of the set, without "tfds:".
            builder: a `tfds.core.DatasetBuilder` whose data are prepared.
            split: its name in the set.
            features: names of the text and the label feature, or of the source and the target.
            target: gives the label of a raw value, or None where it is hidden.
        """
        self.name = f"{PREFIX}{name}:{split}"
        self._builder = builder
        self._split = split
        self._features = features
        self.target = target

    def hidden(self) -> bool:
        """Return whether the label of the first example is hidden."""
        rows = self.rows(first=True)
        try:
            return self.target(next(rows)[1]) is None
        finally:
            rows.close()

    def rows(self, first: bool = False) -> Any:
        """Yield (raw text, raw label) of all rows or of the first; a generator, to be closed."""
        text, label = self._features
        if _has_random_access(self._builder):
            source = self._builder.as_data_source(split=self._split)
            for index in range(1 if first else len(source)):
                row = source[index]
                yield _value(row, text), _value(row, label)
            return
        import tensorflow_datasets as tfds

        split = f"{self._split}[:1]" if first else self._split
        config = tfds.ReadConfig(try_autocache=False)  # a cache would hold the set in memory
        dataset = self._builder.as_dataset(split=split, shuffle_files=False, read_config=config)
        for row in tfds.as_numpy(dataset):
            yield _value(row, text), _value(row, label)

    @property
    def reading(self) -> str:
        """Set, version, split and features as text."""
        return repr((self._builder.info.full_name, self._split, self._features))

    def files(self) -> Iterator[Path]:
        """Yield the files of the split and the descriptions of its features."""
        folder = Path(os.fspath(self._builder.data_dir))
        prefix = f"{self._builder.name}-{self._split}."
        for path in sorted(folder.iterdir()):
            if path.name.startswith(prefix) or path.name.endswith((".labels.txt", "features.json")):
                yield path

    def read(self) -> Iterator[Example | Bad]:
        """Yield every row, as an example or with the reason why it is none."""
        for number, (text, label) in enumerate(self.rows(), 1):
            where = f"{self.name}:{number}"
            decoded, problem = decoded_text(text)
            if problem:
                yield Bad(where, f"{problem} of the text is not UTF-8")
                continue
            target = self.target(label)
            if target is None:
                yield Bad(where, "the label is hidden (-1)")
            elif isinstance(target, str) and not target.strip():
                yield Bad(where, "the label is empty")
            else:
                yield Example(decoded, target, where)


def _value(row: Any, name: str) -> Any:
    """Return the value of a feature, or of one inside another: "translation/de"."""
    for part in (name,) if name in row else name.split(INSIDE):
        row = row[part]
    return row


def decoded_text(raw: Any) -> tuple[str, str]:
    """Return the text of a raw value; or an empty one, and the byte that makes it none."""
    data = raw if isinstance(raw, bytes) else str(raw).encode("utf-8", "surrogatepass")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        return "", f"byte 0x{data[error.start]:02X}"


def _has_random_access(builder: Any) -> bool:
    return "array_record" in {f.value for f in builder.info.available_file_formats()}
