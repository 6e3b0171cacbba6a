"""The figures of the recipes, and the speed of tagging: what is measured, kept and judged."""

import json

import pytest
from benchmark_modules import TINY, module, result

# --- figures


def about(source="a", processor="p"):
    machine = {"processor": processor, "cores": 2}
    return {"data": "toy-reviews", "words": [], "source": source, "machine": machine}


def row(seed, accuracy=0.98, linear=0.7, seconds=50.0, peak=900.0):
    return {
        "seed": seed, "accuracy": accuracy, "seconds": seconds, "peak_megabytes": peak,
        "baselines": {"majority": 0.5, "tfidf-logistic": linear, "nb-svm": 0.6},
        "load_average": [0.1, 1.9],
    }  # fmt: skip


def test_seeds_measured_with_the_same_code_are_kept_together():
    figures, document = module("figures"), {}
    for seed, accuracy in ((2, 0.97), (1, 0.5), (1, 0.99)):
        figures.merged(document, "toy-reviews", about(), row(seed, accuracy))
    figures.merged(document, "other", about(), row(7))
    entry = document["sets"]["toy-reviews"]
    assert [(run["seed"], run["accuracy"]) for run in entry["runs"]] == [(1, 0.99), (2, 0.97)]
    assert entry["summary"]["accuracy"] == pytest.approx(0.98)
    assert list(document["sets"]) == ["toy-reviews", "other"]


@pytest.mark.parametrize("other", [about(source="b"), about(processor="q")])
def test_seeds_of_other_code_or_another_machine_are_dropped(other):
    figures, document = module("figures"), {}
    figures.merged(document, "toy-reviews", about(), row(1))
    figures.merged(document, "toy-reviews", other, row(2))
    assert [run["seed"] for run in document["sets"]["toy-reviews"]["runs"]] == [2]


@pytest.mark.parametrize(
    ("data", "values", "wrong"),
    [
        ("toy-reviews", {}, []),
        ("toy-reviews", {"accuracy": 0.96}, ["accuracy"]),
        ("toy-reviews", {"linear": 0.8}, ["linear"]),
        ("imdb", {"accuracy": 0.91, "linear": 0.9}, []),
        ("imdb", {"seconds": 901.0, "peak": 3001.0}, ["seconds", "memory"]),
        ("atis", {"accuracy": 0.9599, "seconds": 9999.0}, ["accuracy"]),
    ],
)
def test_goals(data, values, wrong):
    figures, document = module("figures"), {}
    figures.merged(document, data, {**about(), "data": data}, row(1, **values))
    assert figures.missed(document["sets"][data]) == wrong
    shown = figures.shown(document)
    assert all(word in shown for word in wrong)
    assert ("✔" in shown) == (not wrong)


def test_a_recipe_has_a_table_and_a_score_of_its_own():
    figures, document = module("figures"), {}
    figures.merged(document, "toy-reviews", about(), row(1))
    for seed, score, data in ((1, 0.88, "conll2003"), (1, 0.3, "conll2003-vectors")):
        run = {**row(seed), "entity_f1": score, "baselines": {"linear-tagger": 0.86}}
        figures.merged(document, data, {**about(), "data": data}, run)
    assert figures.missed(document["sets"]["conll2003"]) == ["entity_f1"]
    assert figures.missed(document["sets"]["conll2003-vectors"]) == []  # shown, without a goal
    shown = figures.shown(document)
    at = shown.index("entity_f1 (goal)")
    sentiment, ner = shown[:at], shown[at:]
    assert "nb-svm" in sentiment and "linear-tagger" not in sentiment
    assert "linear-tagger" in ner and "nb-svm" not in ner
    assert "0.8800 (≥ 0.89)" in ner and "0.3000 (" not in ner


@pytest.mark.parametrize(
    ("data", "values", "wrong"),
    [
        ("toy-translation", {"bleu": 91.0}, []),
        ("toy-translation", {"bleu": 89.9}, ["bleu"]),
        ("multi30k-en-de", {"bleu_lowercase": 35.1}, []),
        ("multi30k-en-de", {"bleu_lowercase": 34.9, "seconds": 3601.0},
         ["bleu_lowercase", "seconds"]),
        ("multi30k-en-de-no-attention", {"bleu_lowercase": 1.0}, []),
        ("tatoeba_en_zh", {"bleu": 1.0, "chrf": 12.0}, []),
        ("tatoeba_en_zh", {"bleu": 1.0, "chrf": 10.0}, ["chrf above nearest-sentence"]),
        ("tatoeba_en_zh", {"bleu": 1.0, "chrf": 12.0, "p": 0.06}, ["chrf above nearest-sentence"]),
    ],
)  # fmt: skip
def test_goals_of_translation(data, values, wrong):
    figures, document, values = module("figures"), {}, dict(values)
    p = values.pop("p", 0.01)
    run = {**row(1), "baselines": {"copy-source": 3.0, "nearest-sentence": 11.0}, **values}
    run |= {
        "baselines_chrf": {"nearest-sentence": 11.0},
        "baselines_chrf_p": {"nearest-sentence": p},
    }
    figures.merged(document, data, {**about(), "data": data}, run)
    assert figures.missed(document["sets"][data]) == wrong
    shown = figures.shown(document)
    score = next(name for name in ("bleu_lowercase", "bleu") if name in values)
    assert f"{values[score]:.2f}" in shown and "word-by-word" in shown
    assert ("bleu_lowercase" in shown) == data.startswith("multi30k")


