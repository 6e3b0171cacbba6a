"""Grids of settings: what is a list, what is refused, how combinations are named."""

import pytest

from textlstm import discover
from textlstm.errors import SettingsError
from textlstm.lab import budget, grid

SENTIMENT = discover.load("sentiment")


def names(*words, preset=None):
    return [one.name for one in grid.of_words(SENTIMENT, words, preset)]


def test_a_comma_is_a_grid_and_the_last_list_changes_fastest():
    assert names("cell=rnn,lstm", "bidirectional=false,true", "units=8") == [
        "rnn bidirectional=false", "rnn bidirectional=true",
        "lstm bidirectional=false", "lstm bidirectional=true",
    ]  # fmt: skip


def test_a_bar_separates_the_values_of_a_tuple():
    found = grid.of_words(SENTIMENT, ["units=8|16,4", "pooling=max,mean"])
    assert [one.settings.units for one in found] == [(8,), (16, 4)]
    assert {one.settings.pooling for one in found} == {("max", "mean")}
    assert [one.name for one in found] == ["units=8", "units=16,4"]
    assert [one.folder for one in found] == ["units-8", "units-16+4"]


def test_without_a_list_there_is_one_combination_named_by_its_cell():
    (one,) = grid.of_words(SENTIMENT, ["cell=gru", "dropout=0.2"], "tiny")
    assert (one.name, dict(one.changed), one.settings.dropout) == ("gru", {}, 0.2)
    assert one.settings.units == (8,)  # of the preset


def test_numbers_are_compared_as_numbers():
    assert names("dropout=0.1,0.2") == ["dropout=0.1", "dropout=0.2"]
    with pytest.raises(SettingsError, match=r"^dropout=0\.1 is listed twice$"):
        names("dropout=0.1,1e-1")


def test_a_text_that_two_settings_could_have_is_named_with_its_setting():
    found = names("vectors=none,auto", "balance=none,balanced")
    assert found[0] == "vectors=none balance=none"
    assert found[-1] == "vectors=auto balance=balanced"
    assert names("schedule=linear,cosine", "cell=gru,rnn")[1] == "linear rnn"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["cell=rnn,lstm,rnn"], "rnn is listed twice"),
        (["units=8|16|8"], "units=8 is listed twice"),
        (["cell=rnn,,lstm"], "cell=rnn,,lstm: an empty value in the list"),
        (["cell=rnn,"], "cell=rnn,: an empty value in the list"),
        (["cell=rnn|lstm"], "cell=rnn|lstm: expected commas between values, cell=rnn,lstm"),
        (["cell=rnn,lstn"], "cell=lstn: expected rnn|lstm|gru. Did you mean 'lstm'?"),
        (["cell=rnn", "cell=lstm"], "cell= is given twice"),
        (["cel=rnn"], "no setting is called 'cel'. Did you mean 'cell'?"),
        (["lstm"], "'lstm' is not a setting: expected KEY=VALUE."),
        (["units=8,16|"], "units=8,16|: an empty value in the list"),
        (["bidirectional=true,yes"], "bidirectional=true is listed twice"),
    ],
)
def test_refusals(words, message):
    with pytest.raises(SettingsError) as caught:
        names(*words)
    assert str(caught.value) == message


def test_a_combination_that_cannot_be_is_refused():
    ner = discover.load("ner")
    with pytest.raises(SettingsError, match="label_smoothing= is for head=softmax"):
        grid.of_words(ner, ["head=softmax,crf", "label_smoothing=0.1"])


def test_a_comma_in_a_file_name_is_no_list():
    (one,) = grid.of_words(SENTIMENT, ["train=a,b.csv"])
    assert one.settings.train == "a,b.csv"


