"""What the exported graph holds, and what cannot be exported."""

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from keras import layers as kl

from textlstm import layers
from textlstm.errors import Refusal
from textlstm.export import to_onnx

TOKENS = np.array([[3, 4, 1, 6, 2], [5, 2, 0, 0, 0], [0, 0, 0, 0, 0], [7, 7, 7, 0, 0]], "int32")


def ids(name="tokens"):
    return keras.Input((None,), dtype="int32", name=name)


def shuffled(model):
    rng = np.random.default_rng(5)
    for variable in model.weights:
        variable.assign(rng.normal(0.1, 0.6, size=variable.shape))
    return model


def agree(model, feeds, atol=1e-5):
    """Run both on `feeds` and return what ONNX Runtime answers, by output name."""
    session = onnxruntime.InferenceSession(to_onnx(model))
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(None, feeds), strict=True))
    given = [feeds[i.name] for i in model.inputs]
    answers = model.predict_on_batch(given if len(given) > 1 else given[0])
    answers = answers if isinstance(answers, list) else [answers]
    for name, expected in zip(names, answers, strict=True):
        assert np.ptp(expected) > 1e-3
        np.testing.assert_allclose(found[name], expected, rtol=1e-6, atol=atol)
    return found


def small(x=None, **settings):
    tokens = ids()
    x = layers.recurrent(layers.embedding(tokens, 9, 4), "lstm", (3,), **settings)
    return keras.Model(tokens, kl.Dense(2, name="logits")(layers.pool(x, "max")), name="small")


def test_the_graph_is_native_small_and_says_its_shapes():
    model = onnx.load_from_string(to_onnx(small()))
    ops = [node.op_type for node in model.graph.node]
    assert ops.count("LSTM") == 1
    assert not {"Loop", "Scan", "If"} & set(ops)
    (lstm,) = (node for node in model.graph.node if node.op_type == "LSTM")
    assert lstm.name == "recurrent_1"
    assert list(lstm.input)[1:4] == ["recurrent_1/W", "recurrent_1/R", "recurrent_1/B"]
    assert lstm.input[4]  # the lengths
    (given,), (made,) = model.graph.input, model.graph.output
    shapes = [
        [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim] for v in (given, made)
    ]
    assert (given.name, shapes[0]) == ("tokens", ["batch", "time"])
    assert (made.name, shapes[1]) == ("logits", ["batch", 2])
    assert given.type.tensor_type.elem_type == onnx.TensorProto.INT32
    assert made.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    assert model.doc_string == "" and not model.metadata_props
    assert not any(node.doc_string for node in model.graph.node)


def test_equal_networks_give_equal_bytes():
    a, b = small(), small()
    b.set_weights(a.get_weights())
    assert to_onnx(a) == to_onnx(a) == to_onnx(b)


@pytest.mark.parametrize("reset_after", [True, False])
@pytest.mark.parametrize("use_bias", [True, False])
def test_gru_forms_and_missing_biases(reset_after, use_bias):
    tokens = ids()
    x = layers.embedding(tokens, 9, 4)
    x = kl.GRU(3, reset_after=reset_after, use_bias=use_bias, return_sequences=True)(x)
    x = kl.LSTM(3, use_bias=use_bias, recurrent_activation="tanh", activation="relu")(x)
    agree(shuffled(keras.Model(tokens, x)), {"tokens": TOKENS[[0, 1, 3]]})


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_relu_and_the_last_state(cell, bidirectional):
    tokens = ids()
    x = layers.recurrent(
        layers.embedding(tokens, 9, 4), cell, (8, 7), bidirectional, activation="relu",
        return_sequences=False,
    )  # fmt: skip
    agree(shuffled(keras.Model(tokens, x)), {"tokens": TOKENS})


@pytest.mark.parametrize("function", ["linear", "relu", "tanh", "sigmoid", "softmax", "softplus"])
def test_activations(function):
    tokens = ids()
    x = layers.pool(layers.embedding(tokens, 9, 4), "mean")
    a = kl.Dense(3, activation=function, name="a")(x)
    b = kl.Activation(function, name="b")(kl.Dense(3, use_bias=False)(x))
    found = agree(shuffled(keras.Model(tokens, [a, b])), {"tokens": TOKENS})
    assert list(found) == ["a", "b"]


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("pooling", ["last", "max", "mean", "attention"])
def test_several_features_side_by_side(scale, pooling):
    words, tags = ids(), ids("tags")
    a, b = layers.embedding(words, 9, 4), layers.embedding(tags, 5, 3, name="tag_vectors")
    x = kl.Concatenate()([a, b])
    x = layers.recurrent(x, "gru", (4,))
    y = layers.recurrent(kl.SpatialDropout1D(0.5)(a), "rnn", (8,), False, name="other")
    x = kl.LayerNormalization(scale=scale, center=not scale)(kl.Add()([x, y, kl.Dense(8)(x)]))
    model = keras.Model([words, tags], layers.pool(kl.Dropout(0.5)(x), pooling, bidirectional=True))
    agree(shuffled(model), {"tokens": TOKENS, "tags": TOKENS % 5})


