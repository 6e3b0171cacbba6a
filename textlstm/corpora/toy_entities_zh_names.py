"""The Chinese names of the toy entities: what is known, and how new ones are formed."""

from textlstm.corpora.toy_entities_grammar import product, split

# Two characters like these can be a person, a place, a firm or a brand.
LOOSE = product(
    "江, 高, 白, 安, 黄, 华, 金, 石, 方, 常, 云, 温, 平, 东, 乐, 宁, 林, 海, 龙, 古, 康, 泰, 洪, "
    "凤, 万, 盛",
    "山, 峰, 川, 泉, 阳, 原, 湖, 兴, 明, 昌, 城, 岭, 岩, 洲, 波, 涛, 清, 远, 源, 丰, "
    "庆, 荣, 达, 桥, 州, 河, 谷, 亭",
    "高山, 高原, 平原, 金山, 海洲, 平山, 东城, 安明, 平安, 海波, 海岩, 波涛, 高明, 江山, 石原, "
    "方城, 黄山, 华山, 凤城, 石城, 万源, 洪波, 海涛, 江源, 江湖, 白城, 海城, 海原, 平湖, 古城, "
    "高清, 高城, 石山, 东山, 海湖, 黄泉, 黄河, 温州, 常州, 江州, 海河, 金桥, 石桥, 石河, 龙庆, "
    "江河, 江谷, 凉亭, 河谷, 高达, 平谷, 华达",
)
GIVEN = product(
    "建, 志, 晓, 文, 国, 丽, 秀, 春, 雪, 子, 思, 佳, 雨, 俊, 永, 淑, 海, 美",
    "华, 强, 梅, 军, 芳, 敏, 玲, 杰, 涛, 燕, 红, 辉, 婷, 琴, 民, 宁, 平, 英, 桥, 兰",
    "建军, 文华, 国民, 国军, 永平, 美红, 文明, 雪梅, 秀美",
)
TOWNS = product(
    "清, 沙, 柳, 桃, 临, 永, 怀, 汉, 德, 武, 嘉, 潭, 梅, 湘, 衡, 松, 桂, 绥, 鹿, 遂",
    "河, 溪, 州, 田, 桥, 关, 岗, 口, 水, 陵, 坪, 浦, 谷, 庄, 港",
    "沙田, 汉水, 德州, 柳州, 清水, 水田, 桃庄",
)
ABROAD = product(
    "布, 哈, 卡, 洛, 马, 格, 斯, 维, 莱, 霍, 奥, 瓦",
    "林顿, 尔堡, 伦贝格, 斯维尔, 恩福德, 尔斯塔, 罗尼亚, 西纳",
)
FIRMS = product(
    "恒, 鼎, 润, 创, 瑞, 联, 宏, 捷, 信, 博, 凯, 中",
    "科, 达, 通, 业, 诚, 力, 元, 利, 奥, 邦, 迅, 凯",
    "中元, 通达, 信元",
)
MODELS = product(
    "星, 飞, 晶, 灵, 悦, 雅, 炫, 极, 雷, 风, 乐, 朗",
    "耀, 驰, 影, 逸, 彩, 派, 锐, 动, 驭, 悦, 虎, 格",
    "风格, 灵动, 雷动, 风影, 乐派, 风动",
)

SURNAMES = split(
    "王, 李, 张, 刘, 陈, 杨, 赵, 吴, 周, 徐, 孙, 马, 朱, 胡, 郭, 何, 高, 林, 罗, 郑, 梁, 谢, 宋, "
    "唐, 许, 邓, 冯, 韩, 曹, 曾, 彭, 萧, 蔡, 潘, 田, 董, 袁, 于, 余, 叶, 蒋, 杜, 苏, 魏, 程, 吕, "
    "丁, 任, 黄, 方, 白, 江, 温, 常, 时, 成, 向, 钱, 安, 欧阳, 司马, 诸葛"
)
CITIES = split(
    "北京, 上海, 南京, 广州, 西安, 成都, 武汉, 杭州, 长沙, 昆明, 哈尔滨, 青岛, 重庆, 天津, 大连, "
    "厦门"
)
COUNTRIES = split("法国, 德国, 日本, 埃及, 巴西, 加拿大, 泰国, 秘鲁, 挪威, 意大利, 印度, 土耳其")

