"""The harness of translations: report, attention, page and comparison of a stub's answers."""

import json
import random
from types import SimpleNamespace

import numpy as np
import pytest

from textlstm import comparison, evaluation, harness, tables
from textlstm.corpora.example import Example
from textlstm.errors import DataError, SettingsError
from textlstm.harness import translate, translate_parts
from textlstm.report import Report
from textlstm.tasks import translations

DICTIONARY = {
    "the": "der", "old": "alte", "man": "mann", "sees": "sieht", "a": "einen", "big": "großen",
    "dog": "hund", "today": "heute",
}  # fmt: skip
TASK = SimpleNamespace(kind="translate", tokenize="13a", raw=str)
ABOUT = evaluation.About("translation", "toy.tsv", split="dev")


def part(number, seed):
    """Word by word, but for the verb, which goes to the end."""
    draw = random.Random(seed)
    found = []
    for n in range(number):
        words = [draw.choice(list(DICTIONARY)) for _ in range(draw.randrange(4, 12))]
        said = sorted((DICTIONARY[w] for w in words), key=lambda word: word == "sieht")
        found.append(Example(" ".join(words), " ".join(said), f"dev.tsv:{n + 1}"))
    return found


class Stub:
    """Answers rightly but for every `wrong`-th sentence, which loses its last two words."""

    def __init__(self, examples, wrong):
        self.truth = {e.input: e.target for e in examples}
        self.places = {e.input: n for n, e in enumerate(examples)}
        self.wrong = wrong

    def predict(self, inputs):
        answers = []
        for text in inputs:
            words = self.truth[text].split()
            words = words[:-2] if self.places[text] % self.wrong == 0 else words
            answers.append({"translation": " ".join(words), "score": -0.5})
        return answers


class Attending(Stub):
    """Also tells where it looked."""

    asked = 0

    def predict(self, inputs, *, attention=False):
        answers = super().predict(inputs)
        if attention:
            self.asked += len(inputs)
            for text, answer in zip(inputs, answers, strict=True):
                source, target = text.split(), answer["translation"].split()
                weights = np.full((len(target), len(source)), 1 / len(source), np.float32)
                answer["attention"] = {"source": source, "target": target, "weights": weights}
        return answers


@pytest.fixture(scope="module")
def done():
    dev = part(80, 1)
    model = Attending(dev, 4)
    report, rows = evaluation.evaluate_part(model, TASK, iter(dev), ABOUT, train=iter(part(200, 2)))
    return report, rows, model


def test_the_report_holds_everything(done):
    report, rows, _ = done
    assert list(report.scores) == [
        "bleu", "bleu_lowercase", "chrf", "rouge_l", "exact_match", "length_ratio",
    ]  # fmt: skip
    assert report.scores["exact_match"].value == pytest.approx(0.75)
    assert list(report.baselines) == ["copy-source", "word-by-word", "nearest-sentence"]
    assert report.per_label == {}
    assert set(report.details) == {
        "history", "kind", "tokenize", "signatures", "by_length", "length_ratios", "wrong",
        "examples", "attention",
    }  # fmt: skip
    assert (report.details["kind"], report.details["tokenize"]) == ("translate", "13a")
    assert len(rows) == 80 and "attention" not in rows[0]["answer"]
    for row in report.baselines.values():
        assert row["bootstrap_p"] < 0.01 and row["better"] is False
        assert row["difference"].unit == "points" and row["difference"].low > 0
        assert row["chrf_bootstrap_p"] < 0.01
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert Report.from_json(data).to_json() == data


def test_the_verdict_names_the_best_baseline(done):
    report, _, _ = done
    best = max(report.baselines, key=lambda name: report.baselines[name]["scores"]["bleu"].value)
    value = report.baselines[best]["scores"]["bleu"].shown()
    assert report.notes[-1] == (
        f"the model is better than every baseline (the best: {best} {value} against "
        f"{report.scores['bleu'].shown()}, paired bootstrap p < 0.001)"
    )


def test_a_model_that_is_worse_is_told_so():
    dev = part(40, 1)
    model = SimpleNamespace(predict=lambda inputs: [{"translation": "x", "score": 0.0}
                                                    for _ in inputs])  # fmt: skip
    report, _ = evaluation.evaluate_part(model, TASK, dev, ABOUT, train=part(200, 2))
    assert any(
        note.startswith("translating word by word is better here (word-by-word ")
        for note in report.notes
    )
    assert report.details["attention"] == []  # this predictor cannot be asked


