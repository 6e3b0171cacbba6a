import subprocess
import sys
from types import SimpleNamespace

from textlstm.check import check


def write(tmp_path, name, content):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return str(path)


def checked(*files, **settings):
    said = []
    return check(files, SimpleNamespace(**settings), said.append), said


def test_a_good_file(tmp_path):
    path = write(tmp_path, "a.csv", "text,label\none fine film,pos\nbad,neg\n")
    assert checked(path) == (
        0,
        [
            path,
            "  a.csv: the first row is the header (header=auto); "
            "text column: 'text' (guessed), label column: 'label' (guessed)",
            "  rows: 2 read, 2 used, 0 refused",
            "  labels (2): pos: 1, neg: 1",
            "  characters a text: median 8, mean 8.0, 95 % at most 12, longest 13",
            "  words a text: median 2, mean 2.0, 95 % at most 3, longest 3",
            "  ✔ nothing wrong found",
        ],
    )


def test_a_bad_file(tmp_path):
    rows = ["one,pos", "One ,neg", ",Pos", "ragged", 'x,"pos', "no label,", "two,pos", "two,pos"]
    wrong, said = checked(write(tmp_path, "a.csv", "text,label\n" + "\n".join(rows) + "\n"))
    assert wrong == 3
    assert said[2:4] == [
        "  rows: 8 read, 5 used, 3 refused",
        "  ✖ a.csv:5: 1 cell, but the header has 2",
    ]
    assert said[4:6] == [
        "  ✖ a.csv:6: the quote that opens in column 3 is never closed",
        "  ✖ a.csv:7: the label is empty",
    ]
    assert said[-4:] == [
        "  ⚠ labels that differ only in case or spaces: 'Pos', 'pos'",
        "  ⚠ 1 empty text (the first: a.csv:4)",
        "  ⚠ 2 examples with the text of an earlier one (case and spaces do not count)",
        "  ⚠ 1 text with different labels (2 examples)",
    ]


def test_many_refusals_are_counted(tmp_path):
    path = write(tmp_path, "a.csv", "text,label\nfine,pos\n" + "ragged\n" * 50)
    wrong, said = checked(path)
    assert wrong == 50
    assert sum(line.startswith("  ✖ a.csv:") for line in said) == 20
    assert "  ✖ ... and 30 more rows" in said
    assert "  ⚠ all examples have the label 'pos': nothing to learn from" in said


def test_the_first_file_is_the_training_part(tmp_path):
    train = write(tmp_path, "train.csv", "text,label\none,pos\ntwo,neg\n")
    test = write(tmp_path, "test.csv", "text,label\nTwo,neg\nthree,posi\nfour,posi\n")
    wrong, said = checked(train, test)
    assert wrong == 0
    assert said[-2:] == [
        "  ⚠ test.csv:3: the label 'posi' (2 examples) is not in train.csv. Did you mean 'pos'?",
        "  ⚠ 1 of 3 examples have a text that train.csv has too",
    ]


def test_a_file_that_cannot_be_read_does_not_hide_the_next(tmp_path):
    good = write(tmp_path, "a.csv", "text,label\none,pos\ntwo,neg\n")
    empty = write(tmp_path, "b.csv", "")
    wrong, said = checked(str(tmp_path / "c.csv"), empty, good)
    assert wrong == 2
    assert f"  ✖ {tmp_path}/c.csv: no such file or folder. Did you mean 'b.csv'?" in said
    assert "  ✖ b.csv: the file is empty." in said
    assert said[-1] == "  ✔ nothing wrong found"


def test_a_folder_with_parts_is_checked_part_by_part(tmp_path):
    for name in ("train/pos/1.txt", "train/neg/1.txt", "test/pos/1.txt", "test/neg/1.txt"):
        write(tmp_path, f"films/{name}", name)
    wrong, said = checked(str(tmp_path / "films"))
    assert wrong == 0
    assert [line for line in said if not line.startswith(" ")] == [
        f"{tmp_path}/films/train",
        f"{tmp_path}/films/test",
    ]


def test_reading_settings_are_followed(tmp_path):
    path = write(tmp_path, "a.txt", "pos\tone\nneg\ttwo\n")
    wrong, said = checked(path, format="tsv", header="no", text="2", label="1")
    assert wrong == 0 and "  labels (2): pos: 1, neg: 1" in said


COLUMNS = "Jo\tB-PER\nsaw\tO\nRome\tB-LOC\n\nAl\tB-PER\n\njo\tO\n"


def test_a_file_of_columns(tmp_path):
    path = write(tmp_path, "a.conll", COLUMNS)
    assert checked(path) == (
        0,
        [
            path,
            "  a.conll: 2 columns, separated by tabs; token column: 1 (guessed), "
            "tag column: 2 (guessed)",
            "  a.conll: the tags are BIO (scheme=auto)",
            "  rows: 3 read, 3 used, 0 refused",
            "  3 sentences, 5 tokens, 3 entities",
            "  types (2): PER: 2, LOC: 1",
            "  characters a sentence: median 2, mean 5.0, 95 % at most 10, longest 11",
            "  tokens a sentence: median 1, mean 1.7, 95 % at most 3, longest 3",
            "  ✔ nothing wrong found",
        ],
    )


