import json
import shutil

import numpy as np
import onnx
import pytest
from click.testing import CliRunner
from onnx import TensorProto, helper

from textlstm import bundle
from textlstm.cli import main
from textlstm.errors import BundleError, SettingsError
from textlstm.runtime import Predictor
from textlstm.tasks.classify import Classify
from textlstm.text import TextEncoder


def graph(labels=2, external=False):
    """Return a graph whose logits are the number of tokens, times 0, 1, ..."""
    steps = helper.make_tensor("steps", TensorProto.INT64, [1], [1])
    row = helper.make_tensor(
        "row", TensorProto.FLOAT, [1, labels], [float(n) for n in range(labels)]
    )
    if external:
        row.ClearField("float_data")
        row.data_location = TensorProto.EXTERNAL
        row.external_data.add(key="location", value="weights.bin")
    nodes = [
        helper.make_node("Cast", ["tokens"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Sign", ["wide"], ["there"]),
        helper.make_node("ReduceSum", ["there", "steps"], ["length"], keepdims=1),
        helper.make_node("Mul", ["length", "row"], ["logits"]),
    ]
    made = helper.make_graph(
        nodes, "counts",
        [helper.make_tensor_value_info("tokens", TensorProto.INT32, ["batch", "time"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", labels])],
        [steps, row],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(made, opset_imports=opset, ir_version=8).SerializeToString()


@pytest.fixture(scope="session")
def task():
    encoder = TextEncoder.fit(["a good film", "一部好电影"], min_count=1)
    return Classify(("neg", "pos"), False, encoder, {"neg": 1, "pos": 1})


def write(folder, task, **changed):
    values = {
        "recipe": {"name": "sentiment", "source": "print('never run')"},
        "task": task,
        "settings": {"seed": 1},
        "weights": {"dense/kernel": np.ones((2, 3), np.float32)},
        "graphs": {"model": graph()},
        "card": "# card\n",
    }
    bundle.write(folder, **{**values, **changed})
    return folder


@pytest.fixture
def folder(tmp_path, task):
    return write(tmp_path / "run" / "bundle", task)


def test_what_is_written_is_read(folder, task):
    found = bundle.load(folder)
    assert found.recipe == "sentiment"
    assert found.settings == {"seed": 1}
    assert found.task.to_json() == task.to_json()
    assert found.graphs == {"model": graph()}
    assert found.weights()["dense/kernel"].tolist() == [[1, 1, 1], [1, 1, 1]]


def test_a_run_folder_leads_to_its_bundle(folder):
    assert bundle.find(folder.parent) == folder
    assert bundle.find(str(folder)) == folder


def test_files_are_a_closed_list_with_sizes_and_hashes(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["format"] == 1
    assert set(manifest["files"]) == {
        "task.json", "settings.json", "README.md", "weights.safetensors", "model.onnx",
        "encoders/words.json",
    }  # fmt: skip
    assert all(set(entry) == {"bytes", "sha256"} for entry in manifest["files"].values())


FILES = [
    "task.json", "settings.json", "README.md", "weights.safetensors", "model.onnx",
    "encoders/words.json",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_refused(folder, name):
    path = folder / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(BundleError, match=f"{name}: changed since it was written"):
        bundle.load(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_short_or_missing_file_is_refused(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BundleError, match="bytes, the manifest says"):
        bundle.load(folder)
    path.unlink()
    with pytest.raises(BundleError, match=f"{name} is missing"):
        bundle.load(folder)


def test_a_file_too_many_is_refused(folder):
    (folder / "extra.py").write_text("raise SystemExit")
    with pytest.raises(BundleError, match=r"extra.py is not in the manifest"):
        bundle.load(folder)


def edit(folder, change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format=2), "format 2, written by textlstm .* upgrade"),
        (lambda m: m.pop("files"), "manifest.json cannot be read"),
        (lambda m: m.update(files=[1]), "manifest.json cannot be read"),
        (
            lambda m: m["files"].update({"../../etc/passwd": {"bytes": 1, "sha256": ""}}),
            "no file of",
        ),
        (lambda m: m["files"].update({"model.pkl": {"bytes": 1, "sha256": ""}}), "no file of"),
        (lambda m: m["files"].pop("model.onnx"), "model.onnx is not in the manifest"),
        (lambda m: m["files"].pop("task.json"), "task.json is not in the manifest"),
    ],
)
def test_a_wrong_manifest_is_refused(folder, change, message):
    edit(folder, change)
    with pytest.raises(BundleError, match=message):
        bundle.load(folder)


def test_a_link_is_refused(folder):
    real = folder.parent / "elsewhere"
    shutil.move(folder / "model.onnx", real)
    (folder / "model.onnx").symlink_to(real)
    with pytest.raises(BundleError, match="a link, expected a file"):
        bundle.load(folder)


def test_weights_in_another_file_are_refused(tmp_path, task):
    data = graph(external=True)
    assert onnx.load_from_string(data)
    with pytest.raises(BundleError, match="keeps weights in another file"):
        write(tmp_path / "b", task, graphs={"model": data})
    assert not (tmp_path / "b").exists()


def test_no_bundle(tmp_path):
    with pytest.raises(BundleError, match="no such folder"):
        bundle.load(tmp_path / "nothing")
    with pytest.raises(BundleError, match="neither a run folder nor a bundle"):
        bundle.load(tmp_path)
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(BundleError, match="run is not finished.*textlstm run --resume"):
        bundle.load(tmp_path)


def test_a_failed_write_leaves_the_old_bundle(folder, task, monkeypatch):
    before = bundle.load(folder).manifest

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(bundle.atomic, "write_json", fail)
    with pytest.raises(OSError, match="disk full"):
        write(folder, task, card="# another\n")
    assert bundle.load(folder).manifest == before
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


def test_a_bundle_is_replaced_whole(folder, task):
    write(folder, task, card="# another\n")
    assert (folder / "README.md").read_text() == "# another\n"
    assert bundle.load(folder)


def test_the_predictor_answers_in_order(folder):
    predictor = Predictor.load(folder.parent)
    texts = ["a", "a good film", "", "good film", "一部好电影"] * 40
    answers = predictor.predict(texts)
    alone = [predictor.predict([text])[0] for text in texts[:5]]
    for answer, one in zip(answers, alone * 40, strict=True):
        assert answer["probabilities"] == pytest.approx(one["probabilities"], abs=1e-6)
    odds = [a["probabilities"]["pos"] / a["probabilities"]["neg"] for a in answers[:5]]
    assert np.log(odds) == pytest.approx([1, 3, 1, 2, 5], abs=1e-5)


def test_no_input_no_answer(folder):
    assert Predictor.load(folder).predict([]) == []


def test_one_text_is_not_a_list_of_texts(folder):
    with pytest.raises(TypeError, match="list of texts"):
        Predictor.load(folder).predict("a good film")


def test_a_graph_onnx_runtime_refuses(tmp_path, task):
    write(tmp_path / "b", task, graphs={"model": b"no graph"})
    with pytest.raises(BundleError, match=r"model.onnx"):
        Predictor.load(tmp_path / "b")


def test_a_kind_without_options_refuses_them(folder):
    for texts in (["a good film"], []):
        with pytest.raises(SettingsError) as refusal:
            Predictor.load(folder).predict(texts, beam=3)
        assert str(refusal.value) == "a model of kind 'classify' has no option 'beam'"


@pytest.mark.parametrize("words", [["--beam", "3"], ["--sample"], ["--seed", "0"]])
def test_the_command_refuses_options_of_other_kinds(folder, words):
    done = CliRunner().invoke(main, ["predict", str(folder), *words])
    name = words[0].removeprefix("--")
    assert done.exit_code == 2
    assert done.stderr == f"textlstm: a model of kind 'classify' has no option {name!r}\n"


def test_other_graphs_than_the_kinds_are_refused(tmp_path, task):
    write(tmp_path / "b", task, graphs={"encoder": graph(), "step": graph()})
    with pytest.raises(BundleError, match=r"graphs \['encoder', 'step'\], expected model.onnx"):
        Predictor.load(tmp_path / "b")