@pytest.mark.parametrize(
    ("recipe", "data"),
    [
        ("sentiment", "format header text label bad_rows"),
        ("ner", "format token tag text entities scheme repair positions bad_rows"),
        ("translation", "format header source target bad_rows"),
        ("generation", "format text bad_rows"),
        ("forecast", "format header time value target split horizon"),
    ],
)
def test_what_is_of_the_data_is_no_list_and_all_else_is(recipe, data):
    found = discover.load(recipe)
    assert grid.data_fields(found.settings) == {"data", "train", "valid", "test", *data.split()}
    (one,) = grid.of_words(found, ["train=a,b.csv"])
    assert one.settings.train == "a,b.csv"
    own = {"translation": "embedding=128,256", "generation": "tokens=bpe,characters"}
    for word in [own.get(recipe, "dropout=0.1,0.2"), "units=8|16", "patience=1,2"]:
        assert len(grid.of_words(found, [word])) == 2, word


def test_a_forecast_has_one_horizon_and_any_history():
    found = discover.load("forecast")
    assert [one.name for one in grid.of_words(found, ["history=12,24"])] == [
        "history=12", "history=24",
    ]  # fmt: skip
    with pytest.raises(SettingsError, match="horizon=1,3: expected int"):
        grid.of_words(found, ["horizon=1,3"])
    with pytest.raises(SettingsError, match=r"horizon=\[1, 3\]: a grid has one split"):
        grid.of_values(found, {"horizon": [1, 3]})


def test_python_values_a_list_is_a_grid_and_a_tuple_a_value():
    values = {"cell": ["rnn", "gru"], "units": [(4,), (4, 4)], "dropout": 0.0}
    found = grid.of_values(SENTIMENT, values, "tiny")
    assert [one.name for one in found] == [
        "rnn units=4", "rnn units=4,4", "gru units=4", "gru units=4,4",
    ]  # fmt: skip
    assert (
        found[1].settings
        == grid.of_words(SENTIMENT, ["cell=rnn", "units=4,4", "dropout=0"], "tiny")[0].settings
    )
    for values, message in (
        ({"train": ["a.csv", "b.csv"]}, "a grid has one split"),
        ({"cell": []}, "cell=[]: an empty list"),
        ({"cell": ["rnn", "rnn"]}, "rnn is listed twice"),
    ):
        with pytest.raises(SettingsError) as caught:
            grid.of_values(SENTIMENT, values)
        assert message in str(caught.value)


def test_the_words_of_a_command_and_slips_in_them():
    own, rest = grid.own(["seeds=3", "cell=rnn"], ("seeds", "noise"))
    assert (own, rest) == ({"seeds": "3"}, ["cell=rnn"])
    with pytest.raises(SettingsError, match="seeds= is given twice"):
        grid.own(["seeds=3", "seeds=4"], ("seeds",))
    with pytest.raises(SettingsError, match="'noises'. Did you mean 'noise'"):
        grid.slips(["noises=0.1"], ("seeds", "noise"), SENTIMENT)
    grid.slips(["seed=1", "cell=rnn"], ("seeds", "noise"), SENTIMENT)


@pytest.mark.parametrize(
    ("words", "asked", "message"),
    [
        ([], "same-size", "budget=same-size: expected same-units|same-parameters"),
        (["units=4|8"], "same-parameters", "budget=same-parameters chooses the units"),
    ],
)
def test_budgets_that_cannot_be(words, asked, message):
    with pytest.raises(SettingsError) as caught:
        budget.check(SENTIMENT, grid.of_words(SENTIMENT, words), asked)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("start", [1, 7, 64, 500])
def test_the_nearest_size_is_found_from_anywhere(start):
    def lstm(n, m=16):
        return 4 * (n * (m + n) + n)

    target = 64 * (16 + 64) + 64  # of an RNN with 64 units
    size, count = budget.nearest_size(lstm, target, start)
    best = min(range(1, 200), key=lambda n: (abs(lstm(n) - target), n))
    assert (size, count) == (best, lstm(best)) == (28, 5040)
    assert budget.nearest_size(lstm, lstm(31), start) == (31, lstm(31))
    assert budget.nearest_size(lstm, 3, start) == (1, lstm(1))
    assert budget.scaled((64, 32), 20) == (20, 10)
    assert budget.scaled((64, 1), 20) == (20, 1)
