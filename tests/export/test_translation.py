"""Encoder and step graphs against the network they were made of."""

import itertools

import keras
import numpy as np
import pytest

from textlstm import discover
from textlstm.corpora import Example
from textlstm.errors import Refusal
from textlstm.export import translation, translation_parity
from textlstm.export.by_kind import proven
from textlstm.runtime.engines import names
from textlstm.tasks.translate import Translate

PAIRS = [
    ("the cat sleeps.", "die Katze schläft."),
    ("a cat and a dog", "eine Katze und ein Hund"),
    ("我 喜欢 你。", "ich mag dich."),
    ("no", "nein"),
    ("the dog that the cat saw sleeps now.", "der Hund, den die Katze sah, schläft jetzt."),
]
RECIPE = discover.load("translation")


def made(**options):
    values = {**RECIPE.presets["tiny"], "decoder": (5, 4), "units": (4,), "embedding": 6}
    settings = RECIPE.settings.from_mapping({**values, "min_count": 1, **options})
    train = [Example(source, target, "") for source, target in PAIRS]
    task = Translate.fit(train, settings)
    keras.utils.set_random_seed(4)
    model = RECIPE.network(settings, task)
    for weight in model.trainable_weights:  # zero biases would hide a wrong order
        weight.assign(keras.random.normal(weight.shape, stddev=0.6))
    rows = task.encode([source for source, _ in PAIRS])
    targets = task.encode_targets([target for _, target in PAIRS], rows)
    return model, task, [{**row, **more} for row, more in zip(rows, targets, strict=True)]


CASES = [
    {"cell": cell, "attention": attention, "input_feeding": feeding}
    for cell, attention, feeding in itertools.product(
        ("lstm", "gru", "rnn"), ("multiplicative", "additive", "none"), (False, True)
    )
] + [
    {"tie": "none"}, {"tie": "all", "joint": True}, {"bidirectional": False},
    {"units": (4, 3), "decoder": (5,)}, {"decoder": (5, 4, 3)}, {"tokens": "characters"},
]  # fmt: skip


def test_the_table_is_whole():
    assert len(CASES) == 3 * 3 * 2 + 6


@pytest.mark.parametrize("options", CASES, ids=str)
def test_the_graphs_score_as_the_network(options):
    model, _, rows = made(**options)
    found = translation_parity.compare(model, translation.graphs(model), rows)
    assert found.texts == found.alone == len(PAIRS)
    assert found.largest < 1e-5


def test_awkward_texts_are_scored_alike_too():
    model, task, rows = made(max_tokens=40)
    assert set(proven(model, task, rows)) == {"encoder", "step"}


def test_hypotheses_of_one_sentence_share_its_source():
    model, _, rows = made()
    sessions = {k: translation_parity._session(v) for k, v in translation.graphs(model).items()}
    encoder, step = sessions["encoder"], sessions["step"]
    arrays = encoder.run(None, {"tokens": rows[0]["tokens"][None]})
    source = dict(zip(names(encoder.get_outputs()), arrays, strict=True))
    states = {k: np.repeat(v[:, None], 3, 1) for k, v in source.items() if k[:6] == "state_"}
    fixed = {k: v for k, v in source.items() if k in names(step.get_inputs()) and k not in states}
    together = step.run(None, {"previous": np.array([[5, 6, 7]], "int32"), **states, **fixed})
    for k, token in enumerate((5, 6, 7)):
        one = {name: state[:, :1] for name, state in states.items()}
        alone = step.run(None, {"previous": np.array([[token]], "int32"), **one, **fixed})
        for a, b in zip(together, alone, strict=True):
            np.testing.assert_allclose(a[:, k : k + 1], b, atol=1e-6)
    attention = dict(zip(names(step.get_outputs()), together, strict=True))["attention"]
    np.testing.assert_allclose(attention.sum(axis=-1), 1.0, atol=1e-6)


@pytest.mark.parametrize("which", ["recurrent_1/backward", "bridge", "keys", "readout"])
def test_a_graph_of_other_weights_is_refused(which):
    model, _, rows = made()
    graphs = translation.graphs(model)
    weight = next(w for w in model.trainable_weights if which in w.path and "bias" not in w.path)
    weight.assign(np.asarray(weight) * 1.1)
    with pytest.raises(Refusal, match="the exported graphs do not score as the network: text"):
        translation_parity.compare(model, graphs, rows)


def test_a_network_without_a_decoder_is_refused():
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    previous = keras.Input((None,), dtype="int32", name="previous")
    x = keras.layers.Embedding(5, 3)(previous)
    model = keras.Model({"tokens": tokens, "previous": previous}, x, name="odd")
    with pytest.raises(Refusal, match="network 'odd': 0 attention decoders, expected one"):
        translation.graphs(model)
    alone = keras.Model(previous, x, name="half")
    with pytest.raises(Refusal, match="network 'half': inputs .'previous'., expected"):
        translation.graphs(alone)
