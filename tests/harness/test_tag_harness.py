"""The harness of entities: report, baselines, mistakes, page and comparison of a stub's answers."""

import json
import random
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from textlstm import card, comparison, evaluation, harness, tables
from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.harness import tag_baselines, tag_errors
from textlstm.report import Report
from textlstm.tasks.spotted import sentence

FIRST = ["Anna", "Bert", "Cleo", "Dora"]
LAST = ["Smith", "Jones", "Brown"]
PLACES = ["Rome", "Oslo", "Lima"]


def raw(given):
    return given if isinstance(given, str) else " ".join(given)


def segmented(given):
    words, offsets, place = raw(given).split(" "), [], 0
    for word in words:
        offsets.append((place, place + len(word)))
        place += len(word) + 1
    return tuple(words), offsets


TASK = SimpleNamespace(kind="tag", types=("LOC", "PER"), raw=raw, segmented=segmented)
ABOUT = evaluation.About(
    "ner", "names.conll", history=[{"epoch": 1, "loss": 0.5, "score_name": "entity_f1"}]
)


def part(number, seed, names=FIRST, as_text=False):
    """`mr Anna Smith went to Rome` and the like; `Jordan` is a person behind mr, else a place."""
    draw = random.Random(seed)
    found = []
    for n in range(number):
        if draw.random() < 0.5:
            words = ["mr", draw.choice([*names, "Jordan"]), draw.choice(LAST), "slept"]
            rows = [("PER", 1, 3)]
        else:
            words = ["they", "went", "to", draw.choice([*PLACES, "Jordan"])]
            rows = [("LOC", 3, 4)]
        words += [f"w{draw.randrange(9)}" for _ in range(draw.randrange(6))]
        offsets = segmented(words)[1]
        target = tuple((kind, offsets[a][0], offsets[b - 1][1]) for kind, a, b in rows)
        given = " ".join(words) if as_text else tuple(words)
        found.append(Example(given, target, f"test.conll:{n}"))
    return found


@dataclass
class Stub:
    """Answers rightly but for every `wrong`-th sentence, where it answers nothing."""

    truth: dict
    wrong: int
    calls: int = 0

    def predict(self, inputs):
        answers = []
        for given in inputs:
            self.calls += 1
            found = [] if self.calls % self.wrong == 0 else self.truth[given]
            answers.append({"entities": [
                {"type": k, "text": raw(given)[a:b], "start": a, "end": b, "score": 0.9}
                for k, a, b in found
            ]})  # fmt: skip
        return answers


def stub(examples, wrong):
    return Stub({e.input: e.target for e in examples}, wrong)


@pytest.fixture(scope="module")
def done():
    test = part(120, 1)
    return evaluation.evaluate_part(
        stub(test, 4), TASK, iter(test), ABOUT, train=iter(part(300, 2))
    )


def test_the_report_holds_everything(done):
    report, rows = done
    assert list(report.scores) == [
        "entity_f1", "entity_precision", "entity_recall", "macro_f1", "token_accuracy", "ece",
    ]  # fmt: skip
    assert report.scores["entity_recall"].value == pytest.approx(0.75)
    assert report.scores["entity_precision"].value == 1.0
    assert list(report.baselines) == ["most-frequent-tag", "linear-tagger"]
    assert list(report.per_label) == ["LOC", "PER"]
    assert set(report.details) == {
        "history", "kind", "errors", "confusion", "calibration", "seen", "by_entity_length",
        "by_length", "mistakes",
    }  # fmt: skip
    assert report.details["errors"] == {
        "right": 90, "type": 0, "boundary": 0, "both": 0, "missed": 30, "spurious": 0,
    }  # fmt: skip
    assert len(rows) == 120 and list(report.seconds) == ["predict", "score", "baselines"]
    json.dumps(report.to_json(), allow_nan=False)


def test_it_says_when_the_linear_model_is_better(done):
    report, _ = done
    row = report.baselines["linear-tagger"]
    assert row["scores"]["entity_f1"].value > 0.97
    assert row["better"] is True and row["bootstrap_p"] < 0.01
    assert row["only_baseline_right"] > 20 > row["only_model_right"]
    (note,) = [note for note in report.notes if "linear model" in note]
    assert note.startswith("the linear model is better here (linear-tagger ")
    assert "against 0.857, paired bootstrap p < 0.001)" in note


