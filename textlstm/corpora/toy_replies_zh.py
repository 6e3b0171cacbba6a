"""The toy replies in Chinese."""

import random

from textlstm.corpora.toy_replies_world import (
    HOURS,
    PRICES,
    TABLES_CLOSED,
    TRAINS,
    Facts,
    Language,
    next_train,
)

DIGITS = "零一二三四五六七八九"
DAYS = tuple(f"星期{day}" for day in "一二三四五六天")
ITEMS = {"apple": "个苹果", "egg": "个鸡蛋", "cup": "个杯子", "book": "本书", "hat": "顶帽子",
         "shirt": "件衬衫", "umbrella": "把雨伞", "lamp": "盏台灯", "ticket": "张票",
         "map": "张地图", "bottle": "瓶水", "cake": "块蛋糕"}  # fmt: skip
CITIES = {"Berlin": "柏林", "Rome": "罗马", "Paris": "巴黎", "Vienna": "维也纳",
          "Madrid": "马德里", "Prague": "布拉格", "London": "伦敦", "Warsaw": "华沙"}  # fmt: skip
PLACES = {"museum": "博物馆", "library": "图书馆", "bank": "银行", "pool": "游泳馆",
          "market": "市场", "bookshop": "书店", "castle": "城堡"}  # fmt: skip
SHOWS = {"film": "电影", "concert": "音乐会", "play": "话剧", "match": "比赛",
         "meeting": "会议", "lesson": "课"}  # fmt: skip
WISHES = {"window": "靠窗", "garden": "花园里", "quiet": "安静"}
WEARING = {"rain": "带上雨伞", "snow": "穿上靴子", "sun": "戴上帽子", "wind": "围上围巾"}
SKIES = {"rain": "在下雨", "snow": "在下雪", "sun": "出太阳", "wind": "刮大风"}


def number(value: int, counting: bool = True) -> str:
    """Return a number from 1 to 120 in words; 2 is 两 before a measure word."""
    if value == 2 and counting:
        return "两"
    if value < 10:
        return DIGITS[value]
    if value >= 100:
        rest = value - 100
        middle = "零" if 0 < rest < 10 else ""
        return (
            "一百" + middle + ("" if not rest else "一" * (10 <= rest < 20) + number(rest, False))
        )
    tens, ones = divmod(value, 10)
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def clock(hour: int) -> str:
    """Return an hour of the day, from 1 to 24."""
    part = "早上" if hour < 9 else "上午" if hour < 12 else "中午" if hour == 12 else ""
    part = part or ("下午" if hour < 18 else "晚上")
    return f"{part}{number((hour - 1) % 12 + 1)}点"


