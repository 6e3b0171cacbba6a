import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm.corpora.delimited import quoting_of_tsv, rows
from textlstm.corpora.opening import Line, lines


def split(text, end="\n"):
    pieces = text.split(end)
    found = [Line(n, piece, end, None) for n, piece in enumerate(pieces[:-1], 1)]
    return found + ([Line(len(pieces), pieces[-1], "", None)] if pieces[-1] else [])


def cells(text, delimiter=",", quoted=True):
    return [row.cells for row in rows(split(text), delimiter, quoted) if row.problem is None]


def refused(text, delimiter=","):
    return [(row.line, row.problem) for row in rows(split(text), delimiter, True) if row.problem]


def test_cells():
    assert cells('a,b\n"c,d",""\n"e ""f""",\n,g "h" i\n\n" ",x\n') == [
        ["a", "b"],
        ["c,d", ""],
        ['e "f"', ""],
        ["", 'g "h" i'],
        [" ", "x"],
    ]


def test_a_row_of_several_lines_is_where_it_starts():
    found = list(rows(split('a,b\n"one\n\nthree","x\ny"\nc,d\n'), ",", True))
    assert [(row.line, row.last, row.cells) for row in found] == [
        (1, 1, ["a", "b"]),
        (2, 5, ["one\n\nthree", "x\ny"]),
        (6, 6, ["c", "d"]),
    ]


def test_a_quote_that_is_never_closed_costs_one_row():
    text = 'text,label\nfine,pos\n"never closed,neg\nfine too,pos\nand this,neg\n'
    assert refused(text) == [(3, "the quote that opens in column 1 is never closed")]
    assert cells(text) == [
        ["text", "label"],
        ["fine", "pos"],
        ["fine too", "pos"],
        ["and this", "neg"],
    ]


def test_an_unbalanced_quote_is_named_where_it_opened():
    text = 'a,b\nx,"open here\nc,d\n"e, f",g\nh,i\n'
    assert refused(text) == [
        (
            2,
            "text follows the closing quote in line 4 of the cell that opens in column 3; "
            "inside quotes, a quote is written twice",
        )
    ]
    assert cells(text) == [["a", "b"], ["c", "d"], ["e, f", "g"], ["h", "i"]]


def test_text_after_a_closing_quote():
    assert refused('a,b\n"he said "hi"",b\nc,d\n') == [
        (
            2,
            "text follows the closing quote of the cell that opens in column 1; "
            "inside quotes, a quote is written twice",
        )
    ]


def test_the_opening_line_counts_not_the_first_line_of_the_row():
    text = '"one\ntwo","three\nfour,x\n"y",z\n'
    assert refused(text)[0][0] == 2
    assert cells(text) == [["four", "x"], ["y", "z"]]


def test_a_problem_of_any_line_of_a_row_is_the_rows():
    found = [Line(1, '"a', "\n", None), Line(2, 'b",c', "\n", "bad"), Line(3, "d,e", "\n", None)]
    assert [(row.line, row.problem) for row in rows(found, ",", True)] == [(1, "bad"), (3, None)]


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=12)
TRICKY = st.text('",\r\n\t; a', max_size=12)
ROWS = st.integers(1, 3).flatmap(
    lambda n: st.lists(st.lists(CELL | TRICKY, min_size=n, max_size=n), min_size=1, max_size=6)
)


@given(ROWS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_what_csv_writes_is_what_is_read(tmp_path_factory, table, delimiter, end):
    out = io.StringIO(newline="")
    # a lone quote-less CR would be left bare by some versions of csv, hence QUOTE_ALL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.getbasetemp() / "round.csv"
    path.write_bytes(out.getvalue().encode())
    assert [row.cells for row in rows(lines(path), delimiter, True)] == table


@given(ROWS)
def test_what_csv_writes_with_few_quotes_is_what_csv_reads(table):
    table = [[cell.replace("\r", "") for cell in row] for row in table]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(table)
    assert cells(out.getvalue()) == [row for row in csv.reader(io.StringIO(out.getvalue())) if row]
    assert not refused(out.getvalue())


@given(st.lists(st.text('"a,', max_size=8), min_size=1, max_size=30))
def test_no_line_is_lost_and_none_is_read_twice(texts):
    source = [Line(n, text, "\n", None) for n, text in enumerate(texts, 1)]
    taken = {}
    for row in rows(source, ",", True):
        lines_of = range(row.line, row.last + 1)
        assert lines_of[0] > max(taken, default=0)
        taken.update(dict.fromkeys(lines_of, row))
    # an earlier line of a row that is refused at a later one belongs to the refusal
    for missing in {n for n, text in enumerate(texts, 1) if text} - set(taken):
        assert taken[min(n for n in taken if n > missing)].problem


def test_a_tsv_with_stray_quotes_has_no_quoting():
    text = 'label\ttext\n1\t"opens and stays open\n0\t15" screen\n1\t"all of it"\n'
    assert quoting_of_tsv(split(text)) == (False, 2)
    assert quoting_of_tsv(split('a\tb\nc "d" e\tf\n')) == (False, 2)
    assert quoting_of_tsv(split('a\tb\n"Look," she said.\tf\n')) == (False, 2)
    assert quoting_of_tsv(split('a\tb\n"Who?" "Me."\tf\n')) == (False, 2)


def test_a_tsv_of_a_spreadsheet_has_quoting():
    assert quoting_of_tsv(split('a\tb\n"he said ""hi"""\tpos\nx\ty\n')) == (True, 0)
    assert quoting_of_tsv(split('a\tb\n"two\nlines"\tpos\nx\ty\n')) == (True, 0)
    assert quoting_of_tsv(split('a\tb\n"with\ttab"\tpos\nx\ty\n')) == (True, 0)
    assert quoting_of_tsv(split('"a"\t"b"\n"c"\t"d"\n')) == (True, 0)


def test_quotes_that_nothing_needs_are_characters():
    assert quoting_of_tsv(split('a\tb\n"Great!"\tpos\nx\ty\n')) == (False, 0)
    assert quoting_of_tsv(split("a\tb\nc\td\n")) == (False, 0)


def test_two_stray_quotes_do_not_swallow_the_rows_between():
    text = 'text\tlabel\n"stray\t1\nfine\t0\nstray"\t1\n'
    assert quoting_of_tsv(split(text)) == (False, 2)
    assert cells(text, "\t", False)[1:] == [['"stray', "1"], ["fine", "0"], ['stray"', "1"]]


@pytest.mark.parametrize("count", [20_000, 40_000])
def test_many_open_quotes_take_linear_time(count):
    text = 'x,"open\n' * count + "a,b\n" * count
    found = list(rows(split(text), ",", True))
    assert sum(row.problem is not None for row in found) == count
    assert len(found) == 2 * count
