import sys

import pytest

from textlstm import discover
from textlstm.errors import DataError, SettingsError
from textlstm.recipe import Recipe


def test_a_name_is_a_file_stem():
    assert "sentiment" in discover.names()
    recipe = discover.load("sentiment")
    assert isinstance(recipe, Recipe)
    assert recipe.name == "sentiment"
    assert recipe.source == discover.path("sentiment").read_text(encoding="utf-8")


def test_a_summary_is_the_first_line_and_imports_nothing(monkeypatch):
    monkeypatch.delitem(sys.modules, "textlstm.recipes.sentiment", raising=False)
    assert discover.summary("sentiment").startswith("Sentiment")
    assert "textlstm.recipes.sentiment" not in sys.modules


def test_unknown_name():
    with pytest.raises(SettingsError) as refusal:
        discover.load("sentimnet")
    assert str(refusal.value).startswith("no recipe is called 'sentimnet': there are ")
    assert "Did you mean 'sentiment'?" in str(refusal.value)
    assert "./sentimnet.py" in str(refusal.value)


def test_a_path_is_a_recipe_of_the_users_own(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(discover.path("sentiment").read_text(encoding="utf-8"), encoding="utf-8")
    recipe = discover.load(str(file))
    assert recipe.name == "mine"
    assert recipe.settings.__module__ == "textlstm_user.mine"


def test_a_missing_path(tmp_path):
    with pytest.raises(SettingsError, match=r"mine.py: no such recipe file"):
        discover.load(str(tmp_path / "mine.py"))


def test_a_file_without_a_recipe(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("recipe = 3\n")
    with pytest.raises(SettingsError, match="expected a last line `recipe = Recipe"):
        discover.load(str(file))


def test_a_syntax_error_has_its_line(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("x = 1\ndef f(:\n")
    with pytest.raises(SettingsError, match=r"mine.py:2: invalid syntax"):
        discover.load(str(file))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (b"x = 1\nimport absent_module\n", "mine.py:2: ModuleNotFoundError: No module named"),
        (b"def f():\n    return 1 / 0\n\nx = f()\n", "mine.py:2: ZeroDivisionError: division"),
        (b"raise KeyError\n", "mine.py:1: KeyError"),
        (b"x = '\xff'\n", "mine.py:"),
    ],
)
def test_a_file_that_fails_is_a_line(tmp_path, monkeypatch, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_bytes(code)
    with pytest.raises(SettingsError) as refusal:
        discover.load("./mine.py")
    assert message in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_a_refusal_of_a_file_stays_what_it_is(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("from textlstm.errors import DataError\nraise DataError('no such set')\n")
    with pytest.raises(DataError, match="^no such set$"):
        discover.load(str(file))


def test_presets():
    recipe = discover.load("sentiment")
    assert recipe.preset(None) == {}
    with pytest.raises(SettingsError, match="has no preset 'tinny': it has tiny"):
        recipe.preset("tinny")
