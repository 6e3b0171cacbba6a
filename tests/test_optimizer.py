"""Adam against Keras' own on dense gradients: weights, moments and averages after many steps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from textlstm.optimizer import Adam


class Dense(keras.optimizers.Adam):
    """Keras' Adam, which gets the gradient of the embedding as one array of all rows."""

    def apply(self, grads, trainable_variables=None):
        return super().apply([tf.convert_to_tensor(g) for g in grads], trainable_variables)


def trained(kind, steps=12, **settings):
    """A network whose embedding gets rows that occur often, seldom and never."""
    keras.utils.set_random_seed(2)
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(40, 6, name="words")(ids)
    x = keras.layers.Dense(5, activation="tanh", name="seen")(x)
    x = keras.layers.GlobalMaxPooling1D()(x)
    model = keras.Model(ids, keras.layers.Dense(3, name="logits")(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(kind(0.02, **settings), loss)
    rng = np.random.default_rng(1)
    for step in range(steps):
        words = rng.integers(1, 4 if step < 3 else 30, (8, 7))
        model.train_on_batch(words, rng.integers(0, 3, 8))
    return model


@pytest.mark.parametrize(
    "settings",
    [{}, {"global_clipnorm": 0.1}, {"global_clipnorm": 0.1, "use_ema": True, "ema_momentum": 0.9},
     {"clipnorm": 0.05}, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}, {"amsgrad": True},
     {"weight_decay": 0.1}, {"gradient_accumulation_steps": 3}],
    ids=lambda s: "-".join(s) or "default",
)  # fmt: skip
def test_the_numbers_are_those_of_keras(settings):
    ours, stock = trained(Adam, **settings), trained(Dense, **settings)
    names, expected = (
        [v.path.partition("/")[2] for v in model.optimizer.variables] for model in (ours, stock)
    )
    assert names == expected
    assert ours.optimizer.variables[0].path.startswith("adam")
    for one, other in zip(
        ours.weights + ours.optimizer.variables, stock.weights + stock.optimizer.variables,
        strict=True,
    ):  # fmt: skip
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=1e-6, err_msg=one.path)


def test_rows_without_a_gradient_go_on_by_their_moments():
    table, adam = keras.Variable(np.zeros((4, 2))), Adam(0.1)
    adam.build([table])
    moved = []
    for row in (1, 2):
        before = table.numpy()
        gradient = tf.IndexedSlices(tf.ones((2, 2)), tf.constant([row, row]), tf.constant([4, 2]))
        adam.apply([gradient], [table])
        moved.append((table.numpy() != before).all(axis=1).tolist())
    assert moved == [[False, True, False, False], [False, True, True, False]]
    np.testing.assert_allclose(
        adam.variables[2].numpy(), [[0, 0], [0.18, 0.18], [0.2, 0.2], [0, 0]]
    )


def test_a_schedule_gives_the_rate():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    ours, stock = (trained(lambda _, k=k: k(schedule)) for k in (Adam, Dense))
    np.testing.assert_allclose(ours.weights[0], stock.weights[0], rtol=1e-4, atol=1e-6)


def test_under_a_distribution_strategy_keras_does_it():
    settings = {"global_clipnorm": 0.1, "use_ema": True, "ema_momentum": 0.9}
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        mirrored = trained(Adam, 3, **settings)
    stock = trained(Dense, 3, **settings)
    for model in (mirrored, stock):
        model.optimizer.finalize_variable_values(model.trainable_variables)
    np.testing.assert_allclose(mirrored.weights[0], stock.weights[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_one_broken_gradient_breaks_all_that_are_clipped_together(bad):
    """As in Keras: the trainer stops at a loss that is no number, instead of going on lamely."""
    one, other = keras.Variable([1.0]), keras.Variable([1.0])
    adam = Adam(0.1, global_clipnorm=1.0)
    adam.build([one, other])
    adam.apply([tf.constant([bad]), tf.constant([1.0])], [one, other])
    assert np.isnan(other.numpy()).all()


def test_it_is_made_again_from_its_config():
    config = keras.optimizers.serialize(Adam(0.1, global_clipnorm=2.0))
    again = keras.optimizers.deserialize(config)
    assert type(again) is Adam and again.global_clipnorm == 2.0
