"""TextClassifier: scikit-learn's ways with texts, labels in the caller's types, pickles."""

import pickle
import random
import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags

import textlstm
from textlstm import run
from textlstm.corpora import Example
from textlstm.corpora.split import part_of, text_hash
from textlstm.errors import BundleError, DataError, SettingsError
from textlstm.sklearn import TextClassifier, _parts
from textlstm.targets import Targets

QUICK = {"preset": "tiny", "epochs": 3, "batch_rows": 8, "learning_rate": 0.03, "seed": 3}


def sentences(number, seed=5):
    """Return texts whose label hangs on one word, and the labels."""
    rng = random.Random(seed)
    texts, labels = [], []
    for place in range(number):
        label = rng.choice(["neg", "pos"])
        word = rng.choice({"pos": ["good", "great"], "neg": ["bad", "poor"]}[label])
        texts.append(f"the {rng.choice(['film', 'book'])} was {word} {place}")
        labels.append(label)
    return texts, labels


X, Y = sentences(160)
TEST_X, TEST_Y = sentences(40, seed=6)


@pytest.fixture(scope="module")
def fitted():
    return TextClassifier(**QUICK).fit(X, Y)


def in_fresh_process(code, cwd):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# What is learned


def test_it_learns_and_answers_in_the_callers_labels(fitted):
    assert fitted.classes_.tolist() == ["neg", "pos"]
    answers = fitted.predict(TEST_X)
    assert answers.shape == (40,) and set(answers) == {"neg", "pos"}
    assert fitted.score(TEST_X, TEST_Y) == np.mean(answers == np.array(TEST_Y)) > 0.9
    assert [row["epoch"] for row in fitted.history_] == list(range(1, len(fitted.history_) + 1))


def test_probabilities_have_the_columns_of_classes(fitted):
    table = fitted.predict_proba(TEST_X)
    assert table.shape == (40, 2)
    assert table.sum(axis=1) == pytest.approx(np.ones(40))
    assert (fitted.classes_[table.argmax(axis=1)] == fitted.predict(TEST_X)).all()
    assert fitted.predict([]).shape == (0,) and fitted.predict_proba([]).shape == (0, 2)


def test_equal_seeds_answer_alike_whatever_the_labels_are_called(fitted):
    # as text "10" is before "9": the network's order is that of neg and pos, classes_ is not
    numbers = np.where(np.array(Y) == "pos", 9, 10)
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    again = clone(fitted).fit(np.array(X, dtype=object), numbers)
    assert (np.random.get_state()[1] == before).all(), "the caller's random state was changed"
    assert again.classes_.tolist() == [9, 10] and again.predict(TEST_X).dtype.kind == "i"
    assert (again.predict_proba(TEST_X) == fitted.predict_proba(TEST_X)[:, ::-1]).all()
    assert again.score(TEST_X, np.where(np.array(TEST_Y) == "pos", 9, 10)) > 0.9
    for name in ("weights.safetensors", "model.onnx"):
        assert again.bundle_[name] == fitted.bundle_[name]


def test_several_labels_a_text():
    rng = random.Random(1)
    rows = [tuple(t for t in ("food", "price", "staff") if rng.random() < 0.5) for _ in range(160)]
    texts = [f"{' '.join(row)} place {i}" for i, row in enumerate(rows)]
    found = TextClassifier(**{**QUICK, "epochs": 8}).fit(texts, rows)
    assert found.classes_.tolist() == ["food", "price", "staff"]
    assert found.predict(["food staff", "price"]) == [("food", "staff"), ("price",)]
    assert found.score(texts, [set(row) for row in rows]) > 0.9
    assert found.score(["price"], [["food"]]) == 0.0
    with pytest.raises(ValueError, match="X has 1 texts, y has 2 labels"):
        found.score(["price"], [["food"], []])
    assert found.predict_proba(["food"]).shape == (1, 3)


def test_an_indicator_matrix_may_have_a_column_without_a_one():
    rng = random.Random(1)
    matrix = np.array([[rng.random() < 0.5, 0, rng.random() < 0.5] for _ in range(120)], np.int8)
    texts = [f"{'food' * a} {'staff' * b} place {i}" for i, (a, _, b) in enumerate(matrix)]
    done = cross_validate(
        TextClassifier(**{**QUICK, "epochs": 6}), np.array(texts), matrix,
        cv=[(range(100), range(100, 120))], return_estimator=True, error_score="raise",
    )  # fmt: skip
    assert done["test_score"][0] > 0.8
    found = done["estimator"][0]
    assert found.classes_.tolist() == [0, 1, 2]
    assert found.predict(texts).shape == matrix.shape and not found.predict(texts)[:, 1].any()
    assert (found.predict_proba(texts)[:, 1] == 0.0).all()


