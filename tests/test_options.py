"""Every setting of the sentiment recipe is run, a few at a time, to a bundle that answers."""

import gzip
import json

import numpy as np
import pytest

import textlstm
from textlstm import discover
from textlstm.errors import DataError

GROUPS = [
    "cell=gru bidirectional=false pooling=last units=8,6 input_dropout=0.2 recurrent_dropout=0.2",
    "cell=rnn pooling=attention,max schedule=cosine clip_norm=none average=0 label_smoothing=0.1",
    "tokens=bpe ngrams=false balance=balanced schedule=constant warmup=0 batch_tokens=64",
    "tokens=characters lowercase=false max_tokens=20 word_dropout=0.2 embedding_dropout=0.1 seed=7",
    "vectors=train embedding=12 min_count=1 vocabulary=50 dropout=0.1 patience=1 batch_rows=9",
    "vectors=none multilabel=false header=yes format=csv text=text label=label bad_rows=skip",
]
ELSEWHERE = {"data", "train", "valid", "test", "epochs", "learning_rate"}


def train(tmp_path, *words, **settings):
    recipe = discover.load("sentiment").settings
    chosen = recipe.from_words([w for group in words for w in group.split()]).to_dict()
    default = recipe().to_dict()
    given = {k: v for k, v in chosen.items() if v != default[k]}
    base = {"epochs": 1, "units": (8,), "embedding": 8}
    return textlstm.train("sentiment", out=tmp_path / "run", **{**base, **given, **settings})


def test_the_groups_hold_every_setting():
    named = {word.partition("=")[0] for group in GROUPS for word in group.split()}
    every = {field.name for field in discover.load("sentiment").settings.describe()}
    assert named | ELSEWHERE == every


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.split()[0])
def test_settings_reach_a_bundle_that_answers(group, tmp_path, reviews):
    run = train(tmp_path, group, data=str(reviews))
    answers = run.predictor.predict(["the film was not bad", ""])
    assert all(set(a["probabilities"]) == {"pos", "neg"} for a in answers)
    for word in group.split():
        name, _, value = word.partition("=")
        found = run.predictor.bundle.settings[name]
        shown = ",".join(map(str, found)) if isinstance(found, list) else str(found).lower()
        assert shown in (value, str(float(value)) if value.replace(".", "").isdigit() else value)


def test_a_vector_file_gives_dimensions_and_coverage(tmp_path, reviews, capsys):
    vectors = tmp_path / "v.txt"
    rng = np.random.default_rng(0)
    rows = ["good", "bad", "not", "film"]
    lines = [f"{w} " + " ".join(f"{x:.3f}" for x in rng.normal(size=5)) for w in rows]
    vectors.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = train(tmp_path, data=str(reviews), vectors=str(vectors))
    assert run.predictor.task.dimensions == 5
    assert "5 dimensions" in capsys.readouterr().err


def test_several_labels_a_text_from_jsonl(tmp_path):
    rng = np.random.default_rng(0)
    file = tmp_path / "several.jsonl.gz"
    words = {"sport": "match", "film": "actor", "food": "soup"}
    with gzip.open(file, "wt", encoding="utf-8") as out:
        for place in range(600):
            labels = [label for label in words if rng.random() < 0.4]
            rest = "text of some kind"[: 4 + place % 13]
            text = " ".join([words[label] for label in labels] + [rest])
            out.write(json.dumps({"text": text, "label": labels}) + "\n")
    run = train(tmp_path, data=str(file), epochs=6, learning_rate=0.02, batch_rows=8)
    assert run.predictor.task.multi
    assert run.report.scores["micro_f1"].value > 0.9
    answer = run.predictor.predict(["match soup"])[0]
    assert sorted(answer["label"]) == ["food", "sport"]
    assert len(run.predictor.task.thresholds) == 3


def test_a_valid_part_of_unknown_labels_is_refused(tmp_path, reviews):
    valid = tmp_path / "valid.csv"
    valid.write_text("text,label\nso so,neutral\nwell,mixed\n", encoding="utf-8")
    with pytest.raises(
        DataError, match="no validation text has only labels that training has seen"
    ):
        train(tmp_path, train=str(reviews), valid=str(valid))


def test_parts_in_files_of_their_own_and_an_unseen_label(tmp_path, reviews, review_writer):
    test = review_writer(tmp_path / "test.csv", 60, seed=8)
    valid = review_writer(tmp_path / "valid.csv", 60, seed=9)
    with test.open("a", encoding="utf-8") as file:
        file.write("the film was so so,neutral\n")
    run = train(tmp_path, train=str(reviews), valid=str(valid), test=str(test))
    assert run.report.examples == 61
    row = next(row for row in run.rows if row["target"] == "neutral")
    assert row["answer"]["label"] in ("pos", "neg")
    assert run.report.per_label["neutral"]["recall"] == 0
    assert any("neutral" in note for note in run.report.notes)
