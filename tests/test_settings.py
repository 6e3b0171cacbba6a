import dataclasses
import typing
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm import discover
from textlstm.corpora.source import Options
from textlstm.errors import SettingsError
from textlstm.fields import _parse, type_text
from textlstm.settings import (
    CheckSettings,
    ClassifySettings,
    Count,
    DataSettings,
    LabelDataSettings,
    PairDataSettings,
    Rate,
    Settings,
    TagDataSettings,
    TrainSettings,
)


@dataclass(frozen=True, kw_only=True)
class Example(Settings):
    rows: int = 3  # how many
    rate: Rate = 0.5  # a share
    units: tuple[Count, ...] = (8,)  # a layer each
    cell: Literal["lstm", "gru"] = "lstm"  # kind
    name: str | None = None  # whatever
    both: bool = True  # yes or no


def test_words_are_read_by_the_annotation():
    s = Example.from_words(["rows=-2", "rate=0", "units=1,2,3", "cell=gru", "name=a=b", "both=no"])
    assert s == Example(rows=-2, rate=0.0, units=(1, 2, 3), cell="gru", name="a=b", both=False)
    assert isinstance(s.rate, float)


def test_order_is_default_preset_word():
    s = Example.from_words(["rows=7"], {"rows": 5, "cell": "gru"})
    assert (s.rows, s.cell, s.rate) == (7, "gru", 0.5)


def test_none_only_where_it_is_allowed():
    assert Example.from_words(["name=none"]).name is None
    with pytest.raises(SettingsError, match="rows=none: expected int, got 'none'"):
        Example.from_words(["rows=none"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["unit=3"], "no setting is called 'unit'. Did you mean 'units'?"),
        (["rows"], "'rows' is not a setting: expected KEY=VALUE. Did you mean 'rows'?"),
        (["rows=3.0"], "rows=3.0: expected int, got '3.0'"),
        (["rows=1_000"], "rows=1_000: expected int, got '1_000'"),
        (["rows="], "rows=: expected int, got ''"),
        (["rate=1"], "rate=1.0: expected from 0 to below 1"),
        (["rate=50"], "rate=50.0: expected from 0 to below 1"),
        (["rate=nan"], "rate=nan: expected float, got 'nan'"),
        (["rate=1e999"], "rate=1e999: expected float, got '1e999'"),
        (["units=0"], "units=0: expected at least 1"),
        (["units=8,x"], "units=x: expected int, got 'x'"),
        (["units="], "units=: expected int, got ''"),
        (["cell=lstn"], "cell=lstn: expected lstm|gru. Did you mean 'lstm'?"),
        (["both=1"], "both=1: expected true|false, got '1'"),
        (["rows=1", "rows=2"], "rows= is given twice"),
    ],
)
def test_refusals_say_what_was_read_and_expected(words, message):
    with pytest.raises(SettingsError) as refusal:
        Example.from_words(words)
    assert str(refusal.value) == message


def test_an_unknown_name_far_from_all_lists_them():
    with pytest.raises(SettingsError, match="'zzz'. Its settings: rows, rate, units"):
        Example.from_words(["zzz=1"])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rows": 2.0}, "rows=2.0: expected int"),
        ({"rows": True}, "rows=True: expected int"),
        ({"rows": "2"}, "rows='2': expected int"),
        ({"units": 8}, "units=8: expected int,int,…"),
        ({"units": ()}, "units=(): expected int,int,…"),
        ({"rate": float("nan")}, "rate=nan: expected a finite number"),
        ({"both": None}, "both=None: expected true|false"),
    ],
)
def test_python_values_are_checked_alike(values, message):
    with pytest.raises(SettingsError) as refusal:
        Example.from_mapping(values)
    assert str(refusal.value) == message


def test_python_values_are_taken_as_they_are_meant():
    s = Example.from_mapping({"rate": 0, "units": [4, 5]})
    assert s.rate == 0.0
    assert s.units == (4, 5)


@given(st.integers(), st.lists(st.integers(1, 10**6), min_size=1), st.booleans())
def test_what_is_written_is_read_again(rows, units, both):
    s = Example(rows=rows, units=tuple(units), both=both)
    assert Example.from_mapping(s.to_dict()) == s
    words = [f"rows={rows}", "units=" + ",".join(map(str, units)), f"both={str(both).lower()}"]
    assert Example.from_words(words) == s


def test_nothing_is_evaluated():
    with pytest.raises(SettingsError):
        Example.from_words(["rows=__import__('os').getpid()"])
    assert _parse("name", "{rows}", str) == "{rows}"


@pytest.mark.parametrize("other", ["train", "valid", "test"])
def test_data_excludes_the_parts(other):
    with pytest.raises(SettingsError, match=f"data= and {other}= are both given"):
        DataSettings.from_words(["data=a.csv", f"{other}=b.csv"])


