"""Toy decoders: tables of log-probabilities with a state, and the same things as ONNX graphs."""

import itertools

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from textlstm.decoding import Decoding
from textlstm.runtime.hypotheses import Batch, Stepped

NEVER = (0, 1)


class Table:
    """A decoder whose next token depends on the one before and on a state that counts them.

    The state of a hypothesis is the sum of `weight[id]` over its ids, modulo `states`;
    `table[sentence, state, previous]` are log-probabilities of the next id.
    """

    def __init__(self, seed, *, sentences=1, ids=4, states=3, end=0.0, sharp=2.0):
        rng = np.random.default_rng(seed)
        logits = rng.normal(scale=sharp, size=(sentences, states, ids, ids))
        logits[..., -1] += end
        self.table = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        self.weight = rng.integers(0, states, size=ids)
        self.states, self.boundary = states, ids - 1
        attention = rng.uniform(0.05, 1, size=(sentences, ids, 3))
        self.attention = attention / attention.sum(-1, keepdims=True)
        self.rows_seen = []

    def batch(self, lengths=None, sentences=None):
        chosen = np.arange(len(self.table)) if sentences is None else np.array(sentences)
        lengths = [3] * len(chosen) if lengths is None else lengths
        first = np.zeros((len(chosen), 1), np.int64)
        return Batch(self.step, {"sum": first}, {"which": chosen}, lengths, self.boundary, NEVER)

    def step(self, previous, states, fixed):
        self.rows_seen.append(len(previous))
        which = fixed["which"][:, None]
        total = (states["sum"][..., 0] + self.weight[previous]) % self.states
        found = self.table[which, total, previous]
        return Stepped(found, {"sum": total[..., None]}, self.attention[which, previous])

    def follow(self, ids, sentence=0):
        """Return log-probability and attention `(len(ids) + 1, source)` of ids and the end."""
        total, score, previous, attended = 0, 0.0, self.boundary, []
        for one in (*ids, self.boundary):
            total = (total + self.weight[previous]) % self.states
            score += self.table[sentence, total, previous, one]
            attended.append(self.attention[sentence, previous])
            previous = one
        return score, np.array(attended)

    def everything(self, decoding, sentence=0, source=3):
        """Return (rank, ids) of all targets there are, best first, by equation 14 as it is."""
        allowed = [i for i in range(self.boundary) if i not in NEVER]
        ranked = []
        for length in range(decoding.min_length, decoding.longest(source) + 1):
            for ids in itertools.product(allowed, repeat=length):
                score, attended = self.follow(ids, sentence)
                rank = score / ((5 + length + 1) / 6) ** decoding.length_penalty
                covered = np.minimum(attended.sum(axis=0)[:source], 1)
                rank += decoding.coverage_penalty * np.log(covered).sum()
                ranked.append((rank, ids))
        return sorted(ranked, key=lambda pair: -pair[0])

    def greedy(self, most, sentence=0, least=0):
        """Return the ids of an argmax loop."""
        total, previous, ids = 0, self.boundary, []
        while len(ids) < most:
            total = (total + self.weight[previous]) % self.states
            scores = self.table[sentence, total, previous].copy()
            scores[list(NEVER)] = -np.inf
            if len(ids) < least:
                scores[self.boundary] = -np.inf
            previous = int(scores.argmax())
            if previous == self.boundary:
                break
            ids.append(previous)
        return tuple(ids)


LETTERS = "..abcdefgh"  # the ids of the toy language; 0 and 1 are padding and unknown


class ToyTask:
    """What the translator asks of a task: letters, one id each."""

    kind, features, never, tokenize = "translate", ("tokens", "previous"), NEVER, "char"

    def __init__(self, ids=6, decoding=None):
        self.boundary = ids
        self.decoding = decoding or Decoding()
        self.encoders = {}

    def raw(self, given):
        return given

    def encode(self, inputs):
        for text in inputs:
            if not isinstance(text, str):
                raise TypeError("expected texts")
        rows = [[max(1, LETTERS.find(letter)) for letter in text] or [1] for text in inputs]
        return [{"tokens": np.array(row, np.int32)} for row in rows]

    def complete(self, given, answer):
        return answer

    def text(self, ids):
        return "".join(self.pieces(ids))

    def pieces(self, ids):
        return [LETTERS[i] for i in ids]

    def source_pieces(self, text):
        return list(text) or [""]


