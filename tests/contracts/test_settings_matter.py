"""Every setting of every recipe does something: it changes the task or the network that is built.

What says which data are read is tested with the corpora, how weights are found with the training.
"""

import dataclasses
import functools
import itertools
import json

import keras
import numpy as np
import pytest

from textlstm import discover
from textlstm.lab import grid
from textlstm.settings import TrainSettings

pytestmark = pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")

# By recipe, a change of each setting alone; more words: both networks have these.
CHANGED = {
    "sentiment": """
        vocabulary=50 | min_count=1 | lowercase=false | embedding=12 | seed=2 | tokens=bpe
        max_tokens=3 | vectors=train | multilabel=true | balance=balanced | ngrams=false
        label_smoothing=0.1 | cell=gru | units=8,6 | bidirectional=false | pooling=last
        word_dropout=0.2 | embedding_dropout=0.2 | input_dropout=0.2 | recurrent_dropout=0.2
        dropout=0.2""",
    "ner": """
        vocabulary=50 | min_count=2 | lowercase=false | embedding=12 | seed=2 | tags=bio
        characters=lstm | spelling=5 | pairs=false | vectors=FILE | balance=balanced
        head=softmax | cell=gru | units=16,8 | bidirectional=false | filters=9 characters=cnn
        word_dropout=0.2 | embedding_dropout=0.2 | input_dropout=0.2 | recurrent_dropout=0.2
        dropout=0.2 | label_smoothing=0.1 head=softmax""",
    "translation": """
        tokens=characters | joint=true | vocabulary=300 | min_count=99 | lowercase=true
        max_tokens=9 | embedding=12 | beam=3 | length_penalty=0.5 | coverage_penalty=0.1 | seed=2
        cell=gru | units=16 | bidirectional=false | decoder=8 | attention=additive
        input_feeding=true | tie=none | embedding_dropout=0.2 | dropout=0.2
        label_smoothing=0.1""",
    "generation": """
        tokens=characters | vocabulary=300 | min_count=20 tokens=words | embedding=12 | seed=2
        temperature=0.5 | top_k=4 | top_p=0.5 | max_length=9 | cell=gru | units=24,12 | tie=false
        softmax=adaptive cutoffs=50 | cutoffs=60 softmax=adaptive | embedding_dropout=0.2
        dropout=0.2 | weight_dropout=0.2""",
    "forecast": """
        seed=2 dropout=0.2 | history=9 | scale=none | linear=false | season=4 | cell=gru | units=8,4
        dropout=0.2""",
}
TRAINING = {field.name for field in dataclasses.fields(TrainSettings)} - {"seed"} | {"steps"}
EXAMPLES = 150  # of the recipe's own corpus that the task is made of


def changes(recipe):
    """Return (setting, its word, the words beside it) of the table."""
    rows = CHANGED[recipe].replace("\n", "|").split("|")
    words = [row.split() for row in rows if row.strip()]
    return [(first.partition("=")[0], first, rest) for first, *rest in words]


EVERY = [(recipe, *change) for recipe in CHANGED for change in changes(recipe)]


def described(value):
    """Return what a value is made of, as JSON types; the same for equal ones."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.shape, value.tolist()]
    if isinstance(value, (list, tuple)):
        return [described(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "items"):
        return {str(k): described(v) for k, v in value.items()}
    if dataclasses.is_dataclass(value):
        return {f.name: described(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if hasattr(value, "to_json"):
        return described(value.to_json())
    return type(value).__name__


@functools.cache
def examples(recipe, data):
    corpus = discover.load(recipe).corpus(data).train
    return corpus if recipe == "forecast" else list(itertools.islice(corpus, EXAMPLES))


def task_of(recipe, settings):
    # The corpus is the same whatever the settings are, but for the windows of a series.
    data = settings if recipe == "forecast" else discover.load(recipe).settings()
    return discover.load(recipe).task(settings, examples(recipe, data))


def network_of(recipe, settings, task):
    """Return the layers as they are configured, what the loss is told, and states of chance."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    model = discover.load(recipe).network(settings, task)
    layers = [[type(layer).__name__, layer.get_config()] for layer in model.layers]
    head = getattr(model.loss, "__self__", None)
    loss = described(vars(head)) if head is not None else None
    shapes = [[weight.path, list(weight.shape)] for weight in model.weights]
    known = {id(weight) for weight in model.weights}  # the others: what dropout is drawn from
    drawn = [np.asarray(v).tolist() for v in model.variables if id(v) not in known]
    return json.dumps([layers, loss, shapes, drawn], default=described)


@functools.cache
def built(recipe, words):
    found = discover.load(recipe)
    settings = found.settings.from_words(words, found.preset("tiny"))
    task = task_of(recipe, settings)
    return json.dumps(described(task)), functools.cache(
        lambda: network_of(recipe, settings, task)
    )  # fmt: skip


@pytest.mark.parametrize("recipe", discover.names())
def test_the_table_holds_every_setting_once(recipe):
    settings = discover.load(recipe).settings
    every = {field.name for field in dataclasses.fields(settings)}
    names = [name for name, _, _ in changes(recipe)]
    assert len(names) == len(set(names))
    assert set(names) == every - grid.data_fields(settings) - TRAINING


@pytest.mark.parametrize("recipe", discover.names())
def test_equal_settings_build_the_same(recipe):
    task, network = built(recipe, ())
    built.cache_clear()
    again, other = built(recipe, ())
    assert (again, other()) == (task, network())


@pytest.mark.parametrize(
    ("recipe", "name", "word", "beside"), EVERY, ids=[f"{r} {w}" for r, _, w, _ in EVERY]
)
def test_a_setting_changes_what_is_built(recipe, name, word, beside, tmp_path):
    if word.endswith("=FILE"):
        file = tmp_path / "vectors.txt"
        file.write_text("the 0.5 1.5\nin 2.5 0.5\n", encoding="utf-8")
        word = f"{name}={file}"
    task, network = built(recipe, tuple(beside))
    other, others = built(recipe, (word, *beside))
    assert task != other or network() != others()
