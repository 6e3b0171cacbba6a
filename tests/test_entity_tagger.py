"""EntityTagger: the ner recipe as a scikit-learn estimator."""

import pickle
import subprocess
import sys

import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score

from textlstm import spans
from textlstm.errors import SettingsError
from textlstm.runtime import Predictor
from textlstm.sklearn import EntityTagger

PEOPLE = ("Anna", "Bo", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana")
TOWNS = ("Rome", "Oslo", "Bern", "Lima", "Kyiv", "Doha", "Riga", "Male")
TOKENS = [[p, verb, "in", t, "."] for p in PEOPLE for t in TOWNS for verb in ("lives", "works")]
TAGS = [["B-PER", "O", "O", "B-LOC", "O"]] * len(TOKENS)
FAST = {"preset": "tiny", "epochs": 8, "patience": 8, "characters": "none"}


@pytest.fixture(scope="module")
def of_tags():
    return EntityTagger(**FAST).fit(TOKENS, TAGS)


@pytest.fixture(scope="module")
def of_texts():
    texts = [spans.joined(tokens)[0] for tokens in TOKENS]
    found = [[("PER", 0, len(t[0])), ("LOC", text.index(t[3]), text.index(t[3]) + 4)]
             for t, text in zip(TOKENS, texts, strict=True)]  # fmt: skip
    return EntityTagger(**FAST).fit(texts, found), texts, found


def test_tags_are_learned_and_answered(of_tags):
    assert of_tags.form_ == "tags"
    assert of_tags.scheme_ == "bio"
    answers = of_tags.predict(TOKENS[:20])
    assert [len(row) for row in answers] == [5] * 20
    assert of_tags.score(TOKENS, TAGS) > 0.95
    assert of_tags.score(TOKENS[:4], [["O"] * 5] * 4) < 0.1


def test_texts_and_places_are_learned_and_answered(of_texts):
    tagger, texts, found = of_texts
    assert tagger.form_ == "entities"
    assert tagger.score(texts, found) > 0.95
    answers = tagger.predict(texts)
    assert sum(a == f for a, f in zip(answers, found, strict=True)) > 0.9 * len(texts)


def test_the_scheme_that_was_given_is_answered():
    tags = [["S-PER", "O", "O", "S-LOC", "O"]] * len(TOKENS)
    tagger = EntityTagger(**{**FAST, "epochs": 3}).fit(TOKENS, tags)
    assert tagger.scheme_ == "bioes"
    letters = {tag[0] for row in tagger.predict(TOKENS) for tag in row}
    assert letters <= set("OBIES")
    assert not any(spans.violations(row, "bioes") for row in tagger.predict(TOKENS))


def test_pickled_it_answers_alike_without_tensorflow(of_tags, tmp_path):
    path = tmp_path / "tagger.pickle"
    path.write_bytes(pickle.dumps(of_tags))
    code = (
        "import pickle, sys, pathlib; t = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes());"
        "print(t.predict([['Anna', 'lives', 'in', 'Rome', '.']]), 'tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{of_tags.predict(TOKENS[:1])} False"


def test_saved_it_is_a_bundle(of_tags, tmp_path):
    of_tags.save(tmp_path / "bundle")
    answer = Predictor.load(tmp_path / "bundle").predict(["Anna lives in Rome ."])[0]
    assert {e["type"] for e in answer["entities"]} == {"PER", "LOC"}


def test_clone_and_cross_validation():
    tagger = clone(EntityTagger(**{**FAST, "epochs": 2}, seed=3))
    assert tagger.get_params()["seed"] == 3
    with pytest.raises(NotFittedError):
        tagger.predict(TOKENS[:1])
    scores = cross_val_score(tagger, TOKENS, TAGS, cv=2, error_score="raise")
    assert len(scores) == 2
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        ([["a"]], [["B-X"], ["O"]], ValueError, "X has 1 sentences, y has 2 rows"),
        ([["a", "b"]], [["B-X"]], ValueError, r"y\[0\] has 1 tags for 2 tokens"),
        ([["a", "b"]] * 3, [["B-X", "O"], ["O", "I-X"], ["B-X", "I-X"]], ValueError,
         r"y\[1\]\[1\]: "),
        (["ab cd"], [[("X", 0, 4)]], ValueError, "y.0.: the entity 'ab c' .* cuts the word 'cd'"),
        (["ab cd"], [[("X", 0, 2), ("Y", 0, 5)]], ValueError, "X 0-2 and Y 0-5 overlap"),
        (["ab"], [[("X", 0.0, 2)]], ValueError, r"y.0.: \('X', 0.0, 2\) is no \(type"),
        (["ab"], [[{"type": "X"}]], ValueError, r"y\[0\]: {'type': 'X'} is no"),
        (["ab"], [None], TypeError, r"y\[0\] is a NoneType"),
        ([["a", "b"]], ["OO"], TypeError, r"y\[0\] is a str: expected a list, .* of tags"),
        ([["a", "b"]], [None], TypeError, r"y\[0\] is a NoneType: expected a list, .* of tags"),
        ([["a", "b"]], [["O", None]], TypeError, r"y\[0\]\[1\] is a NoneType: expected a tag"),
        ([["a", ""]], [["O", "O"]], ValueError, r"X\[0\] has no tokens, or an empty one"),
        (["ab"], [[("X", 0, 3)]], ValueError, r"y\[0\]: X at 0-3 is outside the text"),
        ([["a"]], [["O"]], ValueError, "y holds no entity at all"),
        ([3], [["O"]], TypeError, r"X\[0\] is a int: expected a list of tokens"),
        ([["a"], "b"], [["O"], ["O"]], TypeError, r"X\[1\] is a str: expected a list of tokens"),
        ([], [], ValueError, "X is empty"),
    ],
)  # fmt: skip
def test_likely_mistakes(X, y, error, message):
    with pytest.raises(error, match=message):
        EntityTagger(**FAST).fit(X, y)


def test_data_settings_and_other_recipes_are_refused():
    with pytest.raises(SettingsError, match="train= has no place here"):
        EntityTagger(train="a.conll", **FAST).fit(TOKENS, TAGS)
    with pytest.raises(SettingsError, match="recipe 'sentiment' does not tag texts"):
        EntityTagger("sentiment").fit(TOKENS, TAGS)


def test_other_rows_than_in_fit_are_refused(of_tags):
    with pytest.raises(TypeError, match="where y held tags"):
        of_tags.predict(["Anna lives in Rome ."])
