"""Every notebook runs from top to bottom with the tiny preset, and is committed without output."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS] == [
        "forecast", "forecast.zh", "gates", "gates.zh", "generation", "generation.zh",
        "gradients", "gradients.zh", "lstm_from_zero", "lstm_from_zero.zh", "ner", "ner.zh",
        "sentiment", "sentiment.zh", "translation", "translation.zh",
    ]  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_clean(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


# The Chinese ones do what the English ones do: they run in `make test-slow`.
RUN = [
    pytest.param(path, marks=pytest.mark.slow if path.stem.endswith(".zh") else ())
    for path in NOTEBOOKS
]


@pytest.mark.filterwarnings("default")  # jupyter_client and zmq warn of their own event loops
@pytest.mark.parametrize("path", RUN, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTLSTM_PRESET", "tiny")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}})
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any("text/html" in output.get("data", {}) for output in shown)  # the report
    assert any("image/png" in output.get("data", {}) for output in shown)  # the curves
