"""What all tests share: a cache of their own, a small labelled file, one trained tiny run."""

import csv
import os
import random

import hypothesis
import pytest

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile(
    "any-speed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any-speed")


def pytest_collection_modifyitems(config, items):
    """Keep together, in one process, tests that share what a file has trained.

    That is a file, but in the contracts of recipes a recipe, and a notebook stands alone.
    """
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        values = getattr(item, "callspec", None)
        apart = "" if values is None else values.params.get("run", values.params.get("path", ""))
        if item.path.name not in ("test_recipes.py", "test_notebooks.py"):
            apart = ""
        item.add_marker(pytest.mark.xdist_group(f"{item.path}{apart}"))


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """A cache folder of this test run, also for the processes it starts."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("TEXTLSTM_CACHE")
    os.environ["TEXTLSTM_CACHE"] = str(folder)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    yield folder
    if before is None:
        del os.environ["TEXTLSTM_CACHE"]
    else:
        os.environ["TEXTLSTM_CACHE"] = before


def write_reviews(path, number=400, seed=5):
    """Write short reviews whose label hangs on `not`."""
    rng = random.Random(seed)
    things = ["film", "book", "song", "meal", "room", "phone", "story", "game", "hotel", "soup"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for place in range(number):
            good, negated = rng.random() < 0.5, rng.random() < 0.5
            word = rng.choice(["good", "great", "fine"] if good else ["bad", "poor", "dull"])
            text = f"the {rng.choice(things)} was {'not ' if negated else ''}{word} {place}"
            writer.writerow([text, "pos" if good != negated else "neg"])
    return path


@pytest.fixture(scope="session")
def review_writer():
    """The function that writes a file of short reviews."""
    return write_reviews


@pytest.fixture(scope="session")
def reviews(tmp_path_factory):
    """A CSV of 400 short reviews."""
    return write_reviews(tmp_path_factory.mktemp("data") / "reviews.csv")


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory, reviews):
    """A finished run of the sentiment recipe with the tiny preset on `reviews`."""
    import textlstm

    folder = tmp_path_factory.mktemp("runs") / "tiny"
    return textlstm.train("sentiment", preset="tiny", data=str(reviews), out=folder)
