"""Recurrent layers that drop single recurrent weights in training."""

from typing import Any

import keras
from keras import ops

from textlstm.layers.checks import fraction
from textlstm.layers.draws import generator
from textlstm.layers.fused import GRU, LSTM


class _Dropped:
    """What the layers below add to Keras' classes; stands before them in the list of bases."""

    cell: Any
    weight_dropout: float
    weight_draws: Any

    def __init__(self, *args: Any, weight_dropout: float = 0.0, **kwargs: Any) -> None:
        """Take the share of recurrent weights that training drops, and Keras' arguments."""
        super().__init__(*args, **kwargs)
        self.weight_dropout = fraction("weight_dropout", weight_dropout)
        self.weight_draws = generator(self, None)

    def inner_loop(
        self, sequences: Any, initial_state: Any, mask: Any, training: bool | None = False
    ) -> Any:
        """Return what the layer does, with one draw of the weights for all steps and rows."""
        if not training or not self.weight_dropout:
            return super().inner_loop(sequences, initial_state, mask, training=training)  # type: ignore[misc]
        weights = self.cell.recurrent_kernel
        drawn = keras.random.uniform(weights.shape, seed=self.weight_draws)
        scale = ops.where(drawn < self.weight_dropout, 0.0, 1.0 / (1.0 - self.weight_dropout))
        # past Keras' record of the cell's weights, which stays as it is
        vars(self.cell)["recurrent_kernel"] = ops.convert_to_tensor(weights) * scale
        try:
            return super().inner_loop(sequences, initial_state, mask, training=training)  # type: ignore[misc]
        finally:
            vars(self.cell)["recurrent_kernel"] = weights

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        return {**super().get_config(), "weight_dropout": self.weight_dropout}  # type: ignore[misc]


@keras.saving.register_keras_serializable(package="textlstm")
class WeightDropLSTM(_Dropped, LSTM):
    """LSTM that in training drops single recurrent weights, one draw a batch.

    Merity, Keskar & Socher 2018, "Regularizing and optimizing LSTM language models", section 2.
    The mask is put on the matrix and not on states, so the fused kernels run as they are.
    """


@keras.saving.register_keras_serializable(package="textlstm")
class WeightDropGRU(_Dropped, GRU):
    """GRU that in training drops single recurrent weights, as `WeightDropLSTM`."""


@keras.saving.register_keras_serializable(package="textlstm")
class WeightDropRNN(_Dropped, keras.layers.SimpleRNN):
    """Simple recurrent layer that drops single recurrent weights, as `WeightDropLSTM`."""
