from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from textlstm.corpora.split import normalised, part_of, text_hash

BOTH = {"valid", "test"}


def test_what_counts_as_equal():
    assert normalised("  A\tfine \n FILM ") == "a fine film"
    assert normalised("Ｆｉｎｅ\u3000ﬁlm") == normalised("fine film")
    assert normalised("Straße") == normalised("STRASSE")
    assert normalised("e\u0301t\u00e9") == normalised("\u00c9T\u00c9")
    assert normalised("not good") != normalised("good")


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalised(normalised(text)) == normalised(text)


def test_the_hash_is_fixed_for_ever():
    # BLAKE2b of b"a fine film" with 8 bytes, as b2sum -l 64 prints it: splits must not move
    # between versions, or a model would be tested on what an older run trained on
    import hashlib

    want = hashlib.blake2b(b"a fine film", digest_size=8).hexdigest()
    assert f"{text_hash('A  fine film'):016x}" == want
    assert 0 <= text_hash("") < 1 << 64


def test_shares():
    counts = Counter(part_of(text_hash(f"text {i}"), BOTH) for i in range(20_000))
    # 4 standard deviations of a binomial share
    assert abs(counts["train"] / 20_000 - 0.8) < 4 * (0.8 * 0.2 / 20_000) ** 0.5
    assert abs(counts["valid"] / 20_000 - 0.1) < 4 * (0.1 * 0.9 / 20_000) ** 0.5
    assert sum(counts.values()) == 20_000


@given(st.integers(0, 2**64 - 1))
def test_what_is_not_missing_is_train(hashed):
    assert part_of(hashed, ()) == "train"
    both = part_of(hashed, BOTH)
    assert part_of(hashed, {"valid"}) == ("valid" if both == "valid" else "train")
    assert part_of(hashed, {"test"}) == ("test" if both == "test" else "train")


def test_the_borders():
    for share, part in ((0.0, "train"), (0.79, "train"), (0.81, "valid"), (0.89, "valid"),
                        (0.91, "test"), (0.999999, "test")):  # fmt: skip
        assert part_of(int(share * 2**64), BOTH) == part
