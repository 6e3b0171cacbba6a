"""Where the reading of a text stands: the states of the layers, to be kept and gone on from."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from textlstm import atomic
from textlstm.errors import DataError

FORMAT = 1
MOST_DRAWN = 2**31
Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class CarriedState:
    """The state of a language model in the middle of a text.

    Attributes:
        model: tells the graph that it belongs to.
        arrays: float32 (1, size) by name.
        last: id of the last token of the text, which the network has not read yet.
        begun: whether `last` is of the text, and not the line end before it.
        key: of the random numbers: what the text before the continuation was.
        drawn: how many of these were used.
        held: ids up to the last, whose last character is not whole and not yet told.
    """

    model: str
    arrays: dict[str, Array]
    last: int
    begun: bool = False
    key: bytes = b""
    drawn: int = 0
    held: tuple[int, ...] = field(default=())

    def save(self, path: str | Path) -> None:
        """Write the state to a `.safetensors` file, whole or not at all."""
        from safetensors.numpy import save

        about = {
            "format": FORMAT, "model": self.model, "last": self.last, "begun": self.begun,
            "key": self.key.hex(), "drawn": self.drawn, "held": list(self.held),
        }  # fmt: skip
        arrays = {name: np.ascontiguousarray(array) for name, array in self.arrays.items()}
        atomic.write_bytes(Path(path), save(arrays, {"state": json.dumps(about)}))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the state that `save` wrote.

        Raises:
            DataError: the file is not there, or no such state.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(str(path), "np") as file:
                about: dict[str, Any] = json.loads((file.metadata() or {})["state"])
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if about["format"] != FORMAT:
                raise ValueError(f"format {about['format']}, this version reads {FORMAT}")
            if not 0 <= about["drawn"] <= MOST_DRAWN:
                raise ValueError(f"{about['drawn']} random numbers were used")
            return cls(
                str(about["model"]), arrays, int(about["last"]), bool(about["begun"]),
                bytes.fromhex(about["key"]), int(about["drawn"]), tuple(map(int, about["held"])),
            )  # fmt: skip
        except (
            OSError,
            SafetensorError,
            KeyError,
            TypeError,
            ValueError,
            OverflowError,
        ) as problem:
            raise DataError(f"{path}: not the state of a language model: {problem}") from None


def fingerprint(graph: bytes) -> str:
    """Return what tells a model's graph from others."""
    return hashlib.sha256(graph).hexdigest()[:16]
