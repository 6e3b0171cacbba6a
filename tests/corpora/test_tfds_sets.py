"""Sets with the names and features of public ones, prepared here in both file formats."""

import json
from functools import partial

import numpy as np
import pytest
import tensorflow_datasets as tfds

from textlstm.corpora import labelled_texts, tagged_texts
from textlstm.errors import DataError, Refusal

TEXT = tfds.features.Text
HIDDEN = -1


def films(split, count, hidden=False):
    for i in range(count):
        yield i, (f"{split} film {i} — é", HIDDEN if hidden else i % 2)


class ImdbReviews(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Like the public set: an unlabelled split, no validation."""

    VERSION = tfds.core.Version("1.0.0")
    BUILDER_CONFIGS = [tfds.core.BuilderConfig(name="plain_text", description="Plain text")]
    CONTENT = {"train": (300, False), "test": (20, False), "unsupervised": (7, True)}
    CLASSES = ["neg", "pos"]

    def features(self):
        label = tfds.features.ClassLabel(names=self.CLASSES)
        return {"text": TEXT(), "label": label}

    def example(self, index, text, label):
        return {"text": text, "label": label}

    def _info(self):
        features = tfds.features.FeaturesDict(self.features())
        return tfds.core.DatasetInfo(builder=self, features=features)

    def _split_generators(self, dl_manager):
        return {name: self._generate_examples(name) for name in self.CONTENT}

    def _generate_examples(self, name):
        for index, (text, label) in films(name, *self.CONTENT[name]):
            yield index, self.example(index, text, label)


class Glue(ImdbReviews, skip_registration=True):
    """Like glue/sst2: hidden labels in the test split, a number beside text and label."""

    BUILDER_CONFIGS = [tfds.core.BuilderConfig(name="sst2", description="SST-2")]
    CONTENT = {"train": (300, False), "validation": (20, False), "test": (7, True)}
    CLASSES = ["negative", "positive"]

    def features(self):
        label = tfds.features.ClassLabel(names=self.CLASSES)
        return {"sentence": TEXT(), "label": label, "idx": np.int32}

    def example(self, index, text, label):
        return {"sentence": text, "label": label, "idx": index}


class Pairs(ImdbReviews, skip_registration=True):
    """Two texts, several labels, and a few rows that are not as they should be."""

    BUILDER_CONFIGS = [tfds.core.BuilderConfig(name="plain", description="Pairs")]
    CONTENT = {"train": (300, False), "extra": (3, False)}

    def features(self):
        labels = tfds.features.Sequence(tfds.features.ClassLabel(names=self.CLASSES))
        return {
            "premise": TEXT(),
            "hypothesis": TEXT(),
            "label": tfds.features.ClassLabel(names=self.CLASSES),
            "labels": labels,
            "stars": np.int64,
            "picture": tfds.features.Tensor(shape=(2,), dtype=np.int64),
        }

    def example(self, index, text, label):
        return {
            "premise": b"\xff" if index == 5 else text,
            "hypothesis": f"h {text}",
            "label": HIDDEN if index == 9 else label,
            "labels": [0, 1][: index % 3],
            "stars": index % 5,
            "picture": [1, 2],
        }


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, prepare):
    """The folder with the sets prepared."""
    folder = prepare(tmp_path_factory.mktemp("tfds"), ImdbReviews, Glue)
    return prepare(folder, Pairs, formats=("array_record",))


@pytest.fixture
def corpus(prepared, public):
    return partial(public, labelled_texts, prepared)


FORMATS = pytest.mark.parametrize("format", ["array_record", "tfrecord"])


@FORMATS
def test_imdb_reviews(corpus, format):
    found, said = corpus("imdb_reviews", format)
    test = list(found.test)
    assert len(test) == 20 == len({e.input for e in test})
    assert {e.input for e in test} == {f"test film {i} — é" for i in range(20)}
    for example in test:
        assert example.target == ("neg", "pos")[int(example.input.split()[2]) % 2]
    assert test[0].where == "tfds:imdb_reviews:test:1"
    assert len(list(found.train)) + len(list(found.valid)) == 300
    assert found.name == "tfds:imdb_reviews"
    assert said[:3] == [
        "tfds:imdb_reviews: text feature: 'text', label feature: 'label'",
        "tfds:imdb_reviews: not used: split 'unsupervised'",
        "no valid: it is cut from train by a hash of the text (10 %)",
    ]


@FORMATS
def test_glue_sst2(corpus, format):
    found, said = corpus("glue/sst2", format)
    assert {e.input for e in found.valid} == {f"validation film {i} — é" for i in range(20)}
    assert {e.target for e in found.valid} == {"negative", "positive"}
    assert {e.input.split()[0] for e in found.test} == {"train"}
    assert len(list(found.train)) + len(list(found.test)) == 300
    assert said[:3] == [
        "tfds:glue/sst2: text feature: 'sentence', label feature: 'label'",
        "tfds:glue/sst2: the labels of split 'test' are hidden (-1); it is not used",
        "no test: it is cut from train by a hash of the text (10 %)",
    ]


def test_both_file_formats_give_the_same(corpus):
    one, other = (list(corpus("glue/sst2", f)[0]) for f in ("array_record", "tfrecord"))
    assert one == other and len(one) == 320


def test_the_fingerprint(corpus):
    first = corpus("glue/sst2")[0].fingerprint
    assert corpus("glue/sst2")[0].fingerprint == first
    assert corpus("imdb_reviews")[0].fingerprint != first


def test_array_record_never_imports_tensorflow(prepared, alone):
    assert alone(labelled_texts, prepared, "glue/sst2") == "320 False\n"


def refusal(corpus, name, **settings):
    with pytest.raises(Refusal) as error:
        list(corpus(name, **settings)[0])
    assert type(error.value) is DataError
    return str(error.value)


def test_features_that_need_naming(corpus):
    assert refusal(corpus, "pairs/plain") == (
        "tfds:pairs/plain: 2 text features among 'hypothesis', 'premise'; say text=NAME."
    )
    assert refusal(corpus, "pairs/plain", text="hypothesis") == (
        "tfds:pairs/plain: 2 class labels among 'label', 'labels'; say label=NAME."
    )
    assert refusal(corpus, "pairs/plain", text="hypotesis") == (
        "tfds:pairs/plain: there is no feature 'hypotesis' among 'hypothesis', 'label', 'labels', "
        "'picture', 'premise', 'stars'. Did you mean 'hypothesis'?"
    )
    assert refusal(corpus, "pairs/plain", text="stars", label="label") == (
        "tfds:pairs/plain: the feature 'stars' is no text; texts are 'hypothesis', 'premise'."
    )
    assert refusal(corpus, "pairs/plain", text="premise", label="picture").startswith(
        "tfds:pairs/plain: the feature 'picture' is no label ("
    )


def test_several_labels_and_numbers(corpus):
    found, said = corpus("pairs/plain", text="hypothesis", label="labels")
    assert {e.target for _, e in found} == {(), ("neg",), ("neg", "pos")}
    assert "tfds:pairs/plain: not used: split 'extra'" in said
    found, _ = corpus("pairs/plain", text="hypothesis", label="stars")
    assert {e.target for _, e in found} == {"0", "1", "2", "3", "4"}


def test_rows_that_cannot_be_used(corpus):
    message = refusal(corpus, "pairs/plain", text="premise", label="label")
    assert "byte 0xFF of the text is not UTF-8" in message
    assert "the label is hidden (-1)" in message
    assert message.endswith(
        "tfds:pairs/plain:train: 2 of 300 rows cannot be used; bad_rows=skip goes on without them."
    )
    found, _ = corpus("pairs/plain", text="premise", label="label", bad_rows="skip")
    assert len(list(found)) == 298


def test_names_that_are_none(corpus):
    assert refusal(corpus, "imdb_review") == (
        "tfds:imdb_review: there is no public set of this name. Did you mean 'imdb_reviews'?"
    )
    assert refusal(corpus, "../secrets") == (
        "tfds:../secrets: this is no name of a public set, such as glue/sst2."
    )
    assert "BuilderConfig sst9 not found" in refusal(corpus, "glue/sst9")


def test_a_set_that_cannot_be_fetched(corpus, monkeypatch, capfd):
    from textlstm.corpora import tfds_fetch

    def unknown(host, port):
        raise OSError("Name or service not known")

    monkeypatch.setattr(tfds_fetch.socket, "getaddrinfo", unknown)
    monkeypatch.setattr(tfds_fetch, "getproxies", dict)
    message = refusal(corpus, "ag_news_subset")
    assert message.startswith("tfds:ag_news_subset: it is not in ")
    assert "no network (" in message and "\n" not in message
    assert capfd.readouterr().out == ""


def test_a_fetch_that_fails_is_one_line(corpus, monkeypatch, capfd):
    from textlstm.corpora import tfds_fetch

    def fail(self, **_):
        print("Downloading and preparing dataset")
        raise OSError("Connection refused\nby the host")

    monkeypatch.setattr(tfds_fetch, "_reachable", lambda name, builder: None)
    monkeypatch.setattr(tfds.core.DatasetBuilder, "download_and_prepare", fail)
    assert refusal(corpus, "ag_news_subset") == (
        "tfds:ag_news_subset: cannot be fetched (Connection refused)."
    )
    assert capfd.readouterr().out == ""


def test_the_splits_of_a_set_without_train(corpus, prepared):
    info = prepared / "array_record" / "glue" / "sst2" / "1.0.0" / "dataset_info.json"
    original = info.read_text()
    changed = json.loads(original)
    changed["splits"] = [s for s in changed["splits"] if s["name"] != "train"]
    info.write_text(json.dumps(changed))
    try:
        assert refusal(corpus, "glue/sst2") == (
            "tfds:glue/sst2: no split 'train' with labels among 'validation', 'test'."
        )
    finally:
        info.write_text(original)


class Conll2003(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Like the public set, and a configuration with rows and features that are not as usual."""

    VERSION = tfds.core.Version("1.0.0")
    BUILDER_CONFIGS = [
        tfds.core.BuilderConfig(name="conll2003", description="As published"),
        tfds.core.BuilderConfig(name="odd", description="Hidden tags, broken bytes"),
    ]
    NER = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]

    def _info(self):
        several = tfds.features.Sequence
        tags = tfds.features.ClassLabel(names=self.NER)
        pos = tfds.features.ClassLabel(names=["NN", "O."])
        features = {"tokens": several(TEXT()), "ner": several(tags), "pos": several(pos)}
        if self.builder_config.name == "odd":
            unnamed = tfds.features.ClassLabel(num_classes=3)
            features = {"a": several(TEXT()), "b": several(TEXT()), "x": several(tags),
                        "y": several(unnamed), "z": several(pos), "title": TEXT()}  # fmt: skip
        return tfds.core.DatasetInfo(
            builder=self, features=tfds.features.FeaturesDict(features), disable_shuffling=True
        )

    def _split_generators(self, dl_manager):
        sizes = {"train": 60, "dev": 5, "test": 5}
        return {name: self._generate_examples(name, size) for name, size in sizes.items()}

    def _generate_examples(self, name, size):
        for i in range(size):
            tokens, ner = [f"{name}{i}", "Jo", "Lé", "in", "Rome"], [0, 1, 2, 0, 3]
            if self.builder_config.name == "conll2003":
                yield i, {"tokens": tokens, "ner": ner, "pos": [0] * 5}
                continue
            hidden = i == 3 or name == "test"
            yield i, {
                "a": [b"\xff", *tokens[1:]] if i == 1 else tokens, "b": tokens[:4],
                "x": [HIDDEN] * 5 if hidden else [2] if i == 2 else [0, 0, 2] if i == 4 else ner,
                "y": [0] * 5, "z": [0] * 5, "title": "x",
            }  # fmt: skip


