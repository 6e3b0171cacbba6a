"""Settings of `textlstm memory`, and its presets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from textlstm.errors import SettingsError
from textlstm.fields import Count, Positive, Range, Settings
from textlstm.lab.memory_tasks import TASKS


@dataclass(frozen=True, kw_only=True)
class MemorySettings(Settings):
    """Which cells are trained on what, and for how long."""

    tasks: tuple[Literal["adding", "order", "copy"], ...] = ("adding", "order", "copy")  # learned
    cells: tuple[Literal["rnn", "gru", "lstm"], ...] = ("rnn", "gru", "lstm")  # that learn
    lengths: tuple[Annotated[int, Range(2, 5000)], ...] = (50, 100, 200)  # steps to be bridged
    units: Count = 128  # of the recurrent layer
    steps: Count = 1500  # budget of each training, in batches
    minutes: Positive | None = None  # budget of each training in time; none: steps alone decide
    batch: Count = 64  # sequences a step, drawn anew
    every: Count = 50  # steps between two looks at the error
    learning_rate: Positive = 5e-3  # of Adam, for LSTM and GRU
    rnn_learning_rate: Positive = 1e-3  # of Adam, for the RNN, which learns nothing at higher ones
    clip_norm: Positive | None = 1.0  # global norm that gradients are cut to; none: never cut
    forget_bias: float | None = None  # b_f of the LSTM; none: chrono, by the length (GRU: b_z too)
    seed: Annotated[int, Range(0, 2**31 - 1)] = 1  # of weights and sequences

    def check(self) -> None:
        """Refuse a value that is given twice, and lengths that a task does not have."""
        super().check()
        for name in ("tasks", "cells", "lengths"):
            values = getattr(self, name)
            twice = next((v for v in values if values.count(v) > 1), None)
            if twice is not None:
                raise SettingsError(f"{name}= has {twice} twice")
        for name in self.tasks:
            if min(self.lengths) < TASKS[name].shortest:
                raise SettingsError(
                    f"lengths= has {min(self.lengths)}: tasks={name} needs at least "
                    f"{TASKS[name].shortest}"
                )


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "quick": {"lengths": (20, 50), "units": 32, "steps": 400, "batch": 32, "learning_rate": 1e-2},
}
