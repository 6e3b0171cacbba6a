"""TextEncoder: what a token is, ids, offsets, the file."""

import json
import os
import pickle
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import normalizers

from textlstm import cutting, text
from textlstm.errors import BundleError
from textlstm.text import TextEncoder

KINDS = ["words", "characters", "bpe"]
CORPUS = [
    "A lovely film, but don't expect the plot to hold: 10/10!!!",
    "The film's plot isn't good.<br /><br />Not a <b>lovely</b> film at all :-(",
    "电影很好看，我喜欢！ 不好看。",
    "Café naïve E\u0301tude ＦＵＬＬ ｗｉｄｔｈ ½ ﬁne ΟΔΟΣ İstanbul",
    "😀👍🏽 👨‍👩‍👧 ❤️ ok\r\nnext\x00line <unk> [unknown] [padding]",
]
ENCODERS = {
    (kind, lower): TextEncoder.fit(
        CORPUS, tokens=kind, vocabulary=400 if kind == "bpe" else 60, lowercase=lower
    )
    for kind in KINDS
    for lower in (True, False)
}
AWKWARD = "aAnN't’ \t\n\x00\x1c\x85<>/br=\"-.:)!10电影กำé\u0301\u200d\ufe0f😀½ﬁΣ´"
TEXTS = st.one_of(
    st.text(max_size=60),  # all of Unicode, lone surrogates too
    st.text(st.sampled_from(AWKWARD), max_size=40),
    st.lists(st.sampled_from(CORPUS), max_size=3).map(" ".join),
)  # fmt: skip
encoders = pytest.mark.parametrize(
    "encoder", ENCODERS.values(), ids=lambda e: f"{e.tokens}-{e.lowercase}"
)


def words(sentence, **settings):
    return TextEncoder.fit([sentence or "x"], **settings).words(sentence)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("I don't like it", "i|do|n't|like|it"),
        ("wo n't -LRB- ok -rrb- 's", "wo|n't|-lrb-|ok|-rrb-|'s"),
        ("can't CAN'T n't isn't,", "ca|n't|ca|n't|n't|is|n't|,"),
        ("the film's plot", "the|film|'s|plot"),
        ("we'll you're I'd they've I'm", "we|'ll|you|'re|i|'d|they|'ve|i|'m"),
        ("don’t film´s", "do|n't|film|'s"),
        ("o'clock l'amour rock'n'roll", "o'clock|l'amour|rock'n'roll"),
        ("'do it' “so”", "'|do|it|'|\"|so|\""),
        ("must-see this--so - ok", "must|-|see|this|--|so|-|ok"),
        ("a<br /><br/>b</i> <a href=\"x y\">z", "a|<br />|<br/>|b|</i>|<a href=\"x y\">|z"),
        ("x <y and z> 1<2 <3", "x|<|y|and|z|>|1|<|2|<3"),
        ("<unk> ＜ｂｒ＞", "<unk>|<br>"),
        ("10/10 8.5 1,000 1980s 3d mp3 50% $10.", "10/10|8.5|1,000|1980s|3d|mp3|50|%|$|10|."),
        ("at 10:30 (age 8) note: (x)", "at|10:30|(|age|8|)|note|:|(|x|)"),
        ("wow!!!!! what?! ... .....", "wow|!!!|!!|what|?|!|...|...|.."),
        ("great :) bad :-( :D ;) xD ^_^ note:(see", "great|:)|bad|:-(|:d|;)|xd|^_^|note|:|(|see"),
        ("U.S. e.g. end.", "u.s.|e.g.|end|."),
        ("go http://a.b/c?d=1, www.x.org.", "go|http://a.b/c?d=1|,|www.x.org|."),
        ("电影很好，www.a.cn很", "电|影|很|好|,|www.a.cn|很"),
        ("𠀀𪜀々 ホテル ひらがな กำลัง", "𠀀|𪜀|々|ホ|テ|ル|ひ|ら|が|な|กํ|า|ลั|ง"),
        ("naïve e\u0301a क्षि 한국어", "naïve|éa|क्षि|한국어"),
        ("😀👍🏽👨\u200d👩\u200d👧❤️🇩🇪🇫🇷", "😀|👍🏽|👨\u200d👩\u200d👧|❤|🇩🇪|🇫🇷"),
        ("a\x00b\ufeffc\u200bd\r\ne\x1cf", "a|b|c|d|e|f"),
        ("_the_ snake_case *so*", "_|the|_|snake|_|case|*|so|*"),
        ("ＦＵＬＬ！ ½ ﬁ", "full|!|1|⁄|2|fi"),
        ("ok\ud83d x", "ok|\ufffd|x"),
    ],
)  # fmt: skip
def test_what_a_word_is(sentence, expected):
    assert "|".join(words(sentence)) == expected


