"""Model card: what a bundle's README.md tells a reader."""

from collections.abc import Mapping, Sequence
from typing import Any

import textlstm
from textlstm.tasks import Task

SHOWN = 20
NAMES = {"labels": "Labels", "types": "Types of entities"}  # by the key in task.json
# What an answer is, where its form does not tell by itself.
ANSWERS = {
    "tag": "An answer lists the entities of a text: type, text, start and end (characters of the "
    "raw text, the end exclusive), and score, the probability that type and span are right.",
    "translate": "An answer holds translation, the text of the best hypothesis of a beam search, "
    "and score, the mean log-probability of its tokens, the end included: 0 is certain. "
    "`predict --nbest 3`, in Python `predict([text], nbest=3)`, adds nbest, the best first; "
    "`predict([text], attention=True)` adds attention where the network has it: pieces of source "
    "and target, and a row of weights a target piece.",
    "forecast": "An answer holds the next values (forecast), the ends of their 95 % interval (low, "
    "high) and four quantiles. The input is the past, oldest first: numbers, or rows of a number a "
    "column, `history` of them or more (task.json); as text, numbers between spaces and `;` "
    "between rows.",
}


def text(recipe: str, corpus: str, task: Task, history: Sequence[Mapping[str, Any]]) -> str:
    """Return the card in Markdown: what it answers, what it learned from, how to use it."""
    best = [row for row in history if row["best"]]
    trained = f"{len(history)} epochs" if history else "less than an epoch (interrupted)"
    lines = [
        f"# {recipe} model",
        "",
        f"Trained by textlstm {textlstm.__version__} on `{corpus}`, {trained}.",
    ]
    if best:
        row = best[-1]
        name, value = row.get("score_name", "loss"), row.get("valid_score", row["valid_loss"])
        lines.append(f"Best on the validation part after epoch {row['epoch']}: {name} {value:.4f}.")
    data = task.to_json()
    lines += ["", "Scores on the test part, with intervals and baselines, are in the run's report."]
    for key, what in NAMES.items():
        if key in data:
            shown = ", ".join(f"`{name}`" for name in data[key][:SHOWN])
            more = len(data[key]) - SHOWN
            lines += ["", f"{what}: {shown}" + (f" and {more} more" if more > 0 else "") + "."]
    if task.kind in ANSWERS:
        lines += ["", ANSWERS[task.kind]]
    sample = "1 2 3" if task.kind == "forecast" else "a text"
    lines += [
        "",
        "```",
        f'textlstm predict THIS_FOLDER "{sample}"',
        "```",
        "",
        "```python",
        "import textlstm",
        f'textlstm.Predictor.load("THIS_FOLDER").predict(["{sample}"])',
        "```",
        "",
        "The files are data: loading verifies their sizes and hashes and runs none of them.",
        "",
    ]
    return "\n".join(lines)
