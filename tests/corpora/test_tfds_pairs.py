"""Pairs of texts from sets with the features of public ones, prepared in both file formats."""

from functools import partial
from types import SimpleNamespace

import pytest
import tensorflow_datasets as tfds

from textlstm.corpora import paired_texts
from textlstm.errors import DataError, Refusal, SettingsError

TEXT = tfds.features.Text


class TedHrlrTranslate(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Like ted_hrlr_translate and wmt: the features are a Translation, German is the source."""

    VERSION = tfds.core.Version("1.0.0")
    BUILDER_CONFIGS = [tfds.core.BuilderConfig(name="de_to_en", description="German to English")]
    SIZES = {"train": 200, "validation": 10, "test": 5}
    KEYS = ("de", "en")

    def features(self):
        return tfds.features.Translation(languages=("de", "en"))

    def example(self, name, i):
        return {"de": f"{name} Satz {i} — ß", "en": f"{name} sentence {i} — é"}

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self, features=self.features(), supervised_keys=self.KEYS,
            disable_shuffling=True,
        )  # fmt: skip

    def _split_generators(self, dl_manager):
        return {name: self._generate_examples(name) for name in self.SIZES}

    def _generate_examples(self, name):
        for i in range(self.SIZES[name]):
            yield i, self.example(name, i)


class Inside(TedHrlrTranslate, skip_registration=True):
    """A Translation beside other features, and no supervised keys."""

    BUILDER_CONFIGS = [tfds.core.BuilderConfig(name="plain", description="Inside")]
    SIZES = {"train": 200}
    KEYS = None

    def features(self):
        translation = tfds.features.Translation(languages=("de", "en"))
        return tfds.features.FeaturesDict({"id": TEXT(), "translation": translation})

    def example(self, name, i):
        return {"id": f"row {i}", "translation": super().example(name, i)}


class Articles(TedHrlrTranslate, skip_registration=True):
    """Like cnn_dailymail without its keys: usual names, and rows that are no pairs."""

    BUILDER_CONFIGS = [tfds.core.BuilderConfig(name="plain", description="Articles")]
    SIZES = {"train": 200}
    KEYS = None

    def features(self):
        return tfds.features.FeaturesDict({"article": TEXT(), "highlights": TEXT(), "id": TEXT()})

    def example(self, name, i):
        article = {2: "", 3: b"\xff"}.get(i, f"article {i}")
        return {"article": article, "highlights": b"\xfe" if i == 4 else f"high {i}", "id": "x"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, prepare):
    """The folder with the sets prepared."""
    return prepare(tmp_path_factory.mktemp("tfds"), TedHrlrTranslate, Inside, Articles)


@pytest.fixture
def corpus(prepared, public):
    return partial(public, paired_texts, prepared)


FORMATS = pytest.mark.parametrize("format", ["array_record", "tfrecord"])


@FORMATS
def test_ted_hrlr_translate(corpus, format):
    found, said = corpus("ted_hrlr_translate/de_to_en", format)
    rows = list(found.valid)
    assert [(e.input, e.target) for e in rows] == [
        (f"validation Satz {i} — ß", f"validation sentence {i} — é") for i in range(10)
    ]
    assert rows[3].where == "tfds:ted_hrlr_translate/de_to_en:validation:4"
    assert [len(list(part)) for part in found.parts.values()] == [200, 10, 5]
    assert said == [
        "tfds:ted_hrlr_translate/de_to_en: source feature: 'de', target feature: 'en' "
        "(supervised_keys)"
    ]


@FORMATS
def test_the_direction_can_be_asked_for(corpus, format):
    name = "ted_hrlr_translate/de_to_en"
    found, said = corpus(name, format, source="en", target="de")
    first = next(iter(found.test))
    assert (first.input, first.target) == ("test sentence 0 — é", "test Satz 0 — ß")
    assert said[0] == f"tfds:{name}: source feature: 'en', target feature: 'de'"
    for asked in ({"source": "en"}, {"target": "de"}):
        other, _ = corpus(name, format, **asked)
        assert next(iter(other.test)) == first
        assert other.fingerprint == found.fingerprint
    assert corpus(name, format)[0].fingerprint != found.fingerprint


@FORMATS
def test_a_translation_inside_other_features(corpus, format):
    found, said = corpus("inside/plain", format, source="translation/de", target="en")
    rows = [(e.input, e.target) for _, e in found]
    assert sorted(rows) == sorted(
        (f"train Satz {i} — ß", f"train sentence {i} — é") for i in range(200)
    )
    assert said[0] == (
        "tfds:inside/plain: source feature: 'translation/de', target feature: 'translation/en'"
    )
    with pytest.raises(DataError) as error:
        corpus("inside/plain", format)
    assert str(error.value) == (
        "tfds:inside/plain: which text is the source? There are 'id', 'translation/de', "
        "'translation/en'; say source=NAME target=NAME."
    )


def test_usual_names_and_rows_that_are_no_pairs(corpus):
    found, said = corpus("articles/plain", bad_rows="skip")
    assert ("article 0", "high 0") in {(e.input, e.target) for _, e in found}
    assert said[0] == (
        "tfds:articles/plain: source feature: 'article', target feature: 'highlights' (guessed)"
    )
    assert said[-1].splitlines() == [
        "tfds:articles/plain:train:3: the source is empty; "
        "tfds:articles/plain:train:4: byte 0xFF of the source is not UTF-8; "
        "tfds:articles/plain:train:5: byte 0xFE of the target is not UTF-8",
        "tfds:articles/plain:train: 3 of 200 rows skipped.",
    ]
    assert sum(count["used"] for count in found.counts.values()) == 197


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"source": "fr"}, DataError, "there is no text 'fr' among 'de', 'en'."),
        ({"source": "de", "target": "de"}, SettingsError,
         "one feature cannot be both the source and the target."),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(corpus, settings, kind, message):
    with pytest.raises(Refusal) as error:
        corpus("ted_hrlr_translate/de_to_en", **settings)
    assert type(error.value) is kind
    assert str(error.value) == f"tfds:ted_hrlr_translate/de_to_en: {message}"


def test_a_format_has_no_meaning():
    with pytest.raises(SettingsError, match="^format=tsv has no meaning for public sets"):
        paired_texts(SimpleNamespace(data="tfds:ted_hrlr_translate/de_to_en", format="tsv"))


def test_array_record_never_imports_tensorflow(prepared, alone):
    assert alone(paired_texts, prepared, "ted_hrlr_translate/de_to_en") == "215 False\n"