def test_a_test_part_alone_is_refused():
    with pytest.raises(SettingsError, match="without train="):
        DataSettings.from_words(["test=b.csv"])


def test_describe_gives_type_default_and_comment():
    first = Example.describe()[0]
    assert (first.name, first.type, first.default, first.comment) == ("rows", "int", 3, "how many")
    assert [f.type for f in Example.describe()] == [
        "int", "float", "int,int,…", "lstm|gru", "text or none", "true|false",
    ]  # fmt: skip


@pytest.mark.parametrize("name", discover.names())
def test_every_setting_of_every_recipe_has_a_comment(name):
    recipe = discover.load(name)
    assert [f.name for f in recipe.settings.describe() if not f.comment] == []
    assert "tiny" in recipe.presets
    for preset in recipe.presets:
        recipe.settings.from_words([], recipe.preset(preset))


def test_settings_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainSettings().seed = 2


DATA = (ClassifySettings, LabelDataSettings, TagDataSettings, PairDataSettings, CheckSettings)


@pytest.mark.parametrize("group", DATA)
def test_every_setting_of_data_has_a_comment(group):
    assert [f.name for f in group.describe() if not f.comment] == []


def test_what_readers_can_be_told_can_be_set():
    """No option of the readers is without a setting, and none has another default."""
    options = dataclasses.asdict(Options())
    found = {}
    for group in (LabelDataSettings, TagDataSettings, PairDataSettings):
        found |= {field.name: field.default for field in group.describe()}
    assert found == options
    checked = {field.name: field.default for field in CheckSettings.describe()}
    assert checked == {k: v for k, v in options.items() if k in checked}
    assert set(options) - set(checked) == {"data", "train", "valid", "test", "bad_rows"}


def test_settings_of_tagged_text():
    s = TagDataSettings.from_words(["train=a.txt", "format=conll", "token=2", "scheme=iob1"])
    assert (s.format, s.token, s.tag, s.scheme, s.repair) == ("conll", "2", None, "iob1", "none")
    with pytest.raises(SettingsError) as refusal:
        TagDataSettings.from_words(["tag=ner", "entities=spans"])
    assert str(refusal.value) == (
        "tag= and entities= are both given: token= and tag= name tokens and their tags, text= and "
        "entities= a text and its spans"
    )
    for word, message in (
        ("format=csv", "format=csv: expected auto|conll|jsonl|atis."),
        ("scheme=iob", "scheme=iob: expected auto|iob1|bio|bioes|bmes. Did you mean 'iob1'?"),
        ("repair=yes", "repair=yes: expected none|conlleval."),
        ("header=no", "no setting is called 'header'."),
    ):
        with pytest.raises(SettingsError) as refusal:
            TagDataSettings.from_words([word])
        assert str(refusal.value).startswith(message)
    assert "conll" not in type_text(typing.get_type_hints(ClassifySettings)["format"])


def test_settings_of_pairs():
    s = PairDataSettings.from_words(["train=data/train", "source=en", "target=de"])
    assert (s.train, s.format, s.header, s.source, s.target) == (
        "data/train", "auto", "auto", "en", "de",
    )  # fmt: skip
    for word, message in (
        ("format=conll", "format=conll: expected auto|csv|tsv|jsonl|parallel."),
        ("label=x", "no setting is called 'label'."),
    ):
        with pytest.raises(SettingsError) as refusal:
            PairDataSettings.from_words([word])
        assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("recipe", "words", "message"),
    [
        ("translation", "attention=none coverage_penalty=0.3",
         "coverage_penalty= needs attention=multiplicative or additive"),
        ("translation", "length_penalty=20", "length_penalty=20.0: expected a number from 0 to 10"),
        ("translation", "beam=1 length_penalty=0.5",
         "length_penalty=0.5 has no effect with beam=1"),
        ("translation", "beam=1 coverage_penalty=0.2",
         "coverage_penalty=0.2 has no effect with beam=1"),
        ("generation", "top_p=0", "top_p=0.0: expected a number above 0, at most 1"),
        ("generation", "cutoffs=3,3", "cutoffs=3,3: expected numbers that rise"),
        ("generation", "softmax=adaptive cutoffs=10000,2000",
         "cutoffs=10000,2000: expected numbers that rise"),
        ("generation", "softmax=full cutoffs=100", "cutoffs=100 has no effect with softmax=full"),
    ],
)  # fmt: skip
def test_recipes_refuse_what_cannot_be_before_anything_is_read(recipe, words, message):
    with pytest.raises(SettingsError) as refusal:
        discover.load(recipe).settings.from_words(words.split())
    assert str(refusal.value) == message


def test_a_full_softmax_takes_the_cutoffs_that_are_not_given():
    kind = discover.load("generation").settings
    assert kind.from_words(["softmax=full"]).cutoffs == kind().cutoffs
