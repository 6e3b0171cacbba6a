"""The Chinese frames of the toy entities, and what is said of people, places, firms and products.

Where the type of a name is open, several words part it from what decides. Speakers and openers put
nouns of other types in between, so that counting words does not help.
"""

from textlstm.corpora.toy_entities_grammar import Language, split
from textlstm.corpora.toy_entities_zh_names import NAMES, POOLS

FAR = (
    "{D}在{rel}所有的{noun}当中，{best}{X}",
    "{D}{who}想听一个有名的{noun}的故事，我就讲起了{X}",
    "我只知道一{cl}{noun}是{who}说不厌的，那就是{X}",
    "好的{noun}不容易找，最好的例子就是{X}",
    "{who}最喜欢的{noun}从来都是{X}",
    "旧照片上的那{cl}{noun}好像是{X}",
    "{D}我们听说这{cl}{noun}原来的名字叫{X}",
    "你觉得哪{cl}{noun}比得上{X}？",
    "{who}说，那{cl}{noun}的名字应该是{X}",
    "{X}到现在还是{rel}最有名的{noun}",
    "{X}可不是一{cl}普普通通的{noun}",
    "{X}变化很大，不再是从前那{cl}{noun}了",
    "{D}我们听说了{X}的事，据说{he}{vp}",
    "{D}我向{who}打听{X}，才知道原来{he}{vp}",
    "那时候大家对{X}了解不多，只知道{he}{vp}",
    "{D}{X}又一次被提起，{who}都说{he}{vp}",
    "人们对{X}的说法不太对，其实{he}{vp}",
    "{X}最近上了新闻，原因是{he}{vp}",
    "至于{X}，我也是刚刚听说{he}{vp}",
)
TWO = (
    "{D}我读到了{X}和{Y}：前者{vp}，后者{vp2}",
    "{X}到现在还是有名的{noun}，{Y}也不是一般的{noun2}",
    "{rel}那{cl}{noun}是{X}，我最喜欢的{noun2}却是{Y}",
    "有人说起{X}，说是{he}{vp}，还说起{Y}，说是{he2}{vp2}",
)
NEAR = (
    "{PER}{day}说，{LOC}还需要多建几所学校",
    "{PER}从去年{month}起在{ORG}上班",
    "{LOC}的领导{day}在{LOC}会见了{PER}",
    "{PER}和{PER}午饭前就离开了{LOC}",
    "{PER}先生上个月买了{ORG}的股票",
    "{ORG}在{LOC}开了一家新的分店，{PER}介绍说",
    "生产{PROD}的{ORG}要关掉在{LOC}的商店",
    "{ORG}和{ORG}同意在{month}合并",
    "{PER}开着一辆{PROD}从{LOC}到{LOC}去",
    "{day}从{LOC}飞往{LOC}、{LOC}的航班都取消了",
    "去{LOC}的火车在{LOC}和{LOC}都停",
    "{PER}用{PER}的钱买了一台{PROD}",
    "我们的{PROD}在{LOC}附近坏了",
    "在{CITY}{PER}是人人都知道的",
    "{day}{PER}把旧的{MAKER}{MODEL}卖掉了",
    "比起{MAKER}{MODEL}，我更想要{MAKER}{MODEL}",
    "{PER}先在{INSTITUTE}读书，后来去了{CITY}的大学",
    "{CITY}的大学比{INSTITUTE}历史更长",
    "{CITY}的医院比{INSTITUTE}的还要多",
    "{INSTITUTE}请{PER}去帮忙",
    "{COUNTRY}国王邀请{PER}访问{LOC}",
    "{LOC}人口比{LOC}多一倍",
    "{PER}的弟弟在{INSTITUTE}工作",
    "{ORG}董事长{PER}住在{LOC}",
    "“我想念{LOC}。”{PER}给{PER}写信说",
    "{CLUB}以二比一战胜了{CLUB}",
    "{CLUB}的前锋出生在{LOC}",
    "{PROD}比{PROD}更好用吗？",
    "{LOC}没有人听说过{PER}",
    "{PER}、{PER}和{PER}又迟到了",
    "{ORG}（{LOC}）的发言人没有说明原因",
    "[LOC|{city}市][LOC|长江大桥]{month}就要通车了",
    "[LOC|{city}]市长[PER|江大桥]{month}出席了会议",
    "{PER}给{PER}写了一封信",
    "{KNOWN}同志今天没来上班",
    "{PER}高兴地走了",
    "{KNOWN}先生是从{CITY}来的",
)
NONE = (
    # as where names are asked for, without one
    "{D}在{rel}所有的{noun}当中，{best}{which}那{cl}",
    "{D}{who}想听一个有名的{noun}的故事，我就讲起了{who}",
    "{D}我向{who}打听{which}那{cl}{noun}，才知道原来{he}{vp}",
    "至于{which}那{cl}{noun}，我也是刚刚听说{he}{vp}",
    "人们对{which}那{cl}{noun}的说法不太对，其实{he}{vp}",
    "你觉得哪{cl}{noun}比得上{which}那{cl}？",
    "桌上摆着{food}，{who}说那{cl}{noun}{vp}",
    "{food}刚买回来，{who}就高兴地谈起了{which}那{cl}{noun}",
    "{food}要买新鲜的，{month}里最便宜",
    "{food}配上米饭，味道很好",
    "大家听了都很高兴，马上就动手了",
    "时间不早了，{who}安安静静地走了",
    "白天黄色的花开得到处都是",
    "江边的路不好走，{who}常常绕道",
    "和平是人们最大的愿望",
    "朝阳照在窗台上，屋里很暖和",
    "看到这张照片，人们自然会联想到{noun}",
    "大众的意见应该多听一听",
    "祝你们一路平安，万事吉利",
    "东风吹来，白云在天上飘",
    "操场上挂着红旗，孩子们在奔腾的河水边玩",
    "动物园里的熊猫和画上的凤凰{who}都喜欢",
    "前途一片光明，友谊永久不变",
    "{who}为人方正，从来不说假话",
    "{who}在找一{cl}谁也不知道的{noun}",
    "再好的{noun}也比不上{who}{day}找到的那{cl}",
    "{rel}{noun}大多已经被人忘记了",
    "{D}{who}除了天气什么也没谈",
    "江山再美，也比不上家里",
    "{day}我们待在家里看书",
    "人们常常把{noun}和{food}放在一起谈论",
    "成功以后，方便的事情就多了",
    "向前走一百米，常常有卖{food}的",
)

