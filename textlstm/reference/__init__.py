"""The recurrent cells in plain NumPy, forward and backward through time, to be read.

`x_t` is the input (batch, features) of step t, `h_t` the hidden state and `c_t` the cell state
(batch, units). Every equation is one line, in the symbols in which the papers write it:

    cells        `rnn`, `lstm`, `gru`: a step forward, and the same step backward
    through time `sequence`: masks, the order of reading, the sum of gradients over steps
    networks     `stack`: layers above each other, two directions, states carried on
    weights      `layouts`: what Keras and ONNX call them; `draws`: first values

They are the oracle of the tests and what `textlstm explain` computes with. Nothing is fused or
batched over time, so they are slow: for training on anything but a toy there is Keras.
"""

from textlstm.reference.activations import ACTIVATIONS, Activation
from textlstm.reference.draws import draw
from textlstm.reference.gru import GRU, GRUWeights
from textlstm.reference.layouts import from_keras, from_onnx, gradients_as_in_keras
from textlstm.reference.lstm import LSTM, LSTMWeights
from textlstm.reference.rnn import RNN, RNNWeights
from textlstm.reference.sequence import Cell, Gradients, Reading, backward, forward
from textlstm.reference.stack import Layer, Pass, read, read_back

__all__ = [
    "ACTIVATIONS", "GRU", "LSTM", "RNN", "Activation", "Cell", "GRUWeights", "Gradients",
    "LSTMWeights", "Layer", "Pass", "RNNWeights", "Reading", "backward", "draw", "forward",
    "from_keras", "from_onnx", "gradients_as_in_keras", "read", "read_back",
]  # fmt: skip
