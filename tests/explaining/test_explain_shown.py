"""What is printed, drawn and written of an explanation."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from explain_networks import TEXT, network, predictor_of

from textlstm import tables
from textlstm.errors import Refusal, SettingsError
from textlstm.explaining import Explainer, command, explain
from textlstm.explaining.occlusion import occluded
from textlstm.explaining.terminal import SHADES
from textlstm.tasks import lattice

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("colour", [False, True])
def test_the_heat_map_fits_the_terminal(words, width, colour):
    predictor = predictor_of(network("lstm", True, (4, 6), words), words)
    long = TEXT * 4 + "antidisestablishmentarianism"
    shown = explain(predictor, long).table(width, colour=colour, matrix=True)
    assert ("\x1b[" in shown) == colour
    lines = ANSI.sub("", shown).splitlines()
    assert max(map(tables.columns_of, lines)) <= width
    titles = [line for line in lines if "(LSTM)" in line and "product" not in line]
    assert len(titles) == (4 if width == 80 else 2)  # side by side where there is room
    assert "antidisestabl…" in shown


def test_columns_of_a_terminal():
    assert [tables.columns_of(text) for text in ("", "film", "电影", "e\u0301", "，")] == [
        0,
        4,
        4,
        1,
        2,
    ]


def test_the_heat_map_says_the_numbers(explanation):
    rows = explanation.table(80).splitlines()
    gates = explanation.layers[0]
    start = next(k for k, row in enumerate(rows) if " forget " in row) + 1
    for place, token in enumerate(explanation.tokens):
        row = rows[start + place]
        assert row.startswith(token.shown)
        value = gates.values["forget"][place].mean()
        shade = SHADES[int(value * 10)]
        assert f" {value:.2f} {shade * 2}" in row
        assert f"{explanation.contribution[place] + 0.0:+.3f}".replace("-0.000", "+0.000") in row
    assert str(explanation) == explanation.table()


def test_a_matrix_too_wide_is_said_not_cut(predictor):
    shown = explain(predictor, "a good film " * 40).table(80, matrix=True)
    assert "120 tokens need 125 columns: see --save FILE.html" in shown


class Tags(HTMLParser):
    """Collects tags and notices those that are not closed."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_stands_alone(predictor):
    found = explain(predictor, '<script>alert(1)</script> & "good" film 电影')
    for document in (found.html(), found._repr_html_()):
        tags = Tags()
        tags.feed(document)
        assert tags.open == []
        names = {name for name, _ in tags.seen}
        assert "script" not in names and "link" not in names
        images = [attrs for name, attrs in tags.seen if name == "image"]
        assert len(images) == 2 * 6
        assert all(attrs["href"].startswith("data:image/png;base64,") for attrs in images)
        assert "http" not in document.replace("http-equiv", "")
        assert "&lt;script&gt;" in document
    assert "default-src 'none'" in found.html()


def test_pixels_are_a_png():
    from io import BytesIO

    from matplotlib.image import imread

    from textlstm.explaining.pixels import blue, both, png

    values = np.array([[0.0, 0.5, 1.0], [1.0, 0.2, 0.0]])
    read = imread(BytesIO(png(blue(values))))
    np.testing.assert_allclose(read * 255, blue(values), atol=0.5)
    assert read[0, 0].min() > read[0, 1].min() > read[0, 2].min()
    signs = both(np.array([[-2.0, 0.0, 2.0]]))
    assert signs[0, 0, 0] > signs[0, 0, 2] and signs[0, 2, 2] > signs[0, 2, 0]  # orange, blue


def test_signs_that_no_font_has_are_numbered(predictor, monkeypatch):
    from matplotlib.axes import Axes

    from textlstm.explaining import picture

    labels, draw = [], Axes.set_yticks
    monkeypatch.setattr(picture, "FONTS", ())
    monkeypatch.setattr(
        Axes, "set_yticks",
        lambda self, *given, **more: (labels.append(given[1:]), draw(self, *given, **more)),
    )  # fmt: skip
    assert (
        explain(predictor, "a $good$ 电影").png().startswith(b"\x89PNG")
    )  # and nothing is warned of
    assert (["a", "$", "good", "$", "5", "6"],) in labels


def test_a_picture_of_a_very_long_text_is_drawn(words, monkeypatch):
    from textlstm.explaining import picture

    monkeypatch.setattr(picture, "NAMED", 50)
    monkeypatch.setattr(picture, "TALLEST", 20)
    predictor = predictor_of(network("rnn", True, (3, 2), words), words)
    data = explain(predictor, "good film " * 100).png()
    rows = int.from_bytes(data[20:24], "big")
    assert picture.DPI * 20 < rows < picture.DPI * 25


def test_everything_is_in_the_json(explanation, tmp_path):
    explanation.save(tmp_path / "a.json")
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert found == explanation.to_json()
    assert [token["text"] for token in found["tokens"]] == [t.text for t in explanation.tokens]
    (forward, _) = found["layers"]
    np.testing.assert_allclose(
        forward["values"]["forget"], explanation.layers[0].values["forget"], atol=1e-6
    )
    assert set(forward["values"]) == {"forget", "input", "candidate", "cell", "output", "hidden"}


