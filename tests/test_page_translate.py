"""The page of translations: escaped, nothing fetched, every section, heat maps that scroll."""

import re

from test_page import EVIL, HISTORY, read

from textlstm import charts, page
from textlstm.report import Report, Score


def report(**more):
    details = {
        "kind": "translate", "tokenize": "13a", "signatures": {"bleu": f"tok:13a|{EVIL}"},
        "by_length": [{"from": 1, "to": 5, "examples": 9, "bleu": 38.24, "low": 30.0, "high": 45.5,
                       "length_ratio": 1.0}],
        "length_ratios": [{"from": 0.0, "to": 0.5, "count": 1},
                          {"from": 0.5, "to": 0.9, "count": 9},
                          {"from": 0.9, "to": None, "count": 7}],
        "wrong": {"empty": 1, "repeated": 20, "repeated_parts": 33, "untranslated": 5,
                  "untranslated_words": 8},
        "examples": [{"group": group, "where": EVIL, "source": f"{n} {EVIL}", "target": EVIL,
                      "answer": "", "chrf": 61.26} for group in ("best", "middle", "worst")
                     for n in range(5)],
        "attention": [{"where": EVIL, "input": EVIL, "source": [" a", EVIL, " "],
                       "target": ["好", EVIL], "weights": [[0.1, 0.2, 0.7], [1.0, 0.0, 0.0]]}] * 3,
    }  # fmt: skip
    return Report(
        "translation", EVIL, "dev", 100, {"bleu": Score(38.24, "points", low=37.0, high=39.5)},
        baselines={"copy-source": {"scores": {"bleu": Score(3.14, "points")}, "bootstrap_p": 0.02,
                                   "note": EVIL}},
        details={**details, **more},
    )  # fmt: skip


ROWS = [{"input": EVIL, "target": EVIL, "where": EVIL,
         "answer": {"translation": EVIL, "score": -0.1}}]  # fmt: skip


def test_what_comes_from_the_data_is_escaped():
    text = page.html(report(), ROWS, HISTORY)
    reader = read(text)
    assert "script" not in reader.tags and text.count("</style>") == 1
    assert "".join(reader.words).count("<script>alert('x')</script>") > 40
    assert "&amp;lt;" not in text
    assert {"src", "href", "onload"} & {name for name, _ in reader.attributes} == set()
    assert "http:" not in text and "url(" not in text


def test_every_section_is_there():
    reader = read(page.html(report(), ROWS, HISTORY))
    shown = "".join(reader.words)
    for words in (
        "Beside the baselines", "BLEU by length of the source", "Length of the answers",
        "What goes wrong", "Attention", "Sentences side by side", "The best by chrF",
        "In the middle", "The worst by chrF", "Some of the answers", "Signatures of sacreBLEU",
        "20.0%", "33 parts", "8 words", "chrF 61.3", "38.2", "37.0 to 39.5", "(empty)",
        "bootstrap p", "2 more", "1 more",
    ):  # fmt: skip
        assert words in shown, words
    assert "38.240" not in shown
    assert "copy-source: 3.14" in shown and "3.140" not in shown
    # scores, loss, valid score, length, length ratios, three heat maps
    assert reader.tags.count("svg") == 8
    assert "tokens of the answer / tokens of the reference" in shown


def test_without_attention_there_is_no_heat_map():
    shown = "".join(read(page.html(report(attention=[]), ROWS)).words)
    assert "Attention" not in shown and "What goes wrong" in shown


def test_a_report_with_next_to_nothing_is_a_page():
    bare = Report("r", "c", "dev", 1, {"bleu": Score(1.0, "points")}, details={"kind": "translate"})
    shown = "".join(read(page.html(bare)).words)
    assert "1.0" in shown and "What goes wrong" not in shown


def test_a_heat_map_has_a_square_a_weight_the_stronger_the_more():
    text = charts.heat(["x", "y" * 40], ["a", "b", "好" * 20], [[0.0, 0.5, 1.0], [0.2, 0.3, 0.5]])
    tints = re.findall(r"rgba\(var\(--tint\),([0-9.]+)\)", text)
    assert [float(tint) for tint in tints[:3]] == [0.05, 0.53, 1.0] and len(tints) == 6
    columns = re.findall(r'<rect x="(\d+)" y="(\d+)"', text)
    assert columns[0][1] == columns[2][1] < columns[3][1] and columns[0][0] == columns[3][0]
    assert "<title>x / b: 0.50</title>" in text
    assert ">" + "y" * 15 + "…<" in text  # cut; whole under the pointer
    width = int(re.search(r"width:(\d+)px", text)[1])
    assert '<div class="scroll"><svg' in text and f'viewBox="0 0 {width} ' in text
    wide = charts.heat(["x"], ["a"] * 100, [[0.01] * 100])
    assert int(re.search(r"width:(\d+)px", wide)[1]) > 2200
