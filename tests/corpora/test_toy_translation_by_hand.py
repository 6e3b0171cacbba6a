"""The grammar of toy-translation, sentence by sentence: what stands there, by hand."""

import pytest

from textlstm.corpora import toy_translation_de, toy_translation_en, toy_translation_zh
from textlstm.corpora.toy_translation_de_phrases import phrase as german
from textlstm.corpora.toy_translation_meaning import Clause, Meaning, Phrase
from textlstm.corpora.toy_translation_zh_phrases import phrase as chinese


def one(noun="I"):
    return Phrase(noun)


BUS = Phrase("bus", "the")
HEAVY = Phrase("suitcase", "a", adjective="heavy")
FOUND = Clause(subject=one(), verb="find", object=Phrase("key", "that"), tense="past",
               time="yesterday")  # fmt: skip
SAID = [
    (
        Meaning(Clause(subject=one("he"), verb="buy", object=HEAVY, tense="past", time="yesterday",
                       front="time")),
        "Yesterday he bought a heavy suitcase.",
        "Gestern hat er einen schweren Koffer gekauft.",
        "昨天他买了一个很重的箱子。",
    ),
    (
        Meaning(
            Clause(subject=one("she"), verb="stay", place="hospital", tense="past"),
            "because",
            Clause(subject=one("she"), verb="be", adjective="ill", tense="past"),
        ),
        "She stayed in hospital because she was ill.",
        "Sie ist im Krankenhaus geblieben, weil sie krank war.",
        "因为她生病了，所以待在医院。",
    ),
    (
        Meaning(
            Clause(subject=one("we"), verb="take/ride", object=BUS, tense="future"),
            "if",
            Clause(subject=one("it"), verb="rain"),
            first=True,
        ),
        "If it is raining, we will take the bus.",
        "Wenn es regnet, werden wir den Bus nehmen.",
        "如果下雨，我们就会坐公共汽车。",
    ),
    (
        Meaning(Clause(subject=Phrase("teacher", "the"), verb="lose", tense="past",
                       object=Phrase("key", "the", adjective="small", relative=FOUND))),
        "The teacher lost the small key that I found yesterday.",
        "Der Lehrer hat den kleinen Schlüssel verloren, den ich gestern gefunden habe.",
        "老师把我昨天找到的小钥匙弄丢了。",
    ),
    (
        Meaning(Clause(subject=one("you"), verb="close", object=Phrase("door", "the"), asks="do")),
        "Please close the door.",
        "Mach bitte die Tür zu!",
        "请把门关上。",
    ),
    (
        Meaning(Clause(subject=Phrase("window", "the"), verb="open", tense="past", passive=True,
                       agent=Phrase("boy", "the"))),
        "The window was opened by the boy.",
        "Das Fenster wurde vom Jungen aufgemacht.",
        "窗户被那个男孩打开了。",
    ),
    (
        Meaning(Clause(subject=one("you"), verb="help", object=Phrase("who"), tense="past",
                       time="on Monday", asks="what")),
        "Who did you help on Monday?",
        "Wem hast du am Montag geholfen?",
        "你星期一帮助了谁？",
    ),
    (
        Meaning(Clause(subject=one("you"), verb="visit/place", tense="ever", asks="yes",
                       object=Phrase("museum", "this"))),
        "Have you ever visited this museum?",
        "Hast du dieses Museum schon einmal besucht?",
        "你参观过这座博物馆吗？",
    ),
    (
        Meaning(Clause(subject=Phrase("Anna"), verb="swim", modal="like")),
        "Anna likes to swim.",
        "Anna schwimmt gern.",
        "安娜喜欢游泳。",
    ),
    (
        Meaning(Clause(subject=one("they"), verb="have", object=Phrase("dog", "a"), negated=True)),
        "They do not have a dog.",
        "Sie haben keinen Hund.",
        "他们没有狗。",
    ),
    (
        Meaning(Clause(subject=one(), verb="put/stand", tense="past", time="this morning",
                       object=Phrase("lamp", "the"), goal="on/table")),
        "I put the lamp on the table this morning.",
        "Ich habe heute Morgen die Lampe auf den Tisch gestellt.",
        "我今天早上把灯放在了桌子上。",
    ),
    (
        Meaning(Clause(subject=one("she"), verb="wear/head", tense="progressive",
                       object=Phrase("hat", "a", adjective="red"))),
        "She is wearing a red hat.",
        "Sie trägt gerade einen roten Hut.",
        "她戴着一顶红帽子。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "english", "in_german", "in_chinese"), SAID)
def test_sentences_by_hand(said, english, in_german, in_chinese):
    assert toy_translation_en.spoken(said) == english
    assert toy_translation_de.spoken(said) == in_german
    assert toy_translation_zh.spoken(said) == in_chinese


@pytest.mark.parametrize(
    ("verb", "more", "in_german", "in_chinese"),
    [
        ("know/person", {"object": Phrase("Paul")}, "Ich kenne Paul.", "我认识保罗。"),
        ("know/fact", {"object": Phrase("answer", "the")}, "Ich weiß die Antwort.",
         "我知道那个答案。"),
        ("sit", {"place": "riverbank"}, "Ich sitze am Ufer.", "我坐在河岸上。"),
        ("work", {"place": "bank"}, "Ich arbeite in der Bank.", "我在银行工作。"),
        ("go", {"goal": "to/bank"}, "Ich gehe zur Bank.", "我去银行。"),
        ("go/train", {"goal": "to/bank"}, "Ich fahre mit dem Zug zur Bank.", "我坐火车去银行。"),
        ("play/piano", {"modal": "can"}, "Ich kann Klavier spielen.", "我会弹钢琴。"),
        ("play/chess", {}, "Ich spiele Schach.", "我下棋。"),
        ("pick up/thing", {"object": Phrase("bag", "the")}, "Ich hole die Tasche ab.",
         "我取那个手提包。"),
        ("pick up/person", {"object": Phrase("sister", "my")}, "Ich hole meine Schwester ab.",
         "我接我姐姐。"),
        ("eat", {"object": Phrase("soup", adjective="hot")}, "Ich esse heiße Suppe.", "我喝热汤。"),
    ],
)  # fmt: skip
def test_a_word_is_translated_by_what_stands_beside_it(verb, more, in_german, in_chinese):
    said = Meaning(Clause(subject=one(), verb=verb, **more))
    assert toy_translation_de.spoken(said) == in_german
    assert toy_translation_zh.spoken(said) == in_chinese


@pytest.mark.parametrize(
    ("noun", "adjective", "in_german", "in_chinese"),
    [
        ("woman", "old/person", "eine alte Frau", "一个老太太"),
        ("house", "old/thing", "ein altes Haus", "一座旧房子"),
        ("bag", "light/weight", "eine leichte Tasche", "一个很轻的手提包"),
        ("office", "light/bright", "ein helles Büro", "一间明亮的办公室"),
        ("boy", "short/person", "ein kleiner Junge", "一个矮个子男孩"),
        ("letter", "short/thing", "ein kurzer Brief", "一封很短的信"),
        ("chair", "hard/firm", "ein harter Stuhl", "一把很硬的椅子"),
        ("question", "hard/difficult", "eine schwere Frage", "一个很难的问题"),
        ("car", "expensive", "ein teures Auto", "一辆很贵的汽车"),
    ],
)
def test_an_adjective_is_translated_by_its_noun(noun, adjective, in_german, in_chinese):
    p = Phrase(noun, "a", adjective=adjective)
    assert german(p, "nominative") == in_german
    assert chinese(p, "object") == in_chinese


@pytest.mark.parametrize(
    ("noun", "many", "det", "forms"),
    [
        ("man", False, "the", "der alte Mann, den alten Mann, dem alten Mann"),
        ("man", False, "a", "ein alter Mann, einen alten Mann, einem alten Mann"),
        ("woman", False, "the", "die alte Frau, die alte Frau, der alten Frau"),
        ("woman", False, "my", "meine alte Frau, meine alte Frau, meiner alten Frau"),
        ("house", False, "this", "dieses alte Haus, dieses alte Haus, diesem alten Haus"),
        ("house", False, "a", "ein altes Haus, ein altes Haus, einem alten Haus"),
        ("house", True, "the", "die alten Häuser, die alten Häuser, den alten Häusern"),
        ("house", True, "two", "zwei alte Häuser, zwei alte Häuser, zwei alten Häusern"),
        ("house", True, "many", "viele alte Häuser, viele alte Häuser, vielen alten Häusern"),
        ("bread", False, "", "altes Brot, altes Brot, altem Brot"),
        ("student", False, "the", "der alte Student, den alten Studenten, dem alten Studenten"),
    ],
)
def test_german_endings_by_gender_number_and_case(noun, many, det, forms):
    p = Phrase(noun, det, many, "old/thing")
    cases = ("nominative", "accusative", "dative")
    assert ", ".join(german(p, case) for case in cases) == forms


def test_it_has_the_gender_of_what_it_stands_for():
    for noun, pronoun in (("coat", "er"), ("lamp", "sie"), ("car", "es")):
        said = Meaning(
            Clause(subject=one("he"), verb="sell", object=Phrase(noun, "the"), tense="past"),
            "because",
            Clause(subject=one("it"), verb="be", adjective="cheap", tense="past", degree="too"),
        )
        assert toy_translation_de.spoken(said).endswith(f", weil {pronoun} zu billig war.")
        assert toy_translation_zh.spoken(said).endswith("，因为太便宜了。")
