import importlib.util
import os
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path

import pytest

from textlstm.corpora import toy_translation_de, toy_translation_en, toy_translation_zh
from textlstm.corpora.toy_translation import (
    CONFIGS,
    SIZES,
    drawn,
    meanings,
    pairs,
    part_of,
    triples,
    unclear,
)
from textlstm.corpora.toy_translation_de_words import NOUNS, VERBS
from textlstm.corpora.toy_translation_kinds import meaning
from textlstm.corpora.toy_translation_zh_words import NOUNS as MEASURED

ROOT = Path(__file__).parents[2]
PARTS = ("train", "valid", "test")


@pytest.fixture(scope="module")
def benchmark():
    path = ROOT / "benchmarks" / "toy_translation.py"
    spec = importlib.util.spec_from_file_location("toy_translation_benchmark", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def everything(config):
    return [pair for part in PARTS for pair in pairs(config)[part]]


@pytest.mark.parametrize("config", CONFIGS)
def test_sizes_and_no_source_twice(config):
    assert {part: len(found) for part, found in pairs(config).items()} == SIZES
    sources = [pair.source for pair in everything(config)]
    assert len(set(sources)) == len(sources) == 13600


def test_both_languages_translate_the_same_sentences():
    assert [p.source for p in everything("de")] == [p.source for p in everything("zh")]


def test_a_source_has_one_target_whatever_was_meant():
    """Meanings that English says alike are translated alike."""
    rng = random.Random(3)
    found = {}
    for _ in range(12000):
        drawn = meaning(rng)
        if not any(map(unclear, drawn.clauses())):
            targets = (toy_translation_de.spoken(drawn), toy_translation_zh.spoken(drawn))
            assert found.setdefault(toy_translation_en.spoken(drawn), targets) == targets
    assert len(found) < 11990  # some were drawn more than once


def test_sentences_are_the_same_each_time_and_do_not_depend_on_hashes():
    code = (
        "from itertools import islice; from textlstm.corpora.toy_translation import meanings\n"
        "print(hash(None) and repr([source for _, source in islice(meanings(5), 300)]))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert found == {repr([source for _, source in islice(meanings(5), 300)]) + "\n"}


def test_triples_of_test_and_valid_never_occur_in_training():
    found = {part: {key for m, _ in drawn()[part] for key in triples(m)} for part in PARTS}
    held = {part: {part_of(m, s) for m, s in drawn()[part]} for part in PARTS}
    assert held == {part: {part} for part in PARTS}
    for part in ("valid", "test"):
        new = [m for m, _ in drawn()[part] if set(triples(m)) - found["train"]]
        asked = [m for m, _ in drawn()[part] if list(triples(m))]
        assert len(new) == len(asked) > 300
    words = {word for key in found["train"] for word in key}
    assert {word for key in found["test"] | found["valid"] for word in key} <= words


@pytest.mark.parametrize("config", CONFIGS)
def test_every_word_of_valid_and_test_occurs_in_training(config, benchmark):
    def words(part):
        return {
            unit
            for pair in pairs(config)[part]
            for text in (pair.source, pair.target)
            for unit in benchmark.units(text)
        }

    assert words("test") | words("valid") <= words("train")


def test_the_english_vocabulary_is_moderate_and_the_sentences_short():
    words = {w for p in everything("de") for w in re.findall(r"[a-z]+", p.source.lower())}
    assert 350 < len(words) < 450
    lengths = [len(pair.source.split()) for pair in everything("de")]
    assert min(lengths) >= 4
    assert max(lengths) <= 20
    assert 7 < sum(lengths) / len(lengths) < 11


# What holds of all sentences.

FINITE = (
    r"(bin|bist|ist|sind|war|warst|waren|hatten?|hattest|habe|hast|hat|haben|werden?|wirst|wird|"
    r"wurden?|kann|kannst|können|muss|musst|müssen|mussten?|musstest|darf|darfst|dürfen|will|"
    r"willst|wollen|wollten?|wolltest|soll|sollst|sollen|weiß|weißt|lag|lagen|stand|standen|gibt|"
    r"gab|\w+(t|st|e|en))"
)


def test_german_subordinate_clauses_end_with_their_finite_verb():
    seen = Counter()
    for pair in everything("de"):
        for link, clause in re.findall(r"\b(weil|dass|obwohl|wenn|als|Wenn|Als|Obwohl) ([^,.?!]+)",
                                       pair.target):  # fmt: skip
            last = clause.split()[-1]
            assert re.fullmatch(FINITE, last), pair
            assert not re.search(r"\b(hat|habe|haben|ist|sind|wird|werden|kann|muss) \w+ \w*ge\w+$",
                                 clause), pair  # fmt: skip
            seen[link.lower()] += 1
    assert min(seen[link] for link in ("weil", "dass", "obwohl", "wenn", "als")) > 300


def test_german_main_clauses_have_their_verb_second():
    """After a subordinate clause, or an adverb of time, the finite verb comes at once."""
    fronted = 0
    for pair in everything("de"):
        if re.match(r"(Gestern|Morgen) ", pair.target):
            assert re.match(rf"(Gestern|Morgen) {FINITE} ", pair.target), pair
            fronted += 1
        if re.match(r"(Wenn|Als|Obwohl) ", pair.target):
            assert re.match(rf"[^,]+, {FINITE} ", pair.target), pair
            fronted += 1
    assert fronted > 800


def test_separable_verbs_are_apart_together_and_round_ge():
    texts = " ".join(pair.target for pair in everything("de"))
    for verb, *_ in VERBS.values():
        prefix, bar, plain = verb.partition("|")
        if bar:
            assert f" {prefix}." in texts or f" {prefix}!" in texts, verb
            assert f" {prefix}{plain}" in texts, verb
            assert f" {prefix}ge" in texts, verb


def test_kein_and_nicht():
    for pair in everything("de"):
        assert not re.search(r"\bnicht ein(e|en|em|er)? ", pair.target), pair
    texts = [pair.target for pair in everything("de")]
    assert sum(" kein" in text for text in texts) > 100
    assert sum(" nicht" in text for text in texts) > 1000


def test_chinese_counts_with_the_measure_word_of_the_noun():
    seen = defaultdict(set)
    for pair in everything("zh"):
        for word, measure in MEASURED.values():
            for found in re.finditer(rf"(一|两|这|哪)(\w){word}(?=[。？，])", pair.target):
                if found[2] in "个位本封份件顶条块盏张幅辆把座扇只匹杯碗":
                    assert found[2] == measure, pair
                    seen[word].add(found[2])
    assert len(seen) > 40


def test_chinese_is_written_properly():
    counts = Counter()
    for pair in everything("zh"):
        text = pair.target
        assert re.fullmatch(r"[\u4e00-\u9fff，]+[。？]", text), text
        assert not re.search(r"的的|了了|在在|，，|二[个本封件条张把]", text), text
        assert text.endswith("？") == pair.source.endswith("?"), pair
        for mark in ("把", "被", "了", "过", "正在", "的", "吗？", "因为", "如果", "就", "着"):
            counts[mark] += mark in text
    assert min(counts.values()) > 50, counts


def test_english_and_german_are_written_properly():
    for pair in everything("de"):
        for text in (pair.source, pair.target):
            assert re.fullmatch(r"[A-ZÄÖÜ][\w ,]+[.?!]", text), text
            assert not re.search(r"  | [,.?!]|,,|\b(?!die|sie|das|der)(\w+) \1\b", text), text
        assert not re.search(r"\ba [aeio]|\ban [^aeiouh]", pair.source), pair


def test_german_nouns_are_complete():
    for word, (plain, gender, plural, *weak) in NOUNS.items():
        assert gender in "mfn", word
        assert plain[0].isupper()
        assert plural[0].isupper()
        assert weak in ([], ["weak"])


# What the corpus is for: words alone must not be enough.


@pytest.mark.parametrize(("config", "sister"), [("de", "Schwester"), ("zh", "姐姐")])
def test_a_dictionary_stays_below_the_bound(config, sister, benchmark):
    answers = benchmark.dictionary(pairs(config)["train"])
    assert answers(["sister"]) == [sister]  # it has learnt words
    test = pairs(config)["test"]
    sources, targets = [p.source for p in test], [p.target for p in test]
    assert 3 < benchmark.bleu(answers(sources), targets) < 35
    assert benchmark.bleu(sources, targets) < 1


def test_a_perfect_answer_has_the_highest_score(benchmark):
    for config in CONFIGS:
        targets = [pair.target for pair in pairs(config)["test"]]
        assert benchmark.bleu(targets, targets) == pytest.approx(100)