@pytest.fixture(scope="module")
def tagged(tmp_path_factory, prepare):
    folder = tmp_path_factory.mktemp("tagged")
    for name in ("conll2003", "odd"):
        prepare(folder, Conll2003, config=name)
    return folder


@pytest.fixture
def entities(tagged, public):
    return partial(public, tagged_texts, tagged)


@FORMATS
def test_conll2003(entities, format):
    found, said = entities("conll2003/conll2003", format)
    rows = list(found.valid)
    assert len(rows) == 5 and rows[0].where == "tfds:conll2003/conll2003:dev:1"
    assert rows[0].input == ("dev0", "Jo", "Lé", "in", "Rome")
    assert rows[0].target == (("PER", 5, 10), ("LOC", 14, 18))
    assert len(list(found.train)) == 60 and len(list(found.test)) == 5
    assert said[:2] == [
        "tfds:conll2003/conll2003: token feature: 'tokens', tag feature: 'ner'",
        "tfds:conll2003/conll2003:train: the tags are BIO (scheme=auto)",
    ]
    assert found.fingerprint == entities("conll2003/conll2003", format)[0].fingerprint
    asked, _ = entities("conll2003/conll2003", format, repair="conlleval")
    assert asked.fingerprint != found.fingerprint


def test_odd_sets_of_tags(entities):
    name = "tfds:conll2003/odd"
    for settings, message in (
        ({}, "which feature is the tokens, of 'a', 'b'? Say token=NAME."),
        ({"token": "a"}, "which feature is the tags, of 'x', 'y', 'z'? Say tag=NAME."),
        ({"token": "a", "tag": "z"},
         "the classes of 'z' are no tags ('NN', 'O.'); O, B-TYPE and so on were expected."),
        ({"token": "title"}, "there is no sequence of tokens 'title' among 'a', 'b'."),
    ):  # fmt: skip
        assert refusal(entities, "conll2003/odd", **settings) == f"{name}: {message}"
    # without names the number is the name
    assert "of 'y' are no tags (" in refusal(entities, "conll2003/odd", token="a", tag="y")
    found, said = entities("conll2003/odd", token="a", tag="x", bad_rows="skip")
    assert len(list(found.train)) + len(list(found.test)) == 56
    assert f"{name}: the tags of split 'test' are hidden (-1); it is not used" in said
    refused = [line for line in said if "rows skipped" in line][0]
    assert f"{name}:train:2: byte 0xFF of a token is not UTF-8" in refused
    assert f"{name}:train:3: 5 tokens, but 1 tag" in refused
    assert f"{name}:train:4: the tags are hidden (-1)" in refused
    found, _ = entities("conll2003/odd", token="b", tag="x")
    assert "4 tokens, but 5 tags" in refusal(entities, "conll2003/odd", token="b", tag="x")