def test_the_most_frequent_tag_is_no_linear_model():
    test = part(60, 1)
    model = Stub({e.input: () for e in test}, 1)
    report, _ = evaluation.evaluate_part(model, TASK, test, ABOUT, train=part(300, 2))
    assert any(
        note.startswith("giving each word its most frequent tag is better here (most-frequent-tag")
        for note in report.notes
    )
    assert "ece" not in report.scores and report.scores["entity_f1"].value == 0.0


def test_the_most_frequent_tag_fails_where_the_place_decides(done):
    report, _ = done
    plain = report.baselines["most-frequent-tag"]["scores"]["entity_f1"].value
    assert 0.5 < plain < report.baselines["linear-tagger"]["scores"]["entity_f1"].value


def test_baselines_answer_as_a_tagger_does():
    learned = tag_baselines.learn(TASK, part(200, 3, as_text=True))
    test = part(20, 4, as_text=True)
    for baseline in tag_baselines.baselines(TASK, learned, [e.input for e in test]).values():
        assert len(baseline.answers) == 20 and baseline.seconds > 0
        assert baseline.note.endswith("trained on 200 sentences")
        for example, answer in zip(test, baseline.answers, strict=True):
            for found in answer["entities"]:
                assert list(found) == ["type", "text", "start", "end", "score"]
                assert example.input[found["start"] : found["end"]] == found["text"]
                assert 0.0 < found["score"] <= 1.0


def test_seen_and_unseen_entities():
    train = part(200, 5, names=FIRST[:2])
    test = part(200, 6, names=FIRST)
    unseen = {"Cleo", "Dora"}
    model = Stub({e.input: () if unseen & set(e.input) else e.target for e in test}, 10**6)
    report, _ = evaluation.evaluate_part(model, TASK, test, ABOUT, train=train)
    seen, new = report.details["seen"]
    assert (seen["name"], new["name"]) == ("seen", "unseen")
    assert seen["f1"] == 1.0 and new["f1"] == 0.0
    assert seen["low"] < 1.0 and new["high"] > 0.0  # all right is not surely right
    assert new["support"] == sum(bool(unseen & set(e.input)) for e in test)
    by_length = {row["name"]: row for row in report.details["by_entity_length"]}
    assert set(by_length) == {"1", "2"} and by_length["1"]["recall"] == 1.0
    assert sum(row["examples"] for row in report.details["by_length"]) == 200


def test_without_training_there_are_no_baselines_and_nothing_seen():
    test = part(9, 1)
    report, _ = evaluation.evaluate_part(stub(test, 3), TASK, test, ABOUT)
    assert report.baselines == {} and report.details["seen"] == []
    assert report.notes == ["no baselines: the training part is not at hand"]


def test_the_sample_is_bounded_and_said():
    learned = tag_baselines.learn(TASK, part(200, 3), limit=50, seed=1)
    assert len(learned.sentences) == len(learned.tags) == 50 and learned.read == 200
    few = tag_baselines.learn(TASK, part(200, 3), tokens=60)
    assert sum(map(len, few.sentences)) <= 60
    assert learned.seen == few.seen  # of the whole part
    notes = [b.note for b in tag_baselines.baselines(TASK, learned, []).values()]
    assert all(note.endswith("a sample of 50 of 200 sentences") for note in notes)
    with pytest.raises(DataError, match="no tagged sentence"):
        tag_baselines.learn(TASK, [])


def errors(targets, answers, text="a b c d e f g h"):
    answer = {"entities": [{"type": k, "start": a, "end": b} for k, a, b in answers]}
    return sentence(text, [(n, n + 1) for n in range(0, len(text), 2)], targets, answer)


def test_kinds_of_errors():
    rows = [
        errors([("P", 0, 3), ("L", 4, 5)], [("P", 0, 3), ("O", 4, 5)]),  # right, type
        errors([("P", 0, 3), ("L", 4, 7)], [("P", 0, 1), ("O", 4, 9)]),  # boundary, both
        errors([("P", 0, 3)], [("P", 4, 5), ("P", 6, 7)]),  # missed, two spurious ones
    ]
    assert tag_errors.errors(rows) == {
        "right": 1, "type": 1, "boundary": 1, "both": 1, "missed": 1, "spurious": 2,
    }  # fmt: skip
    found = tag_errors.confusion(rows, ["L", "O", "P"])
    assert found["labels"] == ["L", "O", "P"]
    assert found["counts"] == [[0, 1, 0], [0, 0, 0], [0, 0, 1]]  # rows: targets
    assert found["pairs"] == [["L", "O", 1]]


