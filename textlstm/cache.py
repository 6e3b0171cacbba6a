"""The cache folder: where it is, names in it, and what is said when it cannot be written."""

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from textlstm.errors import SettingsError

_ABANDONED = 24 * 3600  # seconds without a write after which a half-written folder is nobody's


def cache_folder() -> Path:
    """Return $TEXTLSTM_CACHE, else textlstm in $XDG_CACHE_HOME, else ~/.cache/textlstm."""
    own = os.environ.get("TEXTLSTM_CACHE")
    shared = Path(os.environ.get("XDG_CACHE_HOME") or "")
    try:
        if own:
            return Path(own).expanduser()
        if not shared.is_absolute():  # a relative one is to be ignored, says the XDG specification
            shared = Path.home() / ".cache"
    except RuntimeError:
        raise SettingsError(
            "no home folder for the cache; set TEXTLSTM_CACHE to a folder"
        ) from None
    return shared / "textlstm"


def key(*things: str) -> str:
    """Return 32 hexadecimal digits that differ when any of `things`, or where one ends, differs."""
    digest = hashlib.sha256()
    for thing in things:
        data = thing.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()[:32]


@contextlib.contextmanager
def refused(folder: Path) -> Iterator[None]:
    """Turn an error of the file system into a SettingsError that says what to do."""
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"cannot write to the cache {folder}: {error.strerror or error}; "
            "set TEXTLSTM_CACHE to a folder with room"
        ) from error


def sweep(final: Path) -> None:
    """Remove what processes that were killed have left of `final`, when it is a day old."""
    for left in list(final.parent.iterdir()):
        if not left.name.startswith(f".{final.name}."):
            continue
        with contextlib.suppress(OSError):
            newest = max(path.stat().st_mtime for path in (left, *left.iterdir()))
            if time.time() - newest > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
