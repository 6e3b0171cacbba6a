"""Examples from a folder with a folder of text files for each class."""

import os
from collections.abc import Iterator
from pathlib import Path

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.opening import whole_text
from textlstm.corpora.source import PARTS, Aloud, Options, many, unfit
from textlstm.errors import DataError

# names that public data sets give to their parts
SPLITS = {
    "train": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "test": "test",
}
# folders beside the classes that hold texts without a label
UNLABELLED = ("unsup", "unsupervised", "unlabelled", "unlabeled")


def visible(folder: Path, kind: str) -> list[str]:
    """Return the sorted names of the files ("file") or folders ("folder"), without hidden ones."""
    with os.scandir(folder) as entries:
        return sorted(
            entry.name
            for entry in entries
            if not entry.name.startswith(".") and entry.is_dir() == (kind == "folder")
        )


def splits(folder: Path) -> dict[str, Path]:
    """Return the parts that a folder is split into (DIR/train/CLASS/…), train first, if it is.

    Raises:
        DataError: one part occurs under two names.
    """
    names = visible(folder, "folder")
    if "train" not in names or not visible(folder / "train", "folder"):
        return {}
    found: dict[str, Path] = {}
    for name in names:
        part = SPLITS.get(name)
        if part in found:
            raise DataError(
                f"{folder.name}: both {found[part].name}/ and {name}/ look like the {part} part; "
                f"say train={folder.name}/train {part}={folder.name}/{name}."
            )
        if part is not None:
            found[part] = folder / name
    return {part: found[part] for part in PARTS if part in found}


class ClassFolders:
    """A folder of class folders as a `Source`: every file is one text, in the order of names."""

    def __init__(self, path: Path, options: Options, aloud: Aloud) -> None:
        """List the classes.

        Raises:
            DataError: this is a file, there is no class folder, or the folder is split into parts.
            SettingsError: a column or a header was asked for.
        """
        unfit(options, "class folders", "text", "label", "header")
        if not path.is_dir():
            raise DataError(f"{path}: this is a file; format=folder reads a folder a class.")
        self.path = path
        self.name = path.resolve().name
        folders = visible(path, "folder")
        if splits(path):
            there = ", ".join(f"{name}/" for name in folders if name in SPLITS)
            raise DataError(f"{path}: the folder is split into {there}; say which one.")
        self._classes = [name for name in folders if name not in UNLABELLED]
        for name in folders:
            if name in UNLABELLED:
                count = len(visible(path / name, "file"))
                aloud(f"{self.name}/{name}: {many(count, 'text')} without a label, not used")
        if not self._classes:
            files = len(visible(path, "file"))
            raise DataError(
                f"{path}: no folder in it; a folder of text files for each class was expected, "
                f"and there are only files ({files})."
            )
        for name in self._classes:
            inner = visible(path / name, "folder")
            if inner:
                raise DataError(
                    f"{self.name}/{name}/{inner[0]}: a folder inside a class folder; "
                    "text files were expected there."
                )
            if not visible(path / name, "file"):
                raise DataError(f"{self.name}/{name}: the class folder is empty.")
        loose = visible(path, "file")
        if loose:
            aloud(
                f"{self.name}: not read: {many(len(loose), 'file')} beside the class folders "
                f"({loose[0]}{', ...' if len(loose) > 1 else ''})"
            )

    @property
    def reading(self) -> str:
        """The classes as text, with their numbers of files: which class each file is in."""
        return repr([(name, len(visible(self.path / name, "file"))) for name in self._classes])

    def files(self) -> Iterator[Path]:
        """Yield the text files, class after class."""
        for label in self._classes:
            for name in visible(self.path / label, "file"):
                yield self.path / label / name

    def read(self) -> Iterator[Example | Bad]:
        """Yield every file, as an example or with the reason why it is none."""
        for path in self.files():
            label = path.parent.name
            where = f"{self.name}/{label}/{path.name}"
            content = whole_text(path)
            if content.problem:
                yield Bad(where, content.problem)
            else:
                yield Example(content.text, label, where)
