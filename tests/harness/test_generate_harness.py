"""Scores of language models: what a word is, bounds, intervals, paired tests, the page."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from textlstm import evaluation, harness, page
from textlstm.corpora import Example
from textlstm.errors import DataError
from textlstm.harness import generate, generate_parts
from textlstm.settings import GenerateSettings
from textlstm.tasks.generate import Generate

LINES = [f"the {'old' if n % 2 else 'new'} man {n % 7} went <unk> to town\n" for n in range(120)]
BLOCKS = ["".join(LINES[k : k + 6]) for k in range(0, 120, 6)]
EXAMPLES = [Example(text, text, f"t:{n}") for n, text in enumerate(BLOCKS)]


@pytest.fixture(scope="module", params=["words", "bpe"])
def task(request):
    return Generate.fit(EXAMPLES, GenerateSettings(tokens=request.param))


class Always:
    """A language model that finds each token equally likely."""

    def __init__(self, task, probability):
        self.task, self.told = task, math.log(probability)

    def score(self, texts, state=None):
        found = [np.full(len(row["tokens"]), self.told) for row in self.task.encode(texts)]
        return found, None


def report(task, probability, train=EXAMPLES):
    about = evaluation.About("generation", "lines")
    return evaluation.evaluate_part(Always(task, probability), task, EXAMPLES, about, train=train)


def test_a_word_is_what_white_space_separates_and_each_line_end(task):
    found, rows = report(task, 0.5, None)
    count = sum(len(row["answer"]["log_probabilities"]) for row in rows)
    words = sum(len(line.split()) + 1 for line in LINES)
    nats = count * math.log(2)
    assert found.scores["perplexity"].value == pytest.approx(math.exp(nats / words), rel=1e-4)
    assert found.scores["perplexity_per_token"].value == pytest.approx(2, rel=1e-4)
    characters = sum(map(len, LINES))
    assert found.scores["bits_per_character"].value == pytest.approx(count / characters, rel=1e-4)
    if task.text.tokens == "words":
        assert count == words


def test_a_perfect_model_has_perplexity_one(task):
    found, _ = report(task, 1.0)
    assert found.scores["perplexity"].value == 1
    assert found.scores["bits_per_character"].value == 0
    assert found.notes[-1].startswith("the model is better than every baseline (the best: kneser")


def test_a_uniform_model_is_the_uniform_baseline(task):
    found, _ = report(task, 1 / (task.size - 1))
    own, row = found.scores["perplexity"], found.baselines["uniform"]
    assert row["scores"]["perplexity"].value == pytest.approx(own.value, rel=1e-3)
    assert row["difference"].value == pytest.approx(0, abs=1e-4)
    assert list(found.baselines) == ["kneser-ney", "unigram", "uniform"]
    model, other = found.scores, found.baselines["kneser-ney"]["scores"]
    assert found.notes[-2].startswith(
        f"counting n-grams is better here (kneser-ney perplexity {other['perplexity'].shown()} "
        f"against {model['perplexity'].shown()}, bits a character "
        f"{other['bits_per_character'].shown()} against {model['bits_per_character'].shown()}, "
        "paired bootstrap p "
    )
    assert found.notes[-1].startswith("counting single tokens is better here (unigram perplexity ")
    values = [r["scores"]["bits_per_character"].value for r in found.baselines.values()]
    assert values == sorted(values)


def test_scores_lie_in_their_intervals_and_lower_is_better(task):
    found, _ = report(task, 0.3)
    for score in found.scores.values():
        assert score.low <= score.value <= score.high
        assert not score.higher_is_better


def test_the_paired_test_is_over_blocks():
    nats = np.random.default_rng(0).normal(50, 5, 40)
    characters = np.full(40, 100.0)
    same = generate._paired(nats, nats, characters, 0)
    assert (same["difference"], same["bootstrap_p"]) == (0, 1)
    found = generate._paired(nats, nats + 2, characters, 0)
    assert found["difference"] == pytest.approx(-0.02 / math.log(2))  # fewer bits are better
    assert found["only_first"] == len(nats) and found["only_second"] == 0
    assert [found["low"], found["high"]] == pytest.approx([found["difference"]] * 2)
    assert found["only_first"] == 40
    assert found["bootstrap_p"] < 0.01
    noise = nats + np.random.default_rng(1).normal(0, 3, 40)
    assert generate._paired(nats, noise, characters, 0)["bootstrap_p"] > 0.05


def test_rows_on_disk_tell_their_kind_and_outcome():
    row = {"input": "abc", "target": "abc", "answer": {"log_probabilities": [-1.0, -2.5]}}
    assert harness.of_answer(row["answer"]) is generate
    assert generate.outcome(row) == (3.5, 3)
    assert generate.target(row) == "abc"
    with pytest.raises(KeyError):
        generate.outcome({**row, "answer": {}})


def test_chinese_text_has_no_words():
    text = "从前有一个老人，他有一面鼓。鼓很响，老人很高兴。\n" * 60
    task = Generate.fit([Example(text, text, "t:1")], GenerateSettings(tokens="characters"))
    about = evaluation.About("generation", "zh")
    examples = [Example(text, text, "t:1"), Example(text, text, "t:2")]
    found, _ = evaluation.evaluate_part(Always(task, 0.5), task, examples, about)
    assert list(found.scores) == ["bits_per_character", "perplexity_per_token"]
    assert "bits/char" in found.table()


def test_unknown_words_are_told():
    task = Generate.fit(EXAMPLES, GenerateSettings(tokens="words"))
    unseen = [Example("the zebra went\n" * 9, "", "u:1")] * 2
    about = evaluation.About("generation", "u")
    found, _ = evaluation.evaluate_part(Always(task, 0.5), task, unseen, about)
    assert found.notes[0].startswith("18 words of 72 (25.00%) are not in the vocabulary")


def test_a_part_without_tokens_has_no_score():
    task = Generate.fit(EXAMPLES, GenerateSettings(tokens="words"))
    about = evaluation.About("generation", "spaces")
    with pytest.raises(DataError, match="^the part holds no token to score$"):
        evaluation.evaluate_part(Always(task, 0.5), task, [Example("  ", "  ", "s:1")], about)


def test_a_model_gone_astray_is_scored_too(task, tmp_path):
    astray = SimpleNamespace(
        score=lambda texts: ([np.full(len(r["tokens"]), -999.0) for r in task.encode(texts)], None)
    )
    about = evaluation.About("generation", "lines")
    found, rows = evaluation.evaluate_part(astray, task, EXAMPLES, about, train=EXAMPLES)
    assert found.scores["perplexity_per_token"].value == math.inf
    assert found.details["worst"][0]["perplexity"] == math.inf
    evaluation.write(tmp_path, found, rows)
    assert "Perplexity by place" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_parts_of_the_page():
    task = Generate.fit(EXAMPLES, GenerateSettings(tokens="words"))
    ids = np.concatenate([row["tokens"] for row in task.encode(BLOCKS)])
    scores = np.where(ids == task.start, -0.1, -2.0)
    places = generate_parts.by_place(task, ids, scores)
    assert places[0] == {"from": 1, "to": 1, "count": 120, "perplexity": math.exp(2)}
    assert sum(row["count"] for row in places) == len(ids)
    counts = np.bincount(ids, minlength=task.size)
    frequencies = generate_parts.by_frequency(ids, scores, counts)
    assert sum(row["count"] for row in frequencies) == len(ids)
    assert all(row["from"] >= 10 for row in frequencies)
    worst = generate_parts.worst(task, ids, scores)
    assert sum(row["share"] for row in worst) == pytest.approx(1)
    assert generate_parts.beginning("\n \nOnce upon a time there was a man who had a drum") == (
        "Once upon a time there was a man who"
    )


def test_the_page_shows_them_and_escapes_what_comes_from_the_data():
    task = Generate.fit(EXAMPLES, GenerateSettings(tokens="words"))
    found, rows = report(task, 0.2)
    found.details["samples"] = [{"prefix": "<b>", "temperature": 0.5, "text": " & so on"}]
    text = page.html(found, rows)
    assert "What it writes" in text
    assert "&lt;b&gt;" in text
    assert "Texts by surprise" in text
    assert "&lt;unk&gt;" in text
    assert "<unk>" not in text
    assert "Perplexity by frequency" in text


def test_samples_are_asked_of_the_predictor():
    asked = []

    def stream(prefix, **options):
        asked.append((prefix, options))
        return iter([" a", " b"])

    predictor = SimpleNamespace(stream=stream)
    rows = [{"input": text} for text in BLOCKS]
    task = Generate.fit(EXAMPLES, GenerateSettings(tokens="words"))
    found = generate.looked_into(predictor, task, rows)["samples"]
    assert len(found) == 9
    assert {row["text"] for row in found} == {" a b"}
    assert {options["temperature"] for _, options in asked} == {0.5, 0.8, 1.0}
    assert generate.looked_into(SimpleNamespace(), task, rows) == {"samples": []}
