"""Checkpoints: every variable of network and optimizer with the state of training, in one file.

Keras' BackupAndRestore repeats epochs and loses optimizer state (keras#19179, #19389), so the
variables are written here by name: weights, dropout's random states, Adam's moments, the step
count and the moving averages.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from textlstm import atomic
from textlstm.errors import Refusal


@dataclass
class State:
    """Where training stands.

    Attributes:
        history: a row an epoch that was finished.
        best_epoch: the epoch whose weights are kept; 0: none yet.
        best_score: its validation score.
        best_loss: its validation loss, which decides between equal scores.
        done: whether training has come to its end.
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int = 0
    best_score: float = float("-inf")
    best_loss: float = float("inf")
    done: bool = False

    @property
    def epoch(self) -> int:
        """How many epochs are finished."""
        return len(self.history)


def save(path: Path, model: Any, state: State, *, optimizer: bool = True) -> None:
    """Write the variables and the state, atomically.

    Args:
        path: a `.safetensors` file.
        model: a compiled keras.Model.
        state: goes into the file's metadata.
        optimizer: whether the optimizer's variables are written too.
    """
    from safetensors.numpy import save as tensors_to_bytes

    values = {name: np.asarray(v) for name, v in _named(model, optimizer=optimizer).items()}
    # json writes the infinities of a state without an epoch as Infinity, which it also reads
    atomic.write_bytes(path, tensors_to_bytes(values, {"state": json.dumps(asdict(state))}))


def load(path: Path, model: Any, *, optimizer: bool = True) -> State:
    """Set the variables from a file and return the state in it.

    Raises:
        Refusal: the file's names, shapes or types are not the network's.
    """
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        saved = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 no mapping
        metadata = file.metadata()
    variables = _named(model, optimizer=optimizer)
    assign(variables, saved, str(path))
    return State(**json.loads(metadata["state"]))


def peek(path: Path) -> State:
    """Return the state in a checkpoint without reading its tensors."""
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        return State(**json.loads(file.metadata()["state"]))


def weights(model: Any) -> dict[str, np.ndarray]:
    """Return the network's weights, without random states, by name.

    Raises:
        Refusal: two weights have one name.
    """
    found = {variable.path: np.asarray(variable) for variable in model.weights}
    if len(found) < len(model.weights):
        raise Refusal("two weights of the network have one name: give its layers names")
    return found


def assign(variables: dict[str, Any], saved: dict[str, np.ndarray], where: str) -> None:
    """Set variables to saved arrays that must match exactly in name, shape and dtype.

    Raises:
        Refusal: naming the first difference.
    """
    for name in sorted({*variables, *saved}):
        if name not in saved:
            raise Refusal(f"{where}: the network's {name!r} is missing")
        if name not in variables:
            raise Refusal(f"{where}: {name!r} is no variable of this network")
        want = (tuple(variables[name].shape), str(np.asarray(variables[name]).dtype))
        got = (saved[name].shape, str(saved[name].dtype))
        if want != got:
            raise Refusal(f"{where}: {name!r} is {got}, the network's is {want}")
    for name, variable in variables.items():
        variable.assign(saved[name])


def _named(model: Any, *, optimizer: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    everything = [("model", v) for v in model.variables]
    if optimizer:
        everything += [("optimizer", v) for v in model.optimizer.variables]
    for owner, variable in everything:
        name = f"{owner}/{variable.path}"
        if name in found:
            raise Refusal(f"two variables of the network are called {variable.path!r}")
        found[name] = variable
    return found