def toy_graphs(seed=3, *, ids=6, attention=True, end=0.0, fault=None):
    """Return encoder and step: next = logits[previous] + what is left of the one before, and
    with attention + what the source tokens attended to say.

    The state of a hypothesis is the one-hot of its previous id; attention is a softmax over the
    source of how much the previous id likes each source token.
    """
    rng = np.random.default_rng(seed)
    width = ids + 1  # the end is the last
    tables = {
        "first": rng.normal(size=(12, width)),
        "likes": rng.normal(size=(width, 12)),
        "logits": rng.normal(size=(width, width)) * 2,
        "old": rng.normal(size=(width, width)),
        "one_hot": np.eye(width),
    }
    tables["logits"][:, -1] += end
    if fault == "nan":
        tables["logits"][:] = np.nan
    arrays = [numpy_helper.from_array(a.astype(np.float32), n) for n, a in tables.items()]
    one = [numpy_helper.from_array(np.array([1], np.int64), "one")]
    node, info = helper.make_node, helper.make_tensor_value_info
    f, i = TensorProto.FLOAT, TensorProto.INT32
    encoder = helper.make_graph(
        [
            node("Gather", ["first", "tokens"], ["looked"]),
            node("Cast", ["tokens"], ["wide"], to=f),
            node("Sign", ["wide"], ["mask"]),
            node("Unsqueeze", ["mask", "one"], ["m3"]),
            node("MatMul", ["m3", "looked"], ["total"]),
            node("Squeeze", ["total", "one"], ["state_1"]),
            node("Identity", ["tokens"], ["memory"]),
        ],
        "encoder",
        [info("tokens", i, ["batch", "source"])],
        [
            info("state_1", f, ["batch", width]),
            info("memory", i, ["batch", "source"]),
            info("mask", f, ["batch", "source"]),
        ],
        [arrays[0], *one],
    )
    steps = [
        node("Gather", ["one_hot", "previous"], ["next_state_1"]),
        node("Gather", ["logits", "previous"], ["a"]),
        node("MatMul", ["state_1", "old"], ["b"]),
        node("Add", ["a", "b"], ["c"]),
    ]
    outputs = [
        info("log_probabilities", f, ["batch", "beam", width]),
        info("next_state_1" if fault != "names" else "c", f, ["batch", "beam", width]),
    ]
    inputs = [info("previous", i, ["batch", "beam"]), info("state_1", f, ["batch", "beam", width])]
    if attention:
        far = numpy_helper.from_array(np.array(1e4, np.float32), "far")
        arrays.append(far)
        steps += [
            node("Transpose", ["likes"], ["liked"]),
            node("Gather", ["liked", "memory"], ["by_source"]),
            node("Transpose", ["by_source"], ["turned"], perm=[0, 2, 1]),
            node("MatMul", ["next_state_1", "turned"], ["weights"]),
            node("Mul", ["mask", "far"], ["large"]),
            node("Unsqueeze", ["large", "one"], ["large3"]),
            node("Add", ["weights", "large3"], ["masked"]),
            node("Softmax", ["masked"], ["attention"], axis=-1),
            node("Gather", ["first", "memory"], ["values"]),
            node("MatMul", ["attention", "values"], ["context"]),
            node("Mul", ["context", "three"], ["said"]),
            node("Add", ["c", "said"], ["scores"]),
        ]
        arrays.append(numpy_helper.from_array(np.array(3, np.float32), "three"))
        inputs += [info("memory", i, ["batch", "source"]), info("mask", f, ["batch", "source"])]
        outputs.append(info("attention", f, ["batch", "beam", "source"]))
    last = "scores" if attention else "c"
    steps.append(node("LogSoftmax", [last], ["log_probabilities"], axis=-1))
    step = helper.make_graph(steps, "step", inputs, outputs, [*arrays, *one])
    opset = [helper.make_opsetid("", 17)]
    return {
        name: helper.make_model(each, opset_imports=opset, ir_version=8).SerializeToString()
        for name, each in (("encoder", encoder), ("step", step))
    }
