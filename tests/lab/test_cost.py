"""Parameters and operations against Keras' own count and formulas by hand."""

import keras
import pytest

from textlstm import discover, layers
from textlstm.corpora import Example
from textlstm.lab import budget, cost, grid

TEXTS = [Example(f"the {w} film was {v} not bad", v, "") for w in "ab" for v in ("good", "poor")]
TAGGED = [
    Example(("Ada", "Lovelace", "wrote", w), (("PER", 0, 12),), "") for w in ("code", "letters")
]
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def network(name, *words):
    recipe = discover.load(name)
    settings = recipe.settings.from_words([*words, "min_count=1"], recipe.preset("tiny"))
    task = recipe.task(settings, TEXTS if name == "sentiment" else TAGGED)
    keras.utils.clear_session()
    return recipe.network(settings, task), task


def weights(cell, m, n):
    """Return the weights of one direction; Keras' GRU has two biases a gate."""
    return GATES[cell] * (n * (m + n) + n * (2 if cell == "gru" else 1))


@pytest.mark.parametrize("cell", GATES)
@pytest.mark.parametrize("directions", [1, 2])
def test_a_classifier(cell, directions):
    model, task = network(
        "sentiment", f"cell={cell}", f"bidirectional={'true' if directions == 2 else 'false'}",
        "embedding=7", "units=5,3",
    )  # fmt: skip
    found = cost.of(model)
    first, second = weights(cell, 7, 5), weights(cell, 5 * directions, 3)
    pooled = 2 * 3 * directions  # max and mean
    assert found.parameters == {
        "total": model.count_params(),
        "embedding": task.encoder.size * 7,
        "recurrent": directions * (first + second),
        "head": pooled * 2 + 2,
        "n-grams": task.buckets * 2 + 2 + 1,
    }
    assert sum(found.parameters.values()) == 2 * model.count_params()
    products = 5 * (7 + 5) + 3 * (5 * directions + 3)
    assert found.token == 2 * GATES[cell] * directions * products
    assert found.text == 2 * pooled * 2
    assert found.a_token(10) == found.token + found.text / 10
    assert found.notes == ()


@pytest.mark.parametrize("characters", ["cnn", "lstm", "none"])
def test_a_tagger(characters):
    given = [] if characters == "none" else ["filters=6"]
    model, task = network(
        "ner", f"characters={characters}", "embedding=7", "units=5", "cell=gru", *given
    )
    found = cost.of(model, spelling=9)
    tags = len(task.tags)
    vectors = task.words.size * 7 + task.shapes * 8
    token = 0
    width = 15
    if characters == "cnn":
        vectors += task.letters.size * 30 + 3 * 30 * 6 + 6
        token, width = 9 * 3 * 6, 15 + 6
    elif characters == "lstm":
        vectors += task.letters.size * 30 + 2 * weights("lstm", 30, 6)
        token, width = 9 * 2 * 2 * 4 * 6 * (30 + 6), 15 + 12
    assert found.parameters["total"] == model.count_params()
    assert found.parameters["embedding"] == vectors
    assert found.parameters["recurrent"] == 2 * weights("gru", width, 5)
    assert found.parameters["head"] == model.count_params() - vectors - 2 * weights("gru", width, 5)
    assert found.parameters["head"] > 10 * tags + tags  # and the transitions
    assert found.token == token + 2 * 2 * 3 * 5 * (width + 5) + 2 * 10 * tags
    assert found.text == 0


def test_layers_of_ones_own_count_by_their_weights():
    tokens = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(11, 4)(tokens)
    x = keras.layers.Conv1D(6, 3, padding="same")(x)
    x = keras.layers.MultiHeadAttention(2, 3, name="looks")(x, x)
    inner = keras.Sequential([keras.Input((None, 6)), keras.layers.SimpleRNN(5)])
    y = keras.layers.Dense(2)(inner(x))
    model = keras.Model(tokens, y)
    found = cost.of(model)
    attention = 3 * 6 * 6 + 6 * 6
    assert found.token == 2 * (3 * 4 * 6 + attention + 5 * (6 + 5))
    assert found.text == 2 * 5 * 2
    assert found.parameters["recurrent"] == 5 * (6 + 5) + 5
    assert found.parameters["head"] == 12
    assert sum(found.parameters.values()) == 2 * model.count_params()
    assert found.notes == ("looks (MultiHeadAttention): products of activations are not counted",)


def test_a_layer_that_is_used_twice_has_its_weights_once():
    tokens = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(11, 4, mask_zero=True)(tokens)
    shared = keras.layers.Dense(4, use_bias=False)
    x = shared(shared(x))
    x = layers.pool(layers.recurrent(x, "rnn", (3,), False), "attention")
    found = cost.of(keras.Model(tokens, x))
    assert found.parameters["embedding"] == 44 + 16
    assert found.token == 2 * (2 * 16 + 3 * (4 + 3) + 3 * 3 + 3)


def test_cells_are_matched_to_the_first_ones_weights():
    recipe = discover.load("sentiment")
    words = ["cell=rnn,gru,lstm", "bidirectional=false,true", "embedding=7", "units=20,10"]
    combinations = grid.of_words(recipe, [*words, "ngrams=false"], "tiny")
    task = recipe.task(combinations[0].settings, TEXTS)
    units, counts = budget.matched(recipe, task, combinations)
    target = weights("rnn", 7, 20) + weights("rnn", 20, 10)
    assert (units[0], counts[0]) == ((20, 10), target)
    for one, (first, second), count in zip(combinations, units, counts, strict=True):
        cell, ways = one.settings.cell, 1 + one.settings.bidirectional

        def size(n, cell=cell, ways=ways):
            half = max(1, round(n / 2))
            return ways * (weights(cell, 7, n) + weights(cell, ways * n, half))

        assert second == max(1, round(first / 2))
        assert count == size(first)
        assert all(abs(count - target) <= abs(size(n) - target) for n in range(1, 40))
