"""Examples from public sets of TensorFlow Datasets: `tfds:imdb_reviews`, `tfds:glue/sst2`.

Sets prepared as array_record are read through `as_data_source`, which never imports TensorFlow;
sets prepared as TFRecord through `as_dataset`, which does. A set that is not there is prepared as
array_record. The folder is TFDS' own: $TFDS_DATA_DIR, else ~/tensorflow_datasets.
"""

import contextlib
import io
import logging
import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from textlstm.corpora import columns
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.folder import SPLITS
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError, SettingsError, nearest

PREFIX = "tfds:"
_QUIET = ("absl", "urllib3", "tensorflow_datasets")


def sources(name: str, options: Options, aloud: Aloud) -> dict[str, "Split"]:
    """Return the splits of a public set that have labels, by part.

    Args:
        name: as TFDS writes it, without "tfds:": "glue/sst2", "imdb_reviews:1.0.0".
        options: `text` and `label` name features where the set has several of a kind.
        aloud: told about features, and about splits that are not used.

    Raises:
        DataError: the set is unknown, cannot be fetched, has no labelled train split, or its
            features do not tell which is the text and which the label.
    """
    builder = _builder(name)
    features = builder.info.features
    text, label = _columns(name, features, options)
    aloud(f"{PREFIX}{name}: text feature: {text!r}, label feature: {label!r}")
    target = _targets(name, label, features[label])
    found: dict[str, Split] = {}
    unused = []
    for split in builder.info.splits:
        part = SPLITS.get(split)
        if part is None or part in found or not builder.info.splits[split].num_examples:
            unused.append(split)
            continue
        source = Split(name, builder, split, (text, label), target)
        if source.hidden():
            aloud(f"{PREFIX}{name}: the labels of split {split!r} are hidden (-1); it is not used")
        else:
            found[part] = source
    if unused:
        aloud(f"{PREFIX}{name}: not used: split {', '.join(map(repr, unused))}")
    if "train" not in found:
        there = columns.listed(list(builder.info.splits))
        raise DataError(f"{PREFIX}{name}: no split 'train' with labels among {there}.")
    return found


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
            features: names of the text and the label feature.
            target: gives the label of a raw value, or None where it is hidden.
        """
        self.name = f"{PREFIX}{name}:{split}"
        self._builder = builder
        self._split = split
        self._features = features
        self._target = target

    def hidden(self) -> bool:
        """Return whether the label of the first example is hidden."""
        rows = self._rows(first=True)
        try:
            return self._target(next(rows)[1]) is None
        finally:
            rows.close()

    def _rows(self, first: bool = False) -> Any:
        """Yield (raw text, raw label); a generator, so that it can be closed."""
        text, label = self._features
        if _has_random_access(self._builder):
            source = self._builder.as_data_source(split=self._split)
            for index in range(1 if first else len(source)):
                row = source[index]
                yield row[text], row[label]
            return
        import tensorflow_datasets as tfds

        split = f"{self._split}[:1]" if first else self._split
        config = tfds.ReadConfig(try_autocache=False)  # a cache would hold the set in memory
        dataset = self._builder.as_dataset(split=split, shuffle_files=False, read_config=config)
        for row in tfds.as_numpy(dataset):
            yield row[text], row[label]

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
        for number, (text, label) in enumerate(self._rows(), 1):
            where = f"{self.name}:{number}"
            raw = text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogatepass")
            try:
                decoded = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                yield Bad(where, f"byte 0x{raw[error.start]:02X} of the text is not UTF-8")
                continue
            target = self._target(label)
            if target is None:
                yield Bad(where, "the label is hidden (-1)")
            elif isinstance(target, str) and not target.strip():
                yield Bad(where, "the label is empty")
            else:
                yield Example(decoded, target, where)


def _has_random_access(builder: Any) -> bool:
    return "array_record" in {f.value for f in builder.info.available_file_formats()}


def _columns(name: str, features: Mapping[str, Any], options: Options) -> tuple[str, str]:
    """Return the names of the text and the label feature."""
    import tensorflow_datasets as tfds

    names = sorted(features)
    kinds = {
        "text": [n for n in names if isinstance(features[n], tfds.features.Text)],
        "label": [n for n in names if _is_label(features[n])],
    }
    chosen = {}
    for key, asked in (("text", options.text), ("label", options.label)):
        there = kinds[key]
        if asked is not None and asked in names:
            chosen[key] = asked
        elif asked is not None:
            near = nearest(asked, names)
            raise DataError(
                f"{PREFIX}{name}: there is no feature {asked!r} among "
                f"{columns.listed(names)}.{near}"
            )
        elif len(there) == 1:
            chosen[key] = there[0]
        else:
            count = "no" if not there else f"{len(there)}"
            what = "text features" if key == "text" else "class labels"
            shown = columns.listed(there or names)
            raise DataError(f"{PREFIX}{name}: {count} {what} among {shown}; say {key}=NAME.")
    if chosen["text"] == chosen["label"]:
        raise SettingsError(f"{PREFIX}{name}: one feature cannot be both the text and the label.")
    if chosen["text"] not in kinds["text"]:
        raise DataError(
            f"{PREFIX}{name}: the feature {chosen['text']!r} is no text; "
            f"texts are {columns.listed(kinds['text'])}."
        )
    return chosen["text"], chosen["label"]


def _is_label(feature: Any) -> bool:
    import tensorflow_datasets as tfds

    inner = getattr(feature, "feature", feature)  # of a Sequence
    return isinstance(inner, tfds.features.ClassLabel)


def _targets(name: str, label: str, feature: Any) -> Callable[[Any], Any]:
    """Return what turns a raw value of the label feature into a label, or None if it is hidden."""
    import numpy as np
    import tensorflow_datasets as tfds

    inner = getattr(feature, "feature", feature)
    if isinstance(inner, tfds.features.ClassLabel):
        # num_classes may be known without names, then the number is the name
        def one(value: Any) -> str | None:
            return None if int(value) < 0 else str(inner.int2str(int(value)))

    elif getattr(inner, "shape", None) == ():

        def one(value: Any) -> str | None:
            return value.decode("utf-8") if isinstance(value, bytes) else str(value)

    else:
        raise DataError(f"{PREFIX}{name}: the feature {label!r} is no label ({feature!r}).")
    if inner is feature:
        return one

    def several(values: Any) -> tuple[str, ...] | None:
        labels = [one(value) for value in np.asarray(values).tolist()]
        known = [found for found in labels if found is not None]
        return tuple(known) if len(known) == len(labels) else None

    return several


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep TFDS from writing: it prints to standard output, where results go."""
    import tensorflow_datasets as tfds

    tfds.disable_progress_bar()
    levels = {name: logging.getLogger(name).level for name in _QUIET}
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _builder(name: str) -> Any:
    """Return the builder of a set whose data are there, fetched if they were not."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core import read_only_builder

    folder = os.environ.get("TFDS_DATA_DIR")
    if not re.fullmatch(r"[A-Za-z]\w*(/[\w.+-]+)?(:[\d.*]+)?", name):
        raise DataError(f"{PREFIX}{name}: this is no name of a public set, such as glue/sst2.")
    with _quiet():
        try:
            with contextlib.suppress(tfds.core.DatasetNotFoundError):
                return read_only_builder.builder_from_files(name, data_dir=folder)
            builder = tfds.builder(name, data_dir=folder, file_format="array_record")
        except tfds.core.DatasetNotFoundError as error:
            names = re.findall(r"^\s*- (\S+)$", str(error), re.MULTILINE)
            near = nearest(re.split("[/:]", name)[0], names)
            raise DataError(
                f"{PREFIX}{name}: there is no public set of this name.{near}"
            ) from error
        except Exception as error:  # whatever TFDS makes of a folder or a name
            raise DataError(f"{PREFIX}{name}: {_first_line(error)}") from error
        _reachable(name, builder)
        try:
            builder.download_and_prepare()
        except Exception as error:  # of the network, the publisher's archive, the disk
            reason = _first_line(error)
            raise DataError(f"{PREFIX}{name}: cannot be fetched ({reason}).") from error
        return builder


def _first_line(error: Exception) -> str:
    """Return what went wrong in one line; some messages of TFDS run over pages."""
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return (text if len(text) <= 300 else text[:297] + "...") or type(error).__name__


def _reachable(name: str, builder: Any) -> None:
    """Refuse at once where no host has an address: TFDS would try for three minutes.

    Raises:
        DataError: none of the hosts of the set's files can be resolved.
    """
    hosts = {urlsplit(url).hostname for url in builder.url_infos or ()} - {None}
    if not hosts or getproxies():
        return
    for host in hosts:
        with contextlib.suppress(OSError):
            socket.getaddrinfo(host, None)
            return
    where = os.environ.get("TFDS_DATA_DIR", "~/tensorflow_datasets")
    raise DataError(
        f"{PREFIX}{name}: it is not in {where}, and cannot be fetched: no network "
        f"({', '.join(sorted(map(str, hosts))[:2])} cannot be resolved)."
    )
