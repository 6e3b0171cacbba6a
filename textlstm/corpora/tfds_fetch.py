"""Public sets of TensorFlow Datasets, found in their folder or fetched into it."""

import contextlib
import io
import logging
import os
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from textlstm.errors import DataError, nearest

PREFIX = "tfds:"
_QUIET = ("absl", "urllib3", "tensorflow_datasets")


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


def prepared(name: str) -> Any:
    """Return the builder of a set whose data are there, fetched if they were not.

    Raises:
        DataError: the set is unknown, or cannot be fetched.
    """
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
    """Refuse at once where no host has an address: TFDS would try again and again.

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
