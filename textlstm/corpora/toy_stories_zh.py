"""The toy stories in Chinese."""

import random

# name, what is said of it, and the pronoun
HEROES = (
    ("小米", "一个小女孩", "她"), ("阿诺", "一个害羞的男孩", "他"),
    ("老谭", "一位退休的邮差", "他"),
    ("苏丽", "一位年轻的面包师", "她"), ("船长阿波", "一名水手", "他"), ("莲娜", "一位画家", "她"),
    ("方力", "一个笨手笨脚的裁缝", "他"), ("伊大婶", "一位养蜂人", "她"),
    ("努里", "一个牧羊人", "他"), ("魏娘", "一位钟表匠", "她"),
)  # fmt: skip
HOMES = ("河边的小屋", "一座黄色的塔楼", "森林边的木屋", "集市楼上的房间", "一条没有帆的船",
         "七座山后面的村子")  # fmt: skip
# measure word, the thing, and why it is wanted
WISHES = (
    ("一盏", "灯", "夜晚又长又黑"), ("一口", "钟", "再也没有人来敲门"),
    ("一件", "蓝色的大衣", "冬天快要来了"), ("一只", "红色的风筝", "每天都刮风"),
    ("一块", "面包", "厨房里什么都没有"), ("一把", "银钥匙", "旧箱子打不开"),
    ("一条", "暖和的毯子", "床上太冷"), ("一张", "地图", "所有的路看起来都一样"),
    ("一面", "鼓", "家里太安静了"), ("一罐", "蜂蜜", "茶太苦了"),
)  # fmt: skip
PLACES = ("集市", "黑森林", "灯塔", "老磨坊", "结冰的湖边", "玻璃山", "港口", "女王的花园")
# measure word, who helps, and what is asked for in return
HELPERS = (
    ("一只", "狐狸", "一首歌"), ("一只", "猫头鹰", "一个谜语的答案"), ("一只", "灰猫", "一碗牛奶"),
    ("一只", "会说话的乌鸦", "一样会发光的东西"), ("一个", "疲倦的巨人", "一个好故事"),
    ("一位", "失明的渔夫", "有人陪伴"), ("一条", "很小的龙", "一点柴火"),
    ("一只", "乌龟", "一点耐心"),
)  # fmt: skip
WEATHER = ("天下着雨。", "太阳照着大地。", "雪静静地落下。", "冷风呼呼地吹着。", "到处都是雾。")
NUMBERS = ("两", "三", "四", "五", "六", "七")


def tell(rng: random.Random) -> tuple[tuple[str, ...], str]:
    """Return what a story is about (hero, wish, place, helper), and the story."""
    hero, kind, he = rng.choice(HEROES)
    one, thing, reason = rng.choice(WISHES)
    place = rng.choice(PLACES)
    some, helper, price = rng.choice(HELPERS)
    home, days, weather = rng.choice(HOMES), rng.choice(NUMBERS), rng.choice(WEATHER)
    opening = rng.choice((
        f"从前有{kind}，名叫{hero}，住在{home}。", f"{home}里住着{kind}，{he}的名字叫{hero}。",
        f"{hero}是{kind}，家在{home}。",
    ))  # fmt: skip
    wish = rng.choice((
        f"因为{reason}，{hero}想要{one}{thing}。", f"{reason}，所以{hero}需要{one}{thing}。",
        f"“要是我有{one}{thing}就好了，”{hero}说，因为{reason}。",
    ))  # fmt: skip
    way = rng.choice((
        f"于是{he}去了{place}，路上走了{days}天。", f"走了{days}天以后，{he}来到了{place}。",
        f"{place}离家有{days}天的路，{he}还是去了。",
    ))  # fmt: skip
    meeting = rng.choice((
        f"在那里{he}遇见了{some}{helper}。", f"{place}没有别人，只有{some}{helper}。",
        f"{some}{helper}坐在那里，看着{hero}。",
    ))  # fmt: skip
    asked = rng.choice((
        f"“你想要什么？”{helper}问。“{one}{thing}，”{hero}说。",
        f"{hero}说：“我在找{one}{thing}。”",
    ))  # fmt: skip
    answer = rng.choice((
        f"“我有{one}，”{helper}说，“不过我要{price}来换。”",
        f"{helper}说：“我的可以给你，我只要{price}。”",
    ))  # fmt: skip
    if rng.random() < 0.75:
        end = rng.choice((
            f"{helper}得到了{price}，{hero}得到了{thing}。",
            f"这很容易：{hero}答应给{price}，{helper}就把{thing}给了{he}。",
        ))  # fmt: skip
        after = rng.choice((
            f"{days}天以后{he}回到了家，{thing}成了{he}最心爱的东西。",
            f"过了{days}天{he}回到家里，把{thing}放在床边，睡得很香。",
        ))  # fmt: skip
    else:
        end = rng.choice((
            f"可是{hero}没有{price}，所以那天{he}没有得到{thing}。",
            f"“{price}？”{hero}说，“这个我给不了。”说完{he}就走了。",
        ))  # fmt: skip
        after = rng.choice((
            f"{hero}走了{days}天才到家，心里还想着那{some[1:]}{helper}。",
            f"{days}天以后{he}回到了家，没有{thing}，却有一个故事可以讲。",
        ))  # fmt: skip
    first = f"{opening}{wish}{way}"
    second = f"{weather}{meeting}{asked}{answer}"
    return (hero, thing, place, helper), "\n".join((first, second, f"{end}{after}"))
