"""PyTorch's half of benchmarks/kernels.py: one bidirectional layer, timed when asked.

    python torch_recurrence.py CELL BATCHxTIMExFEATURESxUNITS RAGGED

Prints its version; then reads "forward" or "train", a line each, and prints seconds. It knows
nothing of this project: any Python that has torch can run it.
"""

import sys
from time import perf_counter
from typing import Any


def main() -> None:
    """Serve lines until the input ends."""
    import torch

    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    cell, size, ragged = sys.argv[1:]
    batch, time, features, units = map(int, size.split("x"))
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    layer = kind(features, units, bidirectional=True, batch_first=True)
    x = torch.randn(batch, time, features, requires_grad=True)
    weight = torch.randn(batch, time, 2 * units)
    lengths = [time] * batch
    if int(ragged):
        lengths = [1 + (time - 1) * row // max(1, batch - 1) for row in range(batch)]

    def run() -> Any:
        if not int(ragged):
            return layer(x)[0]
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            x, torch.tensor(lengths), batch_first=True, enforce_sorted=False
        )
        return torch.nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True)[0]

    def train() -> None:
        layer.zero_grad()
        x.grad = None
        (run() * weight).sum().backward()

    def forward() -> None:
        with torch.inference_mode():
            run()

    print(torch.__version__, flush=True)
    for line in sys.stdin:
        started = perf_counter()
        {"forward": forward, "train": train}[line.strip()]()
        print(perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
