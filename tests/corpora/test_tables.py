import pytest

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.source import Aloud, Options
from textlstm.corpora.tables import Table
from textlstm.errors import DataError, SettingsError


def table(tmp_path, content, name="a.csv", **options):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    said = []
    return Table(path, name.rsplit(".", 1)[1], Options(**options), Aloud(said.append)), said


def read(tmp_path, content, name="a.csv", **options):
    return list(table(tmp_path, content, name, **options)[0].read())


def refusal(tmp_path, content, name="a.csv", kind=DataError, **options):
    with pytest.raises(kind) as error:
        table(tmp_path, content, name, **options)
    return str(error.value)


GOOD = [Example("a fine film", "pos", "a.csv:2"), Example("not so fine", "neg", "a.csv:3")]


def test_a_csv_with_a_header(tmp_path):
    source, said = table(tmp_path, "text,label\na fine film,pos\nnot so fine,neg\n")
    assert list(source.read()) == GOOD
    assert list(source.read()) == GOOD
    assert said == [
        "a.csv: the first row is the header (header=auto); "
        "text column: 'text' (guessed), label column: 'label' (guessed)"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_marks(tmp_path, end, mark):
    rows = ["text,label", "a fine film,pos", "not so fine,neg"]
    assert read(tmp_path, mark + end.join(rows).encode()) == GOOD


def test_usual_names_win_in_their_order(tmp_path):
    source, said = table(tmp_path, "id,Title,Sentence,Sentiment,score\n1,t,s,pos,9\n")
    assert list(source.read()) == [Example("s", "pos", "a.csv:2")]
    assert "text column: 'Sentence' (guessed), label column: 'Sentiment' (guessed)" in said[0]


def test_columns_asked_for(tmp_path):
    content = "id,words,mood\n1,a b,pos\n2,c d,neg\n"
    source, said = table(tmp_path, content, text="words", label="mood")
    assert [(x.input, x.target) for x in source.read()] == [("a b", "pos"), ("c d", "neg")]
    assert said[0].endswith("text column: 'words', label column: 'mood'")
    source, _ = table(tmp_path, content, text="2", label="3", header="yes")
    assert [(x.input, x.target) for x in source.read()] == [("a b", "pos"), ("c d", "neg")]


def test_one_column_asked_for_leaves_the_other_of_two(tmp_path):
    source, said = table(tmp_path, "words,mood\na b,pos\n", label="mood")
    assert [(x.input, x.target) for x in source.read()] == [("a b", "pos")]
    assert said[0].endswith("text column: 'words' (guessed), label column: 'mood'")


def test_a_guess_leaves_out_the_column_that_is_taken(tmp_path):
    source, _ = table(tmp_path, "label,class,id\na b,x,1\n", text="label")
    assert list(source.read()) == [Example("a b", "x", "a.csv:2")]


def test_a_missing_column(tmp_path):
    assert refusal(tmp_path, "text,lable\na,b\n", label="label") == (
        "a.csv:1: there is no column 'label' among 'text', 'lable'. Did you mean 'lable'?"
    )
    assert refusal(tmp_path, "a,b,c\n1,2,3\n", header="yes") == (
        "a.csv:1: which column is the text? There are 'a', 'b', 'c'; say text=NAME."
    )
    assert refusal(tmp_path, "a,b,c\n1,2,3\n", header="no") == (
        "a.csv:1: which column is the text? There are 3, without names; say text=NUMBER."
    )
    assert refusal(tmp_path, "text,label\na,b\n", text="3") == (
        "a.csv:1: text=3, but there are 2 columns."
    )


def test_names_need_a_header(tmp_path):
    assert refusal(tmp_path, "a,b\nc,d\n", kind=SettingsError, header="no", text="text") == (
        "a.csv: text='text', but without a header columns have only numbers, from 1 to 2."
    )
    assert refusal(tmp_path, "text,label\na,b\n", kind=SettingsError, text="label", label="2") == (
        "a.csv: one column cannot be both the text and the label."
    )


def test_duplicate_header_names(tmp_path):
    assert refusal(tmp_path, "text,label,text\na,b,c\n") == (
        "a.csv:1: 2 columns are called 'text' (columns 1 and 3); say text=1 for the first of them."
    )
    source, _ = table(tmp_path, "text,label,text\na,b,c\n", text="3")
    assert list(source.read()) == [Example("c", "b", "a.csv:2")]


def test_no_header(tmp_path):
    content = "a fine film,pos\nnot so fine,neg\nwhat a bore,neg\nlovely,pos\n"
    source, said = table(tmp_path, content)
    assert [x.target for x in source.read()] == ["pos", "neg", "neg", "pos"]
    assert said == [
        "a.csv: there is no header (header=auto); "
        "text column: 1 (guessed), label column: 2 (guessed)"
    ]
    source, said = table(tmp_path, content, header="no", text="1", label="2")
    assert said == ["a.csv: there is no header; text column: 1, label column: 2"]


def test_a_header_with_unusual_names(tmp_path):
    content = "words,mood\na fine film,pos\nnot so fine,neg\nwhat a bore,neg\nlovely,pos\n"
    source, said = table(tmp_path, content)
    assert [x.target for x in source.read()] == ["pos", "neg", "neg", "pos"]
    assert "text column: 'words' (guessed), label column: 'mood' (guessed)" in said[0]


def test_a_rare_label_in_the_first_row_is_no_header(tmp_path):
    content = (
        "this film about nothing at all is one I will not forget,mixed\n"
        "so fine,pos\nso so,neg\nbad,neg\ngood,pos\n"
    )
    assert [x.target for x in read(tmp_path, content)] == ["mixed", "pos", "neg", "neg", "pos"]


def test_a_header_nobody_can_tell(tmp_path):
    assert refusal(tmp_path, "one,two\nthree,four\n") == (
        "a.csv:1: is the first row a header or an example? Say header=yes or header=no."
    )


def test_the_label_of_two_columns_is_the_one_that_repeats(tmp_path):
    source, _ = table(tmp_path, "1\tso fine\n0\tbad\n0\tworse\n1\tgood\n", "a.tsv")
    assert [(x.input, x.target) for x in source.read()][:2] == [("so fine", "1"), ("bad", "0")]


def test_empty_and_header_only(tmp_path):
    assert refusal(tmp_path, "") == "a.csv: the file is empty."
    assert refusal(tmp_path, "\n\n") == "a.csv: the file is empty."
    assert refusal(tmp_path, "text,label\n\n") == "a.csv: there is a header and no row below it."


def test_a_header_that_cannot_be_read(tmp_path):
    assert refusal(tmp_path, b"text\xff,label\na,b\n") == (
        "a.csv:1: byte 0xFF at offset 4 is not UTF-8; save the file as UTF-8 "
        "(it looks like latin-1)."
    )


def test_rows_that_cannot_be_used(tmp_path):
    content = (
        "text,label\nfine,pos\nragged\nragged,a,b\nno label,\nspaces, \n,pos\n\n"
        'text,label\nnul\0,pos\n"open,pos\nlast,neg\n'
    )
    good = [Example("fine", "pos", "a.csv:2"), Example("", "pos", "a.csv:7")]
    assert read(tmp_path, content) == [
        good[0],
        Bad("a.csv:3", "1 cell, but the header has 2"),
        Bad("a.csv:4", "3 cells, but the header has 2"),
        Bad("a.csv:5", "the label is empty"),
        Bad("a.csv:6", "the label is empty"),
        good[1],
        Bad("a.csv:9", "the header again: two files were joined here"),
        Bad("a.csv:10", "a NUL byte in column 4; a text file has none"),
        Bad("a.csv:11", "the quote that opens in column 1 is never closed"),
        Example("last", "neg", "a.csv:12"),
    ]


def test_a_text_of_several_lines_is_where_it_starts(tmp_path):
    content = 'text,label\n"one\ntwo",pos\n"three\n\nfour",neg\n'
    source, said = table(tmp_path, content)
    assert list(source.read()) == [
        Example("one\ntwo", "pos", "a.csv:2"),
        Example("three\n\nfour", "neg", "a.csv:4"),
    ]
    assert said[1:] == [
        "a.csv: 2 rows with line ends inside quotes; the longest, 3 lines, starts at a.csv:4"
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_said(tmp_path, delimiter):
    source, said = table(tmp_path, f'text{delimiter}label\n"a{delimiter}b, c"{delimiter}pos\n')
    assert list(source.read()) == [Example(f"a{delimiter}b, c", "pos", "a.csv:2")]
    assert said[0] == f"a.csv: cells are separated by {delimiter!r}"


def test_stray_quotes_in_a_tsv_are_text(tmp_path):
    content = 'label\ttext_a\n1\t"opens\n0\tthe 15" one\n1\t"all"\n'
    source, said = table(tmp_path, content, "a.tsv")
    assert [x.input for x in source.read()] == ['"opens', 'the 15" one', '"all"']
    assert said[0] == "a.tsv: quotes are characters of the text (see line 2)"


def test_a_tsv_with_quoting(tmp_path):
    content = 'text\tlabel\n"he said ""hi""\nand\tleft"\tpos\n'
    source, said = table(tmp_path, content, "a.tsv")
    assert list(source.read()) == [Example('he said "hi"\nand\tleft', "pos", "a.tsv:2")]
    assert said[0] == "a.tsv: quotes enclose cells here, as in CSV"


def test_a_line_of_ten_megabytes(tmp_path):
    long = "x, " * 3_500_000
    assert read(tmp_path, f'text,label\n"{long}",pos\n') == [Example(long, "pos", "a.csv:2")]


def test_the_reading_changes_with_the_columns(tmp_path):
    content = "text,label,other\na,b,c\n"
    one, _ = table(tmp_path, content)
    two, _ = table(tmp_path, content, label="other")
    assert one.reading != two.reading