# Few texts


def test_two_texts_are_enough_and_it_is_said():
    with pytest.warns(UserWarning, match="2 texts are too few to keep some from training"):
        found = TextClassifier(preset="tiny", min_count=1).fit(["good", "bad"], [True, False])
    assert found.classes_.tolist() == [False, True]
    assert found.predict(["good"]).dtype == bool


def test_a_label_that_only_held_out_texts_have_is_learned():
    texts = [f"text {i}" for i in range(200)]
    held = next(t for t in texts if part_of(text_hash(t), ("valid",)) == "valid")
    examples = [Example(t, "rare" if t == held else "often", "") for t in [*texts, held.upper()]]
    examples[0] = Example(texts[0], "other", "")
    parts = _parts(examples)
    assert {e.input for e in parts["train"]} >= {held, held.upper()}
    assert {e.target for e in parts["train"]} == {"rare", "often", "other"}
    assert 10 <= len(parts["valid"]) <= 30
    assert len(parts["train"]) + len(parts["valid"]) == len(examples)
    assert not {e.input for e in parts["train"]} & {e.input for e in parts["valid"]}


# scikit-learn's ways


def test_parameters_come_back_and_survive_clone():
    first = TextClassifier("sentiment", preset="tiny", units=(8, 4), seed=7)
    wanted = {
        "recipe": "sentiment", "preset": "tiny", "verbose": False, "units": (8, 4), "seed": 7,
    }  # fmt: skip
    assert first.get_params() == wanted == clone(first).get_params()
    other = clone(first).set_params(epochs=3, verbose=True, seed=8)
    assert other.get_params() == {**wanted, "epochs": 3, "verbose": True, "seed": 8}
    assert first.get_params() == wanted
    assert repr(first) == "TextClassifier(preset='tiny', seed=7, units=(8, 4))"
    assert "units" in first._repr_html_()
    assert [name for name in vars(first) if name.endswith("_")] == []


def test_tags():
    tags = get_tags(TextClassifier())
    assert is_classifier(TextClassifier())
    assert tags.input_tags.string and tags.input_tags.one_d_array
    assert not tags.input_tags.two_d_array
    assert tags.classifier_tags.multi_class and tags.classifier_tags.multi_label


def test_grid_search_over_a_pipeline_finds_the_setting_that_can_learn():
    upper = FunctionTransformer(lambda texts: [text.upper() for text in texts])
    search = GridSearchCV(
        make_pipeline(upper, TextClassifier(**QUICK, lowercase=False, ngrams=False)),
        {"textclassifier__learning_rate": np.array([1e-9, 0.03])},
        cv=[(range(120), range(120, 160))], error_score="raise",
    )  # fmt: skip
    search.fit(X, Y)
    assert search.best_params_ == {"textclassifier__learning_rate": 0.03}
    first, second = search.cv_results_["mean_test_score"]
    assert first < 0.8 < 0.9 < second
    assert search.predict(TEST_X[:3]).tolist() == TEST_Y[:3]


# Pickles


def test_a_pickle_answers_in_a_process_without_tensorflow(fitted, tmp_path):
    (tmp_path / "plain.pickle").write_bytes(pickle.dumps(fitted))
    joblib.dump(fitted, tmp_path / "model.joblib", compress=3)
    code = f"""
import joblib, pickle, sys
from pathlib import Path
one = pickle.loads(Path("plain.pickle").read_bytes())
two = joblib.load("model.joblib")
assert "onnxruntime" not in sys.modules
for found in (one, two):
    print(found.predict_proba({TEST_X[:5]!r}).tolist())
assert not {{"tensorflow", "keras"}} & set(sys.modules), "TensorFlow was imported"
"""
    lines = in_fresh_process(code, tmp_path)
    assert lines == [str(fitted.predict_proba(TEST_X[:5]).tolist())] * 2


def test_changed_bytes_are_refused(fitted):
    other = pickle.loads(pickle.dumps(fitted))
    other.bundle_["model.onnx"] = other.bundle_["model.onnx"][:-1] + b"?"
    with pytest.raises(BundleError, match="changed since it was written"):
        other.predict(TEST_X)


