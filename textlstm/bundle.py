"""Bundle: a trained model as a folder of inert data, verified when it is read.

A closed list of files; the manifest holds every other file's size and sha256. Reading imports
nothing that the data names and runs nothing: no pickle, no HDF5, no `.keras` archive.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import textlstm
from textlstm import atomic, tasks
from textlstm.errors import BundleError
from textlstm.text import TextEncoder

FORMAT = 1  # a later version that cannot be read by this one has a higher number
_FIXED = ("task.json", "settings.json", "README.md", "weights.safetensors")
_ALLOWED = re.compile(
    r"(encoders/[a-z]+\.json|[a-z]+\.onnx|" + "|".join(map(re.escape, _FIXED)) + ")"
)
# The key of an ONNX tensor kept outside the file: field 1, eight bytes, "location".
_EXTERNAL_DATA = b"\x0a\x08location"


@dataclass(frozen=True)
class Bundle:
    """A model folder whose every byte was compared with its manifest.

    Attributes:
        folder: where it lies.
        manifest: format, version, recipe name and source, files.
        task: labels and text encoders, ready to encode and decode.
        settings: what it was trained with.
        graphs: ONNX models by name.
    """

    folder: Path
    manifest: Mapping[str, Any]
    task: tasks.Task
    settings: Mapping[str, Any]
    graphs: Mapping[str, bytes]

    @property
    def recipe(self) -> str:
        """Name of the recipe that made it."""
        return str(self.manifest["recipe"]["name"])

    def weights(self) -> dict[str, np.ndarray]:
        """Return the weights by their names in the network."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        data = _verified(self.folder, "weights.safetensors", self.manifest["files"])
        try:
            return load(data)
        except SafetensorError as problem:
            raise BundleError(f"{self.folder}/weights.safetensors: {problem}") from None


def write(
    folder: Path,
    *,
    recipe: Mapping[str, str],
    task: tasks.Task,
    settings: Mapping[str, Any],
    weights: Mapping[str, np.ndarray],
    graphs: Mapping[str, bytes],
    card: str,
) -> None:
    """Write a bundle folder, whole or not at all; the manifest last.

    Args:
        folder: taken over if it exists.
        recipe: `{"name", "source", "corpus"}`; the source is there to read, never to run, the
            corpus is the name of what was read.
        task: its JSON and its encoders are written.
        settings: plain JSON types.
        weights: arrays by the name of the network's variable.
        graphs: ONNX models by name.
        card: text of README.md.
    """
    from safetensors.numpy import save

    files: dict[str, bytes] = {
        "task.json": _json(task.to_json()),
        "settings.json": _json(settings),
        "README.md": card.encode("utf-8"),
        "weights.safetensors": save({name: np.ascontiguousarray(a) for name, a in weights.items()}),
    }
    for name, encoder in task.encoders.items():
        files[f"encoders/{name}.json"] = encoder.to_json().encode("utf-8")
    for name, graph in graphs.items():
        _no_external_data(f"{name}.onnx", graph)
        files[f"{name}.onnx"] = graph
    manifest = {
        "format": FORMAT,
        "textlstm": textlstm.__version__,
        "recipe": dict(recipe),
        "files": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        },
    }
    with atomic.new_folder(folder) as place:
        (place / "encoders").mkdir()
        for name, data in files.items():
            atomic.write_bytes(place / name, data)
        atomic.write_json(place / "manifest.json", manifest)


def find(folder: str | Path) -> Path:
    """Return the bundle folder of a run folder or of a bundle folder itself.

    Raises:
        BundleError: there is none; says whether the run is unfinished.
    """
    place = Path(folder)
    for candidate in (place, place / "bundle"):
        if (candidate / "manifest.json").is_file():
            return candidate
    if not place.exists():
        raise BundleError(f"{place}: no such folder")
    if (place / "settings.json").is_file():
        raise BundleError(
            f"{place}: the run is not finished, there is no bundle yet; "
            f"go on with `textlstm run --resume {place}`"
        )
    raise BundleError(f"{place}: neither a run folder nor a bundle (no manifest.json)")