def test_attention_is_asked_of_few_short_sentences(done):
    report, rows, model = done
    shown = report.details["attention"]
    assert len(shown) == translate.ATTENDED == model.asked
    assert len({row["where"] for row in shown}) == len(shown)
    for row in shown:
        assert np.shape(row["weights"]) == (len(row["target"]), len(row["source"]))
        assert 4 <= len(row["source"]) <= 16


def test_a_network_without_attention_shows_none():
    dev = part(9, 1)
    rows = [{"input": e.input, "target": e.target, "where": e.where} for e in dev]
    silent = SimpleNamespace(predict=lambda inputs, **more: Stub(dev, 3).predict(inputs))
    assert translate.looked_into(silent, TASK, rows) == {"attention": []}

    def refuse(inputs, *, attention=False):
        raise SettingsError("this network has no attention")

    refusing = SimpleNamespace(predict=refuse)
    assert translate.looked_into(refusing, TASK, rows) == {"attention": []}


def test_where_no_sentence_is_short_the_shortest_are_shown():
    rows = [{"input": " ".join("w" * n), "target": "x", "where": n} for n in range(40, 20, -1)]
    found = [row["where"] for row in translate._short(TASK, rows)]
    assert sorted(found) == list(range(21, 27))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_table_fits(done, width):
    table = done[0].table(width)
    assert max(map(tables.columns_of, table.splitlines())) <= width
    lines = " ".join(table.split())
    for words in (
        "bleu_lowercase, length_ratio: in report.json",
        "exact is exact_match",
        "< 0.001",
    ):
        assert words in lines


def test_points_are_shown_with_one_decimal(done):
    report, _, _ = done
    header, _, model, ends = report.table(80).splitlines()[2:6]
    assert header.split() == ["bleu", "chrf", "rouge_l", "exact", "p"]
    cells = model.split()[2:]
    assert [len(cell.split(".")[1]) for cell in cells] == [1, 1, 1, 3]
    assert len(ends.split()) == 4
    assert cells[0] == f"{report.scores['bleu'].value:.1f}"


def run(folder, dev, wrong, tokenize="13a"):
    task = SimpleNamespace(kind="translate", tokenize=tokenize, raw=str)
    report, rows = evaluation.evaluate_part(Stub(dev, wrong), task, dev, ABOUT)
    evaluation.write(folder, report, rows)
    return folder


def test_runs_are_compared_by_bleu(tmp_path):
    dev = part(60, 3)
    one, two = run(tmp_path / "one", dev, 20), run(tmp_path / "two", dev, 3)
    found = comparison.compare(one, two)
    (pair,) = found.pairs
    assert pair["score"] == "bleu"
    values = [row["scores"]["bleu"].value for row in found.runs]
    assert pair["difference"] == pytest.approx(values[0] - values[1]) and pair["difference"] > 1
    assert pair["bootstrap_p"] < 0.01 and pair["low"] > 0
    assert (pair["only_first"], pair["only_second"]) == (19, 2)
    table = found.table(140)
    lines = table.splitlines()
    assert lines[2].split() == ["bleu", "chrf", "rouge_l", "exact"]
    assert any(line.startswith("bleu   ") and "bootstrap p" in line for line in lines)
    assert f"+{pair['difference']:.1f} [+" in table and "19 : 2" in table
    assert "bleu_lowercase, length_ratio: in the reports" in table
    assert len(found.to_json()["runs"][0]["scores"]) == 6
    back = comparison.compare(two, one).pairs[0]
    assert back["difference"] == -pair["difference"]


def test_other_tokenizers_are_not_compared(tmp_path):
    dev = part(9, 3)
    one, two = run(tmp_path / "one", dev, 3), run(tmp_path / "two", dev, 3, "zh")
    with pytest.raises(DataError) as caught:
        comparison.compare(one, two)
    assert str(caught.value) == (
        "BLEU of the runs cannot be compared: tokenizers 13a and zh "
        "(report.json, details, tokenize)"
    )


