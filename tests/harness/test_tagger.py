"""The linear tagger: features by place, well-formed tags, the same answers alone and together."""

import random
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.harness import features, tagger


def test_shapes():
    words = ["McDonald's-24", "USA", "don't", "北京", "", "3.5"]
    assert [features.shape(word) for word in words] == ["XxXx'x-d", "X", "x'x", "h", "", "d.d"]


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=6), min_size=1, max_size=5))
@settings(max_examples=50)
def test_a_sentence_has_the_same_features_alone_and_among_others(sentences):
    def made(rows):
        own = features.Words(False)(rows) if any(rows) else np.zeros((0, 11), np.uint64)
        return features.window(own, [len(row) for row in rows])

    together = made(sentences)
    alone = [made([row]) for row in sentences if row]
    assert len(together) == sum(map(len, sentences))
    if alone:
        np.testing.assert_array_equal(together, np.concatenate(alone))


def test_features_tell_places_apart():
    own = features.Words(False)([["a", "b", "a", "b"]])
    found = features.window(own, [4])
    assert (own[0] == own[2]).all()
    assert (found[0] != found[2]).any()  # other neighbours
    assert len(np.unique(features.columns(found))) > 60


def names(number, seed):
    draw = random.Random(seed)
    rows, tags = [], []
    for _ in range(number):
        words, said = [], []
        for _ in range(draw.randint(1, 4)):
            if draw.random() < 0.5:
                words += ["mr", f"Q{draw.randrange(10**6)}er", f"S{draw.randrange(10**6)}son"]
                said += ["O", "B-PER", "I-PER"]
            else:
                words.append(draw.choice("uvw"))
                said.append("O")
        rows.append(words)
        tags.append(said)
    return rows, tags


@pytest.fixture(scope="module")
def model():
    return tagger.fit(*names(300, 1), seed=0)


def test_it_learns_words_it_never_met(model):
    rows, tags = names(100, 2)
    found = list(tagger.answers(model, rows))
    assert [said for said, _ in found] == tags
    assert all(0.5 < p <= 1.0 for _, sure in found for p in sure)


def test_alone_as_among_others_and_in_blocks(model, monkeypatch):
    rows, _ = names(40, 3)
    rows.insert(7, [])
    together = list(tagger.answers(model, rows))
    assert together[7] == ([], [])
    alone = [next(iter(tagger.answers(model, [row]))) for row in rows]
    monkeypatch.setattr(tagger, "BLOCK", 13)
    for other in (alone, list(tagger.answers(model, rows))):
        assert [said for said, _ in other] == [said for said, _ in together]
        for (_, a), (_, b) in zip(other, together, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5)


def test_the_same_seed_gives_the_same_weights(model):
    again = tagger.fit(*names(300, 1), seed=0)
    np.testing.assert_array_equal(again.weights, model.weights)


def test_tags_are_well_formed_whatever_the_weights(model):
    draw = np.random.default_rng(0)
    weights = draw.normal(size=(len(model.weights), 5)).astype(np.float32) * 1000
    weights[-1] = 0
    wild = tagger.Tagger(
        model.words, ("O", "B-A", "I-A", "B-B", "I-B"), model.rows,
        weights, np.zeros(5, np.float32), tagger._follows(("O", "B-A", "I-A", "B-B", "I-B")),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = list(tagger.answers(wild, names(50, 4)[0]))
    for said, sure in found:
        for before, tag in zip(["O", *said], said, strict=False):
            assert not tag.startswith("I-") or before[2:] == tag[2:]
        assert np.isfinite(sure).all()
    assert any(tag.startswith("I-") for said, _ in found for tag in said)


def test_chinese_is_seen_as_characters():
    rows = [list("我在北京工作"), list("他去南京看书")] * 30
    tags = [["O", "O", "B-地", "I-地", "O", "O"]] * 60
    model = tagger.fit(rows, tags, seed=0)
    assert model.words.characters
    assert next(iter(tagger.answers(model, [list("我去北京看书")])))[0] == tags[0]


def test_without_entities_there_is_no_tagger():
    assert tagger.fit([["a", "b"]], [["O", "O"]], 0) is None
    only = tagger.fit([["Ann"], ["Bob"]] * 3, [["B-P"]] * 6, 0)
    assert [said for said, _ in tagger.answers(only, [["Cy"]])] == [["B-P"]]
