"""Scores of translations: BLEU, chrF, ROUGE-L and others, each with a 95 % interval.

BLEU is sacreBLEU's (Post 2018, "A Call for Clarity in Reporting BLEU Scores"): its counts of each
sentence and its formula. The intervals come from a bootstrap over the sentences, for which the
counts are summed anew. TER is left out: sacreBLEU's takes one to ten seconds for 1,000 sentences,
for the model and again for each baseline, and without spaces it sees one word a sentence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.errors import DataError
from textlstm.report import Score
from textlstm.tasks import resampling
from textlstm.tasks.rouge import rouge_l

POINTS = "points"  # 0 to 100
ORDER = 4  # of the longest n-gram in BLEU
RIGHT, ALL = slice(0, ORDER), slice(ORDER, 2 * ORDER)  # places in BLEU's counts
LENGTH, REFERENCE = 2 * ORDER, 2 * ORDER + 1  # tokens
TOKENIZED = 0.5  # share of references that end in a space and a mark from which it is said
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of some translations.

    Attributes:
        scores: bleu, bleu_lowercase, chrf, rouge_l, exact_match, length_ratio.
        correct: whether a translation is its reference, but for white space; bool (sentences,).
        counts: BLEU's of each sentence, see `bleu_counts`; int64 (sentences, 10).
        chrf: of each sentence, 0 to 100; float (sentences,).
        characters: chrF's counts of each sentence, see `chrf_counts`; int64 (sentences, 18).
        whole: whether BLEU takes all four orders of n-grams, see `all_orders`.
        signatures: sacreBLEU's, by the name of the score.
        notes: what a reader must know.
    """

    scores: dict[str, Score]
    correct: np.ndarray
    counts: np.ndarray
    chrf: np.ndarray
    characters: np.ndarray
    whole: bool
    signatures: dict[str, str]
    notes: list[str]


def measure(
    targets: Sequence[str],
    answers: Sequence[str],
    tokenize: str,
    *,
    bootstrap: int = RESAMPLES,
    seed: int = 0,
) -> Measured:
    """Return everything that is measured of translations.

    - bleu, bleu_lowercase: corpus BLEU (Papineni et al. 2002), 0 to 100, cased and lower-cased.
    - chrf: corpus chrF2 of character 1-6-grams (Popović 2015), 0 to 100.
    - rouge_l: mean over the sentences of `rouge_l`, 0 to 100.
    - exact_match: share of translations that are the reference, but for white space.
    - length_ratio: tokens of the translations over those of the references, as BLEU counts them;
      1 is best.

    Args:
        targets: reference translations.
        answers: translations.
        tokenize: sacreBLEU's tokenizer of the target language, such as "13a" or "zh".
        bootstrap: resamples; 0 leaves the intervals out.
        seed: of the resamples.

    Raises:
        DataError: there is no sentence.
    """
    if len(targets) != len(answers):
        raise ValueError(f"{len(targets)} references, but {len(answers)} translations")
    if not targets:
        raise DataError("no example to score: the part is empty")
    cased = bleu_counts(targets, answers, tokenize)
    lower = bleu_counts(targets, answers, tokenize, lowercase=True)
    whole = all_orders(cased)
    characters = chrf_counts(targets, answers)
    longest = np.array([rouge_l(t, a) for t, a in zip(targets, answers, strict=True)])
    correct = exact(targets, answers)
    both = np.concatenate([cased, lower, characters], axis=1)
    drawn = _resampled(np.column_stack([both, longest, correct]), bootstrap, seed)
    parts = np.split(drawn, np.cumsum([cased.shape[1], lower.shape[1], characters.shape[1]]), 1)
    values = {
        "bleu": [bleu_of(row, whole) for row in parts[0].tolist()],
        "bleu_lowercase": [bleu_of(row, whole) for row in parts[1].tolist()],
        "chrf": chrf_of(parts[2]),
        "rouge_l": parts[3][:, 0] / len(targets),
    }
    found = {}
    scores = {
        "bleu": bleu_of(cased.sum(axis=0).tolist(), whole),
        "bleu_lowercase": bleu_of(lower.sum(axis=0).tolist(), whole),
        "chrf": float(chrf_of(characters.sum(axis=0))),
        "rouge_l": float(longest.mean()),
    }
    for name, value in scores.items():
        low, high = resampling.percentile(np.asarray(values[name], np.float64))
        found[name] = Score(value, POINTS, low=low, high=high)
    found["exact_match"] = _share(correct, parts[3][:, 1])
    tokens = int(cased[:, REFERENCE].sum())
    if tokens:
        drawn_ratios = parts[0][:, LENGTH] / np.maximum(parts[0][:, REFERENCE], 1)
        low, high = resampling.percentile(drawn_ratios)
        ratio = int(cased[:, LENGTH].sum()) / tokens
        found["length_ratio"] = Score(ratio, "ratio", low=low, high=high)
    else:
        found["length_ratio"] = Score(np.nan, "ratio")
    named = signatures(tokenize, whole)
    return Measured(
        scores=found,
        correct=correct,
        counts=cased,
        chrf=chrf_of(characters),
        characters=characters,
        whole=whole,
        signatures=named,
        notes=[
            f"BLEU is sacreBLEU's ({named['bleu'].replace('|', ', ')})",
            *_notes(targets, answers, whole),
        ],
    )