def test_masks_that_differ_are_joined():
    words, tags = ids(), ids("tags")
    x = kl.Concatenate()(
        [layers.embedding(words, 9, 4), layers.embedding(tags, 9, 3, name="tag_vectors")]
    )
    model = shuffled(keras.Model([words, tags], layers.pool(x, "mean")))
    longer = np.array([[1, 2, 3, 4, 0]] * 4, "int32")
    agree(model, {"tokens": TOKENS, "tags": longer})


def test_a_part_without_a_mask_makes_every_step_count_as_in_keras():
    words, tags = ids(), ids("tags")
    x = kl.Concatenate()(
        [layers.embedding(words, 9, 4), kl.Embedding(9, 3, name="tag_vectors")(tags)]
    )
    x = layers.recurrent(x, "lstm", (3,))
    for pooling in ("max", "mean", "last", "attention"):
        model = keras.Model([words, tags], layers.pool(x, pooling, bidirectional=True))
        agree(shuffled(model), {"tokens": TOKENS, "tags": TOKENS})


def test_shared_and_nested_layers():
    tokens = ids()
    inner_tokens = ids("inner")
    x = layers.recurrent(layers.embedding(inner_tokens, 9, 4), "gru", (3,))
    encoder = keras.Model(inner_tokens, layers.pool(x, "max"), name="encoder")
    stack = keras.Sequential([kl.Dense(6, "tanh"), kl.Dense(6)], name="stack")
    twice = stack(stack(encoder(tokens)))
    other = encoder(layers.WordDropout(0.5)(tokens))
    model = shuffled(keras.Model(tokens, kl.Add()([twice, other])))
    agree(model, {"tokens": TOKENS})
    names = [i.name for i in onnx.load_from_string(to_onnx(model)).graph.initializer]
    assert len(names) == len(set(names))
    assert sum(name.endswith("/embeddings") for name in names) == 1


def test_sequential():
    model = keras.Sequential(
        [ids(), kl.Embedding(9, 4, mask_zero=True), kl.LSTM(3, return_sequences=True),
         layers.MeanPooling()]
    )  # fmt: skip
    agree(shuffled(model), {"tokens": TOKENS})


def test_a_sequence_output_and_float_inputs():
    series, constant = keras.Input((None, 2), name="series"), keras.Input((3,), name="constant")
    x = layers.recurrent(series, "lstm", (4,))
    y = kl.Concatenate(axis=1)([layers.pool(x, "last", bidirectional=True), constant])
    model = shuffled(keras.Model([series, constant], [kl.Dense(3, name="steps")(x), y]))
    rng = np.random.default_rng(1)
    feeds = {
        "series": rng.normal(size=(2, 6, 2)).astype("float32"),
        "constant": rng.normal(size=(2, 3)).astype("float32"),
    }
    assert agree(model, feeds)["steps"].shape == (2, 6, 3)


def refusal_of(model):
    with pytest.raises(Refusal) as refusal:
        to_onnx(model)
    return str(refusal.value)


CAN = (
    "Layers that have one: Activation, Add, AttentionPooling, Bidirectional, CRF, CharacterCNN, "
    "CharacterLSTM, Concatenate, ConstrainedSoftmax, "
    "Dense, Dropout, Embedding, EmbeddingDropout, GRU, Identity, LSTM, LastPooling, "
    "LayerNormalization, LinearNGrams, LinearWindow, "
    "MaxPooling, MeanPooling, ReversibleEmbedding, SideBySide, SimpleRNN, SpatialDropout1D, "
    "WordDropout"
)


def test_a_layer_without_a_mapping_is_named():
    tokens = ids()
    x = kl.Embedding(9, 4)(tokens)
    assert refusal_of(keras.Model(tokens, kl.Conv1D(3, 2, name="ngrams")(x))) == (
        f"layer 'ngrams' (Conv1D) has no mapping to ONNX.\n{CAN}"
    )
    twice = kl.Lambda(lambda t: 2 * t, name="twice")
    assert refusal_of(keras.Model(tokens, twice(x))) == (
        f"layer 'twice' (Lambda) has no mapping to ONNX.\n{CAN}"
    )
    assert refusal_of(keras.Model(tokens, kl.GlobalMaxPooling1D(name="top")(x))) == (
        "layer 'top' (GlobalMaxPooling1D) has no mapping to ONNX."
        f" Did you mean 'MaxPooling'?\n{CAN}"
    )
    added = keras.ops.mean(x, axis=1)
    assert refusal_of(keras.Model(tokens, added)).startswith("layer 'mean' (Mean) has no mapping")


