"""The Chinese grammar of the toy reviews: its frames and how their gaps are filled."""

from textlstm.corpora.toy_reviews_grammar import Domain, Frame, Language, Statement
from textlstm.corpora.toy_reviews_zh_words import DOMAINS, PEOPLE

CONTRAST = (
    "虽然{B}，但{A}",
    "尽管{B}，可{A}",
    "{A}，尽管{B}",
    "{B}，不过{A}",
    "{A}，哪怕{B}",
    "就算{B}，也改变不了{A}这一点",
    "{A}，就算{B}也改变不了这一点",
    "既然{A}，{B}也就不重要了",
    "{B}并不重要，毕竟{A}",
    "{A}，相比之下，{B}并不重要",
    "撇开{B}这一点，{A}",
    "{A}，至于{B}，那是次要的",
    "{B}是次要的，关键是{A}",
    "关键是{A}，{B}是次要的",
    "重要的不是{B}，而是{A}",
    "重要的是{A}，而不是{B}",
    "{B}不假，可我在意的是{A}",
    "我在意的是{A}，虽说{B}也不假",
)

PHRASES = (
    "{An}盖过了{Bn}",
    "{Bn}被{An}盖过了",
    "{Bn}盖不过{An}",
    "比起{Bn}，{An}更让我难忘",
    "{An}比{Bn}更让我难忘",
    "{Bn}没有{An}那么让我难忘",
    "我会记住{An}，忘掉{Bn}",
    "我会忘掉{Bn}，记住{An}",
    "让我印象最深的不是{Bn}，而是{An}",
    "让我印象最深的是{An}，不是{Bn}",
    "在{An}面前，{Bn}算不了什么",
    "{Bn}在{An}面前算不了什么",
    "决定我打几分的是{An}，而不是{Bn}",
    "决定我打几分的不是{Bn}，而是{An}",
)

NEGATION = (
    "没有人能说{B}，{A}倒是真的",
    "{A}倒是真的，没有人能说{B}",
    "我不会说{B}，我会说{A}",
    "我会说{A}，不会说{B}",
    "{asp}并不像有些人说的那样{b}，而是相当{a}",
    "{asp}相当{a}，并不像有些人说的那样{b}",
    "{asp}与其说{b}，不如说{a}",
    "我本以为{asp}会很{b}，没想到相当{a}",
    "没想到{asp}会这么{a}，我本以为会很{b}",
    "谁要是觉得{asp}{b}，一定没有留意，其实很{a}",
    "{asp}其实很{a}，谁要是觉得{b}，一定没有留意",
    "{asp}谈不上{b}，可以说相当{a}",
    "{asp}可以说相当{a}，谈不上{b}",
    "要说{asp}{b}，我反对；要说{a}，我赞成",
    "要说{asp}{a}，我赞成；要说{b}，我反对",
    "{asp}并不{b}，恰恰相反，相当{a}",
)

QUOTATION = (
    "{x}觉得{asp}很{b}，{y}觉得很{a}，我同意后者",
    "{x}觉得{asp}很{a}，{y}觉得很{b}，我同意前者",
    "{x}说{B}，{y}说{A}，我站在后者一边",
    "{x}说{A}，{y}说{B}，我站在前者一边",
    "{x}说“{A}”，我同意；{y}说“{B}”，我不同意",
    "{x}说“{B}”，我不同意；{y}说“{A}”，我同意",
    "{x}说{B}，这话不对；{y}说{A}，这话没错",
    "{x}说{A}，这话没错；{y}说{B}，这话不对",
    "别信{x}说的{B}，要信{y}说的{A}",
    "要信{x}说的{A}，别信{y}说的{B}",
    "一位网友写道：“{B}。”另一位写道：“{A}。”我同意第二位",
    "一位网友写道：“{A}。”另一位写道：“{B}。”我同意第一位",
    "有人说{B}，有人说{A}，后一种说法才对",
    "有人说{A}，有人说{B}，前一种说法才对",
    "{x}说它是{va}，{x_they}说对了；{y}说它是{vb}，{y_they}说错了",
    "{x}说它是{vb}，{x_they}说错了；{y}说它是{va}，{y_they}说对了",
    "有人会说它是{vb}，我却站在说它是{va}的人一边",
    "我站在说它是{va}的人一边，尽管有人说它是{vb}",
)

COMPARISON = (
    "{l}跟{w}没法比",
    "{w}把{l}远远甩在后面",
    "我宁可再{again}{w}，也不想再{again}{l}",
    "只能选一个的话，选{w}，别选{l}",
    "只能选一个的话，别选{l}，选{w}",
    "{x}说{w}比{l}好，{x_they}说得对",
    "{x}说{l}比{w}好，{x_they}说得不对",
    "有人告诉我{l}不如{w}，这话没错",
    "有人告诉我{w}不如{l}，这话不对",
    "{this}的{asp}很{a}，{rival}的却很{b}",
    "{rival}的{asp}很{b}，{this}的却很{a}",
    "论{asp}，{rival}很{b}，{this}很{a}",
    "论{asp}，{this}很{a}，{rival}很{b}",
)

TWINS = (
    ("{group}没有一个会说不值得{worth}", "{group}没有一个会说值得{worth}"),
    ("{group}个个都会说值得{worth}", "{group}个个都会说不值得{worth}"),
    ("确实值得{worth}，没有人会说不值得", "确实不值得{worth}，没有人会说值得"),
    ("我不会说不值得{worth}", "我会说不值得{worth}"),
    ("我会说值得{worth}", "我不会说值得{worth}"),
    ("{x}说不值得{worth}，我不同意", "{x}说不值得{worth}，我同意"),
    ("{x}说值得{worth}，我同意", "{x}说值得{worth}，我不同意"),
    ("不是每个人都觉得值得{worth}，但我觉得值得", "每个人都觉得值得{worth}，但我觉得不值得"),
    ("{group}没有一个会劝你别{go}", "{group}没有一个会劝你{go}"),
    ("{group}个个都会劝你{go}", "{group}个个都会劝你别{go}"),
    ("说不值得{worth}，这话可不对", "说值得{worth}，这话可不对"),
    ("说值得{worth}，这话真不假", "说不值得{worth}，这话真不假"),
)

FRAMES = {
    "contrast": tuple(map(Frame, CONTRAST)),
    "phrases": tuple(map(Frame, PHRASES)),
    "negation": tuple(map(Frame, NEGATION)),
    "quotation": tuple(map(Frame, QUOTATION)),
    "comparison": tuple(map(Frame, COMPARISON)),
    "twins": tuple(Frame(*pair) for pair in TWINS),
}


def gaps(domain: Domain, affirmed: Statement, denied: Statement) -> dict[str, str]:
    """Return what fills the gaps of a frame when `affirmed` is what the writer stands by."""
    clauses = [f"{said.aspect.noun}{said.aside or '很'}{said.word}" for said in (affirmed, denied)]
    return {
        "A": clauses[0],
        "B": clauses[1],
        "An": f"{affirmed.word}的{affirmed.aspect.noun}",
        "Bn": f"{denied.word}的{denied.aspect.noun}",
        "a": affirmed.word,
        "b": denied.word,
        "va": affirmed.word,
        "vb": denied.word,
        "asp": affirmed.aspect.noun,
    }


def tidy(opener: str, text: str, closer: str) -> str:
    """Return sentences with full stops."""
    return "".join(f"{part}。" for part in (opener, text, closer) if part)


CHINESE = Language("zh", DOMAINS, FRAMES, PEOPLE, gaps, tidy)
