"""Texts scored and continued: states carried exactly, draws that depend on nothing else."""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.drawing import Drawing
from textlstm.errors import DataError, SettingsError
from textlstm.runtime import Predictor
from textlstm.runtime.carried_state import CarriedState
from textlstm.runtime.drawn_one import drawn_one
from textlstm.runtime.sampled import drawn

sys.path.insert(0, str(Path(__file__).parent))

from generation import STORY, made


@pytest.fixture(scope="module", params=["bpe", "characters", "words"])
def predictor(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("generator") / "bundle"
    made(folder, tokens=request.param, softmax="adaptive", cutoffs=(5, 20))
    return Predictor.load(folder)


def test_pieces_are_scored_as_the_whole_text(predictor):
    lines = STORY.splitlines(keepends=True)[:7]
    (whole,), _ = predictor.score(["".join(lines)])
    parts, _ = predictor.score(lines)
    assert len(parts) == len(lines)
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-5)
    state, again = None, []
    for line in lines:
        (scores,), state = predictor.score([line], state)
        again.append(scores)
    np.testing.assert_allclose(np.concatenate(again), whole, atol=1e-5)
    assert (whole < 0).all()


def test_probabilities_of_the_next_token_sum_to_one(predictor):
    engine = predictor.engine
    _, state = predictor.score([STORY[:100]])
    scores, _ = engine.next(state)
    assert np.exp(scores.astype(np.float64)).sum() == pytest.approx(1.0, abs=1e-5)


def test_what_is_scored_is_what_next_tells(predictor):
    (row,) = predictor.task.encode([STORY[:60]])
    (told,), _ = predictor.score([STORY[:60]])
    state = predictor.engine.first()
    for token, score in zip(row["tokens"], told, strict=True):
        scores, _ = predictor.engine.next(state)
        assert scores[token] == pytest.approx(score, abs=1e-5)
        state = predictor.engine.read(np.array([token], np.int32), state)


def test_nothing_to_score(predictor):
    assert predictor.score([])[0] == []
    (none,), state = predictor.score([""])
    assert none.shape == (0,)
    assert not state.begun
    stream = predictor.stream("The old", max_length=7)
    "".join(stream)
    found, after = predictor.score(["", ""], stream.state)
    assert [len(each) for each in found] == [0, 0]
    assert after == stream.state  # which goes on with the same random numbers


def test_predict_is_the_stream_and_the_same_each_time(predictor):
    prefixes = ["The old", "One day a fox", "", "从前"]
    answers = predictor.predict(prefixes)
    for prefix, answer in zip(prefixes, answers, strict=True):
        assert "".join(predictor.stream(prefix)) == answer["continuation"]
        assert predictor.predict([prefix]) == [answer]
        assert np.isfinite(answer["score"])
        assert answer["score"] < 0
    assert predictor.predict(prefixes, seed=2) != answers


def test_a_state_that_was_saved_goes_on_as_if_nothing_had_been(predictor, tmp_path):
    whole = "".join(predictor.stream("The old man", max_length=24))
    first = predictor.stream("The old man", max_length=9)
    told = [*first]
    first.state.save(tmp_path / "state.safetensors")
    state = CarriedState.load(tmp_path / "state.safetensors")
    assert state.held == first.state.held
    text = "".join(told)
    if state.held:  # half a character was told as U+FFFD at the end
        text = text[:-1]
    second = "".join(predictor.stream("", state=state, max_length=15))
    assert text + second == whole


def test_threads_that_share_work_change_no_bit(tmp_path, monkeypatch):
    monkeypatch.setattr("textlstm.runtime.generator.processors", lambda: 4)
    story = STORY + "".join(chr(0x4E00 + n) for n in range(3000))
    made(tmp_path / "wide", story, tokens="characters", units=(384,), embedding=384)
    predictor = Predictor.load(tmp_path / "wide")
    engine = predictor.engine
    assert engine._wide.get_session_options().intra_op_num_threads == 4
    state = engine.first()
    for count in (1, 7, 200):
        ids = np.random.default_rng(count).integers(2, predictor.task.size, count)
        one, after_one = engine._run(ids, state.arrays, engine._session)
        four, after_four = engine._run(ids, state.arrays, engine._wide)
        np.testing.assert_array_equal(one, four)
        for name, array in after_one.items():
            np.testing.assert_array_equal(array, after_four[name])
    stream = predictor.stream("The old", max_length=20)
    assert ["".join(stream)] == [
        a["continuation"] for a in predictor.predict(["The old"], max_length=20)
    ]


def test_pieces_come_one_by_one_and_can_be_left(predictor):
    stream = predictor.stream("The", max_length=1000)
    first = [next(stream) for _ in range(3)]
    assert all(first)
    assert len(stream.log_probabilities) < 20


def test_greedy_is_the_likeliest(predictor):
    stream = predictor.stream("The old", top_k=1, max_length=5)
    state = stream.state
    "".join(stream)
    for score in stream.log_probabilities:
        scores, arrays = predictor.engine.next(state)
        scores[[0, 1]] = -np.inf
        assert score == pytest.approx(float(scores.max()), abs=1e-5)
        state = CarriedState(state.model, arrays, int(scores.argmax()))


def test_padding_and_unknown_are_never_drawn(predictor):
    stream = predictor.stream("The", temperature=50.0, top_p=None, max_length=300)
    ids = {stream.state.last for _ in stream}
    assert len(ids) > 10
    assert not {0, 1} & ids