def test_translations_keep_chrf_of_the_baselines():
    from textlstm.report import Report, Score

    row = {"scores": {"chrf": Score(11.0, "points")}, "chrf_bootstrap_p": 0.03}
    report = Report("r", "c", "test", 1, {}, baselines={"nearest-sentence": row, "other": {}})
    assert module("figures").beside_chrf(report) == {
        "baselines_chrf": {"nearest-sentence": 11.0},
        "baselines_chrf_p": {"nearest-sentence": 0.03},
    }
    report.baselines = {"other": {}}
    assert module("figures").beside_chrf(report) == {}


def test_one_slow_seed_misses_the_time_though_the_mean_does_not():
    figures, document = module("figures"), {}
    for seed, seconds in ((1, 100.0), (2, 901.0)):
        figures.merged(document, "imdb", {**about(), "data": "imdb"}, row(seed, seconds=seconds))
    assert figures.missed(document["sets"]["imdb"]) == ["seconds"]


def test_figures_runs_saves_and_shows(tmp_path, monkeypatch, capsys, reviews):
    figures = module("figures")
    sets = {
        "small": figures.DataSet((f"data={reviews}",), 0.0, seconds=500, peak_megabytes=9000),
        "absent": figures.DataSet(("data={data}/absent/x.csv",), 0.0),
    }
    monkeypatch.setattr(figures, "SETS", sets)
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    words = ["--seeds", "3", "--results", str(tmp_path), "--keep", str(tmp_path / "kept"), *TINY]
    assert figures.main(words) == 0
    said = capsys.readouterr().out
    assert "absent: skipped" in said
    key = "small " + " ".join(TINY)
    assert key in said and "✔" in said
    report = json.loads((tmp_path / "kept" / "small-seed-3" / "report.json").read_text("utf-8"))
    entry = result(tmp_path, "figures")["sets"][key]
    assert entry["runs"][0]["accuracy"] == report["scores"]["accuracy"]["value"]
    assert entry["runs"][0]["seconds"] > report["seconds"]["train"]
    assert entry["runs"][0]["peak_megabytes"] > 100
    assert set(entry["runs"][0]["baselines"]) >= set(figures.KINDS["sentiment"].beside)
    assert figures.main(["--show", "--results", str(tmp_path)]) == 0
    assert key in capsys.readouterr().out


def test_figures_tells_a_run_that_fails(tmp_path, monkeypatch, capsys, reviews):
    figures = module("figures")
    monkeypatch.setattr(figures, "SETS", {"small": figures.DataSet((f"data={reviews}",), 0.0)})
    assert figures.main(["--results", str(tmp_path), "unitz=8"]) == module("measuring").BROKEN
    assert "units" in capsys.readouterr().err
    assert not (tmp_path / "figures.json").exists()


# --- tagging


@pytest.mark.parametrize(
    ("speed", "share", "batches", "one", "code"),
    [(16e3, 0.1, 61e3, 9e-4, 0), (14e3, 0.1, 61e3, 9e-4, 1), (16e3, 0.16, 61e3, 9e-4, 1),
     (16e3, 0.1, 59e3, 9e-4, 1), (16e3, 0.1, 61e3, 1.1e-3, 1)],
)  # fmt: skip
def test_tagging_has_four_goals(speed, share, batches, one, code, tmp_path, monkeypatch, capsys):
    tagging = module("tagging")
    (tmp_path / "conll2003").mkdir()
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    monkeypatch.setattr(tagging, "trained", lambda folder, settings: speed)
    found = {"words_per_second": batches, "one_sentence": one}
    monkeypatch.setattr(tagging, "predicted", lambda folder, rounds: found)
    steps = {"crf": 0.02, "softmax": 0.018, "difference_share": share}
    monkeypatch.setattr(tagging, "crf_less_softmax", lambda rounds, settings: steps)
    assert tagging.main(["--results", str(tmp_path)]) == code
    shown = capsys.readouterr().out
    assert shown.count("✖") == code
    assert f"CRF less softmax head, share of a step {share:.1%} " in " ".join(shown.split())
    assert result(tmp_path, "tagging")["predict"] == found


def test_tagging_without_data_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    assert module("tagging").main(["--results", str(tmp_path)]) == 2
    assert "conll2003" in capsys.readouterr().out


def test_tagging_measures_answers(tmp_path, monkeypatch):
    import textlstm

    tagging = module("tagging")
    lines = [f"{word}{k} {tag}" for k in range(20) for word, tag in (("a", "O"), ("B", "B-X"))]
    text = "\n\n".join("\n".join(lines[start:] + lines[:start]) for start in range(0, 40, 2))
    (tmp_path / "conll2003").mkdir()
    for name in ("train.txt", "dev.txt"):
        sentences = text.split("\n\n")
        half = ["\n".join(s.split("\n")[:20]) for s in sentences]
        (tmp_path / "conll2003" / name).write_text("\n\n".join(half) + "\n", "utf-8")
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    textlstm.train(
        "ner", preset="tiny", epochs=1, out=tmp_path / "run", format="conll",
        train=str(tmp_path / "conll2003" / "train.txt"), progress=textlstm.run.Quiet(),
    )  # fmt: skip
    found = tagging.predicted(tmp_path / "run", 2)
    assert found["words_per_second"] > 100
    assert 0 < found["one_sentence"] < 1