def price(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about a price, and the reply."""
    count, money, item = facts["number"], facts["money"], facts["item"]
    things = number(count) + ITEMS[item]
    total = count * PRICES[item]
    cost = f"{things}{number(total)}块钱"
    if not money:
        said = rng.choice((
            "你好，{things}多少钱？", "我想买{things}，一共多少钱？", "请给我{things}。",
            "早上好，我要{things}，要付多少钱？",
        ))  # fmt: skip
        return said.format(things=things), f"{cost}。"
    said = rng.choice((
        "我只有{money}块钱，够买{things}吗？", "用{money}块钱能买{things}吗？",
        "这是{money}块钱，我买{things}，要找我多少钱？",
    ))  # fmt: skip
    left = money - total
    if left < 0:
        answer = f"对不起，{cost}，还差{number(-left)}块。"
    else:
        back = f"找您{number(left)}块" if left else "不用找钱"
        answer = f"{'' if said.startswith('这') else '可以，'}{cost}，{back}。"
    return said.format(things=things, money=number(money)), answer


def train(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about trains, and the reply."""
    said = rng.choice((
        "现在是{now}，下一趟去{city}的火车几点开？", "请问，我想去{city}，{now}以后还有火车吗？",
        "我没赶上去{city}的火车，现在{now}了，怎么办？",
        "{city}的朋友在等我，{now}以后我能坐哪趟车？", "去{city}在几号站台上车？我{now}能到车站。",
    ))  # fmt: skip
    city, hour = CITIES[facts["city"]], next_train(facts)
    platform = number(TRAINS[facts["city"]][2], counting=False)
    answer = (f"下一趟去{city}的火车{clock(hour)}从{platform}号站台出发。" if hour
              else f"对不起，今天没有去{city}的火车了。")  # fmt: skip
    return said.format(city=city, now=clock(facts["hour"])), answer


def table(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return how a table is asked for, and the reply."""
    wish = WISHES.get(facts["wish"], "")
    said = rng.choice((
        "我要订{day}{hour}{n}个人的桌子{like}。", "我们{n}个人，{day}{hour}有{of}桌子吗？",
        "我们{day}{hour}来可以吗？想要一张{n}个人的桌子{like}。",
        "您好，请留一张{of}桌子，{day}{hour}，{n}个人。",
    ))  # fmt: skip
    gaps = {"n": number(facts["number"]), "day": DAYS[facts["day"]],
            "hour": clock(facts["hour"] + 12),
            "like": wish and f"，要{wish}的", "of": wish and f"{wish}的"}  # fmt: skip
    if facts["day"] == TABLES_CLOSED:
        return said.format_map(gaps), "对不起，我们星期二休息。"
    if facts["wish"] == "garden" and facts["hour"] > 7:
        answer = "花园晚上八点关门，不过{day}{hour}屋里有{n}个人的桌子。"
    else:
        answer = "好的，{day}{hour}，{n}个人，一张{of}桌子。"
    return said.format_map(gaps), answer.format_map(gaps)


def opening(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about opening hours, and the reply."""
    first, last, closed = HOURS[facts["place"]]
    said = rng.choice((
        "{place}{day}{hour}开门吗？", "我打算{day}去{place}，{hour}到可以吗？",
        "{day}{hour}去{place}，来得及吗？",
    ))  # fmt: skip
    gaps = {"place": PLACES[facts["place"]], "day": DAYS[facts["day"]],
            "hour": clock(facts["hour"])}  # fmt: skip
    if facts["day"] == closed:
        answer = "不行，{place}{day}不开门。"
    elif facts["hour"] < first:
        answer = f"不行，{{place}}{{day}}{clock(first)}才开门。"
    elif facts["hour"] >= last:
        answer = f"不行，{{place}}{{day}}{clock(last)}就关门了。"
    else:
        answer = f"可以，在{{place}}您可以待到{clock(last)}。"
    return said.format_map(gaps), answer.format_map(gaps)


def weather(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is said about the weather, and the reply."""
    said = rng.choice((
        "{city}{sky}，{cold}，{other}{there}。去{city}要带什么？",
        "我要去{city}，不去{other}。{other}{there}，{city}{sky}，{cold}。我该穿什么？",
        "{other}{there}。{city}{sky}，{cold}。我马上去{city}。",
    ))  # fmt: skip
    city = CITIES[facts["city"]]
    gaps = {"city": city, "other": CITIES[facts["other"]], "sky": SKIES[facts["weather"]],
            "there": SKIES[facts["there"]],
            "cold": "很冷" if facts["cold"] else "不冷"}  # fmt: skip
    coat = "，再穿一件厚大衣" if facts["cold"] else ""
    return said.format_map(gaps), f"去{city}应该{WEARING[facts['weather']]}{coat}。"


def ending(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about an end, and the reply."""
    late = facts["late"]
    said = rng.choice((
        "{show}{hour}点开始，一共{hours}个小时{late}，几点结束？",
        "如果{show}{hour}点开始，一共{hours}个小时{late}，你什么时候到家？",
        "我几点去接你？{show}一共{hours}个小时，{hour}点开始{late}。",
    ))  # fmt: skip
    show = SHOWS[facts["show"]]
    gaps = {"show": show, "hour": number(facts["hour"]), "hours": number(facts["hours"]),
            "late": f"，推迟{number(late)}分钟" if late else ""}  # fmt: skip
    end = number((facts["hour"] + facts["hours"] - 1) % 12 + 1) + "点"
    when = f"{end}半" if late == 30 else f"{end}{number(late)}分" if late else end
    if "到家" in said:
        answer = f"{show}{when}结束，我再过一个小时到家。"
    elif "接你" in said:
        answer = f"请{when}来接我，那时{show}结束。"
    else:
        answer = f"{show}{when}结束。"
    return said.format_map(gaps), answer


CHINESE = Language("zh", {
    "price": price, "train": train, "table": table, "opening": opening, "weather": weather,
    "ending": ending,
})  # fmt: skip