def test_the_command(tiny_run, tmp_path):
    files = [tmp_path / "a.png", tmp_path / "a.html"]
    shown = command(tiny_run.folder, "the film was not good", save=files, width=100)
    assert shown == explain(tiny_run.folder, "the film was not good").table(100)
    assert files[0].read_bytes().startswith(b"\x89PNG")
    assert files[1].read_text(encoding="utf-8").startswith("<!doctype html>")
    found = json.loads(command(tiny_run.folder, "the film", as_json=True))
    assert found["text"] == "the film"
    with pytest.raises(SettingsError):  # before anything is loaded
        command(tmp_path / "none", "", save=[tmp_path / "a.pdf"])


def test_nothing_heavy_is_loaded(tiny_run):
    code = (
        "import sys; from textlstm.explaining import command; "
        f"command({str(tiny_run.folder)!r}, 'the film was not good'); "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    heavy = {"tensorflow", "keras", "sklearn", "tensorflow_datasets", "matplotlib", "scipy"}
    assert set(done.stdout.split()) & heavy == set()


def test_the_tokens_of_a_tagger_are_those_it_reads(tmp_path):
    from textlstm import train
    from textlstm.progress import Quiet

    rows = [f"Old-Town{k} B-LOC\nis O\nfine O" for k in range(12)]
    (tmp_path / "a.txt").write_text("\n\n".join(rows) + "\n", "utf-8")
    run = train("ner", preset="tiny", epochs=1, format="conll", train=str(tmp_path / "a.txt"),
                out=tmp_path / "run", progress=Quiet())  # fmt: skip
    text = "The Anglo-Dutch firm, ½ of it."
    found = run.explain(text)
    assert [token.text for token in found.tokens] == [
        "The", "Anglo-Dutch", "firm", ",", "½", "of", "it", ".",
    ]  # fmt: skip
    assert all(text[token.start : token.end] == token.text for token in found.tokens)
    assert "{" not in found.said
    assert "cut to" not in " ".join(found.notes)
    assert "depends on it" in found.html()


def probability(outputs, tags):
    """Share of the sequences with an entity's tags: every other tag at its tokens is forbidden."""
    emissions, table = outputs["emissions"].astype("float64"), outputs["transitions"]
    only = emissions.copy()
    for step in np.flatnonzero(tags):
        only[0, step] = -1e6
        only[0, step, tags[step]] = emissions[0, step, tags[step]]
    lengths = [len(tags)]
    log_z = [lattice.Marginals(each, lengths, table).log_z[0] for each in (only, emissions)]
    return np.exp(log_z[0] - log_z[1])


def test_what_each_token_adds_to_an_entity(tmp_path):
    from textlstm import Predictor, train
    from textlstm.progress import Quiet

    rows = [f"in B-X\nOld{k} B-LOC\nTown I-LOC\nlives O\nAnn B-PER" for k in range(60)]
    (tmp_path / "a.txt").write_text("\n\n".join(rows) + "\n", "utf-8")
    train("ner", preset="tiny", epochs=12, learning_rate=0.02, format="conll",
          train=str(tmp_path / "a.txt"), out=tmp_path / "run", progress=Quiet())  # fmt: skip
    predictor = Predictor.load(tmp_path / "run")
    text = "in Old1 Town lives Ann"
    found = explain(predictor, text)
    assert [(e["type"], e["text"]) for e, _ in found.entities] == [
        ("X", "in"), ("LOC", "Old1 Town"), ("PER", "Ann"),
    ]  # fmt: skip
    assert list(found.contributions) == ["answer", "X 0:2", "LOC 3:12", "PER 19:22"]
    explainer = Explainer(predictor)
    (encoded,) = explainer.task.encode([text])
    arrays = explainer._arrays(encoded)
    tags = explainer.task.encode_targets([[(e["type"], e["start"], e["end"])] for e, _ in
                                          found.entities], [encoded] * 3)  # fmt: skip
    for row, (_, values) in zip(tags, found.entities, strict=True):
        whole = probability(explainer._answer({k: a[None] for k, a in arrays.items()}), row["tags"])
        for place in range(5):
            without = {k: a[None] for k, a in occluded(arrays, place).items()}
            other = probability(explainer._answer(without), row["tags"])
            assert values[place] == pytest.approx(whole - other, abs=1e-6)
    page, shown = found.html(), ANSI.sub("", found.table(80, colour=True))
    assert page.count('<p class="text">') == 1 + 3 and "LOC Old1 Town, score " in page
    assert "LOC Old1 To…" in shown and "of an entity: its score minus" in " ".join(shown.split())
    for _, values in found.entities:
        assert f"{round(values[0], 3) + 0.0:+.3f}" in shown
    assert max(map(tables.columns_of, shown.splitlines())) <= 80


def test_very_long_texts_are_refused(predictor):
    with pytest.raises(Refusal, match=r"^1,001 tokens: explain leaves out one after the other"):
        explain(predictor, "film " * 1001)


def test_where_nothing_can_be_written(explanation, tmp_path):
    (tmp_path / "a.html").mkdir()
    with pytest.raises(SettingsError, match=r"a\.html: is a folder$"):
        explanation.save(tmp_path / "a.html")
    with pytest.raises(SettingsError, match="File name too long$"):
        explanation.save(tmp_path / f"{'x' * 250}.html")
