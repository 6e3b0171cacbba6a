"""Says a meaning in Chinese: measure words, 的 before the noun, 了 过 在, 把 and 被, no spaces."""

from dataclasses import replace

from textlstm.corpora.toy_translation_kinds import skilled
from textlstm.corpora.toy_translation_meaning import Clause, Meaning, Phrase
from textlstm.corpora.toy_translation_zh_phrases import phrase
from textlstm.corpora.toy_translation_zh_words import (
    ADJECTIVES,
    DONE,
    GOALS,
    MODALS,
    PLACES,
    PRONOUNS,
    SURFACES,
    TAKES_BA,
    TIMES,
    VERBS,
    WORDS,
)

STAYING = ("sit", "live", "stay")  # 住在村子里: the place stands behind the verb
NUMBERS = ("two", "three", "many", "which", "how many", "that")
GIVEN = {"give": ("把{o}给{i}", "把{o}给了{i}"), "send": ("把{o}寄给{i}", "把{o}寄给了{i}")}
LASTING = ("have", "know/person", "know/fact", "love", "miss/person", "say", "think", "live",
           "sit", "stay", "wear/body", "wear/head")  # fmt: skip


def spoken(meaning: Meaning) -> str:
    """Return the Chinese sentence."""
    main, sub = meaning.main, meaning.sub
    end = {"": "。", "do": "。"}.get(main.asks, "？")
    if sub is None:
        return clause(main) + end
    if meaning.link == "that":
        return f"{clause(main)}{clause(sub)}{end}"
    if sub.subject.noun == "it" and sub.verb == "be":  # of the object: left out
        return f"{clause(main)}，因为{clause(sub, hidden=True)}{end}"
    same = sub.subject.noun != "it" and same_person(main.subject, sub.subject)
    if same:  # who it is is said once, in the first clause
        sub = replace(sub, subject=main.subject)
    if meaning.link == "when":
        return f"{clause(sub, bare=True)}的时候，{clause(main, hidden=same)}{end}"
    first, link = {
        "because": ("因为", "所以"), "although": ("虽然", "但是"), "if": ("如果", "就"),
    }[meaning.link]  # fmt: skip
    if link == "就":
        second = clause(main, hidden=same, then=True)
    else:
        second = link + clause(main, hidden=same)
    return f"{first}{clause(sub)}，{second}{end}"


def same_person(main: Phrase, sub: Phrase) -> bool:
    """Return whether the subject of a subordinate clause is that of the main clause again."""
    return sub.noun == main.noun or sub.noun in ("he", "she")


def clause(c: Clause, hidden: bool = False, bare: bool = False, then: bool = False) -> str:
    """Return a clause.

    Args:
        c: what it says.
        hidden: without its subject.
        bare: without 了, as before 的时候.
        then: with 就 before the verb.
    """
    who = "" if hidden or c.subject.det == "that" else phrase(c.subject, "subject")
    if c.subject.noun == "it":
        who = ""
    time = TIMES.get(c.time, "")
    first = ""
    if c.front == "time":
        first, time = time, ""
    elif c.front == "object" and c.object is not None:
        first = phrase(c.object, "topic")
        c = replace(c, object=None)
    word = WORDS[c.asks] if c.asks in ("when", "why") else ""
    if c.asks == "when" and c.tense == "past":
        word = "是" + word
    so = "就" if then else ""
    if c.verb == "exist":
        verb = "有" if c.tense == "present" else "以前有"
        place = PLACES[c.place]
        return f"{place}{verb}{phrase(c.subject, 'object')}{_ma(c)}"
    if c.adjective:
        return f"{who}{word}{so}{state(c, bare)}{_ma(c)}"
    if c.verb.startswith("lie/"):
        no = ("没" if c.tense == "past" else "不") if c.negated else ""
        return f"{who}{word}{no}在{SURFACES[c.place[3:]]}{_ma(c)}"
    if c.asks == "do":
        return ("别" if c.negated else "请") + action(replace(c, tense="future", negated=False))
    return f"{first}{who}{time}{word}{so}{action(c, bare)}{_ma(c)}"


def _ma(c: Clause) -> str:
    """Return what makes a question of a statement."""
    return "吗" if c.asks == "yes" else ""


def state(c: Clause, bare: bool = False) -> str:
    """Return what someone or something is like; without 了 if it is bare."""
    text = _state(c)
    return text.removesuffix("了") if bare else text