class Halved(kl.Dense):
    def call(self, x):
        return super().call(x) / 2


def test_a_subclass_is_another_layer():
    tokens = ids()
    x = Halved(3, name="own")(kl.Embedding(9, 4)(tokens))
    assert refusal_of(keras.Model(tokens, x)).startswith(
        "layer 'own' (Halved) has no mapping to ONNX."
    )


def stock(layer):
    tokens = ids()
    return keras.Model(tokens, layer(kl.Embedding(9, 4, mask_zero=True, name="e")(tokens)))


def warned(layer):
    with pytest.warns(UserWarning, match="this layer does not support masking"):
        return stock(layer)


REFUSED = {
    "layer 'x' (LSTM): go_backwards=True cannot be exported": lambda: stock(
        kl.LSTM(3, go_backwards=True, name="x")
    ),
    "layer 'x' (GRU): activation 'elu' cannot be exported, tanh, sigmoid, relu can": lambda: stock(
        kl.GRU(3, activation="elu", name="x")
    ),
    "layer 'x' (Bidirectional): merge_mode='sum' cannot be exported, 'concat' can": lambda: stock(
        kl.Bidirectional(kl.LSTM(3), merge_mode="sum", name="x")
    ),
    "layer 'x' (Bidirectional): RNN cannot be exported, GRU, LSTM, SimpleRNN can": lambda: stock(
        kl.Bidirectional(kl.RNN(kl.LSTMCell(3)), name="x")
    ),
    "layer 'x' (Bidirectional): two directions of different kind or size cannot be exported": (
        lambda: stock(
            kl.Bidirectional(kl.LSTM(3), backward_layer=kl.LSTM(2, go_backwards=True), name="x")
        )
    ),
    "layer 'x' (Bidirectional): two directions of different activation cannot be exported": (
        lambda: stock(
            kl.Bidirectional(
                kl.LSTM(3),
                name="x",
                backward_layer=kl.LSTM(3, activation="relu", go_backwards=True),
            )
        )
    ),
    "layer 'x' (LayerNormalization): axis=[1] cannot be exported, the last one can": lambda: (
        keras.Model((s := keras.Input((5, 2))), kl.LayerNormalization(axis=1, name="x")(s))
    ),
    "layer 'x' (LayerNormalization): without scale and center it cannot be exported": lambda: stock(
        kl.LayerNormalization(scale=False, center=False, name="x")
    ),
    "layer 'x' (Concatenate): axis=1 cannot be exported, the last one can": lambda: keras.Model(
        (s := keras.Input((None, 2))), kl.Concatenate(axis=1, name="x")([s, s])
    ),
    "layer 'x' (Dense): activation 'gelu' cannot be exported, "
    "linear, relu, tanh, sigmoid, softmax, softplus can": lambda: stock(
        kl.Dense(3, activation="gelu", name="x")
    ),
    "layer 'x' (LSTM): an initial state cannot be exported": lambda: keras.Model(
        [(s := keras.Input((None, 2))), (h := keras.Input((3,)))],
        kl.LSTM(3, name="x")(s, initial_state=[h, h]),
    ),
    "layer 'x' (Functional): a masked sequence as input of an inner network cannot be exported": (
        lambda: warned(keras.Model((s := keras.Input((None, 4))), kl.LSTM(3)(s), name="x"))
    ),
    "layer 'not_equal' (NotEqual): only ids (batch, time) != 0 can be exported": lambda: (
        keras.Model(
            (t := ids()), layers.pool(kl.Embedding(9, 4)(t), "max", keras.ops.not_equal(t, 3))
        )
    ),
    "input 'letters' is int32 with 4 axes: expected "
    "int32 (batch, time), int32 (batch, time, characters), "
    "float32 (batch, time, features) or float32 (batch, features)": (
        lambda: keras.Model(
            (t := keras.Input((None, None, None), dtype="int32", name="letters")),
            kl.Embedding(9, 4)(t),
        )
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message):
    keras.utils.clear_session()  # names such as not_equal count from the start
    assert refusal_of(REFUSED[message]()) == message


class Free(keras.Model):
    def call(self, x):
        return x


def test_a_network_that_is_not_functional():
    assert refusal_of(Free(name="free")) == (
        "network 'free' is not functional: it cannot be exported"
    )