def test_case_is_kept_when_asked():
    assert words("The DON'T", lowercase=False) == ["The", "DO", "N'T"]


@encoders
def test_empty_text_is_one_unknown_token(encoder):
    ids, offsets = encoder.spans("")
    assert encoder.encode("").tolist() == ids.tolist() == [TextEncoder.UNKNOWN]
    assert offsets.tolist() == [[0, 0]]
    assert encoder.words("") == [""]
    assert encoder.encode("").dtype == ids.dtype == offsets.dtype == np.int32


@pytest.mark.parametrize("blank", [" \t\r\n", "\x00", "\u200b\ufeff", "\u3000"])
def test_blank_text_is_one_unknown_word(blank):
    encoder = ENCODERS["words", True]
    assert encoder.encode(blank).tolist() == encoder.spans(blank)[0].tolist() == [1]


@encoders
def test_no_text_spells_padding(encoder):
    for name in ("[padding]", "[unknown]", "<pad>", "[PAD]"):
        assert TextEncoder.PAD not in encoder.encode(name)
        assert len(encoder.encode(name)) > 1 or name == "<pad>"


@encoders
@settings()
@given(sentence=TEXTS)
def test_alone_as_in_a_batch_as_with_offsets(encoder, sentence):
    alone = encoder.encode(sentence)
    batch = encoder.encode_batch([CORPUS[0], sentence, "", sentence])
    ids, _ = encoder.spans(sentence)
    assert alone.tolist() == batch[1].tolist() == batch[3].tolist() == ids.tolist()
    assert len(encoder.words(sentence)) == len(alone) >= 1
    assert batch[2].tolist() == [1]


@encoders
@settings()
@given(sentence=TEXTS)
def test_what_is_remembered_changes_nothing(encoder, sentence):
    fresh = TextEncoder(encoder._tokenizer, encoder.tokens, encoder.lowercase)
    assert fresh.encode(sentence).tolist() == encoder.encode(sentence).tolist()
    assert fresh.encode(sentence).tolist() == encoder.encode(sentence).tolist()


@encoders
@settings()
@given(sentence=TEXTS)
@example(sentence="ﬁ\u0300")
def test_offsets_point_at_the_raw_text(encoder, sentence):
    ids, offsets = encoder.spans(sentence)
    starts, ends = offsets.T
    assert (starts >= 0).all()
    assert (starts <= ends).all()
    assert (ends <= len(sentence)).all()
    assert (np.diff(starts) >= 0).all()
    assert (np.diff(ends) >= 0).all()
    if encoder.tokens == "bpe":
        return
    for word, (start, end) in zip(encoder.words(sentence), offsets, strict=True):
        # One raw character may fold to several words: 1/2 is 1, the bar and 2.
        raw = sentence[start:end]
        if word not in cutting.fold(raw, encoder._tokenizer, encoder.tokens):
            # Or a part of it and a mark to one character: of the ligature fi and a grave accent
            # come f and an i with the accent, which lies where the accent does.
            assert encoder.tokens == "characters" and raw in unicodedata.normalize("NFD", word)


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("a Ｆull e\u0301tude", ["a", "Ｆull", "e\u0301tude"]),
        ("x\r\ny\x00z", ["x", "y", "z"]),
        ("😀 ok👍🏽", ["😀", "ok", "👍🏽"]),
        ("don’t ½", ["do", "n’t", "½", "½", "½"]),
        ("<br />電影", ["<br />", "電", "影"]),
        ("cafe\u0301 e\u0301", ["cafe\u0301", "e\u0301"]),
        ("❤\ufe0f \u1112\u1161\u11ab", ["❤\ufe0f", "\u1112\u1161\u11ab"]),
    ],
)
def test_offsets_by_example(sentence, pieces):
    _, offsets = ENCODERS["words", True].spans(sentence)
    assert [sentence[a:b] for a, b in offsets] == pieces


def test_offsets_of_byte_pairs_cover_the_text():
    sentence = "Ünï 电影 😀 x"
    _, offsets = ENCODERS["bpe", False].spans(sentence)
    assert {i for a, b in offsets for i in range(a, b)} == set(range(len(sentence)))


