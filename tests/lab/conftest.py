"""What the tests of shoot-outs share: one finished shoot-out of two cells, two seeds each."""

import pytest

from textlstm.lab import shootout
from textlstm.progress import Quiet

WORDS = ["cell=rnn,lstm", "seeds=2", "epochs=1", "units=4", "ngrams=false"]


class Listening(Quiet):
    """Keeps what is said."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)


@pytest.fixture(scope="package")
def arena(tmp_path_factory, review_writer):
    """The words, the folder, the standings and what was said of a finished shoot-out."""
    place = tmp_path_factory.mktemp("arena")
    words = [f"data={review_writer(place / 'reviews.csv', 150)}", *WORDS]
    listening = Listening()
    found = shootout.of_words(
        "sentiment", words, preset="tiny", out=place / "arena", progress=listening
    )
    return words, place / "arena", found, listening.said


@pytest.fixture
def listening():
    """A progress that keeps what is said."""
    return Listening()
