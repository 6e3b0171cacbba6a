"""Corpora that come with the package, as TFDS builders prepared into our own cache.

A set is generated once, written as array_record, and read through `as_data_source`: TensorFlow is
never imported. The folder's name holds a hash of the generator's source, so a changed grammar is
another folder. It gets its name only when it is complete, and is made again when a file is gone.

A corpus is a row in `_CORPORA` and a module that offers four things:
    CONFIGS: configuration to its description.
    rows(config): {"train": rows, "valid": ..., "test": ...}, each row a dict of its features.
    features(tfds): name to feature, made of the module `tensorflow_datasets` that it is given.
    example(row, where): the `Example` of a row as it is read: texts are bytes, classes numbers;
        of a series a row without target.
The files whose names begin with that of the module are its source, and so are the modules
`textlstm.corpora.toy_*` that these import.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textlstm.atomic import new_folder, write_json
from textlstm.cache import cache_folder, key, refused
from textlstm.corpora.example import Example
from textlstm.errors import DataError, nearest

_FORMAT = 1  # of what is prepared: changed when this module writes something else
_MARKER = "complete.json"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A corpus: the kind of task it is for, a configuration, and the module that makes it."""

    kind: str
    config: str
    module: str


_CORPORA = {
    "toy-reviews": _Entry("classify", "all", "toy_reviews"),
    "toy-reviews/en": _Entry("classify", "en", "toy_reviews"),
    "toy-reviews/zh": _Entry("classify", "zh", "toy_reviews"),
    "toy-entities": _Entry("tag", "all", "toy_entities"),
    "toy-entities/en": _Entry("tag", "en", "toy_entities"),
    "toy-entities/zh": _Entry("tag", "zh", "toy_entities"),
    "toy-translation": _Entry("translate", "de", "toy_translation"),
    "toy-translation/de": _Entry("translate", "de", "toy_translation"),
    "toy-translation/zh": _Entry("translate", "zh", "toy_translation"),
    "toy-titles": _Entry("translate", "all", "toy_titles"),
    "toy-replies": _Entry("translate", "all", "toy_replies"),
    "toy-stories": _Entry("generate", "all", "toy_stories"),
    "toy-stories/en": _Entry("generate", "en", "toy_stories"),
    "toy-stories/zh": _Entry("generate", "zh", "toy_stories"),
    "sine-wave": _Entry("forecast", "all", "sine_wave"),
}
_SHARED = re.compile(rb"^from textlstm\.corpora\.(toy_\w+) import", re.MULTILINE)


class Part:
    """The examples of one part, read again each time they are iterated over."""

    def __init__(self, name: str, part: str, folder: Path) -> None:
        """Take a prepared set.

        Args:
            name: of the corpus, "toy-reviews".
            part: "train", "valid" or "test".
            folder: the TFDS data folder that holds it.
        """
        self.name = name
        self.part = part
        self._folder = folder

    def __iter__(self) -> Iterator[Example]:
        """Yield the examples in their fixed order; `where` is "toy-reviews:train:1"."""
        entry = _CORPORA[self.name]
        example = _module(entry.module).example
        source = _builder(self._folder, entry).as_data_source(split=self.part)
        for number in range(len(source)):
            yield example(source[number], self.where(number + 1))

    def where(self, number: int) -> str:
        """Return how the example of this number, from 1, is found again."""
        return f"{self.name}:{self.part}:{number}"


def names(kind: str | None = None) -> list[str]:
    """Return the names of the embedded corpora.

    Args:
        kind: only those for this kind of task: "classify", "tag", "translate", "generate" or
            "forecast".
    """
    return [name for name, entry in _CORPORA.items() if kind in (None, entry.kind)]


def load(name: str) -> dict[str, Part]:
    """Return "train", "valid" and "test" of an embedded corpus, prepared if it was not.

    Raises:
        DataError: there is no embedded corpus of this name.
        SettingsError: the cache cannot be written.
    """
    folder = _prepared(name)
    return {part: Part(name, part, folder) for part in ("train", "valid", "test")}


