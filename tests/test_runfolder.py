import dataclasses
import subprocess
import sys

import pytest

from textlstm import discover, runfolder
from textlstm.errors import DataError, SettingsError


@pytest.fixture(scope="module")
def recipe():
    return discover.load("sentiment")


def settings(recipe, *words):
    return recipe.settings.from_words(words)


def test_the_first_free_number(tmp_path):
    assert runfolder.fresh("a", tmp_path) == tmp_path / "a-1"
    (tmp_path / "a-1").mkdir()
    assert runfolder.fresh("a", tmp_path) == tmp_path / "a-2"


def test_an_unfinished_run_with_equal_settings_goes_on(tmp_path, recipe):
    folder = tmp_path / "run"
    runfolder.start(folder, recipe, "sentiment", settings(recipe, "seed=3"))
    runfolder.start(folder, recipe, "sentiment", settings(recipe, "seed=3"))
    assert runfolder.read(folder)["settings"]["seed"] == 3


def test_other_settings_are_refused_and_named(tmp_path, recipe):
    folder = tmp_path / "run"
    runfolder.start(folder, recipe, "sentiment", settings(recipe, "seed=3"))
    with pytest.raises(SettingsError, match="unfinished run with seed=3 where this one has seed=4"):
        runfolder.start(folder, recipe, "sentiment", settings(recipe, "seed=4"))
    changed = dataclasses.replace(recipe, source="# another")
    with pytest.raises(SettingsError, match="another version of the recipe file"):
        runfolder.start(folder, changed, "sentiment", settings(recipe, "seed=3"))


def test_a_finished_run_is_refused(tmp_path, recipe):
    folder = tmp_path / "run"
    runfolder.start(folder, recipe, "sentiment", settings(recipe))
    runfolder.finish(folder)
    with pytest.raises(SettingsError, match="holds a finished run; take another --out"):
        runfolder.start(folder, recipe, "sentiment", settings(recipe))


def test_a_folder_of_other_things_is_refused(tmp_path, recipe):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SettingsError, match="exists and is no run folder"):
        runfolder.start(tmp_path, recipe, "sentiment", settings(recipe))
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_no_run_folder(tmp_path):
    with pytest.raises(SettingsError, match="no run folder"):
        runfolder.read(tmp_path)
    (tmp_path / "settings.json").write_text("{")
    with pytest.raises(SettingsError, match="not JSON"):
        runfolder.read(tmp_path)
    (tmp_path / "settings.json").write_text("[1]")
    with pytest.raises(SettingsError, match="not the settings of a run"):
        runfolder.read(tmp_path)


def test_two_processes_in_one_folder(tmp_path):
    code = (
        "import sys; from pathlib import Path; from textlstm import runfolder\n"
        f"with runfolder.locked(Path({str(tmp_path)!r})): print('held')"
    )
    with runfolder.locked(tmp_path):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "another process is at work" in done.stderr
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "held\n"
    with runfolder.locked(tmp_path), pytest.raises(DataError), runfolder.locked(tmp_path):
        pass
