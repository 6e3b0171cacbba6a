"""The command line: words, exit codes, what goes where."""

import json
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

import textlstm
from textlstm.cli import main


def invoke(*words, **options):
    return CliRunner().invoke(main, [str(word) for word in words], **options)


def test_help_lists_the_commands_and_shows_examples():
    done = invoke("--help")
    assert done.exit_code == 0
    assert "textlstm run sentiment train=reviews.csv" in done.output
    for name in ("recipes", "predict", "doctor"):
        assert f"\n  {name}" in done.output


def test_version():
    assert textlstm.__version__ in invoke("--version").output


def test_recipes_lists_names_and_first_lines():
    lines = invoke("recipes").output.splitlines()
    assert [line.split()[0] for line in lines] == [
        "forecast",
        "generation",
        "ner",
        "sentiment",
        "translation",
    ]
    assert lines[3].startswith("sentiment    Sentiment and other text")


@pytest.mark.parametrize("columns", ["60", "200"])
def test_show_prints_every_setting_at_any_width(columns):
    done = invoke("show", "sentiment", env={"COLUMNS": columns})
    assert done.exit_code == 0
    from textlstm import discover

    for field in discover.load("sentiment").settings.describe():
        assert field.name in done.output and field.comment in done.output
    assert "--preset tiny" in done.output


def test_copy_gives_a_recipe_to_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = invoke("copy", "sentiment", "mine.py")
    assert done.exit_code == 0
    assert "textlstm run ./mine.py" in done.output
    text = (tmp_path / "mine.py").read_text(encoding="utf-8")
    assert text.startswith(f"# Copied from recipe 'sentiment' of textlstm {textlstm.__version__}")
    shown = invoke("show", "./mine.py")
    assert shown.exit_code == 0, shown.output
    again = invoke("copy", "sentiment", "mine.py")
    assert (again.exit_code, "exists already; nothing was written" in again.output) == (2, True)
    assert (tmp_path / "mine.py").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("target", ["mine.txt", "nowhere/mine.py"])
def test_copy_refuses_what_cannot_be_a_recipe(tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    assert invoke("copy", "sentiment", target).exit_code == 2


def test_copy_tells_what_it_cannot_read_or_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "enc.py").write_bytes(b"# caf\xe9\n")
    done = invoke("copy", "./enc.py", "y.py")
    assert (done.exit_code, done.stderr) == (2, "textlstm: enc.py: not UTF-8 at byte 6\n")

    def full(path, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("textlstm.atomic.write_text", full)
    done = invoke("copy", "sentiment", "y.py")
    said = "textlstm: y.py: cannot be written: No space left on device\n"
    assert (done.exit_code, done.stderr) == (2, said)


def test_doctor_counts_processors_where_there_is_no_affinity(monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    done = invoke("doctor")
    assert (done.exit_code, ", 7 processors" in done.output) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["predcit", "x"], 2, "no command 'predcit'. Did you mean 'predict'?"),
        (["run"], 2, "which recipe? `textlstm recipes` lists them"),
        (["run", "sentimnt"], 2, "Did you mean 'sentiment'?"),
        (["run", "sentiment", "unts=3"], 2, "no setting is called 'unts'. Did you mean 'units'?"),
        (["run", "sentiment", "data=a.csv", "train=b.csv"], 2, "data= and train= are both given"),
        (["run", "sentiment", "--preset", "tny"], 2, "has no preset 'tny': it has tiny"),
        (["show", "nothing"], 2, "no recipe is called 'nothing'"),
        (["run", "sentiment", "data=absent.csv"], 3, "absent.csv"),
        (["predict", "absent", "x"], 4, "absent: no such folder"),
        (["evaluate", "absent"], 4, "absent: no such folder"),
        (["run", "--resume", "absent"], 2, "absent: no run folder"),
        (["check", "absent.csv"], 3, "absent.csv"),
    ],
)
def test_mistakes_are_a_line_and_an_exit_code(tmp_path, monkeypatch, words, code, message):
    monkeypatch.chdir(tmp_path)
    done = invoke(*words)
    assert done.exit_code == code, done.output
    assert message in done.output  # check says on standard output what is wrong
    assert "Traceback" not in done.output
    assert len(done.stderr.strip().splitlines()) <= 4


