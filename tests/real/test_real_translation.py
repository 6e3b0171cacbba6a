"""A network trained for minutes on real pairs is better than a dictionary."""

import os
from itertools import islice
from pathlib import Path

import pytest

import textlstm
from textlstm.progress import Quiet

DATA = Path(os.environ.get("TEXTLSTM_TEST_DATA", "../shared/data")) / "multi30k"
PAIRS = 10_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no {DATA} (TEXTLSTM_TEST_DATA)"),
]


def test_better_than_word_by_word(tmp_path):
    for end in ("en", "de"):
        with (DATA / f"train.{end}").open(encoding="utf-8") as lines:
            (tmp_path / f"train.{end}").write_text("".join(islice(lines, PAIRS)), "utf-8")
    run = textlstm.train(
        "translation", train=str(tmp_path / "train"), test=str(DATA / "dev"), source="en",
        target="de", out=tmp_path / "run", units=(128,), decoder=(128, 128), embedding=128,
        vocabulary=3000, epochs=10, progress=Quiet(),
    )  # fmt: skip
    report = run.report
    assert report.examples == 1_014
    row = report.baselines["word-by-word"]
    bleu, other = report.scores["bleu"].value, row["scores"]["bleu"].value
    assert bleu > other > 1.0 and row["bootstrap_p"] < 0.05
    assert {*report.baselines} == {"copy-source", "word-by-word", "nearest-sentence"}
