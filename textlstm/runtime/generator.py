"""Generator: the probability of texts and their continuations, from model.onnx and its states."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.bundle import Bundle
from textlstm.drawing import Drawing
from textlstm.errors import BundleError, SettingsError
from textlstm.processors import processors
from textlstm.runtime.carried_state import CarriedState, fingerprint
from textlstm.runtime.drawn_one import drawn_one
from textlstm.runtime.engines import names, sessions
from textlstm.runtime.sampled import numbers
from textlstm.tasks import Answer, Arrays
from textlstm.tasks.generate import Writer

_STATE, _NEXT, _SCORES = "state_", "next_", "log_probabilities"
AT_ONCE = 4_000_000  # log-probabilities that are held
MOST_STEPS = 512  # tokens that are read at once
MOST_THREADS = 4  # of one stream: a step's products are too small for more

Ids = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float64]


class Generator:
    """Texts scored and continued by one graph.

    model.onnx: `tokens` int32 `(batch, time)` and `state_1`, ... float32 `(batch, size)`, to
    `log_probabilities` `(batch, time, ids)` of the token after each, and `next_state_1`, ...
    """

    rows = 1  # each text for itself, so that an answer cannot hang on those beside it

    def __init__(self, model: Bundle) -> None:
        """Make the session.

        Raises:
            BundleError: other graphs than model.onnx, ONNX Runtime refuses it, or it has other
                inputs and outputs.
        """
        (self._session,) = sessions(model, "model")
        task: Any = model.task  # of kind "generate": it has more than every task has
        self.task = task
        self._bundle = model
        self._model = fingerprint(model.graphs["model"])
        given = self._session.get_inputs()
        self._sizes = {node.name: node.shape[-1] for node in given if node.name.startswith(_STATE)}
        self._after = [_NEXT + name for name in self._sizes]
        made = names(self._session.get_outputs())
        for wanted, there in ((["tokens"], names(given)), ([_SCORES, *self._after], made)):
            for name in wanted:
                if name not in there:
                    raise BundleError(
                        f"{model.folder}/model.onnx has no {name!r}: it has {', '.join(there)}"
                    )
        self._steps = max(1, min(MOST_STEPS, AT_ONCE // task.size))
        self._states_only = _path_only()

    @cached_property
    def _wide(self) -> Any:
        """Session for one stream that has the machine to itself; it answers to the last bit alike.

        Its threads look for work in a loop as long as steps follow each other closely, which a
        batch of streams, a thread each, could not afford.
        """
        threads = min(MOST_THREADS, processors())
        return (
            self._session if threads == 1 else sessions(self._bundle, "model", threads=threads)[0]
        )

    def asked(self, options: Mapping[str, Any]) -> Drawing:
        """Return how texts of a call are continued: the model's own drawing, changed by options.

        Raises:
            SettingsError: an option that there is not, or a value that cannot be.
        """
        return self.task.drawing.changed(options)

    def answers(self, rows: list[Arrays], given: list[Any], asked: Drawing | None) -> list[Answer]:
        """Return `{"continuation", "score"}` a row; score: the mean log-probability of a token.

        Raises:
            BundleError: the network gives something that is not a number.
        """
        del given
        found: list[Answer] = []
        for row in rows:
            drawing = asked or self.task.drawing
            stream = Stream(self, row["tokens"], drawing, self.first(), self._session)
            text = "".join(stream)
            found.append({"continuation": text, "score": float(np.mean(stream.log_probabilities))})
        return found

    def _begun(self, state: CarriedState | None) -> CarriedState:
        """Return a state that the graph can read; None: that at the beginning of a text."""
        first = self.first()
        if state is None:
            return first
        if state.model != self._model:
            raise SettingsError("the state belongs to another model: its numbers mean nothing here")

        def forms(each: CarriedState) -> dict[str, tuple[Any, ...]]:
            return {name: (array.dtype, array.shape) for name, array in each.arrays.items()}

        known = all(0 <= i < self.task.size for i in (state.last, *state.held))
        if not known or forms(state) != forms(first):
            raise SettingsError("the state is damaged: it has other arrays or ids than the model")
        return state

    def first(self) -> CarriedState:
        """Return the state at the beginning of a text."""
        zeros = {name: np.zeros((1, size), np.float32) for name, size in self._sizes.items()}
        return CarriedState(self._model, zeros, self.task.start)

    def stream(
        self, prefix: str, state: CarriedState | None, options: Mapping[str, Any]
    ) -> "Stream":
        """Return the continuation of a prefix, piece by piece; see `Stream`.

        Args:
            prefix: text that is read first.
            state: where reading stands before it; None: at the beginning of a text.
            options: fields of `Drawing`.

        Raises:
            SettingsError: a wrong option, or a state of another model or a damaged one.
        """
        (row,) = self.task.encode([prefix])
        before = self._begun(state)
        return Stream(self, row["tokens"], self.asked(options), before, self._wide)

    def score(
        self, texts: Sequence[str], state: CarriedState | None
    ) -> tuple[list[Scores], CarriedState]:
        """Return the log-probability of each token of texts that follow each other.

        Args:
            texts: the state goes on from one to the next.
            state: where reading stands before the first; None: at the beginning of a text.

        Returns:
            float64 (tokens,) a text, in nats, and the state after the last one.

        Raises:
            SettingsError: a state of another model, or a damaged one.
            BundleError: the network gives something that is not a number.
        """
        before = self._begun(state)
        rows = [row["tokens"] for row in self.task.encode(texts)]
        ids = np.concatenate([np.zeros(0, np.int32), *rows])
        if not len(ids):
            return [np.zeros(0) for _ in rows], before
        found = []
        for start in range(0, len(ids), self._steps):
            piece = ids[start : start + self._steps]
            fed = np.append(before.last, piece[:-1])
            scores, arrays = self._run(fed, before.arrays, self._wide)
            found.append(scores[np.arange(len(piece)), piece].astype(np.float64))
            before = replace(before, arrays=arrays, last=int(piece[-1]), begun=True)
        whole = np.concatenate(found)
        if not np.isfinite(whole).all():
            raise BundleError(
                f"{self._bundle.folder}/model.onnx: a log-probability is not a number"
            )
        ends = np.cumsum([len(row) for row in rows])[:-1]
        after = replace(before, key=_key(before.key, ids), drawn=0, held=())
        return np.split(whole, ends), after

    def read(self, ids: Ids, state: CarriedState, session: Any = None) -> CarriedState:
        """Return the state after some more tokens, without scoring them.

        Args:
            ids: int32 (tokens,).
            state: before them.
            session: None: the one of a single thread.
        """
        if not len(ids):
            return state
        fed = np.append(state.last, ids[:-1]).astype(np.int32)[None]
        session = session or self._session
        after = session.run(self._after, {"tokens": fed, **state.arrays}, self._states_only)
        arrays = dict(zip(self._sizes, after, strict=True))
        key = _key(state.key, ids)
        return replace(
            state, arrays=arrays, last=int(ids[-1]), begun=True, key=key, drawn=0, held=()
        )

    def next(
        self, state: CarriedState, session: Any = None
    ) -> tuple[npt.NDArray[np.float32], dict[str, Any]]:
        """Return the log-probabilities (ids,) of the next token, and the states behind `last`.

        Raises:
            BundleError: the network gives something that is not a number.
        """
        scores, arrays = self._run(np.array([state.last]), state.arrays, session or self._session)
        if np.isnan(scores[0, 0]):  # a softmax with one has them all
            raise BundleError(
                f"{self._bundle.folder}/model.onnx: a log-probability is not a number"
            )
        return scores[0], arrays

    def _run(self, ids: Any, arrays: Mapping[str, Any], session: Any) -> tuple[Any, dict[str, Any]]:
        """Return log-probabilities (time, ids) and states after some ids (time,)."""
        fed = {"tokens": np.asarray(ids, np.int32)[None], **arrays}
        scores, *after = session.run([_SCORES, *self._after], fed)
        return scores[0], dict(zip(self._sizes, after, strict=True))


class Stream(Iterator[str]):
    """The continuation of a text, a piece of text at each step; it ends after `max_length` tokens.

    The random numbers are a function of the seed and of the text before, as it was given, so the
    same call tells the same, and a stream that goes on from a saved state tells what an
    uninterrupted one does.

    Attributes:
        state: where reading stands after what was told so far; to be kept and gone on from.
        log_probabilities: of the tokens drawn so far, the network's own.
    """

    def __init__(
        self,
        generator: Generator,
        prefix: Ids,
        drawing: Drawing,
        state: CarriedState,
        session: Any,
    ) -> None:
        """Read the prefix."""
        self._generator, self._drawing, self._session = generator, drawing, session
        self.state = generator.read(prefix, state, session)
        before = self.state.last if self.state.begun else None
        self._writer = Writer(generator.task, before, self.state.held)
        self.log_probabilities: list[float] = []
        self._numbers = numbers(
            drawing.seed, 0, self.state.key, drawing.max_length, self.state.drawn
        )
        self._never = np.array(generator.task.never)
        self._over = False

    def __next__(self) -> str:
        """Return the next piece of text; no piece is empty.

        Raises:
            BundleError: the network gives something that is not a number.
        """
        while len(self.log_probabilities) < self._drawing.max_length:
            before = self.state
            token, arrays = self._draw()
            text = self._writer.write(token)
            self.state = CarriedState(
                before.model, arrays, token, True, before.key, before.drawn + 1,
                tuple(self._writer.held),
            )  # fmt: skip
            if text:
                return text
        if not self._over:
            self._over = True
            # the state keeps what is held, so that going on can finish the character
            rest = self._writer.rest()
            if rest:
                return rest
        raise StopIteration

    def _draw(self) -> tuple[int, dict[str, Any]]:
        """Return the next token and the states behind the last one."""
        scores, arrays = self._generator.next(self.state, self._session)
        place = len(self.log_probabilities)
        scores[self._never] = -np.inf  # of an array that is this step's alone
        token = drawn_one(scores, float(self._numbers[place]), self._drawing)
        self.log_probabilities.append(float(scores[token]))
        return token, arrays


def _key(before: bytes, ids: Ids) -> bytes:
    """Return what tells a text by its ids, given what tells the text before it."""
    return hashlib.blake2b(before + ids.astype("<i4").tobytes(), digest_size=16).digest()


def _path_only() -> Any:
    """Return run options by which only what the wanted outputs need is computed."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.only_execute_path_to_fetches = True
    return options
