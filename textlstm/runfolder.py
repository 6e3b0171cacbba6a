"""Run folder: where a run stands, so that the same command goes on where it stopped."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import textlstm
from textlstm import atomic
from textlstm.errors import DataError, SettingsError
from textlstm.recipe import Recipe
from textlstm.settings import Settings

SETTINGS = "settings.json"
FINISHED = "finished"
LOCK = ".lock"


def fresh(recipe: str, root: Path = Path("runs")) -> Path:
    """Return the first free folder `runs/RECIPE-N`."""
    number = 1
    while (root / f"{recipe}-{number}").exists():
        number += 1
    return root / f"{recipe}-{number}"


def start(folder: Path, recipe: Recipe, reference: str, settings: Settings) -> bool:
    """Make a run folder, or accept an unfinished one with equal settings; tell if it was made.

    Raises:
        SettingsError: the folder holds a finished run, one with other settings, or other things.
    """
    document = {
        "recipe": reference,
        "source": recipe.source,
        "settings": settings.to_dict(),
        "textlstm": textlstm.__version__,
    }
    if (folder / SETTINGS).is_file():
        before = read(folder)
        if is_finished(folder):
            raise SettingsError(f"{folder}: holds a finished run; take another --out")
        for part in ("recipe", "source", "settings"):
            if before.get(part) != document[part]:
                raise SettingsError(
                    f"{folder}: holds an unfinished run with {_difference(before, document)}; "
                    f"take another --out, or go on with `textlstm run --resume {folder}`"
                )
        return False
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(f"{folder}: exists and is no run folder; take another --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic.write_json(folder / SETTINGS, document)
    except OSError as problem:
        raise SettingsError(f"{folder}: cannot be written: {problem.strerror}") from None
    return True


def forsake(folder: Path, document: str = SETTINGS) -> None:
    """Remove a folder in which nothing has happened since its document was written."""
    if {path.name for path in folder.iterdir()} <= {document, LOCK}:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def read(folder: Path) -> dict[str, Any]:
    """Return the settings document of a run folder.

    Raises:
        SettingsError: the folder is no run folder.
    """
    path = folder / SETTINGS
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(f"{folder}: no run folder (it has no {SETTINGS})") from None
    except ValueError as problem:
        raise SettingsError(f"{path}: not JSON: {problem}") from None
    if not isinstance(document, dict) or not {"recipe", "settings"} <= set(document):
        raise SettingsError(f"{path}: not the settings of a run")
    return document


def same_data(folder: Path, key: str) -> None:
    """Note which encoded data a run began with; a run that goes on must have the same.

    Args:
        folder: run folder.
        key: hash of everything that determines the encoded data.

    Raises:
        DataError: the texts, labels or vocabulary are others than when the run began.
    """
    path = folder / "data.json"
    if not path.is_file():
        atomic.write_json(path, {"key": key})
    elif json.loads(path.read_text(encoding="utf-8")).get("key") != key:
        raise DataError(f"{folder}: the data have changed since this run began; start a new one")


def is_finished(folder: Path) -> bool:
    """Tell whether a run came to its end (not only to a Ctrl-C)."""
    return (folder / FINISHED).exists()


def finish(folder: Path) -> None:
    """Mark the run as finished, after everything else is written."""
    atomic.write_text(folder / FINISHED, "")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder; a second process is refused.

    Raises:
        DataError: another process is training in this folder.
    """
    handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError(f"{folder}: another process is at work in this folder") from None
        yield
    finally:
        os.close(handle)


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if before.get("recipe") != now["recipe"]:
        return f"recipe {before.get('recipe')!r}"
    old, new = before.get("settings", {}), now["settings"]
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            return f"{name}={old.get(name)!r} where this one has {name}={new.get(name)!r}"
    return "another version of the recipe file"
