"""Prediction from a bundle with tokenizers, ONNX Runtime and NumPy; never TensorFlow."""

from textlstm.runtime.predictor import Predictor

__all__ = ["Predictor"]
