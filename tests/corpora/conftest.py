"""Sets as TFDS prepares them: made, read, and read without TensorFlow."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def prepare():
    """A function that prepares builders in file formats and returns the folder that has both.

    TFRecord is written by TensorFlow.
    """
    import tensorflow_datasets as tfds

    tfds.disable_progress_bar()

    def made(folder, *builders, formats=("array_record", "tfrecord"), **settings):
        for builder in builders:
            for format in formats:
                prepared = builder(data_dir=folder / format, file_format=format, **settings)
                prepared.download_and_prepare()
        return folder

    return made


@pytest.fixture
def public(monkeypatch):
    """A function that reads a prepared set, and returns the corpus and what was said."""

    def read(reader, folder, name, format="array_record", **settings):
        monkeypatch.setenv("TFDS_DATA_DIR", str(folder / format))
        said = []
        return reader(SimpleNamespace(data=f"tfds:{name}", **settings), said.append), said

    return read


@pytest.fixture
def alone():
    """A function that reads a set in a new process: its examples, and whether TensorFlow came."""

    def read(reader, folder, name):
        code = (
            "import sys; from types import SimpleNamespace; from textlstm import corpora\n"
            f"found = corpora.{reader.__name__}(SimpleNamespace(data='tfds:{name}'))\n"
            "print(len(list(found)), 'tensorflow' in sys.modules)"
        )
        env = {**os.environ, "TFDS_DATA_DIR": str(folder / "array_record")}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
        )
        return done.stdout

    return read