@pytest.mark.parametrize("kind", ["bpe", "characters"])
@pytest.mark.parametrize("lower", [True, False])
@settings()
@given(sentence=TEXTS)
def test_decoding_gives_back_the_folded_text(kind, lower, sentence):
    encoder = ENCODERS[kind, lower]
    ids = encoder.encode(sentence)
    if kind == "characters" and TextEncoder.UNKNOWN in ids:
        return
    expected = normalizers.NFKC().normalize_str(cutting._SURROGATE.sub("\ufffd", sentence))
    if lower:
        expected = normalizers.Lowercase().normalize_str(expected)
    assert encoder.decode(ids) == expected
    assert encoder.decode([0, *ids, 0]) == expected


def test_byte_pairs_know_every_text():
    encoder = ENCODERS["bpe", True]
    assert TextEncoder.UNKNOWN not in encoder.encode("Ħ 龘 🦖 \x00 never seen")


def test_decoding_words_and_wrong_ids():
    encoder = TextEncoder.fit(["a film"])
    assert encoder.decode(encoder.encode("film a zzz")) == "film a [unknown]"
    for wrong in (-1, encoder.size):
        with pytest.raises(
            ValueError, match=f"id {wrong} is not in a vocabulary of {encoder.size}"
        ):
            encoder.decode([2, wrong])


@encoders
def test_saved_and_loaded_is_the_same(encoder, tmp_path):
    encoder.save(tmp_path / "words.json")
    assert [path.name for path in tmp_path.iterdir()] == ["words.json"]
    loaded = TextEncoder.load(tmp_path / "words.json")
    assert loaded == encoder
    assert hash(loaded) == hash(encoder)
    assert pickle.loads(pickle.dumps(encoder)) == encoder
    assert (loaded.tokens, loaded.lowercase) == (encoder.tokens, encoder.lowercase)
    assert loaded.vocabulary == encoder.vocabulary
    for sentence in CORPUS:
        assert loaded.encode(sentence).tolist() == encoder.encode(sentence).tolist()
        assert loaded.decode(loaded.encode(sentence)) == encoder.decode(encoder.encode(sentence))
    document = json.loads(encoder.to_json())
    assert document["format"] == 1
    assert document["tokenizer"]["model"]["vocab"]["[padding]"] == 0


def test_encoders_that_differ_are_not_equal():
    assert ENCODERS["words", True] != ENCODERS["words", False]
    assert ENCODERS["words", True] != "words"


def changed(**fields):
    document = json.loads(ENCODERS["words", True].to_json())
    return json.dumps({**document, **fields}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "not a text encoder"),
        ("[1, 2]", "not a text encoder"),
        ('{"model": {}}', "not a text encoder"),
        ("{" * 100_000, "not a text encoder"),
        (ENCODERS["words", True]._tokenizer.to_str(), "not a text encoder"),
        (changed(format=2), "text encoder of format 2; this version reads 1"),
        (changed(lowercase=False), "was changed after it was written"),
        (changed(tokens="bpe"), "was changed after it was written"),
        (changed(tokenizer={}), "was changed after it was written"),
        (changed(sha256="0" * 64), "was changed after it was written"),
        (ENCODERS["words", True].to_json().replace("film", "flim"), "was changed after"),
        (ENCODERS["words", True].to_json()[:-100], "was changed after"),
    ],
)
def test_foreign_and_edited_files_are_refused(document, message, tmp_path):
    (tmp_path / "e.json").write_text(document, encoding="utf-8")
    with pytest.raises(BundleError, match=message) as refusal:
        TextEncoder.load(tmp_path / "e.json")
    assert "\n" not in str(refusal.value)
    assert str(tmp_path / "e.json") in str(refusal.value)


def forged(tokenizer, tokens="words", lowercase=True):
    head = {
        "kind": text._KIND,
        "format": 1,
        "tokens": tokens,
        "lowercase": lowercase,
        "sha256": text._digest(tokens, lowercase, tokenizer),
    }
    return f"{json.dumps(head)[:-1]}{text._INNER}{tokenizer}}}"


def test_a_right_hash_does_not_make_an_encoder():
    good = ENCODERS["words", True]._tokenizer
    assert TextEncoder.from_json(forged(good.to_str())) == ENCODERS["words", True]
    added = type(good).from_str(good.to_str())
    added.add_special_tokens(["film"])
    gap = json.loads(good.to_str())
    gap["model"]["vocab"]["film"] = 9999
    for inner in ("{}", "nonsense", added.to_str(), json.dumps(gap)):
        with pytest.raises(BundleError):
            TextEncoder.from_json(forged(inner))
    for tokens, lowercase in (("letters", True), ("words", False), ("words", 1), (None, True)):
        with pytest.raises(BundleError, match="does not hold together"):
            TextEncoder.from_json(forged(good.to_str(), tokens, lowercase))