def exact(targets: Sequence[str], answers: Sequence[str]) -> np.ndarray:
    """Return which translations are their reference, but for white space; bool (sentences,)."""
    both = zip(targets, answers, strict=True)
    return np.array([target.split() == answer.split() for target, answer in both], bool)


def bleu_counts(
    targets: Sequence[str], answers: Sequence[str], tokenize: str, *, lowercase: bool = False
) -> np.ndarray:
    """Return what BLEU needs of each sentence, int64 (sentences, 10).

    Columns: right 1-4-grams, all 1-4-grams of the answer, tokens of the answer, tokens of the
    reference.
    """
    from sacrebleu.metrics.bleu import BLEU

    # The effective order changes a sentence's score, which is not used, but no count.
    metric = BLEU(tokenize=tokenize, lowercase=lowercase, force=True, effective_order=True)
    rows = []
    for target, answer in zip(targets, answers, strict=True):
        found = metric.sentence_score(answer, [target])
        rows.append([*found.counts, *found.totals, found.sys_len, found.ref_len])
    return np.array(rows, np.int64).reshape(len(rows), 2 * ORDER + 2)


def all_orders(counts: np.ndarray) -> bool:
    """Tell whether some reference has four tokens.

    Where none has, even a perfect translation has no 4-gram, which makes BLEU zero; then BLEU
    ends with the longest n-grams that the translations have ("effective order").
    """
    return bool((counts[:, REFERENCE] >= ORDER).any())


def bleu_of(counts: Sequence[float], whole: bool = True) -> float:
    """Return BLEU, 0 to 100, of counts that are summed over sentences (10,)."""
    from sacrebleu.metrics.bleu import BLEU

    sums = [int(count) for count in counts]
    found = BLEU.compute_bleu(
        sums[RIGHT], sums[ALL], sums[LENGTH], sums[REFERENCE],
        smooth_method="exp", effective_order=not whole,
    )  # fmt: skip
    return float(min(100.0, found.score))  # rounding of the logarithms passes 100 by a hair


def chrf_counts(targets: Sequence[str], answers: Sequence[str]) -> np.ndarray:
    """Return n-grams of the answer, of the reference and of both, int64 (sentences, 6 * 3).

    sacreBLEU's public chrF gives no counts, and those of its private methods may change, so they
    are counted here on the n-grams that it publishes.
    """
    from sacrebleu.metrics.helpers import extract_all_char_ngrams

    rows = []
    for target, answer in zip(targets, answers, strict=True):
        row: list[int] = []
        sides = (extract_all_char_ngrams(text, 6) for text in (answer, target))
        for said, meant in zip(*sides, strict=True):
            both = sum(min(count, meant[gram]) for gram, count in said.items() if gram in meant)
            # As sacreBLEU: a sentence whose reference is too short has no n-grams to get wrong.
            row += [said.total() if meant else 0, meant.total(), both]
        rows.append(row)
    return np.array(rows, np.int64).reshape(len(rows), 18)


def chrf_of(counts: np.ndarray) -> np.ndarray:
    """Return chrF2, 0 to 100, of counts (..., 18): F2 of mean precision and mean recall.

    Orders of which answer or reference has no n-gram are left out of the means, as sacreBLEU does.
    """
    said, meant, both = np.moveaxis(counts.reshape(*counts.shape[:-1], 6, 3), -1, 0)
    used = (said > 0) & (meant > 0)
    orders = np.maximum(used.sum(axis=-1), 1)
    precision = np.where(used, both / np.maximum(said, 1), 0.0).sum(axis=-1) / orders
    recall = np.where(used, both / np.maximum(meant, 1), 0.0).sum(axis=-1) / orders
    total = 4 * precision + recall
    return np.asarray(100 * 5 * precision * recall / np.where(total > 0, total, 1.0))


