"""The linear model beside a network: what it learns, and how much it counts."""

from types import SimpleNamespace

import numpy as np
import pytest

from textlstm import heads, layers, mixing, store

RNG = np.random.default_rng(0)
START = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def restart():
    """Draw the same numbers whatever tests ran before."""
    RNG.bit_generator.state = START


def part(tmp_path, name, rows, labels):
    with store.Writer(tmp_path / name) as writer:
        for row, label in zip(rows, labels, strict=True):
            writer.add("train", {"tokens": np.array(row, np.int32), "label": np.int32(label)})
        return writer.finish({}).parts["train"]


def texts(number, *, decides):
    """Texts of 8 tokens; in every second one the token 5 or 6 is the label, where it decides."""
    labels = RNG.integers(0, 2, number)
    rows = RNG.integers(10, 200, (number, 8))
    if decides:
        rows[::2, 3] = 5 + labels[::2]
    return rows, labels


def mixed(tmp_path, logits, *, decides, **more):
    train = part(tmp_path, "train", *texts(1500, decides=decides))
    rows, labels = texts(400, decides=decides)
    valid = part(tmp_path, "valid", rows, labels)
    task = SimpleNamespace(labels=("a", "b"), multi=False, counts={"a": 1, "b": 1})
    layer = layers.LinearNGrams(2**12, 2)
    layer.build([(None, 2), (None, None)])
    values = logits(labels).astype("float32")
    loss = heads.ClassifyHead(task).loss
    found = mixing.fit(layer, train, valid, values, loss, **more)
    after = np.asarray(layer([values, rows]))
    before, after = (float(loss(labels, z)) for z in (values, after))
    return found, before, after, np.mean(np.asarray(layer([values, rows])).argmax(1) == labels)


def knows(share):
    """A network that is sure, and right on `share` of the texts."""

    def logits(labels):
        said = np.where(RNG.random(len(labels)) < share, labels, 1 - labels)
        return 4.0 * np.stack([1 - said, said], axis=1)

    return logits


def test_a_network_that_knows_nothing_leaves_the_answer_to_the_linear_model(tmp_path):
    found, before, after, accuracy = mixed(tmp_path, knows(0.5), decides=True)
    assert found.linear > 0.3 > found.network
    assert after < before
    assert accuracy > 0.7  # every second text is decided, the others are guessed


def test_n_grams_that_know_nothing_do_no_harm(tmp_path):
    found, before, after, accuracy = mixed(tmp_path, knows(0.95), decides=False)
    assert found.network > 0.5
    assert after <= before
    assert accuracy > 0.92


def test_both_count_where_both_know(tmp_path):
    found, before, after, accuracy = mixed(tmp_path, knows(0.8), decides=True)
    assert found.network > 0.1
    assert found.linear > 0.1
    assert accuracy > 0.85


def test_the_same_data_and_seed_give_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(mixing, "CHOSEN_ON", 300)  # regularisation chosen on a sample
    monkeypatch.setattr(mixing, "LIMIT", 1000)
    results = []
    for run in ("first", "second"):
        RNG.bit_generator.state = START
        results.append(mixed(tmp_path / run, knows(0.8), decides=True, seed=3))
    assert results[0] == results[1]
    assert results[0][3] > 0.8


def test_several_labels_a_text(tmp_path):
    labels = RNG.integers(0, 2, (900, 3))
    rows = RNG.integers(10, 50, (900, 8))
    rows[:, :3] = np.where(labels, [1, 2, 3], rows[:, :3])
    whole = []
    for name, chosen in (("train", slice(0, 600)), ("valid", slice(600, 900))):
        with store.Writer(tmp_path / name) as writer:
            for row, label in zip(rows[chosen], labels[chosen], strict=True):
                writer.add("train", {"tokens": row.astype(np.int32), "label": label.astype("i4")})
            whole.append(writer.finish({}).parts["train"])
    task = SimpleNamespace(labels=("a", "b", "c"), multi=True, counts={})
    layer = layers.LinearNGrams(2**10, 1)
    layer.build([(None, 3), (None, None)])
    nothing = np.zeros((300, 3), "float32")
    mixing.fit(layer, *whole, nothing, heads.ClassifyHead(task).loss)
    said = np.asarray(layer([nothing, rows[600:]])) > 0
    assert (said == labels[600:]).mean() > 0.98


@pytest.mark.parametrize("balanced", [False, True])
def test_rare_labels_count_more_when_balanced(tmp_path, balanced):
    labels = (RNG.random(2000) < 0.05).astype(int)
    rows = RNG.integers(10, 200, (2000, 8))
    rows[:, 0] = np.where(RNG.random(2000) < 0.8, 5 + labels, 6 - labels)  # right in 4 of 5
    train = part(tmp_path, "train", rows[:1500], labels[:1500])
    valid = part(tmp_path, "valid", rows[1500:], labels[1500:])
    counts = {"a": int((labels == 0).sum()), "b": int(labels.sum())}
    task = SimpleNamespace(labels=("a", "b"), multi=False, counts=counts)
    head = heads.ClassifyHead(task, balance="balanced" if balanced else "none")
    layer = layers.LinearNGrams(2**12, 1)
    layer.build([(None, 2), (None, None)])
    nothing = np.zeros((500, 2), "float32")
    mixing.fit(layer, train, valid, nothing, head.loss, balanced=balanced)
    said = np.asarray(layer([nothing, rows[1500:]])).argmax(1)
    recall = said[labels[1500:] == 1].mean()
    assert recall > 0.6 if balanced else recall < 0.3