# Known names by the types they are used for; some are words as well.
FAMOUS = {
    "PER": split(
        "江山, 华山, 黄山, 高峰, 方正, 朝阳, 和平, 建国, 白云, 乔丹, 华盛顿, 福特, 林肯, 悉尼"
    ),
    "LOC": split(
        "江山, 华山, 黄山, 黄河, 长城, 朝阳, 和平, 白云, 凤凰, 西湖, 青岛, 长安, 约旦, 华盛顿, "
        "林肯, 悉尼, 亚马逊, 燕京, 珠江"
    ),
    "ORG": split(
        "长城, 方正, 小米, 苹果, 联想, 大众, 海尔, 平安, 光明, 凤凰, 吉利, 长安, 东风, 福特, "
        "亚马逊, 青岛, 黄河, 建国, 珠江"
    ),
    "PROD": split(
        "长城, 小米, 苹果, 大众, 红旗, 奔腾, 熊猫, 凤凰, 永久, 吉利, 长安, 东风, 乔丹, 林肯, "
        "福特, 燕京, 青岛, 西湖, 珠江, 光明"
    ),
}

POOLS = {
    "loose": LOOSE,
    "given": GIVEN,
    "town": TOWNS,
    "abroad": ABROAD,
    "firm": FIRMS,
    "model": MODELS,
}

NAMES = {
    **{f"name_{kind}": ("{loose}", "{loose}", f"{{famous_{kind}}}") for kind in FAMOUS},
    **{f"famous_{kind}": names for kind, names in FAMOUS.items()},
    "surname": SURNAMES,
    "city": CITIES,
    "country": COUNTRIES,
    "place": ("{town}", "{city}", "{loose}"),
    "number": split("2, 3, 5, 7, 9, 300, 800, X5, 2000, Pro, Max"),
    "PER": ("[PER|{surname}{given}]",),
    "KNOWN": ("[PER|{famous_PER}]", "[PER|{surname}{given}]"),
    "LOC": (
        "[LOC|{town}]",
        "[LOC|{abroad}]",
        "[LOC|{place}市]",
        "[LOC|{place}县]",
        "[LOC|{town}镇]",
        "[LOC|{city}]",
        "[LOC|{country}]",
        "[LOC|{loose}]",
        "[LOC|{famous_LOC}]",
    ),
    "COUNTRY": ("[LOC|{country}]", "[LOC|约旦]"),
    "CITY": ("[LOC|{city}]", "[LOC|{town}]", "[LOC|{town}市]"),
    "ORG": (
        "[ORG|{firm}{kind}]",
        "[ORG|{firm}]",
        "[ORG|{place}{firm}{kind}]",
        "[ORG|{loose}{kind}]",
        "[ORG|{famous_ORG}]",
        "[ORG|{famous_ORG}{kind}]",
    ),
    "MAKER": ("[ORG|{firm}]", "[ORG|{firm}公司]"),
    "INSTITUTE": (
        "[ORG|{place}大学]",
        "[ORG|{city}{what}大学]",
        "[ORG|{place}市第{digit}人民医院]",
        "[ORG|{place}博物馆]",
        "[ORG|{place}市政府]",
    ),
    "CLUB": ("[ORG|{place}队]", "[ORG|{place}{firm}队]", "[ORG|{place}]"),
    "PROD": ("[PROD|{model}{number}]", "[PROD|{model}]", "[PROD|{famous_PROD}{number}]"),
    "MODEL": ("[PROD|{model}{number}]",),
    "kind": split("公司, 集团, 银行, 出版社, 电器, 航空公司, 保险"),
    "what": split("师范, 理工, 农业, 医科"),
    "digit": split("一, 二, 三, 五, 七"),
}