def _state(c: Clause) -> str:
    weather = "天气" if c.verb == "be/weather" and c.adjective != "dark" else ""
    if c.adjective == "dark":
        return {"very": "天很黑", "too": "天太黑了"}.get(c.degree, "天黑了")
    if c.adjective == "ill":
        return "没生病" if c.negated else "生病了"
    word = ADJECTIVES[c.adjective][1]
    if c.negated:
        return f"{weather}不{word}"
    if c.degree == "too":
        return f"{weather}太{word}了"
    if c.asks == "yes" and not c.degree:
        return f"{weather}{word}"
    return f"{weather}{'非常' if c.degree == 'very' else '很'}{word}"


def action(c: Clause, bare: bool = False) -> str:
    """Return the verb with all that stands before and behind it."""
    soup = c.verb == "eat" and c.object is not None and c.object.noun == "soup"
    plain, past, ever = VERBS["drink" if soup else c.verb]
    relative = "that" in (c.subject.det, c.object.det if c.object else "")
    done = c.tense == "past" and not c.modal and not c.negated and not (bare or relative)
    done = done and not (c.verb in LASTING and c.verb not in ("wear/body", "wear/head"))
    asked = c.asks in ("where", "when") and c.tense == "past"  # 是在哪里找到那个包的
    done = done and not asked
    known = c.object is not None and not c.object.indefinite and c.object.det not in NUMBERS
    if c.verb in GIVEN and known:
        plain, past = GIVEN[c.verb]
    form = past if done else ever if c.tense in ("ever", "never") else plain
    if c.tense == "already":
        form = past
    if c.passive:
        return passive(c, relative)
    ba = takes_ba(c) and not relative
    if ba:
        form = "把{o}" + DONE[c.verb] + ("了" if done or c.tense == "already" else "")
    plainly = c.negated or c.tense in ("ever", "never") and c.verb != "have"
    role = "ba" if "把" in form or c.verb in ("call",) else "object"
    if plainly and c.object is not None and c.object.det == "a":
        role = "plain"
    words = {
        "o": "" if c.object is None or c.object.det == "that" else phrase(c.object, role),
        "i": "" if c.receiver is None else phrase(c.receiver, "ba"),
        "g": goal(c),
        "p": place_behind(c),
    }
    text = form.format_map(words)
    before = f"在{PLACES[c.place]}" if c.place and "{p}" not in form else ""
    if c.asks == "where":
        before = "在哪里" if c.verb not in STAYING else ""
        text = text if before else text + "在哪里"
    if c.tense == "progressive" and c.verb in ("wear/body", "wear/head"):
        return text[0] + "着" + text[1:]
    if c.tense == "progressive" and c.verb not in STAYING:
        return f"正{before}{text}" if before else f"正在{text}"
    if asked:
        return f"{'是' if c.asks == 'where' else ''}{before}{text}的"
    return negation(c) + before + text


def takes_ba(c: Clause) -> bool:
    """Return whether the object stands before the verb, behind 把."""
    return (
        c.verb in TAKES_BA and c.object is not None and c.modal != "like"
        and c.object.noun not in PRONOUNS
        and c.object.det in ("the", "this", "my", "his", "her", "your")
        and (c.tense in ("past", "future", "already") or c.modal != "" or not c.time)
        and c.tense not in ("progressive", "never", "ever")
        and c.asks in ("", "do", "who")
    )  # fmt: skip


def passive(c: Clause, relative: bool) -> str:
    """Return 被, by whom, and what was done."""
    by = "" if c.agent is None else phrase(c.agent, "subject")
    no = "没" if c.negated else ""
    done = DONE[c.verb] + ("" if c.negated or relative else "了")
    return f"{no}被{by}{done}"


def negation(c: Clause) -> str:
    """Return what stands before place and verb: 没, 不, a modal verb, 已经 and so on."""
    past = c.tense == "past"
    if c.tense == "already":
        return "已经"
    if c.tense == "never":
        return "从来没"
    if c.modal == "can":
        can = "会" if skilled(c.verb) else "能"
        return f"不{can}" if c.negated else can
    if c.modal == "must":
        return "不能" if c.negated else "不得不" if past else "必须"
    if c.modal == "may":
        return "不可以" if c.negated else "可以"
    if c.modal:
        return ("不" if c.negated else "") + MODALS[c.modal]
    if c.tense == "future":
        return "不会" if c.negated else "会" if c.asks != "do" else ""
    if not c.negated:
        return ""
    if c.verb == "have":
        return "没"
    return "没" if past and c.verb not in ("know/person", "know/fact", "love") else "不"


def place_behind(c: Clause) -> str:
    """Return the place behind a verb like 住."""
    if not c.place:
        return ""
    return PLACES[c.place].removesuffix("里") if c.verb == "arrive" else f"在{PLACES[c.place]}"


def goal(c: Clause) -> str:
    """Return where to."""
    if not c.goal:
        return ""
    kind, word = c.goal.split("/")
    return SURFACES[word] if kind == "on" else GOALS.get(word, PLACES[word])