def test_wrong_options_are_refused(predictor, tmp_path):
    with pytest.raises(SettingsError, match="continuing a text has no option 'beam'"):
        predictor.predict(["a"], beam=2)
    with pytest.raises(
        SettingsError, match=r"^temperature=0\.0: expected a number from 1e-12 to 1,"
    ):
        predictor.stream("a", temperature=0)
    with pytest.raises(SettingsError, match=r"Did you mean 'top_k'\?"):
        predictor.stream("a", topk=3)
    with pytest.raises(SettingsError, match=r"^max_length=\d+: expected .* to 1,000,000$"):
        predictor.stream("a", max_length=10**12)
    with pytest.raises(SettingsError, match="max_length=None"):
        predictor.stream("a", max_length=None)
    with pytest.raises(TypeError, match="score takes a list of texts"):
        predictor.score("a")


def test_a_state_of_another_model_is_refused(predictor, tmp_path):
    made(tmp_path / "other", tokens="characters", units=(7,))
    other = Predictor.load(tmp_path / "other")
    with pytest.raises(SettingsError, match="the state belongs to another model"):
        predictor.stream("", state=other.stream("a").state)
    (tmp_path / "no").write_bytes(b"nothing")
    with pytest.raises(DataError, match="not the state of a language model"):
        CarriedState.load(tmp_path / "no")


def test_a_damaged_state_is_refused(predictor, tmp_path):
    state = predictor.stream("The old").state
    name, array = next(iter(state.arrays.items()))
    size = predictor.task.size
    damaged = [
        {"last": size}, {"last": -1}, {"held": (2, size)}, {"held": (-1,)}, {"arrays": {}},
        {"arrays": {**state.arrays, "more": array}},
        {"arrays": {**state.arrays, name: array[:, 1:]}},
        {"arrays": {**state.arrays, name: array.astype(np.float64)}},
    ]  # fmt: skip
    for change in damaged:
        replace(state, **change).save(tmp_path / "state")
        again = CarriedState.load(tmp_path / "state")
        with pytest.raises(SettingsError, match="^the state is damaged"):
            predictor.stream("", state=again)
        with pytest.raises(SettingsError, match="^the state is damaged"):
            predictor.score(["a"], again)
    for drawn_before in (-1, 2**31 + 1, 10**30):
        replace(state, drawn=drawn_before).save(tmp_path / "state")
        with pytest.raises(DataError, match="not the state of a language model: -?[0-9]+ random"):
            CarriedState.load(tmp_path / "state")
    replace(state, drawn=2**31).save(tmp_path / "state")
    assert "".join(predictor.stream("", state=CarriedState.load(tmp_path / "state")))


@settings(max_examples=150)
@given(
    st.integers(0, 10**6), st.integers(2, 300), st.floats(0.1, 5),
    st.one_of(st.none(), st.integers(1, 50)),
    st.one_of(st.none(), st.floats(0.05, 1.0)),
)  # fmt: skip
def test_one_row_is_drawn_as_many_are(seed, width, temperature, top_k, top_p):
    random = np.random.default_rng(seed)
    scores = random.normal(scale=3, size=width)
    scores[random.random(width) < 0.2] = -np.inf
    scores[random.integers(width)] = 0.5
    how = Drawing(temperature=temperature, top_k=top_k, top_p=top_p)
    for draw in random.random(5):
        (many,) = drawn(scores[None], np.array([draw]), how)
        assert drawn_one(scores, float(draw), how) == many


@settings(max_examples=60)
@given(
    st.integers(0, 10**6), st.integers(2, 300), st.sampled_from([1e-12, 1e-3, 1.0, 1e3, 1e6]),
    st.one_of(st.none(), st.integers(1, 50)),
    st.one_of(st.none(), st.floats(0.05, 1.0)),
)  # fmt: skip
def test_what_is_drawn_is_possible_in_the_networks_precision(seed, width, temperature, k, p):
    random = np.random.default_rng(seed)
    scores = random.normal(scale=30, size=width).astype(np.float32)
    scores[random.random(width) < 0.2] = -np.inf
    scores[random.integers(width)] = 100
    how = Drawing(temperature=temperature, top_k=k, top_p=p)
    for draw in (0.0, *random.random(5).tolist(), np.nextafter(1.0, 0.0)):
        token = drawn_one(scores, float(draw), how)
        assert scores[token] > -np.inf
        if temperature < 1e-6:
            assert token == scores.argmax()


def test_draws_follow_the_distribution():
    chances = np.array([0.5, 0.25, 0.15, 0.07, 0.03])
    random = np.random.default_rng(0).random(20_000)

    def shares(**how):
        full = Drawing(**{"temperature": 1.0, "top_k": None, "top_p": None, **how})
        counts = Counter(drawn_one(np.log(chances), float(r), full) for r in random)
        return np.array([counts[k] for k in range(5)]) / len(random)

    np.testing.assert_allclose(shares(), chances, atol=0.01)
    np.testing.assert_allclose(shares(top_k=2), [2 / 3, 1 / 3, 0, 0, 0], atol=0.01)
    np.testing.assert_allclose(shares(top_p=0.8), np.array([50, 25, 15, 0, 0]) / 90, atol=0.01)
    sharp = chances**2 / (chances**2).sum()
    np.testing.assert_allclose(shares(temperature=0.5), sharp, atol=0.01)
