"""The speed of translation, in training beside a peer and in prediction: measured and judged."""

import json
import statistics
import sys
from types import SimpleNamespace

import pytest
from benchmark_modules import module, result


@pytest.mark.parametrize(
    ("speed", "one", "same", "ratio", "missed"),
    [(41.0, 0.059, True, 1.6, 0), (39.0, 0.059, True, 1.6, 1), (41.0, 0.061, True, 1.6, 1),
     (41.0, 0.059, False, 1.6, 1), (41.0, 0.059, True, 1.4, 1)],
)  # fmt: skip
def test_translation_has_four_goals(speed, one, same, ratio, missed, tmp_path, monkeypatch, capsys):
    translation = module("translation")
    (tmp_path / "multi30k").mkdir()
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    found = {"sentences_per_second": [speed] * 3, "one_sentence": one, "reload_is_identical": same}
    monkeypatch.setattr(translation, "predicted", lambda folder, rounds: found)
    trained = {"tokens_per_second": {"textlstm": 3.0, "joeynmt": 2.0}, "ratio": ratio}
    monkeypatch.setattr(translation, "training_speed", lambda *given: trained)
    words = ["--run", "r", "--joeynmt", "python", "--results", str(tmp_path)]
    assert translation.main(words) == missed
    assert capsys.readouterr().out.count("✖") == missed
    assert result(tmp_path, "translation")["training"] == trained


def write_pairs(folder):
    """Write a little multi30k whose target is the source backwards."""
    words = ["a", "b", "c", "d", "e", "f", "g", "h"]
    (folder / "multi30k").mkdir()
    for part, count in (("train", 60), ("dev", 12)):
        rows = [[words[(k * n + k) % 8] for k in range(3 + n % 4)] + [f"{part}{n}"]
                for n in range(count)]  # fmt: skip
        for end, step in (("en", 1), ("de", -1)):
            text = "".join(" ".join(row[::step]) + "\n" for row in rows)
            (folder / "multi30k" / f"{part}.{end}").write_text(text, "utf-8")


@pytest.fixture
def joey(tmp_path):
    """A Python that answers as JoeyNMT's half does, in 0.5 s a round; it tells what it was told."""
    peer = tmp_path / "peer.py"
    peer.write_text(
        "import json, sys\n"
        "given = json.load(open(sys.argv[1], encoding='utf-8'))\n"
        "tokens = sum(len(ids) + 1 for batch in given['batches'] for _, ids in batch)\n"
        "print(json.dumps({'tokens': tokens, 'weights': given['sizes']['units'], 'torch': '2',\n"
        "                  'joeynmt': sys.argv[2]}), flush=True)\n"
        "for line in sys.stdin:\n"
        "    print(0.5, flush=True)\n",
        "utf-8",
    )
    return peer


def test_translation_is_measured(tmp_path, monkeypatch, capsys, joey):
    translation = module("translation")
    write_pairs(tmp_path)
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    monkeypatch.setattr(translation, "_PEER", joey)
    sizes = ["units=8", "embedding=6", "decoder=6", "epochs=1"]
    words = ["--rounds", "2", "--batches", "2", "--joeynmt", sys.executable]
    words += ["--results", str(tmp_path), *sizes]
    assert translation.main(words) in (0, module("measuring").MISSED)
    document = result(tmp_path, "translation")
    found = document["predict"]
    assert found["sentences"] == 12 and len(found["sentences_per_second"]) == 2
    assert found["reload_is_identical"] is True
    trained = document["training"]
    assert trained["sizes"]["units"] == 8 and trained["weights"]["joeynmt"] == 8
    assert trained["versions"]["joeynmt"] == "0"  # without input feeding
    own = trained["seconds"]["textlstm"]
    assert trained["ratio"] == pytest.approx(statistics.median(0.5 / took for took in own))
    assert trained["tokens_per_second"]["joeynmt"] == trained["tokens"] / 0.5
    assert "JoeyNMT" in capsys.readouterr().out


def test_a_reload_that_differs_is_told(tmp_path, monkeypatch):
    translation, measuring = module("translation"), module("measuring")

    class Predictor:
        @staticmethod
        def load(folder):
            return Predictor()

        def predict(self, texts, beam):
            return [{"translation": "x", "score": -1.0} for _ in texts]

    monkeypatch.setattr("textlstm.runtime.Predictor", Predictor)
    monkeypatch.setattr(translation, "sources", lambda predictor: ["a", "b"])
    for score, same in ((-1.0, True), (-1.5, False)):
        said = json.dumps([{"translation": "x", "score": score}] * 2)
        monkeypatch.setattr(
            measuring, "process", lambda command, said=said: SimpleNamespace(output=said)
        )
        found = translation.predicted(tmp_path, 1)
        assert found["reload_is_identical"] is same and found["sentences"] == 2


def test_a_joeynmt_that_ends_early_is_said(tmp_path, monkeypatch):
    translation = module("translation")
    (tmp_path / "peer.py").write_text("print('{}', flush=True)\ninput()\n", "utf-8")
    monkeypatch.setattr(translation, "_PEER", tmp_path / "peer.py")
    peer = translation.Joey(sys.executable, tmp_path, False)
    for _ in range(2):  # it ends on being asked, and has ended
        with pytest.raises(module("measuring").Failed, match="ended before it had trained"):
            peer.seconds()
        peer.process.wait()
    peer.end()


def test_a_python_without_joeynmt_is_said(tmp_path, monkeypatch):
    translation = module("translation")
    (tmp_path / "b.json").write_text("{}", "utf-8")
    with pytest.raises(module("measuring").Failed, match="no JoeyNMT"):
        translation.Joey(sys.executable, tmp_path / "b.json", False)


@pytest.mark.parametrize("word", ["attention=none", "tie=none", "cell=rnn", "decoder=8,6"])
def test_settings_that_joeynmt_has_no_equal_of_are_refused(word, tmp_path, monkeypatch):
    translation = module("translation")
    from textlstm import discover

    words = {"units": "8", "embedding": "6", "decoder": "6", **dict([word.split("=")])}
    one = object.__new__(translation.Steps)
    one.settings = discover.load("translation").settings.from_words(
        [f"{name}={value}" for name, value in words.items()]
    )
    with pytest.raises(module("measuring").Failed, match="beside JoeyNMT"):
        one.sizes()


def test_ids_leave_room_for_joeynmts_own():
    peer = module("peers.joeynmt_training")
    assert peer.moved([0, 1, 2, 9]) == [0, 0, 4, 11]
    sizes = {"embedding": 6, "dropout": 0.3, "cell": "lstm", "units": 8, "layers": 1,
             "decoder": 6, "decoder_layers": 2}  # fmt: skip
    config = peer.config(sizes, True)
    assert config["decoder"]["input_feeding"] is True and config["encoder"]["hidden_size"] == 8
