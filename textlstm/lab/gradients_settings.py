"""Settings of `textlstm gradients`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from textlstm.errors import SettingsError
from textlstm.fields import Count, Positive, Range, Settings

Length = Annotated[int, Range(2, 2000)]
Seed = Annotated[int, Range(0, 2**31 - 1)]


@dataclass(frozen=True, kw_only=True)
class GradientSettings(Settings):
    """Cells before training, on random inputs."""

    cells: tuple[Literal["rnn", "gru", "lstm"], ...] = ("rnn", "gru", "lstm")  # that are compared
    lengths: tuple[Length, ...] = (10, 50, 100, 200)  # steps of the sequences
    activation: tuple[Literal["tanh", "relu"], ...] = ("tanh",)  # of states; gates are sigmoids
    scale: tuple[Positive, ...] = (1.0,)  # factor on the recurrent weights U of all gates
    forget_bias: tuple[float, ...] = (1.0,)  # b_f of the LSTM
    clip: Positive | None = None  # norm that gradients are cut to in training an exploding RNN
    units: Count = 64  # of the state
    features: Count = 32  # of an input
    batch: Count = 16  # sequences a seed
    seeds: Count = 5  # draws of weights and inputs
    seed: Seed = 1  # the first of them

    def check(self) -> None:
        """Refuse a value that is given twice, and `forget_bias=` without an LSTM."""
        super().check()
        for name in ("cells", "lengths", "activation", "scale", "forget_bias"):
            values = getattr(self, name)
            twice = next((v for v in values if values.count(v) > 1), None)
            if twice is not None:
                raise SettingsError(f"{name}= has {twice} twice")
        if "lstm" not in self.cells and self.forget_bias != (1.0,):
            raise SettingsError("forget_bias= is the LSTM's, and cells= has no lstm")


@dataclass(frozen=True, kw_only=True)
class TrainedSettings(Settings):
    """A trained network on real texts."""

    lengths: tuple[Length, ...] = (10, 20, 50, 100, 200)  # steps back that the table shows
    texts: str | None = None  # file of raw texts, one a line; none: the run's own test texts
    most: Count = 200  # texts that are read at most
    seed: Seed = 1  # of the directions of the loss