def fingerprint(name: str) -> str:
    """Return 32 hexadecimal digits that change with the corpus: a hash of its modules' source.

    Raises:
        DataError: there is no embedded corpus of this name.
    """
    if name not in _CORPORA:
        known = ", ".join(names())
        raise DataError(
            f"there is no embedded corpus {name!r} among {known}.{nearest(name, names())}"
        )
    return key(str(_FORMAT), name, _source_hash(_CORPORA[name].module))


@functools.cache
def _source_hash(module: str) -> str:
    """Return a hash of the files of a corpus and of what they share with others."""
    digest = hashlib.sha256()
    for path in _sources(module):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(module: str) -> list[Path]:
    """Return the files of a corpus, and those of the toy modules that they import."""
    folder = Path(__file__).parent
    found: set[Path] = set()
    waiting = set(folder.glob(f"{module}*.py"))
    while waiting:
        path = waiting.pop()
        found.add(path)
        shared = {folder / f"{name.decode()}.py" for name in _SHARED.findall(path.read_bytes())}
        waiting |= shared - found
    return sorted(found)


def _module(name: str) -> Any:
    """Return the module of a corpus, imported no sooner than its examples are asked for."""
    return importlib.import_module(f"textlstm.corpora.{name}")


def _prepared(name: str) -> Path:
    """Return the folder of the prepared set, made now unless it is there and complete."""
    final = cache_folder() / "embedded" / f"{name.replace('/', '-')}-{fingerprint(name)}"
    if _complete(final):
        return final
    with refused(final), _locked(final.with_name(final.name + ".lock")):
        if not _complete(final):  # another process may have been quicker
            for left in final.parent.glob(f".{final.name}.*"):  # of a process that was killed
                shutil.rmtree(left, ignore_errors=True)
            with new_folder(final) as folder:
                _prepare(folder, _CORPORA[name])
    return final


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Wait until no other process holds the lock; it is let go when this process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _complete(folder: Path) -> bool:
    """Return whether every file that was prepared is there in its full size."""
    try:
        sizes = json.loads((folder / _MARKER).read_text(encoding="utf-8"))
        return all((folder / path).stat().st_size == size for path, size in sizes.items())
    except (OSError, ValueError):
        return False


def _prepare(folder: Path, entry: _Entry) -> None:
    """Write a set as array_record, and last the marker with the size of every file."""
    with _quiet():
        _builder(folder, entry).download_and_prepare()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in files}
    write_json(folder / _MARKER, sizes)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep TFDS from writing: it prints to standard output, where results go."""
    import tensorflow_datasets as tfds

    tfds.disable_progress_bar()
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def _builder(folder: Path, entry: _Entry) -> Any:
    builder = _builder_class(entry.module)
    return builder(config=entry.config, data_dir=str(folder), file_format="array_record")


@functools.cache
def _builder_class(module: str) -> Any:
    """Return the TFDS builder of a corpus; TFDS is imported here and not before."""
    import tensorflow_datasets as tfds

    made = _module(module)

    class Embedded(tfds.core.GeneratorBasedBuilder):  # type: ignore[misc, unused-ignore]
        """Writes the rows of a module."""

        name = module
        VERSION = tfds.core.Version("1.0.0")
        BUILDER_CONFIGS = [
            tfds.core.BuilderConfig(name=config, description=description)
            for config, description in made.CONFIGS.items()
        ]

        def _info(self) -> Any:
            return tfds.core.DatasetInfo(
                builder=self,
                description=made.__doc__,
                features=tfds.features.FeaturesDict(made.features(tfds)),
                disable_shuffling=True,  # the order is the generator's
            )

        def _split_generators(self, dl_manager: Any) -> Any:
            del dl_manager  # nothing is downloaded
            parts = made.rows(self.builder_config.name)
            return {part: self._generate_examples(rows) for part, rows in parts.items()}

        def _generate_examples(self, rows: Any) -> Any:
            yield from enumerate(rows)

    return Embedded
