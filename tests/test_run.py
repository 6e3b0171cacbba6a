"""The whole way: trains, continues, is interrupted, ends with the same weights."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

import textlstm
from textlstm import bundle, rescoring, run
from textlstm.checkpoint import peek
from textlstm.errors import DataError, SettingsError
from textlstm.runtime import Predictor
from textlstm.settings import LabelDataSettings

FAST = ["--preset", "tiny", "epochs=3", "patience=9", "batch_rows=8", "learning_rate=0.01"]


def command(*words, **options):
    return subprocess.run(
        [sys.executable, "-m", "textlstm", *map(str, words)],
        capture_output=True, text=True, timeout=300, **options,
    )  # fmt: skip


def weights_hash(folder):
    return hashlib.sha256((folder / "bundle" / "weights.safetensors").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory, reviews):
    """A run in a process of its own, never stopped."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    done = command("run", "sentiment", f"data={reviews}", *FAST, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_a_run_writes_what_the_design_names(tiny_run):
    names = {path.name for path in tiny_run.folder.iterdir()}
    assert {
        "settings.json", "log.jsonl", "checkpoints", "bundle", "report.json", "report.html",
        "predictions.jsonl",
    } <= names  # fmt: skip


def test_a_run_knows_its_report_history_and_predictor(tiny_run):
    assert tiny_run.report.scores["accuracy"].value >= 0.0
    assert [row["epoch"] for row in tiny_run.history] == [1, 2]
    assert tiny_run.history[-1]["loss"] < tiny_run.history[0]["loss"]
    answer = tiny_run.predictor.predict(["the film was not bad"])[0]
    assert set(answer) == {"label", "probabilities"}
    assert "accuracy" in tiny_run._repr_html_()


