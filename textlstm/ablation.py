"""A model without its linear part: what the recurrent network answers alone."""

from dataclasses import replace

import numpy as np

from textlstm.runtime import Predictor

# As `export.ngrams` writes them; neutral are a scale of 1 and zeros.
NEUTRAL = {"logits/scale": 1.0, "logits/table": 0.0, "logits/bias": 0.0}


def network_alone(predictor: Predictor) -> Predictor | None:
    """Return a predictor that answers without n-grams; None where the model has none.

    The graph is changed in memory; the bundle stays as it is.
    """
    import onnx
    from onnx import numpy_helper

    graphs = dict(predictor.bundle.graphs)
    if "model" not in graphs:
        return None
    model = onnx.load_from_string(graphs["model"])
    found = [tensor for tensor in model.graph.initializer if tensor.name in NEUTRAL]
    if len(found) < len(NEUTRAL):
        return None
    for tensor in found:
        array = numpy_helper.to_array(tensor)
        value = np.full(array.shape, NEUTRAL[tensor.name], array.dtype)
        tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
    graphs["model"] = model.SerializeToString()
    return Predictor(replace(predictor.bundle, graphs=graphs))
