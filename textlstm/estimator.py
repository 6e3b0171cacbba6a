"""What the scikit-learn estimators share: a recipe's settings as parameters, a bundle as state."""

import logging
import random
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from textlstm import atomic, run
from textlstm.corpora import Corpus, Example
from textlstm.corpora.split import part_of, text_hash
from textlstm.errors import SettingsError
from textlstm.interrupt import Interrupt
from textlstm.progress import Plain, Quiet
from textlstm.runtime import Predictor
from textlstm.tasks import Answer

OWN = ("recipe", "preset", "verbose")  # parameters that are no settings of the recipe
SOURCE = "fit(X, y)"  # what the bundle names as its data

_training = threading.Lock()  # seeds and Keras' names belong to the process


class RecipeEstimator(BaseEstimator):
    """An estimator that trains a recipe and answers from its bundle.

    A fitted one can be pickled: it holds the bundle's files and verifies them before it answers.
    A pickle runs code when it is read; to people you do not know give the folder of `save`.

    Attributes:
        history_: a row an epoch.
        bundle_: the bundle's files by name, as bytes.
    """

    def __init__(
        self, recipe: str, *, preset: str | None = None, verbose: bool = False, **settings: Any
    ) -> None:
        """Keep the parameters; they are checked by `fit`.

        Args:
            recipe: a name, or the path of a recipe file.
            preset: named values to start from, such as `tiny`.
            verbose: whether `fit` writes its progress to standard error.
            settings: of the recipe, such as `units=(128,), epochs=3, seed=7`; see
                `textlstm show RECIPE`.
        """
        self.recipe = recipe
        self.preset = preset
        self.verbose = verbose
        self.settings = settings

    def __sklearn_tags__(self) -> Tags:
        """Return that texts are taken, not tables of numbers."""
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return recipe, preset, verbose, and the settings that were given."""
        return {**{name: getattr(self, name) for name in OWN}, **self.settings}

    def set_params(self, **params: Any) -> Self:
        """Set parameters or settings of the recipe, known or not: `fit` refuses unknown ones."""
        for name in OWN:
            if name in params:
                setattr(self, name, params.pop(name))
        self.settings = {**self.settings, **params}
        return self

    def save(self, folder: str | Path) -> None:
        """Write the bundle as a new folder, for `textlstm predict` and `Predictor.load`.

        Raises:
            NotFittedError: before `fit`.
            FileExistsError: the folder is there already.
        """
        check_is_fitted(self, "bundle_")
        if Path(folder).exists():
            raise FileExistsError(f"{folder}: exists already; nothing was written")
        with atomic.new_folder(Path(folder)) as place:
            for name, data in self.bundle_.items():
                (place / name).parent.mkdir(exist_ok=True)
                atomic.write_bytes(place / name, data)

    def __getstate__(self) -> dict[str, Any]:
        """Return everything but the predictor's session, which is made again when it is needed."""
        return {name: value for name, value in vars(self).items() if name != "_predictor"}

    def _train(self, corpus: Corpus, values: dict[str, Any]) -> None:
        """Train on a corpus and keep bundle and history."""
        progress = Plain() if self.verbose else Quiet()
        with _training, _process_as_before(), tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "run"
            plan = run.planned(self.recipe, values=values, preset=self.preset, out=folder)
            state = run.fit(
                plan, corpus, progress,
                interrupt=_AtOnce(progress.say), seconds={}, cache=Path(place),
            )  # fmt: skip
            predictor = Predictor.load(folder)
            files = sorted(p for p in (folder / "bundle").rglob("*") if p.is_file())
            self.bundle_ = {
                path.relative_to(folder / "bundle").as_posix(): path.read_bytes() for path in files
            }
        self.history_ = state.history
        self._predictor = predictor

    def _given(self, refused: Sequence[str]) -> dict[str, Any]:
        """Return the settings as plain values.

        Raises:
            SettingsError: one of them says what X and y say.
        """
        values = {name: _plain(value) for name, value in self.settings.items()}
        for name in sorted(set(refused) & set(values)):
            if values[name] is not None:
                raise SettingsError(f"{name}= has no place here: X and y are the data")
        return values

    def _answered(self, inputs: Sequence[Any]) -> list[Answer]:
        check_is_fitted(self, "bundle_")
        if "_predictor" not in vars(self):
            with tempfile.TemporaryDirectory() as place:
                self.save(Path(place) / "bundle")
                self._predictor = Predictor.load(Path(place) / "bundle")
        return self._predictor.predict(inputs)


class _AtOnce(Interrupt):
    """Leaves Ctrl-C as it is: one must stop a whole grid search, not this fit alone."""

    def __enter__(self) -> Self:
        return self


def parts(
    examples: list[Example],
    text: Callable[[Example], str],
    labels: Callable[[Example], Sequence[str]],
    enough: Callable[[list[Example]], bool],
) -> dict[str, Sequence[Example]]:
    """Return the train and valid parts, cut by the hash of the text as files are.

    A label must be learned to be answered: texts whose label no other training text has stay in
    train. Where nothing is left for valid, it is the training part.

    Args:
        examples: all of them.
        text: of an example.
        labels: of an example.
        enough: whether a training part can be learned from.
    """
    hashes = [text_hash(text(example)) for example in examples]
    kept = {hashed for hashed in hashes if part_of(hashed, ("valid",)) == "valid"}
    rows = list(zip(hashes, examples, strict=True))
    known = {label for h, e in rows if h not in kept for label in labels(e)}
    kept -= {h for h, e in rows if not known.issuperset(labels(e))}
    train = [e for h, e in rows if h not in kept]
    valid = [e for h, e in rows if h in kept]
    if valid and enough(train):
        return {"train": train, "valid": valid}
    warnings.warn(
        f"{len(examples)} texts are too few to keep some from training: the best epoch is chosen "
        "on the training texts",
        stacklevel=3,
    )
    return {"train": examples, "valid": examples}


def _plain(value: Any) -> Any:
    """Return a number or array of NumPy, as searches draw them, as Python's own."""
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value


@contextmanager
def _process_as_before() -> Iterator[None]:
    """Put Python's and NumPy's global random states and TensorFlow's logging back.

    Training seeds them: every split drawn after a fit would be the same one. And TensorFlow warns
    of functions that are traced again, which each further fit of a search must do.
    """
    python, numpy = random.getstate(), np.random.get_state()
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        logger.setLevel(level)
