"""Draw results/kernels.json: time of a layer's forward and backward pass beside its peers.

python -m benchmarks.kernels_plot [FILE.png]
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import measuring

PEERS = (("keras", "#8892a6"), ("torch", "#c2c8d4"), ("textlstm", "#2158d6"))


def draw(document: dict, path: Path) -> None:
    """Write a picture with a panel a cell and three bars a size, ours being 1."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    cells = list(dict.fromkeys(row["cell"] for row in document["rows"]))
    figure, panels = pyplot.subplots(1, len(cells), figsize=(9, 3.4), squeeze=False, sharey=True)
    for panel, cell in zip(panels[0], cells, strict=True):
        rows = [r for r in document["rows"] if r["what"] == "train" and r["cell"] == cell]
        for k, (name, colour) in enumerate(PEERS):
            times = [r["median"].get(name, 0.0) / r["median"]["textlstm"] for r in rows]
            places = [place + (1 - k) * 0.27 for place in range(len(rows))]
            panel.barh(places, times, 0.25, color=colour, label=name)
        shown = [r["size"].replace("x", "×") + ("\nragged" if r["ragged"] else "") for r in rows]
        panel.set_yticks(range(len(rows)), shown, fontsize=8)
        panel.set_title(f"bidirectional {cell.upper()}")
        panel.set_xlabel("time of forward + backward, textlstm = 1", fontsize=8)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].legend(fontsize=8, loc="lower right")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main(words: Sequence[str]) -> int:
    """Draw the saved figures."""
    document = json.loads((measuring.RESULTS / "kernels.json").read_text(encoding="utf-8"))
    draw(document, Path(words[0]) if words else measuring.ROOT / "docs" / "kernels.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
