"""The translator on toy graphs: answers, options, batches, refusals, the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from toys import NEVER, ToyTask, toy_graphs

from textlstm.bundle import Bundle
from textlstm.cli import main
from textlstm.decoding import Decoding
from textlstm.errors import BundleError, SettingsError
from textlstm.runtime import Predictor
from textlstm.runtime.engines import sessions

TEXTS = ["abc", "d", "abcdefgh", "", "abc", "hgfe", "cd" * 20]


def predictor_of(task=None, **changed):
    return Predictor(Bundle(Path("m"), {}, task or ToyTask(), {}, toy_graphs(**changed)))


@pytest.fixture(scope="module")
def predictor():
    return predictor_of(end=-1.0)


def score(predictor, text, translation):
    """Mean log-probability and attention of a translation, one step after another."""
    encoder, step = sessions(predictor.bundle, "encoder", "step")
    (row,) = predictor.task.encode([text])
    outputs = [each.name for each in encoder.get_outputs()]
    found = dict(zip(outputs, encoder.run(None, {"tokens": row["tokens"][None]}), strict=True))
    state, total, attended = found.pop("state_1")[:, None], 0.0, []
    ids = [*predictor.task.encode([translation])[0]["tokens"]] if translation else []
    for previous, now in zip([6, *ids], [*ids, 6], strict=True):
        fed = {"previous": np.full((1, 1), previous, np.int32), "state_1": state, **found}
        names = ["log_probabilities", "next_state_1", "attention"]
        scores, state, weights = step.run(names, fed)
        total += float(scores[0, 0, now])
        attended.append(weights[0, 0])
    return total / (len(ids) + 1), np.array(attended)


def rank(predictor, text, translation, beta):
    """Log-probability and coverage of a translation, without a length penalty."""
    mean, attended = score(predictor, text, translation)
    coverage = np.log(np.minimum(attended.sum(axis=0), 1)).sum()
    return mean * len(attended) + beta * coverage


def test_answers_have_a_translation_and_its_score(predictor):
    answers = predictor.predict(TEXTS)
    assert [list(answer) for answer in answers] == [["translation", "score"]] * len(TEXTS)
    assert len({answer["translation"] for answer in answers}) > 3
    for text, answer in zip(TEXTS, answers, strict=True):
        wanted = score(predictor, text, answer["translation"])[0]
        assert answer["score"] == pytest.approx(wanted, abs=1e-5)
        assert json.loads(json.dumps(answer)) == answer
        assert set(answer["translation"]) <= set("abcd")


def test_an_answer_is_the_same_alone_and_in_a_batch(predictor):
    texts = TEXTS * 40  # several batches, several threads
    for options in ({}, {"beam": 2, "nbest": 2}, {"sample": True, "nbest": 2, "top_p": 0.9}):
        alone = [predictor.predict([text], **options)[0] for text in TEXTS]
        for answer, one in zip(predictor.predict(texts, **options), alone * 40, strict=True):
            assert answer["translation"] == one["translation"]
            assert answer["score"] == pytest.approx(one["score"], abs=1e-5)


def test_nbest_answers_begin_with_the_answer(predictor):
    (plain,) = predictor.predict(["abc"])
    (several,) = predictor.predict(["abc"], nbest=4)
    assert several["nbest"][0] == {name: several[name] for name in ("translation", "score")}
    assert several["translation"] == plain["translation"]
    assert len({one["translation"] for one in several["nbest"]}) == 4


def test_attention_has_a_row_a_target_piece(predictor):
    options = {"attention": True, "min_length": 2, "nbest": 2}
    for text, answer in zip(TEXTS, predictor.predict(TEXTS, **options), strict=True):
        found = answer["attention"]
        assert found["source"] == (list(text) or [""])
        assert found["target"] == list(answer["translation"])
        weights = np.array(found["weights"])
        assert weights.shape == (len(found["target"]), len(found["source"]))
        assert weights == pytest.approx(
            score(predictor, text, answer["translation"])[1][:-1], abs=1e-5
        )
        assert weights.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_models_own_decoding_is_the_default_and_options_change_it():
    own = predictor_of(ToyTask(decoding=Decoding(beam=3, nbest=3, max_length=2)), end=-5.0)
    (answer,) = own.predict(["abc"])
    assert len(answer["nbest"]) == 3 and len(answer["translation"]) == 2
    (answer,) = own.predict(["abc"], nbest=1, max_length=4)
    assert list(answer) == ["translation", "score"] and len(answer["translation"]) == 4


def test_sampling_is_repeated_by_its_seed(predictor):
    first = predictor.predict(TEXTS, sample=True)
    assert first == predictor.predict(TEXTS, sample=True, seed=1)
    assert first != predictor.predict(TEXTS, sample=True, seed=2)
    assert first[0] == first[4]  # the same text


def test_coverage_ranks_by_equation_14(predictor):
    how = {"beam": 8, "nbest": 8, "length_penalty": 0.0}
    moved = 0
    for text, plain in zip(TEXTS, predictor.predict(TEXTS, **how), strict=True):
        (covering,) = predictor.predict([text], coverage_penalty=2.0, **how)
        assert len(covering["nbest"]) == 8
        ranks = [rank(predictor, text, one["translation"], 2.0) for one in covering["nbest"]]
        assert np.all(np.diff(ranks) < 1e-4)
        moved += covering["translation"] != plain["translation"]
    assert moved


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beem": 3}, "decoding has no option 'beem'. Did you mean 'beam'?"),
        ({"beam": 0}, "beam=0: expected a whole number from 1 to 10,000"),
        ({"top_k": 4}, "top_k=4 has no effect without sample"),
        ({"attention": 1}, "attention=1: expected true or false"),
    ],
)
def test_options_that_cannot_be_are_refused(predictor, options, message):
    for texts in (["abc"], []):
        with pytest.raises(SettingsError) as refusal:
            predictor.predict(texts, **options)
        assert str(refusal.value) == message


def test_a_model_without_attention_refuses_what_needs_it():
    plain = predictor_of(attention=False)
    assert list(plain.predict(["abc"], beam=2)[0]) == ["translation", "score"]
    with pytest.raises(SettingsError, match="attention=true: the model has no attention"):
        plain.predict(["abc"], attention=True)
    with pytest.raises(SettingsError, match="coverage_penalty=0.2: needs attention"):
        plain.predict(["abc"], coverage_penalty=0.2)
    with pytest.raises(SettingsError, match="coverage_penalty=0.1: needs attention"):
        predictor_of(ToyTask(decoding=Decoding(coverage_penalty=0.1)), attention=False)


def test_graphs_that_do_not_fit_are_refused():
    graphs = toy_graphs()
    for given in ({"model": b""}, {"encoder": graphs["encoder"]}, {**graphs, "more": b""}):
        with pytest.raises(BundleError, match=r"expected encoder.onnx and step.onnx"):
            Predictor(Bundle(Path("m"), {}, ToyTask(), {}, given))
    with pytest.raises(BundleError, match=r"m/step.onnx: "):
        Predictor(Bundle(Path("m"), {}, ToyTask(), {}, {**graphs, "step": b"no graph"}))
    with pytest.raises(BundleError, match=r"m/step.onnx has no output 'next_state_1': it has log"):
        predictor_of(fault="names")
    swapped = {"encoder": graphs["step"], "step": graphs["encoder"]}
    with pytest.raises(BundleError, match=r"m/encoder.onnx has no input 'tokens': it has prev"):
        Predictor(Bundle(Path("m"), {}, ToyTask(), {}, swapped))


def test_a_network_that_gives_no_numbers_is_refused():
    broken = predictor_of(fault="nan")
    for options in ({}, {"sample": True}):
        with pytest.raises(BundleError, match=r"m/step.onnx: .*not a number"):
            broken.predict(["abc"], **options)


def test_never_is_never(predictor):
    assert predictor.task.never == NEVER
    answers = predictor.predict(TEXTS, sample=True, nbest=20, temperature=5.0)
    assert "." not in "".join(one["translation"] for a in answers for one in a["nbest"])


@pytest.fixture
def invoke(predictor, monkeypatch):
    monkeypatch.setattr(Predictor, "load", classmethod(lambda cls, folder: predictor))
    return lambda *words, **more: CliRunner().invoke(main, ["predict", "m", *words], **more)


def test_predict_prints_a_translation_a_line(invoke, predictor):
    wanted = [answer["translation"] for answer in predictor.predict(["abc", "", "hgfe"])]
    done = invoke(input="abc\n\nhgfe\n")
    assert (done.exit_code, done.stdout.split("\n")) == (0, [*wanted, ""]), done.stderr


def test_predict_takes_the_options_of_decoding(invoke, predictor):
    done = invoke("--json", "--beam", "3", "--nbest", "2", "--max-length", "4", "abc")
    (wanted,) = predictor.predict(["abc"], beam=3, nbest=2, max_length=4)
    assert json.loads(done.stdout) == {"source": "abc", **wanted}
    words = ["--json", "--sample", "--temperature", "2", "--top-k", "4", "--top-p", "0.9"]
    done = invoke(*words, "--seed", "0", "abc")
    (wanted,) = predictor.predict(["abc"], sample=True, temperature=2.0, top_k=4, top_p=0.9, seed=0)
    assert json.loads(done.stdout) == {"source": "abc", **wanted}
    assert "nbest" not in wanted


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--beam", "0"], "beam=0: expected a whole number from 1 to 10,000"),
        (["--nbest", "9"], "nbest=9: more than beam=5"),
        (["--temperature", "0.5"], "temperature=0.5 has no effect without sample"),
        (["--sample", "--beam", "3"], "beam=3 has no effect with sample, which does not search"),
    ],
)
def test_predict_refuses_options_in_a_line(invoke, words, message):
    for more in (["abc"], []):  # also where no text has come yet
        done = invoke(*words, *more)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr == f"textlstm: {message}\n"