def load(folder: str | Path) -> Bundle:
    """Return a verified bundle.

    Raises:
        BundleError: a file is missing, too many, changed, or of a later format.
    """
    place = find(folder)
    manifest = _manifest(place)
    files = manifest["files"]
    with ThreadPoolExecutor(2) as pool:  # hashing lets go of the interpreter lock
        # largest first: two big files are hashed side by side
        order = sorted(files, key=lambda name: -int(files[name]["bytes"]))
        data = dict(zip(order, pool.map(lambda n: _verified(place, n, files), order), strict=True))
    encoders = {
        name: TextEncoder.from_json(_utf8(place, f"encoders/{name}.json", data))
        for name in _encoder_names(place, data)
    }
    graphs = {name[: -len(".onnx")]: raw for name, raw in data.items() if name.endswith(".onnx")}
    for name, graph in graphs.items():
        _no_external_data(f"{place}/{name}.onnx", graph)
    task = tasks.from_json(_parse(place, "task.json", data), encoders)
    return Bundle(place, manifest, task, _parse(place, "settings.json", data), graphs)


def _manifest(place: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        number = int(manifest["format"])
        files = {str(name): entry for name, entry in manifest["files"].items()}
        sizes = {name: (int(e["bytes"]), str(e["sha256"])) for name, e in files.items()}
        str(manifest["recipe"]["name"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BundleError(f"{place}/manifest.json cannot be read: {problem!r}") from None
    if number > FORMAT:
        raise BundleError(
            f"{place}: format {number}, written by textlstm {manifest.get('textlstm')}; "
            f"this version reads up to format {FORMAT}: upgrade textlstm"
        )
    for name in sizes:
        if not _ALLOWED.fullmatch(name):
            raise BundleError(f"{place}: the manifest names {name!r}, no file of a bundle")
    there = {str(p.relative_to(place)) for p in place.rglob("*") if not p.is_dir()}
    missing = sorted({*sizes, *_FIXED} - there)
    if missing:
        raise BundleError(f"{place}: {missing[0]} is missing")
    extra = sorted(there - {*sizes, "manifest.json"})
    if extra:
        raise BundleError(f"{place}: {extra[0]} is not in the manifest")
    return dict(manifest)


def _verified(place: Path, name: str, files: Mapping[str, Any]) -> bytes:
    path = place / name
    if path.is_symlink():
        raise BundleError(f"{path}: a link, expected a file")
    data = path.read_bytes()
    wanted = files[name]
    if len(data) != wanted["bytes"]:
        raise BundleError(f"{path}: {len(data)} bytes, the manifest says {wanted['bytes']}")
    if hashlib.sha256(data).hexdigest() != wanted["sha256"]:
        raise BundleError(f"{path}: changed since it was written (sha256 differs from manifest)")
    return data


def _encoder_names(place: Path, data: Mapping[str, bytes]) -> tuple[str, ...]:
    names = tasks.encoder_names(_parse(place, "task.json", data))
    there = {Path(name).stem for name in data if name.startswith("encoders/")}
    if there != set(names):
        raise BundleError(f"{place}: encoders {sorted(there)}, expected {sorted(names)}")
    return names


def _parse(place: Path, name: str, data: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        value = json.loads(_utf8(place, name, data))
    except ValueError as problem:
        raise BundleError(f"{place}/{name} is not JSON: {problem}") from None
    if not isinstance(value, dict):
        raise BundleError(f"{place}/{name}: expected a JSON object")
    return value


def _utf8(place: Path, name: str, data: Mapping[str, bytes]) -> str:
    try:
        return data[name].decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BundleError(f"{place}/{name} is not UTF-8: {problem}") from None


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _no_external_data(name: str, graph: bytes) -> None:
    if _EXTERNAL_DATA in graph:
        raise BundleError(f"{name}: keeps weights in another file, which is refused")