def paired(first: np.ndarray, second: np.ndarray, whole: bool, *, seed: int = 0) -> dict[str, Any]:
    """Return how the BLEU of two systems differs on the same sentences: `_differ` of it.

    Args:
        first: of `bleu_counts` (sentences, 10).
        second: of the other system.
        whole: as in `bleu_of`.
        seed: of the 1000 resamples.
    """

    def score(sums: np.ndarray) -> np.ndarray:
        return np.array([bleu_of(row, whole) for row in sums.tolist()])

    return _differ(first, second, score, seed)


def paired_chrf(first: np.ndarray, second: np.ndarray, *, seed: int = 0) -> dict[str, Any]:
    """Return how the chrF of two systems differs on the same sentences: `_differ` of it.

    Args:
        first: of `chrf_counts` (sentences, 18).
        second: of the other system.
        seed: of the 1000 resamples.
    """
    return _differ(first, second, chrf_of, seed)


def _differ(
    first: np.ndarray, second: np.ndarray, score: Callable[[np.ndarray], np.ndarray], seed: int
) -> dict[str, Any]:
    """Return the score of the first system minus that of the second, and how sure that is.

    Paired bootstrap resampling (Koehn 2004, "Statistical Significance Tests for Machine
    Translation Evaluation", section 4): sentences are drawn with replacement, both systems' counts
    with them. The two-sided p is the share of resamples whose difference is as far from the
    observed one as that is from zero (Berg-Kirkpatrick et al. 2012, section 2), the observed
    difference counted as one of them.

    Args:
        first: counts of each sentence (sentences, columns).
        second: of the other system.
        score: of counts summed over sentences (rows, columns), a number a row.
        seed: of the 1000 resamples.

    Returns:
        `{"difference", "low", "high", "bootstrap_p"}`.
    """
    both = np.concatenate([first, second], axis=1)
    sums = np.concatenate([both.sum(axis=0)[None], _resampled(both, RESAMPLES, seed)])
    width = first.shape[1]
    found = score(sums[:, :width]) - score(sums[:, width:])
    difference, drawn = float(found[0]), found[1:]
    low, high = resampling.percentile(drawn)
    # A difference that differs from the bound by rounding alone counts as reaching it.
    extreme = int((np.abs(drawn - difference) >= abs(difference) - 1e-9).sum())
    return {
        "difference": difference,
        "low": low,
        "high": high,
        "bootstrap_p": (1 + extreme) / (1 + len(drawn)),
    }


def signatures(tokenize: str, whole: bool = True) -> dict[str, str]:
    """Return sacreBLEU's signatures: with which version and settings the scores were made."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    found = {}
    for name, metric in (
        ("bleu", BLEU(tokenize=tokenize, effective_order=not whole)),
        ("bleu_lowercase", BLEU(tokenize=tokenize, lowercase=True, effective_order=not whole)),
        ("chrf", CHRF()),
    ):
        metric.corpus_score(["a"], [["a"]])  # only then it knows how many references there are
        found[name] = str(metric.get_signature())
    return found


def _resampled(values: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Return sums of values (sentences, columns) over resamples; float64 (resamples, columns)."""
    blocks = [np.zeros((0, values.shape[1]))]
    for drawn in resampling.weights(len(values), resamples, seed):
        blocks.append(drawn @ values.astype(np.float64))
    return np.concatenate(blocks)


def _share(correct: np.ndarray, drawn: np.ndarray) -> Score:
    low, high = resampling.percentile(drawn / len(correct))
    if len(drawn) and (correct.all() or not correct.any()):  # which resampling cannot vary
        low, high = resampling.proportion(int(correct.sum()), len(correct))
    return Score(float(correct.mean()), low=low, high=high)


def _notes(targets: Sequence[str], answers: Sequence[str], whole: bool) -> list[str]:
    found = []
    if not whole:
        found.append(
            "no reference has four tokens: BLEU takes only the orders of n-grams that the "
            "translations have"
        )
    for side, texts in (("references", targets), ("translations", answers)):
        if count := sum(not text.strip() for text in texts):
            found.append(f"{count:,} of {len(texts):,} {side} are empty")
    spaced = sum(text.rstrip().endswith((" .", " !", " ?", " 。")) for text in targets)
    if spaced >= TOKENIZED * len(targets):
        found.append(
            f"{spaced:,} of {len(targets):,} references end in a space and a mark: they look "
            "tokenized, so BLEU cannot be compared with that of running text"
        )
    return found
