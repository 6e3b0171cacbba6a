"""The READMEs' commands are ones that there are: options and settings are read, nothing is run."""

import shlex
from pathlib import Path

import pytest

from textlstm import discover
from textlstm.cli import main
from textlstm.rescoring import EvaluateSettings
from textlstm.settings import CheckSettings

READMES = [Path(__file__).parent.parent / name for name in ("README.md", "README.zh.md")]
PROMPT = "$ textlstm "


def commands(path):
    """Return the words of each command of a README, without its comment."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [shlex.split(line[len(PROMPT) :], comments=True) for line in lines if PROMPT in line]


EVERY = [(path.name, words) for path in READMES for words in commands(path)]


def read(words):
    """Read a command as the runner does, and its settings as the recipe does."""
    name, *rest = words
    assert name in main.commands, f"no command {name}"
    given = main.commands[name].make_context(name, rest).params
    if name == "run":
        recipe = discover.load(given["recipe"])
        return recipe.settings.from_words(given["words"], recipe.preset(given["preset"]))
    if name in ("check", "evaluate"):
        kind = CheckSettings if name == "check" else EvaluateSettings
        return kind.from_words([word for word in given["words"] if "=" in word])
    return given


@pytest.mark.parametrize(("name", "words"), EVERY, ids=[f"{n} {' '.join(w)}" for n, w in EVERY])
def test_a_command_is_one_that_there_is(name, words):
    assert read(words)


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_each_recipe_is_run_and_asked(path):
    runs = [words[1] for words in commands(path) if words[0] == "run"]
    asked = [words[1] for words in commands(path) if words[0] == "predict"]
    assert set(runs) == set(discover.names())
    assert {f"runs/{name}-1" for name in runs} <= set(asked)


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_a_forecast_is_given_its_history(path):
    (settings,) = (read(words) for words in commands(path) if words[:2] == ["run", "forecast"])
    (past,) = (words[2] for words in commands(path) if words[:2] == ["predict", "runs/forecast-1"])
    assert len([float(value) for value in past.split()]) == settings.history
