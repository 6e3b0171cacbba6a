"""The page: one file that fetches nothing, every word of the data escaped."""

import math
from html.parser import HTMLParser

import pytest

from textlstm import charts, page
from textlstm.report import Report, Score

EVIL = "<script>alert('x')</script> & \"quoted\" </style>"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Collects tags and text, and checks that every tag is closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.words = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture
def report():
    labels = [EVIL, "好评"]
    baseline = {
        "scores": {"accuracy": Score(0.8, low=0.7, high=0.9)},
        "mcnemar_p": 0.04,
        "better": True,
        "only_model_right": 3,
        "only_baseline_right": 9,
        "note": f"always {EVIL}",
    }
    return Report(
        recipe=EVIL, corpus=EVIL, split=EVIL, examples=1234,
        scores={"accuracy": Score(0.75, low=0.7, high=0.8),
                "ece": Score(math.nan, higher_is_better=False)},
        per_label={label: {"precision": 0.5, "recall": 0.25, "f1": 0.333, "support": 7.0}
                   for label in labels},
        baselines={"nb-svm": baseline},
        settings={"data": EVIL, "units": (128, 64), "vectors": None, "bidirectional": True},
        versions={"keras": "3.15.1"}, seconds={"train": 3.25},
        notes=[f"the linear model is better here {EVIL}"],
        details={
            "confusion": {"labels": labels, "counts": [[5, 2], [3, 4]], "pairs": []},
            "calibration": [{"low": n / 15, "high": (n + 1) / 15, "count": n % 3,
                             "confidence": (n + 0.5) / 15 if n % 3 else None,
                             "accuracy": 0.5 if n % 3 else None} for n in range(15)],
            "by_length": [{"from": 1, "to": 5, "examples": 9, "accuracy": 0.5, "low": 0.2,
                           "high": 0.8}],
            "mistakes": [{"where": EVIL, "input": f"{n} {EVIL}", "target": labels[0],
                          "answer": labels[1], "confidence": 0.9} for n in range(15)],
        },
    )  # fmt: skip


PREDICTIONS = [
    {
        "input": EVIL,
        "target": EVIL,
        "where": EVIL,
        "answer": {"label": EVIL, "probabilities": {EVIL: 0.9}},
    },
    {"input": "", "target": ["a", "b"], "where": "x:2", "answer": {"label": ["b"]}},
]
HISTORY = [
    {"epoch": 1, "loss": 0.7, "valid_loss": math.nan, "valid_score": 0.5, "score_name": EVIL},
    {"epoch": 2, "loss": 0.5, "valid_loss": 0.6, "valid_score": None},
]


def test_what_comes_from_the_data_is_escaped(report):
    text = page.html(report, PREDICTIONS, HISTORY)
    reader = read(text)
    assert "script" not in reader.tags
    assert text.count("</style>") == 1
    shown = "".join(reader.words)
    assert shown.count("<script>alert('x')</script>") > 25
    assert "&amp;lt;" not in text  # not escaped twice


def test_nothing_is_fetched(report):
    text = page.html(report, PREDICTIONS, HISTORY)
    reader = read(text)
    assert {"script", "link", "img", "iframe", "object", "image", "use"} & set(reader.tags) == set()
    names = {name for name, _ in reader.attributes}
    assert {"src", "href", "xlink:href", "srcset", "onload"} & names == set()
    assert "http:" not in text and "https:" not in text and "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_every_section_is_there(report):
    reader = read(page.html(report, PREDICTIONS, HISTORY))
    shown = "".join(reader.words)
    for title in (
        "Beside the baselines",
        "Learning curves",
        "Labels",
        "Calibration",
        "By text length",
        "The surest mistakes",
        "Some of the answers",
        "How it was made",
    ):
        assert title in shown
    assert reader.tags.count("svg") == 5  # scores, loss, valid score, calibration, length
    assert "5 more" in shown and "3 : 9" in shown and "0.040" in shown and "1,234" in shown
    assert "128, 64" in shown and "3.25" not in shown and "(empty)" in shown
    assert "instead of a, b" in shown