def test_broken_tags_count(tmp_path):
    path = write(tmp_path, "a.txt", COLUMNS + "\nx\tI-PER\n\nJO\tB-LOC\n\nx\n")
    wrong, said = checked(path, format="conll")
    assert wrong == 2
    assert [line for line in said if "✖" in line] == [
        "  ✖ a.txt:9: 'I-PER' at the start of a sentence: an entity starts with B",
        "  ✖ a.txt:13: 1 column, but the lines before have 2",
    ]
    assert said[-1] == "  ⚠ 1 text with different tags (2 examples)"
    assert checked(path, format="conll", repair="conlleval")[0] == 1


def test_spans_and_tokens_in_jsonl(tmp_path):
    spans = write(tmp_path, "a.jsonl", '{"text": "Jo saw", "spans": [[0, 2, "PER"]]}\n')
    tokens = write(tmp_path, "b.jsonl", '{"tokens": ["Jo"], "tags": ["B-PERS"]}\n')
    labels = write(tmp_path, "c.jsonl", '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}')
    wrong, said = checked(spans, tokens, labels)
    assert wrong == 0
    assert "  1 text, 1 entity" in said and "  1 sentence, 1 token, 1 entity" in said
    assert not any("tokens a sentence: median 0" in line for line in said)
    assert [line for line in said if "⚠" in line] == [
        "  ⚠ b.jsonl:1: the type 'PERS' (1 entity) is not in a.jsonl. Did you mean 'PER'?"
    ]
    assert "  labels (2): x: 1, y: 1" in said
    assert (
        "  ✖ a.jsonl:1: item 1 of 'spans' (PER 0-9) is not inside the text of 6 characters"
        in (checked(write(tmp_path, "a.jsonl", '{"text": "Jo saw", "spans": [[0, 9, "PER"]]}'))[1])
    )


def test_an_atis_prefix_is_labelled_where_it_has_labels(tmp_path):
    write(tmp_path, "dev.seq.in", "to rome\n")
    write(tmp_path, "dev.seq.out", "O O\n")
    said = checked(str(tmp_path / "dev"))[1]
    assert "  1 sentence, 2 tokens, 0 entities" in said
    assert said[-1] == "  ⚠ there is no entity: nothing to learn from"
    write(tmp_path, "dev.label", "city\n")
    assert "  labels (1): city: 1" in checked(str(tmp_path / "dev"))[1]


def test_checking_tagged_files_loads_no_network(tmp_path):
    path = write(tmp_path, "a.conll", COLUMNS)
    code = (
        "import sys; from textlstm.check import check; from textlstm.settings import "
        f"CheckSettings\nprint(check([{path!r}], CheckSettings(), lambda _: None))\n"
        "print(sorted({'tensorflow', 'keras', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["0", "[]"]


def test_a_table_of_numbers_is_a_series(tmp_path):
    rows = ["day,load,tap", "2020-01-01,1,7", "2020-01-02,3,7", "2020-01-03,2,7"]
    path = write(tmp_path, "a.csv", "\n".join(rows) + "\n")
    assert checked(path) == (
        0,
        [
            path,
            "  a.csv: the first row is the header; time column: 'day' (guessed); "
            "values: 'load', 'tap' (guessed); forecast: 'tap'",
            "  a series of numbers, for `run forecast`: 3 rows, 2020-01-01 to 2020-01-03",
            "  load: lowest 1, mean 2, highest 3",
            "  tap: lowest 7, mean 7, highest 7",
            "  ⚠ tap is the same in all rows: nothing to learn from",
        ],
    )
    assert checked(write(tmp_path, "b.csv", "1\n2\n3\n"))[1][-1] == "  ✔ nothing wrong found"
    wrong, said = checked(write(tmp_path, "c.csv", "x\n1\n2\n\n3\nNA\n5\n"))
    assert wrong == 1
    assert said[-1].startswith("  ✖ c.csv:6: 'x' is missing ('NA')\n")
    wrong, said = checked(write(tmp_path, "d.csv", "text,label\n11,1\n12,0\n"))
    assert (wrong, said[2]) == (0, "  rows: 2 read, 2 used, 0 refused")


def test_pairs_may_be_separated_by_semicolons(tmp_path):
    pairs = [f"a long sentence {n};ein langer Satz {n}" for n in range(60)]
    _, said = checked(write(tmp_path, "a.csv", "source;target\n" + "\n".join(pairs) + "\n"))
    assert said[1] == "  a.csv: cells are separated by ';'"
    assert any(line.startswith("  characters a source: median") for line in said)


def test_a_name_that_cannot_be_one_does_not_hide_the_next(tmp_path):
    good = write(tmp_path, "a.csv", "text,label\none,pos\ntwo,neg\n")
    wrong, said = checked("~nosuchuserhere/x.csv", "x" * 300, good)
    assert wrong == 2
    assert said[1] == (
        "  ✖ ~nosuchuserhere/x.csv: no such file: Could not determine home directory."
    )
    assert said[3] == f"  ✖ {'x' * 97}...: no such file: File name too long."
    assert said[-1] == "  ✔ nothing wrong found"
