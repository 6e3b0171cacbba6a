import pytest

from textlstm import training
from textlstm.tasks.classify import Classify
from textlstm.tasks.tag import Tag


@pytest.mark.parametrize(
    ("steps", "tokens", "epochs"),
    [(225, 145_000, 12), (1, 10, 12), (420, 5_500_000, 3), (840, 600_000, 3), (500, 100_000, 5)],
)
def test_epochs_follow_the_size(steps, tokens, epochs):
    assert training.planned_epochs(steps, tokens, Classify) == epochs


def test_tags_take_longer_to_learn():
    assert training.planned_epochs(394, 183_320, Tag) == 15
    assert training.planned_epochs(633, 1_750_000, Tag) == 10


def test_rows_follow_the_size():
    assert (training.planned_rows(15_999), training.planned_rows(16_000)) == (32, 64)


def test_the_average_looks_back_on_half_an_epoch():
    assert training.averaging(0.99, 1000) == 0.99
    assert training.averaging(0.99, 8) == 0.75
    assert training.averaging(0.99, 1) == 0.0


@pytest.mark.parametrize(
    ("shape", "middle", "end"), [("constant", 2.0, 2.0), ("linear", 1.0, 0.0), ("cosine", 1.0, 0.0)]
)
def test_the_rate_rises_and_falls(shape, middle, end):
    rate = training.WarmupDecay(2.0, total=110, warmup=10, shape=shape)
    assert float(rate(0)) == pytest.approx(0.2)
    assert float(rate(9)) == pytest.approx(2.0, abs=0.05)
    assert float(rate(60)) == pytest.approx(middle, abs=1e-5)
    assert float(rate(110)) == pytest.approx(end, abs=1e-5)
    again = training.WarmupDecay.from_config(rate.get_config())
    assert float(again(37)) == float(rate(37))