def test_what_is_no_translation_is_refused(tmp_path):
    dev = part(3, 3)
    one, two = run(tmp_path / "one", dev, 3), run(tmp_path / "two", dev, 3)
    row = {"input": "a", "target": "b", "where": "x:1", "answer": {"translation": None}}
    (two / "predictions.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="predictions.jsonl:1: not a prediction"):
        comparison.compare(one, two)


def test_answers_tell_their_kind():
    assert harness.of("translate") is translate
    assert harness.of_answer({"translation": "x", "score": 0.0}) is translate


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("the the man", {("the",)}),
        ("The the, the man", {("the",)}),
        ("a man a man sees", {("a", "man")}),
        ("no no no no", {("no",)}),  # not also ("no", "no")
        ("a man sees a man", set()),
        ("what ... !!", set()),  # marks alone
        ("妈妈看看书", set()),  # words of one character twice
        ("的的的书", {("的",)}),
        ("喜欢喜欢书", {("喜", "欢")}),
        ("", set()),
    ],
)
def test_repeated_parts(text, parts):
    assert translate_parts.repeated(text) == parts


@pytest.mark.parametrize(
    ("source", "target", "answer", "words"),
    [
        ("A Dog sleeps", "ein Hund schläft", "ein dog sleeps", {"sleeps"}),  # dog: three letters
        ("in Berlin today", "heute in Berlin", "today in Berlin", {"today"}),
        ("他喜欢书", "he likes books", "he 喜欢 books", {"喜欢"}),
        ("他书", "he books", "他 books", set()),
        ("", "", "", set()),
    ],
)
def test_untranslated_words(source, target, answer, words):
    assert translate_parts.untranslated(source, target, answer) == words


def test_what_goes_wrong_is_counted_beside_the_reference():
    found = translate_parts.wrong(
        ["a castle", "very very old", "x", "the houses"],
        ["ein Schloss", "sehr sehr alt", "x", "die Häuser"],
        ["castle castle", "sehr sehr alt", " ", "houses a b a b die die"],
    )
    assert found == {"empty": 1, "repeated": 2, "repeated_parts": 3, "untranslated": 2,
                     "untranslated_words": 2}  # fmt: skip


def test_length_ratios_and_bleu_by_length():
    targets = ["a b c d e f g h i j"] * 4 + [""]
    answers = ["a b c d e f g h i j", "a b c", "a b c d e f g h i j k", " ".join("abcdefghij" * 2),
               "a"]  # fmt: skip
    counts = translations.bleu_counts(targets, answers, "13a")
    rows = translate_parts.length_ratios(counts)
    assert [row["count"] for row in rows] == [1, 0, 0, 1, 1, 0, 1]
    assert rows[0]["from"] == 0.0 and rows[-1]["to"] is None
    sources = [" ".join("w" * n) for n in (1, 2, 3, 4, 5)]
    by = translate_parts.by_length(sources, counts, 0)
    assert sum(row["examples"] for row in by) == 5
    assert (by[0]["from"], by[-1]["to"], by[-1]["examples"]) == (1, 5, 1)
    inside = counts[: by[0]["to"]]
    assert by[0]["bleu"] == translations.bleu_of(inside.sum(axis=0).tolist()) > 0
    assert by[0]["length_ratio"] == inside[:, 8].sum() / inside[:, 9].sum()
    assert by[-1]["length_ratio"] is None
    assert all(row["low"] <= row["bleu"] <= row["high"] for row in by)


def test_examples_are_the_best_the_middle_and_the_worst():
    rows = [
        {"where": f"d:{n}", "target": "t" * 2000, "answer": {"translation": f"a{n}"}}
        for n in range(30)
    ]
    chrf = np.random.default_rng(1).permutation(30).astype(float)
    found = translate_parts.examples(rows, ["s"] * 30, chrf)
    assert [row["group"] for row in found] == ["best"] * 5 + ["middle"] * 5 + ["worst"] * 5
    assert [row["chrf"] for row in found[:5]] == [29, 28, 27, 26, 25]
    assert [row["chrf"] for row in found[10:]] == [0, 1, 2, 3, 4]
    assert found[0]["answer"] == f"a{int(np.argmax(chrf))}" and len(found[0]["target"]) < 700
    few = translate_parts.examples(rows[:3], ["s"] * 3, chrf[:3])
    assert sorted(row["where"] for row in few) == ["d:0", "d:1", "d:2"]