def test_the_worst_mistakes_come_first_and_are_cut_around_the_first_error():
    long = "x" * 5000 + " Anna " + "y" * 5000
    rows = [
        errors([("P", 0, 1)], [("P", 0, 1)]),
        errors([("P", 0, 1)], []),
        sentence(long, [], [("P", 5001, 5005), ("L", 0, 2)],
                 {"entities": [{"type": "L", "start": 0, "end": 2},
                               {"type": "O", "start": 5001, "end": 5005}]}),
    ]  # fmt: skip
    first, second = tag_errors.mistakes(rows, ["f:1", "f:2", "f:3"])
    assert (first["where"], first["wrong"]) == ("f:3", 2)
    assert (second["where"], second["wrong"], second["hidden"]) == ("f:2", 1, 0)
    ((kind, start, end),) = first["target"]
    assert kind == "P" and first["input"][start:end] == "Anna"
    assert first["hidden"] == 2 and len(first["input"]) < 700
    assert first["input"].startswith("... ") and first["input"].endswith(" ...")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_table_fits(done, width):
    table = done[0].table(width)
    assert max(map(tables.columns_of, table.splitlines())) <= width
    for word in ("entity_f1", "entity_precision", "entity_recall", "token_accuracy", "< 0.001"):
        assert word in table
    assert "macro_f1, ece: in report.json" in " ".join(table.split())


def test_the_main_table_is_one_block_of_80_columns(done):
    lines = done[0].table(80).splitlines()
    header = next(line for line in lines if "entity_f1" in line)
    assert header.split() == ["entity_f1", "precision", "recall", "token_acc", "p"]
    assert "<th>bootstrap p</th>" in done[0]._repr_html_()


def test_each_kind_has_its_module():
    assert {harness.of(kind).__name__ for kind in harness.KINDS.values()} == {
        f"textlstm.harness.{kind}"
        for kind in ("classify", "tag", "translate", "generate", "forecast")
    }  # fmt: skip
    with pytest.raises(KeyError):
        harness.of_answer({"x": 1})


def run(folder, test, wrong):
    report, rows = evaluation.evaluate_part(stub(test, wrong), TASK, test, ABOUT)
    evaluation.write(folder, report, rows)
    return folder


def test_runs_are_compared_by_entity_f1(tmp_path):
    test = part(100, 1)
    one, two = run(tmp_path / "one", test, 50), run(tmp_path / "two", test, 3)
    found = comparison.compare(one, two)
    (pair,) = found.pairs
    assert pair["difference"] > 0.1 and pair["bootstrap_p"] < 0.01
    assert (pair["only_first"], pair["only_second"]) == (33, 2)
    table = found.table(200)
    assert "entity_f1" in table and "bootstrap p" in table and "33 : 2" in table
    lines = table.splitlines()
    assert lines[2].split() == ["entity_f1", "precision", "recall", "token_acc"]
    assert any(line.startswith("entity_f1 ") and "bootstrap p" in line for line in lines)
    assert "macro_f1, ece: in the reports" in table
    assert len(found.to_json()["runs"][0]["scores"]) == 6
    assert pair["score"] == "entity_f1"
    assert Report.load(one / "report.json").details["kind"] == "tag"


def test_answers_of_another_kind_are_not_compared(tmp_path):
    test = part(3, 1)
    one, two = run(tmp_path / "one", test, 50), run(tmp_path / "two", test, 50)
    path = two / "predictions.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    text = "".join(
        json.dumps({**row, "target": "a", "answer": {"label": "a", "probabilities": {}}}) + "\n"
        for row in rows
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="answers of different kinds of task$"):
        comparison.compare(one, two)


def test_the_card_names_the_types():
    task = SimpleNamespace(kind="tag", to_json=lambda: {"types": ["LOC", "PER"]})
    shown = card.text("ner", "names", task, [])
    assert "Types of entities: `LOC`, `PER`." in shown
    assert "type, text, start and end" in shown and "Labels" not in shown
