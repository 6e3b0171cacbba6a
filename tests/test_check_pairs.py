"""`textlstm check` on pairs of texts, and how it tells them from texts with labels."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from textlstm import cli, rescoring
from textlstm.check import check
from textlstm.corpora import paired_texts
from textlstm.settings import CheckSettings, LabelDataSettings, PairDataSettings


def write(folder, name, content):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def checked(*files, **settings):
    said = []
    return check(files, SimpleNamespace(**settings), said.append), said


def test_parallel_files(tmp_path):
    write(tmp_path, "train.en", "one fine day\ntwo\nTwo \ntwo\n\n")
    write(tmp_path, "train.de", "ein guter Tag\nzwei\nzwo\nzwei\nleer\n")
    prefix = str(tmp_path / "train")
    assert checked(prefix, source="en", target="de") == (
        1,
        [
            prefix,
            "  train.en: targets from train.de",
            "  rows: 5 read, 4 used, 1 refused",
            "  ✖ train.en:5: the source is empty",
            "  characters a source: median 4, mean 5.5, 95 % at most 11, longest 12",
            "  characters a target: median 4, mean 6.0, 95 % at most 12, longest 13",
            "  words a source: median 1, mean 1.5, 95 % at most 3, longest 3",
            "  words a target: median 1, mean 1.5, 95 % at most 3, longest 3",
            "  2 examples with the source of an earlier one (case and spaces do not count)",
            "  1 source with different targets (3 examples)",
            "  ⚠ 1 repeated pair (both sides alike)",
        ],
    )
    command = CliRunner().invoke(cli.main, ["check", prefix, "source=en", "target=de"])
    assert "train.en:5: the source is empty" in command.output


def test_sources_of_another_part_and_odd_lengths(tmp_path):
    for name, count in (("train", 9), ("dev", 3)):
        write(tmp_path, f"{name}.en", "".join(f"line {i}\n" for i in range(count)))
        write(tmp_path, f"{name}.zh", "".join(f"第{i}行\n" for i in range(count)))
    with (tmp_path / "dev.zh").open("a") as zh, (tmp_path / "dev.en").open("a") as en:
        zh.write("又" * 30 + "\n")
        en.write("again\n")
    wrong, said = checked(str(tmp_path / "train"), str(tmp_path / "dev"), source="en")
    assert wrong == 0
    train, dev = (
        said[: said.index(str(tmp_path / "dev"))],
        said[said.index(str(tmp_path / "dev")) :],
    )
    assert train[-1] == "  ✔ nothing wrong found"
    assert not any("words a target" in line for line in said)  # none are separated by spaces
    assert dev[-2:] == [
        "  ⚠ 1 pair of 4 with lengths more than 4 times off the usual ratio (0.5 characters of "
        "target to one of source), most of all dev.en:4 (5 and 30 characters)",
        "  ⚠ 3 of 4 examples have a source that train.en has too",
    ]


def test_a_prefix_whose_direction_nothing_tells(tmp_path):
    for end in ("en", "de"):
        write(tmp_path, f"train.{end}", "a\n")
    wrong, said = checked(str(tmp_path / "train"))
    assert wrong == 1
    assert said[1].endswith("Say source=de target=en, or source=en target=de.")


def kind(path, **settings):
    """Return what a file was taken for, and whether that was said."""
    _, said = checked(path, **settings)
    taken = next((line.partition("taken for ")[2] for line in said if "taken for" in line), "")
    pairs = any("characters a source" in line for line in said)
    assert pairs != any("characters a text" in line for line in said), said
    return "pairs" if pairs else "labelled", taken[:5]


PAIRS = "".join(f"sentence {i}.\tSatz {i}.\n" for i in range(20))
LABELS = "".join(f"sentence {i}.\t{('pos', 'neg')[i % 2]}\n" for i in range(20))


def test_tables_tell_their_kind(tmp_path):
    pairs, labels = write(tmp_path, "a.tsv", PAIRS), write(tmp_path, "b.tsv", LABELS)
    assert kind(pairs) == ("pairs", "pairs")
    assert kind(labels, header="no") == ("labelled", "texts")
    assert kind(pairs, text="1", label="2", header="no") == ("labelled", "")
    assert kind(labels, source="1", target="2") == ("pairs", "")
    assert checked(pairs)[1][1] == (
        "  a.tsv: taken for pairs of texts, as no column repeats few short values; text= and "
        "label= read it as texts with labels"
    )
    assert checked(labels, header="no")[1][1] == (
        "  b.tsv: taken for texts with labels; source= and target= read it as pairs of texts"
    )
    for header, found in (
        ("source\ttarget\n", "pairs"), ("en\tde\n", "pairs"), ("question\tanswer\n", "pairs"),
        ("text\tlabel\n", "labelled"), ("text\ttarget\n", "labelled"),
        ("input\toutput\n", "pairs"),
    ):  # fmt: skip
        assert kind(write(tmp_path, "c.tsv", header + PAIRS)) == (found, ""), header
    for header in ("input\toutput\n", "text\tlabel\n"):
        assert kind(write(tmp_path, "c.tsv", header + LABELS)) == ("labelled", ""), header
    few = write(tmp_path, "d.tsv", "one film.\tpos\ntwo\tneg\n")
    assert kind(few, header="no") == ("labelled", "texts")


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (("source", "target"), "pairs"),
        (("src", "tgt"), "pairs"),
        (("document", "summary"), "pairs"),
        (("text", "summary"), "pairs"),
        (("text", "label"), "labelled"),
        (("sentence", "target"), "labelled"),
    ],
)
def test_objects_tell_their_kind(tmp_path, keys, found):
    rows = [dict(zip(keys, line.split("\t"), strict=True)) for line in PAIRS.splitlines()]
    path = write(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows)))
    assert kind(path) == (found, "")
    inside = write(tmp_path, "b.jsonl", "\n".join(json.dumps({"translation": r}) for r in rows))
    if found == "pairs":
        assert kind(inside) == ("pairs", "")


def test_files_that_cannot_be_looked_into(tmp_path):
    empty = write(tmp_path, "a.tsv", "")
    wrong, said = checked(empty, str(tmp_path / "b.tsv"))
    assert wrong == 2
    assert [line for line in said if "✖" in line] == [
        "  ✖ a.tsv: the file is empty.",
        f"  ✖ {tmp_path}/b.tsv: no such file or folder. Did you mean 'a.tsv'?",
    ]


def test_checking_pairs_loads_no_network(tmp_path):
    path = write(tmp_path, "a.tsv", PAIRS)
    code = (
        "import sys; from textlstm.check import check; from textlstm.settings import "
        f"CheckSettings\nprint(check([{path!r}], CheckSettings(), lambda _: None))\n"
        "print(sorted({'tensorflow', 'keras', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["0", "[]"]


def test_check_takes_the_settings_of_pairs():
    s = CheckSettings.from_words(["format=parallel", "source=en", "target=de"])
    assert (s.format, s.source, s.target) == ("parallel", "en", "de")


def test_a_model_of_pairs_is_scored_on_files_read_alike():
    reading = rescoring.READING["translate"]
    assert (reading.settings, reading.corpus) == (PairDataSettings, paired_texts)
    own = rescoring._data_settings(
        PairDataSettings, {"train": "train", "source": "en", "target": "de", "units": [8]}
    )
    for words in (["test=dev"], ["test=a.txt", "format=tsv"]):  # the direction stays
        asked = rescoring.EvaluateSettings.from_words(words)
        like = rescoring._like(own, asked)
        assert (like["source"], like["target"]) == ("en", "de")
    asked = rescoring.EvaluateSettings.from_words(["test=a.csv", "source=1", "target=2"])
    assert {"source", "target"}.isdisjoint(rescoring._like(own, asked))
    assert asked.given() == {"source": "1", "target": "2"}


def test_a_model_of_a_table_is_scored_on_other_forms():
    table = {"train": "a.csv", "text": "review", "label": "stars", "header": "yes"}
    own = rescoring._data_settings(LabelDataSettings, table)
    for words, kept in (
        (["test=b.tsv"], {"text", "label", "header"}),
        (["test=b.jsonl"], {"text", "label"}),
        (["test=folder"], set()),
        (["test=b.txt", "format=csv"], {"header"}),
        (["test=b.txt", "format=jsonl"], set()),
    ):
        like = rescoring._like(own, rescoring.EvaluateSettings.from_words(words))
        assert {"text", "label", "header"} & set(like) == kept