def test_a_report_with_next_to_nothing_is_a_page():
    reader = read(page.html(Report("r", "c", "test", 1, {"bleu": Score(31.2, "percent")})))
    shown = "".join(reader.words)
    assert "31.2" in shown and "Learning curves" not in shown
    assert "svg" not in reader.tags


def test_many_labels_show_their_mix_ups():
    names = [f"label {n}" for n in range(200)]
    report = Report(
        "r",
        "c",
        "test",
        9,
        {"accuracy": Score(0.5)},
        per_label={
            name: {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1.0} for name in names
        },
    )
    report.details["confusion"] = {
        "labels": names,
        "counts": None,
        "pairs": [["label 1", "label 2", 17]],
    }
    shown = "".join(read(page.html(report)).words)
    assert "140 more labels" in shown and "17" in shown and "mix-ups" in shown


def test_points_lie_where_their_values_say():
    plot = charts.Plot((0, 10), (0, 1), "x")
    assert plot.x(0) == charts.LEFT
    assert plot.x(10) == charts.WIDTH - charts.RIGHT
    assert plot.y(0) == charts.HEIGHT - charts.BOTTOM
    assert plot.y(1) == charts.TOP < plot.y(0.5) < plot.y(0.25)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.0, 1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.71, 0.79, ["0.70", "0.72", "0.74", "0.76", "0.78", "0.80"]),
        (0, 1200, ["0", "500", "1000", "1500"]),
    ],
)
def test_ticks_are_round_and_hold_the_range(low, high, words):
    found = charts.ticks(low, high)
    assert list(found.values()) == words
    assert min(found) <= low and max(found) >= high


def test_ticks_of_one_value_and_charts_of_none():
    assert len(charts.ticks(0.5, 0.5)) > 1
    assert charts.curves([1], {"train": [None]}, "loss") == ""
    assert charts.curves([1], {"train": [0.5]}, "loss").count("<circle") == 1
    assert charts.reliability([]) == charts.lengths([]) == ""
    assert charts.forest([("a", math.nan, None, None)], "accuracy") == ""


def test_entities_are_marked_and_escaped():
    kind = "<i>PER</i>"
    row = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2.0, "answered": 3,
           "low": 0.25, "high": None}  # fmt: skip
    text = f"Anna & Bert {EVIL}"
    report = Report(
        "ner", EVIL, "test", 2, {"entity_f1": Score(0.5, low=0.4, high=0.6)},
        per_label={kind: row},
        baselines={"linear-tagger": {"scores": {"entity_f1": Score(0.6)}, "bootstrap_p": 0.02,
                                     "note": EVIL}},
        details={
            "kind": "tag",
            "errors": {"right": 3, "type": 1, "boundary": 0, "both": 0, "missed": 1, "spurious": 7},
            "confusion": {"labels": [kind], "counts": [[4]], "pairs": []},
            "seen": [{"name": "seen", **row}],
            "by_entity_length": [{"name": "5+", **row}],
            "by_length": [{"from": 1, "to": 3, "examples": 2, **row, "high": 0.75}],
            "mistakes": [{"where": EVIL, "input": text, "target": [[kind, 0, 4], [kind, 7, 11]],
                          "answer": [[kind, 0, 4]], "wrong": 1, "hidden": 2}],
        },
    )  # fmt: skip
    page_text = page.html(report, [], HISTORY)
    reader = read(page_text)
    assert "script" not in reader.tags and "i" not in reader.tags
    assert reader.tags.count("mark") == 2 + 3  # legend, target, answer
    assert '<mark class="good">Anna<sub>&lt;i&gt;PER&lt;/i&gt;</sub></mark> &amp; ' in page_text
    assert '<mark class="bad">Bert<sub>' in page_text
    shown = "".join(reader.words)
    for words in (
        "Types", "Confusion of types on the same span", "Kinds of errors", "20.0%",
        "Seen and unseen entities", "By length of the entity", "By length of the sentence",
        "The worst mistakes", "1 wrong entity", "2 not shown", "bootstrap p", "Learning curves",
        "from resamples of the sentences",
    ):  # fmt: skip
        assert words in shown
