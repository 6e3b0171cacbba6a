"""Language models: what the benchmark measures and judges."""

import pytest
from benchmark_modules import module, result


@pytest.mark.parametrize(
    ("perplexity", "minutes", "bits", "rate", "code"),
    [(120.0, 50, 2.1, 1600, 0), (150.0, 50, 2.1, 1600, 1), (120.0, 61, 2.1, 1600, 1),
     (120.0, 50, 2.24, 1600, 1), (120.0, 50, 2.1, 1400, 1)],
)  # fmt: skip
def test_generation_has_its_goals(
    perplexity, minutes, bits, rate, code, tmp_path, monkeypatch, capsys
):
    generation = module("generation")
    for name in ("wikitext2", "tinyshakespeare"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    found = {
        "words": {"scores": {"perplexity": perplexity}, "kneser_ney": {"perplexity": 230.0},
                  "minutes": minutes},
        "characters": {"scores": {"bits_per_character": bits},
                       "kneser_ney": {"bits_per_character": 2.25}, "minutes": 19},
        "speed": {"tokens_per_second": rate},
    }  # fmt: skip
    measures = {name: lambda settings, place, row=row: row for name, row in found.items()}
    monkeypatch.setattr(generation, "MEASURES", measures)
    assert generation.main(["--results", str(tmp_path)]) == code
    assert capsys.readouterr().out.count("✖") == code
    saved = result(tmp_path, "generation")
    assert found["words"].items() <= saved["words"].items()
    assert generation.main(["--results", str(tmp_path), "--only", "speed"]) in (0, 1)
    assert result(tmp_path, "generation")["words"] == saved["words"]


def test_generation_without_data_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    assert module("generation").main(["--results", str(tmp_path)]) == 2
    assert "wikitext2" in capsys.readouterr().out


def test_generation_measures_a_stream(tmp_path, monkeypatch):
    import lzma

    generation = module("generation")
    monkeypatch.setenv("TEXTLSTM_TEST_DATA", str(tmp_path))
    (tmp_path / "wikitext2").mkdir()
    text = "the man had a drum and the drum was loud\n" * 400
    with lzma.open(tmp_path / "wikitext2" / "train.txt.xz", "wt", encoding="utf-8") as file:
        file.write(text)
    monkeypatch.setattr(generation, "TOKENS", 20)
    monkeypatch.setattr(generation, "UNITS", 8)
    found = generation.speed([], tmp_path)
    assert min(found.values()) > 10