SAID = {
    "PER": {
        "noun": split("老师, 歌手, 医生, 画家, 诗人, 演员"),
        "cl": ("位",),
        "he": ("他", "她"),
        "vp": split(
            "会说四种语言, 有三个女儿, 前年退休了, 从来没学过游泳, 以前教过化学, 很会讲笑话, "
            "跟一位护士结了婚, 在合唱团唱歌"
        ),
    },
    "LOC": {
        "noun": split("小城, 村子, 海岛, 山谷, 古镇, 国家"),
        "cl": ("个",),
        "he": ("那里", "那边"),
        "vp": split(
            "三面环山, 去年发过两次洪水, 街道又窄又陡, 离边境不远, 气候温和, 夏天到处是游客, "
            "盛产葡萄, 靠着一条大河"
        ),
    },
    "ORG": {
        "noun": split("企业, 银行, 公司, 出版社, 工厂, 航空公司"),
        "cl": ("家",),
        "he": ("它",),
        "vp": split(
            "有两千名员工, 九十年代破过产, 是两兄弟创办的, 给职工的工资很高, 刚换了董事会, "
            "跟对手合并了, 招了许多毕业生, 把竞争对手告上了法庭"
        ),
    },
    "PROD": {
        "noun": split("手机, 汽车, 相机, 手表, 自行车, 耳机"),
        "cl": ("款",),
        "he": ("它",),
        "vp": split(
            "附送充电器, 已经卖断了货, 保修两年, 有四种颜色可选, 不带数据线, 电池不耐用, "
            "因为开关有毛病被召回, 需要升级软件"
        ),
    },
}

WORDS = NAMES | {
    # openers with nouns that say nothing about the name that follows
    "D": (
        *[""] * 6,
        "在我长大的村子里，",
        "在我上班的公司里，",
        "在去海边的火车上，",
        "在我哥哥的婚礼上，",
        "今天早上在汽车里，",
    ),
    "who": split(
        "我的邻居, 老教师, 一个司机, 店主, 我认识的一个歌手, 我叔叔, 银行的一个女职员, 城里的朋友"
    ),
    "rel": split("昨晚谈到的, 报上提到的, 大家能想到的, {who}对我讲过的, 长长的名单上"),
    "best": split(
        "我记得最清楚的是, 我想起得最多的还是, 好像谁也不如, 我们一致看好的只有, "
        "{who}谈得最多的就是"
    ),
    "which": split("最早的, 最新的, 最小的, 最奇怪的, 前面的, 后来的"),
    "day": split("昨天, 今天, 星期一, 星期三, 星期五, 上周末, 前天"),
    "month": split("一月, 三月, 四月, 六月, 七月, 九月, 十月, 年底"),
    "food": split("苹果, 小米, 青菜, 豆腐, 土豆, 西瓜"),
}


def tidy(text: str) -> str:
    """Return a sentence with its full stop; marks stay."""
    return text if text.endswith("？") else f"{text}。"


CHINESE = Language(
    "zh",
    {"far": (35, FAR), "two": (6, TWO), "near": (42, NEAR), "none": (17, NONE)},
    WORDS,
    POOLS,
    SAID,
    tidy,
)
