import pytest
from explain_networks import TEXT, TEXTS, network, predictor_of

from textlstm.explaining import explain
from textlstm.text import TextEncoder


@pytest.fixture(scope="module")
def words():
    return TextEncoder.fit(TEXTS)


@pytest.fixture(scope="module")
def predictor(words):
    return predictor_of(network("lstm", True, (5,), words), words)


@pytest.fixture(scope="module")
def explanation(predictor):
    return explain(predictor, TEXT)