def test_a_file_that_is_not_there_uses_up_no_number(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert invoke("run", "sentiment", "train=nope.csv").exit_code == 3
        assert invoke("shootout", "sentiment", "train=nope.csv", "cell=rnn,gru").exit_code == 3
        assert list(tmp_path.glob("runs/*")) == []
    (tmp_path / "empty").mkdir()
    assert invoke("run", "sentiment", "train=nope.csv", "--out", "empty").exit_code == 3
    done = invoke("run", "sentiment", "train=nope2.csv", "--out", "empty")  # not "another run"
    assert "nope2.csv" in done.output
    assert done.exit_code == 3


def test_a_data_mistake_leaves_a_folder_that_can_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("text,label\ngood,pos\nbad,pos\n", encoding="utf-8")
    for _ in range(2):
        done = invoke("run", "sentiment", "data=a.csv", "--out", "run")
        assert done.exit_code == 3, done.output


def test_predict_prints_a_line_an_input(tiny_run):
    done = invoke("predict", tiny_run.folder, "the film was good", "the film was bad")
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("the film was good")
    assert lines[0].split()[0] in ("pos", "neg")


def test_predict_json_keeps_text_label_probabilities(tiny_run):
    done = invoke("predict", tiny_run.folder, "一部好电影", "--json")
    row = json.loads(done.stdout)
    assert list(row) == ["text", "label", "probabilities"]
    assert row["text"] == "一部好电影"
    assert sum(row["probabilities"].values()) == pytest.approx(1)


def test_predict_reads_lines_from_standard_input(tiny_run):
    text = "the film was good\r\n\nthe film was bad"
    done = invoke("predict", tiny_run.folder, "--json", input=text)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows] == ["the film was good", "", "the film was bad"]


def test_input_that_is_not_utf8_is_refused_with_its_line(tiny_run):
    done = invoke("predict", tiny_run.folder, input=b"good\nb\xe4d\n")
    assert done.exit_code == 3
    assert "<stdin>:2: not UTF-8" in done.stderr


def test_predict_loads_no_tensorflow(tiny_run):
    code = (
        "import sys; from textlstm.cli import main\n"
        f"main(['predict', {str(tiny_run.folder)!r}, 'good'], standalone_mode=False)\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'tensorflow_datasets', 'matplotlib', 'onnx',"
        " 'scipy', 'pandas'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_closed_pipe_is_no_traceback(tiny_run, tmp_path):
    lines = tmp_path / "lines.txt"
    lines.write_text("good\n" * 20_000, encoding="utf-8")
    command = f"{sys.executable} -m textlstm predict {tiny_run.folder} < {lines} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.endswith("good\n")
    assert "Traceback" not in done.stderr and "Error" not in done.stderr


def test_doctor_says_what_is_installed():
    done = invoke("doctor")
    assert done.exit_code == 0
    assert "✔ tensorflow" in done.output
    assert "fused LSTM and GRU (" in done.output


def test_evaluate_prints_a_report(tiny_run):
    done = invoke("evaluate", tiny_run.folder, "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["scores"]["accuracy"]["value"] == tiny_run.report.scores["accuracy"].value


def test_compare_pairs_runs(tiny_run, tmp_path):
    shutil.copytree(tiny_run.folder, tmp_path / "copy")
    done = invoke("compare", tiny_run.folder, tmp_path / "copy", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)


def test_check_counts_and_refuses(tmp_path, reviews):
    done = invoke("check", reviews)
    assert done.exit_code == 0, done.stderr
    assert "400" in done.stdout
    bad = tmp_path / "bad.csv"
    bad.write_text("text,label\ngood,pos\nbad\n", encoding="utf-8")
    done = invoke("check", bad)
    assert done.exit_code == 3
    assert "bad.csv:3" in done.output


def test_output_goes_through_pipes_without_colours(tiny_run):
    assert "\x1b" not in invoke("predict", tiny_run.folder, "good").output
