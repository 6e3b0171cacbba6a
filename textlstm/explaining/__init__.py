"""What a trained network does with a text, token by token: gates, states, contributions.

Nothing but the bundle is read: the inputs of the recurrent nodes come from its ONNX graph, the
gates from the equations of `textlstm.reference` on the nodes' own weights.
"""

from textlstm.explaining.explainer import Explainer, command, explain
from textlstm.explaining.explanation import Explanation
from textlstm.explaining.gates import Gates

__all__ = ["Explainer", "Explanation", "Gates", "command", "explain"]