def test_missing_and_binary_files_are_refused(tmp_path):
    with pytest.raises(BundleError, match=r"none\.json: No such file"):
        TextEncoder.load(tmp_path / "none.json")
    (tmp_path / "b").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BundleError, match="not UTF-8"):
        TextEncoder.load(tmp_path / "b")


FIT = """
import hashlib
from textlstm.text import TextEncoder
texts = [" ".join(f"w{i * j % 997}" for j in range(60)) + " 电影 don't" for i in range(400)]
for kind in ("words", "characters", "bpe"):
    encoder = TextEncoder.fit(iter(texts), tokens=kind, vocabulary=600)
    ids = b"".join(row.tobytes() for row in encoder.encode_batch(texts))
    print(kind, hashlib.sha256(encoder.to_json().encode() + ids).hexdigest())
"""


def test_the_same_texts_give_the_same_encoder_in_any_process():
    printed = set()
    for hashing, threads in (("0", "1"), ("1", "2"), ("2", "4")):
        environment = {**os.environ, "PYTHONHASHSEED": hashing, "RAYON_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", FIT], capture_output=True, text=True, check=True, env=environment
        )
        assert done.stderr == ""
        printed.add(done.stdout)
    assert len(printed) == 1
    assert printed.pop().count("\n") == 3


FORK = """
import os
from textlstm.text import TextEncoder
texts = [f"a{i} b{i * i}" for i in range(5000)]
encoder = TextEncoder.fit(texts)
ids = encoder.encode_batch(texts)
for _ in range(2):
    child = os.fork()
    if not child:
        again = TextEncoder.from_json(encoder.to_json()).encode_batch(texts)
        same = all((a == b).all() for a, b in zip(again, ids, strict=True))
        os._exit(0 if same else 1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(code, os.environ.get("TOKENIZERS_PARALLELISM"))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_after_encoding_neither_warns_nor_hangs():
    environment = {k: v for k, v in os.environ.items() if k != "TOKENIZERS_PARALLELISM"}
    done = subprocess.run(
        [sys.executable, "-c", FORK], capture_output=True, text=True, timeout=60, env=environment
    )
    assert done.stderr == ""
    assert done.stdout == "0 None\n0 None\n"


def test_many_texts_and_long_ones():
    encoder = ENCODERS["words", True]
    long = "A lovely film " * 100_000 + "x" * 2_000_000
    ids = encoder.encode_batch([long, "film", long])
    assert len(ids[0]) == 300_001
    assert ids[0].tolist() == ids[2].tolist()
    assert ids[1].tolist() == encoder.encode("film").tolist()


def test_memory_of_chunks_is_bounded(monkeypatch):
    monkeypatch.setattr(text, "_REMEMBERED", 50)
    encoder = TextEncoder.fit(CORPUS)
    for i in range(30):
        assert encoder.encode(f"film n{i} m{i} o{i} p{i} plot").tolist()[0] == encoder.encode(
            "film"
        )
    assert len(encoder._memo) <= 60
    encoder.encode("y" * 1000)
    assert max(map(len, encoder._memo)) <= text._LONGEST_CHUNK


def test_the_import_is_light():
    code = "import sys, textlstm.text; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert {"numpy", "tokenizers"} <= loaded
    assert not loaded & {"tensorflow", "keras", "sklearn", "scipy", "transformers", "click"}


EXACT = TextEncoder.fit(
    ["It’s “late” , said [padding] the cat ’s é\n"], lowercase=False, exact=True, min_count=1
)


@given(st.one_of(TEXTS, st.text(st.sampled_from("It’s “late” [padding]\n é\ud800"), max_size=40)))
def test_exact_words_have_the_ids_and_places_of_what_white_space_separates(sentence):
    ids, places = EXACT.spans(sentence)
    assert ids.tolist() == EXACT.encode(sentence).tolist()
    assert places.dtype == np.int32 and places.shape == (len(ids), 2)
    found = [sentence[a:b].replace("\ud800", "\ufffd") for a, b in places.tolist()]
    assert found == [word.replace("\ud800", "\ufffd") for word in EXACT.words(sentence)]


def test_exact_words_that_are_known_are_known_in_their_places():
    sentence = "It’s “late” , said [padding] the cat ’s é"
    ids, places = EXACT.spans(sentence)
    assert [sentence[a:b] for a, b in places.tolist()] == sentence.split()
    assert np.flatnonzero(ids == EXACT.UNKNOWN).tolist() == [4]  # a special is no word
