"""Corpora that come with the package, as TFDS builders prepared into our own cache.

A set is generated once, written as array_record, and read through `as_data_source`: TensorFlow is
never imported. The folder's name holds a hash of the generator's source, so a changed grammar is
another folder. It gets its name only when it is complete, and is made again when a file is gone.
"""

import contextlib
import fcntl
import functools
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textlstm.atomic import new_folder, write_json
from textlstm.cache import cache_folder, key, refused
from textlstm.corpora.example import Example
from textlstm.errors import DataError, nearest

_FORMAT = 1  # of what is prepared: changed when this module writes something else
_CONFIGS = {"toy-reviews": "all", "toy-reviews/en": "en", "toy-reviews/zh": "zh"}
_MARKER = "complete.json"


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
        builder = _builder(self._folder, _CONFIGS[self.name])
        labels = builder.info.features["label"]
        source = builder.as_data_source(split=self.part)
        for number in range(len(source)):
            row = source[number]
            label = labels.int2str(int(row["label"]))
            yield Example(row["text"].decode("utf-8"), label, self.where(number + 1))

    def where(self, number: int) -> str:
        """Return how the example of this number, from 1, is found again."""
        return f"{self.name}:{self.part}:{number}"


def names() -> list[str]:
    """Return the names of the embedded corpora."""
    return list(_CONFIGS)


def load(name: str) -> dict[str, Part]:
    """Return "train", "valid" and "test" of an embedded corpus, prepared if it was not.

    Raises:
        DataError: there is no embedded corpus of this name.
        SettingsError: the cache cannot be written.
    """
    folder = _prepared(name)
    return {part: Part(name, part, folder) for part in ("train", "valid", "test")}


def fingerprint(name: str) -> str:
    """Return 32 hexadecimal digits that change with the corpus: a hash of the generator's source.

    Raises:
        DataError: there is no embedded corpus of this name.
    """
    if name not in _CONFIGS:
        known = ", ".join(names())
        raise DataError(
            f"there is no embedded corpus {name!r} among {known}.{nearest(name, names())}"
        )
    return key(str(_FORMAT), name, _source_hash())


@functools.cache
def _source_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("toy_reviews*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


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
                _prepare(folder, _CONFIGS[name])
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


def _prepare(folder: Path, config: str) -> None:
    """Write a set as array_record, and last the marker with the size of every file."""
    with _quiet():
        _builder(folder, config).download_and_prepare()
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


def _builder(folder: Path, config: str) -> Any:
    return _builder_class()(config=config, data_dir=str(folder), file_format="array_record")


@functools.cache
def _builder_class() -> Any:
    """Return the TFDS builder of the toy reviews; TFDS is imported here and not before."""
    import tensorflow_datasets as tfds

    from textlstm.corpora import toy_reviews

    class ToyReviews(tfds.core.GeneratorBasedBuilder):  # type: ignore[misc, unused-ignore]
        """Short reviews whose labels word order decides."""

        VERSION = tfds.core.Version("1.0.0")
        BUILDER_CONFIGS = [
            tfds.core.BuilderConfig(name="all", description="English and Chinese."),
            tfds.core.BuilderConfig(name="en", description="English."),
            tfds.core.BuilderConfig(name="zh", description="Chinese, simplified characters."),
        ]

        def _info(self) -> Any:
            features = tfds.features.FeaturesDict(
                {
                    "text": tfds.features.Text(),
                    "label": tfds.features.ClassLabel(names=list(toy_reviews.LABELS)),
                    "language": tfds.features.ClassLabel(names=list(toy_reviews.LANGUAGES)),
                }
            )
            return tfds.core.DatasetInfo(
                builder=self,
                description=toy_reviews.__doc__,
                features=features,
                supervised_keys=("text", "label"),
                disable_shuffling=True,  # the order is the generator's
            )

        def _split_generators(self, dl_manager: Any) -> Any:
            del dl_manager  # nothing is downloaded
            parts = toy_reviews.reviews(self.builder_config.name)
            return {part: self._generate_examples(texts) for part, texts in parts.items()}

        def _generate_examples(self, texts: Any) -> Any:
            for number, review in enumerate(texts):
                yield (
                    number,
                    {"text": review.text, "label": review.label, "language": review.language},
                )

    return ToyReviews
