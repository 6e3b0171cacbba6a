"""JoeyNMT's half of benchmarks/translation.py: training steps of its RNN, timed when asked.

    python joeynmt_training.py BATCHES.json FEEDING

BATCHES.json holds the sizes and the batches, a batch being pairs of ids of a source and a target.
Prints a line of JSON: versions, weights and target tokens of all batches; then, for each line it
reads, takes a step a batch and prints seconds. Network, batches, loss, optimizer and clipping are
JoeyNMT's own, the steps are those of its `TrainManager`, without logging. It knows nothing of this
project: any Python that has joeynmt can run it.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

SPECIAL = {"unk": 0, "pad": 1, "bos": 2, "eos": 3}  # JoeyNMT's order
FIRST = 2  # ids of the file below are padding and the unknown token
MOVED = len(SPECIAL) - FIRST  # of all other ids


def vocabulary(size: int) -> Any:
    """Return a vocabulary of as many tokens, the special ones among them."""
    from joeynmt.vocabulary import Vocabulary

    names = {f"{name}_token": f"<{name}>" for name in SPECIAL}
    ids = {f"{name}_id": number for name, number in SPECIAL.items()}
    cfg = SimpleNamespace(**names, **ids, lang_tags=[], sep_token=None, sep_id=None)
    return Vocabulary([str(number) for number in range(FIRST, size)], cfg)


def config(sizes: dict[str, Any], feeding: bool) -> dict[str, Any]:
    """Return the network in the words of JoeyNMT's configuration."""
    vectors = {"embedding_dim": sizes["embedding"], "dropout": sizes["dropout"]}
    both = {"type": "recurrent", "rnn_type": sizes["cell"], "dropout": sizes["dropout"]}
    return {
        "tied_softmax": True,
        "encoder": {
            **both, "embeddings": dict(vectors), "hidden_size": sizes["units"],
            "num_layers": sizes["layers"], "bidirectional": True,
        },
        "decoder": {
            **both, "embeddings": dict(vectors), "hidden_size": sizes["decoder"],
            "num_layers": sizes["decoder_layers"], "hidden_dropout": sizes["dropout"],
            "attention": "luong", "init_hidden": "bridge", "input_feeding": feeding,
        },
    }  # fmt: skip


def padded(rows: list[list[int]]) -> Any:
    """Return a tensor (rows, time) of ids."""
    import torch

    longest = max(map(len, rows))
    return torch.tensor([row + [SPECIAL["pad"]] * (longest - len(row)) for row in rows])


def moved(ids: list[int]) -> list[int]:
    """Return ids that leave room for two more special tokens."""
    return [number + MOVED if number >= FIRST else SPECIAL["unk"] for number in ids]


class Steps:
    """The network and its batches."""

    def __init__(self, sizes: dict[str, Any], pairs: list[Any], feeding: bool) -> None:
        """Build them as JoeyNMT does: an end behind sources, a beginning and an end of targets."""
        import torch
        from joeynmt.builders import build_gradient_clipper, build_optimizer
        from joeynmt.model import build_model

        torch.set_flush_denormal(True)
        torch.manual_seed(1)
        source, target = (vocabulary(sizes[side]) for side in ("source", "target"))
        self.model = build_model(config(sizes, feeding), source, target)
        self.model.loss_function = ("crossentropy", sizes["label_smoothing"])
        self.optimizer = build_optimizer(
            {"optimizer": "adam", "learning_rate": sizes["learning_rate"]}, self.model.parameters()
        )
        self.clip = build_gradient_clipper({"clip_grad_val": None, "clip_grad_norm": 1.0})
        begin, end = SPECIAL["bos"], SPECIAL["eos"]
        self.batches = []
        for batch in pairs:
            sources = [[*moved(ids), end] for ids, _ in batch]
            targets = [[begin, *moved(ids), end] for _, ids in batch]
            self.batches.append((padded(sources), list(map(len, sources)), padded(targets)))

    def _batch(self, source: Any, lengths: list[int], target: Any) -> Any:
        import torch
        from joeynmt.batch import Batch

        return Batch(
            src=source, src_length=torch.tensor(lengths), src_prompt_mask=None, trg=target,
            trg_prompt_mask=None, indices=torch.arange(len(lengths)), device=torch.device("cpu"),
            pad_index=SPECIAL["pad"], eos_index=SPECIAL["eos"],
        )  # fmt: skip

    def tokens(self) -> int:
        """Return target tokens as JoeyNMT counts them: each with its end, without beginnings."""
        return sum(int(self._batch(*batch).ntokens) for batch in self.batches)

    def run(self) -> None:
        """Take a step a batch, see `TrainManager._train_step` and `train_and_validate`."""
        for given in self.batches:
            batch = self._batch(*given)
            self.model.train()
            batch.sort_by_src_length()
            loss, _, _, right = self.model(return_type="loss", **vars(batch))
            loss = batch.normalize(loss, normalization="tokens")
            loss.backward()
            loss.item(), right.item()
            self.clip(parameters=self.model.parameters())
            self.optimizer.step()
            self.model.zero_grad()


def main() -> None:
    """Serve lines until the input ends."""
    from importlib.metadata import version

    path, feeding = sys.argv[1:]
    given = json.loads(Path(path).read_text(encoding="utf-8"))
    steps = Steps(given["sizes"], given["batches"], bool(int(feeding)))
    about = {
        "joeynmt": version("joeynmt"),
        "torch": version("torch"),
        "weights": sum(weight.numel() for weight in steps.model.parameters()),
        "tokens": steps.tokens(),
    }
    print(json.dumps(about), flush=True)
    for _ in sys.stdin:
        started = perf_counter()
        steps.run()
        print(perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