def test_save_gives_a_bundle(fitted, tmp_path):
    fitted.save(tmp_path / "model")
    answers = textlstm.Predictor.load(tmp_path / "model").predict(TEST_X)
    assert [answer["label"] for answer in answers] == fitted.predict(TEST_X).tolist()
    with pytest.raises(FileExistsError):
        fitted.save(tmp_path / "model")
    with pytest.raises(DataError, match=r"fit\(X, y\)"):  # not another corpus in its place
        textlstm.evaluate(tmp_path / "model")


# Refusals


@pytest.mark.parametrize("call", ["predict", "predict_proba"])
def test_not_fitted(call, tmp_path):
    with pytest.raises(NotFittedError):
        getattr(TextClassifier(), call)(["a"])
    with pytest.raises(NotFittedError):
        TextClassifier().save(tmp_path / "x")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"unts": (8,)}, "no setting is called 'unts'. Did you mean 'units'"),
        ({"units": 8}, "units=8: expected int,int"),
        ({"train": "a.csv"}, "train= has no place here: X and y are the data"),
        ({"multilabel": True}, "multilabel= has no place here"),
        ({"recipe": "sentimnt"}, "Did you mean 'sentiment'"),
        ({"preset": "tny"}, "has no preset 'tny'"),
    ],
)
def test_wrong_parameters_are_refused_by_fit(settings, message):
    with pytest.raises(SettingsError, match=message):
        TextClassifier(**settings).fit(X, Y)


@pytest.mark.parametrize(
    ("texts", "labels", "error", "message"),
    [
        ("good", ["a"], TypeError, "X is a str: expected a list, 1-D array or Series of texts"),
        (["a", 3.5], ["p", "n"], TypeError, r"X\[1\] is 3.5: expected a str"),
        (["a", None], ["p", "n"], TypeError, r"X\[1\] is None: expected a str"),
        (np.array([["a"], ["b"]]), ["p", "n"], ValueError, "X has 2 dimensions: expected one"),
        ({"a": 1}, ["p"], TypeError, "X is a dict"),
        (["a", "b"], ["p"], ValueError, "X has 2 texts, y has 1 labels"),
        ([], [], ValueError, "X is empty: nothing to learn from"),
        (["a", "b"], ["p", "p"], ValueError, "every text has the label 'p': two are needed"),
        (["a", "b"], ["p", 1], TypeError, "y mixes 'p' and 1: labels must all be of one type"),
        (["a", "b"], [True, 1], TypeError, "y mixes True and 1"),
        (["a", "b"], [0.5, 1.0], ValueError, "y holds 0.5: a label is a str, a whole number"),
        (["a", "b"], [float("nan"), 1.0], ValueError, "y holds nan"),
        (["a", "b"], [None, "p"], TypeError, "y holds None: expected str, int or bool"),
        (["a", "b"], "pn", TypeError, "y is a str"),
        (["a", "b"], [["p"], "n"], TypeError, r"y\[1\] is 'n', other rows are collections"),
        (["a", "b"], [["p", "p"], []], ValueError, r"y\[0\] holds a label twice"),
        (["a", "b"], [[0, 1], [1, 0]], ValueError, "an indicator matrix is given as np.array"),
        (["a", "b"], [["p "], ["n"]], ValueError, "the label 'p ': blank, or with blanks around"),
        (["a", "b"], [[], []], ValueError, "y holds no label at all"),
        (["a", "b"], np.zeros((2, 2)), ValueError, "y holds no label at all"),
        (["a", "b"], np.array([[0], [1]]), ValueError, r"y has shape \(2, 1\): expected labels"),
        (["a", "b"], np.array([[0, 2], [1, 0]]), ValueError, r"a matrix of 0 and 1"),
    ],
)  # fmt: skip
def test_wrong_texts_and_labels_are_refused(texts, labels, error, message):
    with pytest.raises(error, match=message):
        TextClassifier().fit(texts, labels)


def test_a_bar_in_a_label_is_no_separator():
    read = Targets.read(["a|b", "c"])
    assert read.form == "label" and read.raw == ["a|b", "c"]


def test_sparse_labels_are_refused():
    from scipy.sparse import csr_array

    with pytest.raises(TypeError, match="y.toarray()"):
        TextClassifier().fit(["a", "b"], csr_array([[0, 1], [1, 0]]))


def test_training_is_refused_where_its_packages_are_missing(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(SettingsError, match="tensorflow is not installed, which training needs"):
        TextClassifier().fit(X, Y)
    with pytest.raises(SettingsError, match="pip install textlstm"):
        run.planned("sentiment", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