def test_the_report_scores_the_bundles_answers(tiny_run):
    rows = [
        json.loads(line)
        for line in (tiny_run.folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    again = textlstm.Predictor.load(tiny_run.folder).predict([row["input"] for row in rows])
    assert [a["label"] for a in again] == [row["answer"]["label"] for row in rows]
    right = sum(row["answer"]["label"] == row["target"] for row in rows)
    report = json.loads((tiny_run.folder / "report.json").read_text(encoding="utf-8"))
    assert report["examples"] == len(rows)
    assert report["scores"]["accuracy"]["value"] == pytest.approx(right / len(rows))
    assert list(report)[:10] == [
        "recipe", "corpus", "split", "examples", "scores", "per_label", "baselines", "settings",
        "versions", "seconds",
    ]  # fmt: skip
    assert {"majority", "tfidf-logistic", "nb-svm"} <= set(report["baselines"])


def test_results_on_standard_output_progress_on_standard_error(whole):
    folder, done = whole
    assert "accuracy" in done.stdout and "nb-svm" in done.stdout
    assert str(folder) in done.stdout
    assert "epoch 1: loss" in done.stderr and "epoch 1: loss" not in done.stdout
    assert "train: " in done.stderr  # counts per label
    assert "Traceback" not in done.stderr and "Warning" not in done.stderr


def test_the_same_seed_gives_the_same_weights_in_another_process(whole, tmp_path, reviews):
    done = command("run", "sentiment", f"data={reviews}", *FAST, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert weights_hash(tmp_path / "run") == weights_hash(whole[0])


def test_a_killed_run_goes_on_and_ends_the_same(whole, tmp_path, reviews):
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "textlstm", "run", "sentiment", f"data={reviews}", *FAST,
         "--out", str(folder)],
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    last = folder / "checkpoints" / "last.safetensors"
    deadline = time.monotonic() + 200
    while not last.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    before = peek(last).epoch
    assert 1 <= before < 3, "the run ended before it could be killed"
    done = command("run", "--resume", folder)
    assert done.returncode == 0, done.stderr
    assert f"going on after epoch {before}" in done.stderr
    assert weights_hash(folder) == weights_hash(whole[0])
    assert [row["epoch"] for row in peek(last).history] == [1, 2, 3]


def test_ctrl_c_evaluates_and_exits_130_and_the_run_can_go_on(whole, tmp_path, reviews):
    folder = tmp_path / "run"
    words = [sys.executable, "-m", "textlstm", "run", "sentiment", f"data={reviews}", *FAST]
    process = subprocess.Popen(
        [*words, "--out", str(folder)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    last = folder / "checkpoints" / "last.safetensors"
    deadline = time.monotonic() + 200
    while not last.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=200)
    assert process.returncode == 130, err
    assert "finishing with the best weights so far" in err
    assert "accuracy" in out
    assert textlstm.Predictor.load(folder).predict(["the film was bad"])
    done = command("run", "sentiment", f"data={reviews}", *FAST, "--out", folder)
    assert done.returncode == 0, done.stderr
    assert weights_hash(folder) == weights_hash(whole[0])


def test_a_finished_run_is_not_trained_again(whole, reviews):
    folder, _ = whole
    for words in (["--resume", folder], ["sentiment", f"data={reviews}", *FAST, "--out", folder]):
        done = command("run", *words)
        assert done.returncode == 2
        assert "holds a finished run" in done.stderr


def test_resume_takes_nothing_beside_it(tmp_path):
    done = command("run", "sentiment", "--resume", tmp_path)
    assert (done.returncode, "give nothing beside it" in done.stderr) == (2, True)


def test_changed_data_cannot_be_resumed(tmp_path, reviews):
    copied = tmp_path / "reviews.csv"
    copied.write_bytes(reviews.read_bytes())
    plan = run.planned(
        "sentiment", [f"data={copied}", "epochs=1"], preset="tiny", out=tmp_path / "run"
    )
    run.execute(plan, textlstm.progress.Quiet())
    (tmp_path / "run" / "finished").unlink()
    with copied.open("a", encoding="utf-8") as file:
        file.write("a new text altogether,pos\n" * 3)
    with pytest.raises(DataError, match="the data have changed since this run began"):
        run.execute(run.resumed(tmp_path / "run"), textlstm.progress.Quiet())


def test_wrong_settings_are_refused_before_keras_is_loaded(tmp_path):
    code = (
        "import sys; from textlstm.cli import main\n"
        "try: main(['run', 'sentiment', 'unit=3'])\n"
        "except SystemExit as end: print(end.code)\n"
        "print('keras' in sys.modules, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.split() == ["2", "False", "False"]
    assert "no setting is called 'unit'. Did you mean 'units'?" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_evaluate_scores_again_and_another_file(tiny_run, tmp_path):
    report = textlstm.evaluate(tiny_run.folder)
    assert report.scores["accuracy"].value == tiny_run.report.scores["accuracy"].value
    other = tmp_path / "other.csv"
    other.write_text("text,label\nthe film was good,pos\nthe film was bad,neg\n", encoding="utf-8")
    report = textlstm.evaluate(tiny_run.folder, test=str(other))
    assert report.examples == 2
    assert report.split == "test"
    with pytest.raises(SettingsError, match="Did you mean 'test'"):
        textlstm.evaluate(tiny_run.folder, tests="x.csv")


def test_evaluate_scores_nothing_else_than_asked(tiny_run, tmp_path):
    with pytest.raises(SettingsError, match="label= says how test= is read: which file"):
        textlstm.evaluate(tiny_run.folder, label="x")

    def trained_on(corpus):
        """The same model, of a recipe whose settings name no data."""
        found = tiny_run.predictor.bundle
        bundle.write(
            tmp_path / "mine", recipe={"name": "mine", "source": "", "corpus": corpus},
            task=found.task, settings={**found.settings, "data": None}, weights=found.weights(),
            graphs=found.graphs, card="",
        )  # fmt: skip
        return tmp_path / "mine"

    mine = trained_on("my books")
    message = "recipe 'mine' was trained on my books, which is no embedded corpus"
    with pytest.raises(DataError, match=message):
        textlstm.evaluate(mine)
    other = tmp_path / "other.csv"
    other.write_text("text,label\nthe film was good,pos\nthe film was bad,neg\n", encoding="utf-8")
    report = textlstm.evaluate(mine, test=str(other))
    assert set(report.baselines) <= {"network-alone"}
    assert message in " ".join(report.notes)
    with pytest.raises(DataError, match="toy-titles"):  # of another kind
        textlstm.evaluate(trained_on("toy-titles"))
    found = Predictor.load(trained_on("toy-reviews/zh"))
    assert rescoring._own_corpus(found, LabelDataSettings(), "classify") == "toy-reviews/zh"
    assert rescoring._own_corpus(found, LabelDataSettings(data="a.csv"), "classify") is None


def test_threads_do_not_change_the_weights(whole, tmp_path, reviews):
    environment = {**os.environ, "TF_NUM_INTRAOP_THREADS": "1"}
    done = command(
        "run", "sentiment", f"data={reviews}", *FAST, "--out", tmp_path / "run", env=environment
    )
    assert done.returncode == 0, done.stderr
    assert weights_hash(tmp_path / "run") == weights_hash(whole[0])
