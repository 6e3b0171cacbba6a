"""The Chinese words of toy-translation."""

from textlstm.corpora.toy_translation_frames import table

# noun: word, measure word
NOUNS = table("""
man 男人 个
woman 女人 个
boy 男孩 个
girl 女孩 个
child 孩子 个
teacher 老师 位
doctor 医生 位
neighbour 邻居 个
student 学生 个
friend 朋友 个
guest 客人 位
brother 哥哥 个
sister 姐姐 个
grandmother 奶奶 位
tea 茶 杯
coffee 咖啡 杯
milk 牛奶 杯
water 水 杯
bread 面包 块
soup 汤 碗
book 书 本
letter 信 封
newspaper 报纸 份
story 故事 个
coat 大衣 件
hat 帽子 顶
shirt 衬衫 件
dress 裙子 条
watch 手表 块
apple 苹果 个
cake 蛋糕 个
lamp 灯 盏
table 桌子 张
chair 椅子 把
bed 床 张
floor 地板 块
picture 画 幅
bicycle 自行车 辆
car 汽车 辆
suitcase 箱子 个
bag 手提包 个
umbrella 雨伞 把
knife 刀 把
cup 杯子 个
bottle 瓶子 个
key 钥匙 把
house 房子 座
door 门 扇
window 窗户 扇
kitchen 厨房 间
office 办公室 间
garden 花园 个
dog 狗 条
cat 猫 只
bird 鸟 只
horse 马 匹
train 火车 列
bus 公共汽车 辆
question 问题 个
answer 答案 个
museum 博物馆 座
village 村子 个
school 学校 所
""")
# adjective: before a noun, and after 很
ADJECTIVES = {
    "old/person": ("老", "老"), "old/thing": ("旧", "旧"), "new": ("新", "新"),
    "young": ("年轻", "年轻"), "big": ("大", "大"), "small": ("小", "小"),
    "tall": ("高个子", "高"), "short/person": ("矮个子", "矮"),
    "short/thing": ("很短的", "短"), "long": ("很长的", "长"), "red": ("红", "红"),
    "black": ("黑", "黑"), "white": ("白", "白"), "green": ("绿", "绿"),
    "heavy": ("很重的", "重"), "light/weight": ("很轻的", "轻"),
    "light/bright": ("明亮的", "明亮"), "expensive": ("很贵的", "贵"),
    "cheap": ("便宜的", "便宜"), "beautiful": ("漂亮的", "漂亮"),
    "interesting": ("有趣的", "有趣"), "hard/firm": ("很硬的", "硬"),
    "hard/difficult": ("很难的", "难"), "friendly": ("友好的", "友好"),
    "clever": ("聪明的", "聪明"), "hot": ("热", "热"), "cold": ("冷", "冷"),
    "fresh": ("新鲜的", "新鲜"), "tired": ("", "累"), "happy": ("", "高兴"),
    "hungry": ("", "饿"), "warm": ("", "暖和"), "dark": ("", "暗"),
}  # fmt: skip
# old, with the noun: where the two are not 老 or 旧 and the noun
OLD = {"man": "老人", "woman": "老太太"}
# verb: plain, past, experience; {o} the object, {i} the receiver, {g} the goal
VERBS = table("""
read 看{o} 看了{o} 看过{o}
write 写{o} 写了{o} 写过{o}
buy 买{o} 买了{o} 买过{o}
sell 卖{o} 卖了{o} 卖过{o}
find 找到{o} 找到了{o} 找到过{o}
lose 丢{o} 丢了{o} 丢过{o}
look_for 找{o} 找了{o} 找过{o}
see 看见{o} 看见了{o} 见过{o}
eat 吃{o} 吃了{o} 吃过{o}
drink 喝{o} 喝了{o} 喝过{o}
wear/body 穿{o} 穿了{o} 穿过{o}
wear/head 戴{o} 戴了{o} 戴过{o}
open 打开{o} 打开了{o} 打开过{o}
close 关上{o} 关上了{o} 关上过{o}
bring 带{o}来 带了{o}来 带{o}来过
pick_up/person 接{o} 接了{o} 接过{o}
pick_up/thing 取{o} 取了{o} 取过{o}
call 给{o}打电话 给{o}打了电话 给{o}打过电话
wash 洗{o} 洗了{o} 洗过{o}
repair 修{o} 修好了{o} 修过{o}
visit/person 看望{o} 看望了{o} 看望过{o}
visit/place 参观{o} 参观了{o} 参观过{o}
know/person 认识{o} 认识{o} 认识{o}
know/fact 知道{o} 知道{o} 知道{o}
know/that 知道 知道 知道
help 帮助{o} 帮助了{o} 帮助过{o}
thank 感谢{o} 感谢了{o} 感谢过{o}
miss/late 错过{o} 错过了{o} 错过{o}
miss/person 想念{o} 想念{o} 想念过{o}
take/ride 坐{o} 坐了{o} 坐过{o}
have 有{o} 有{o} 有过{o}
steal 偷{o} 偷了{o} 偷过{o}
wait_for 等{o} 等了{o} 等过{o}
love 爱{o} 爱{o} 爱过{o}
give 给{i}{o} 给了{i}{o} 给过{i}{o}
show 给{i}看{o} 给{i}看了{o} 给{i}看过{o}
send 给{i}寄{o} 给{i}寄了{o} 给{i}寄过{o}
put/lie 把{o}放在{g} 把{o}放在了{g} 把{o}放在{g}过
put/stand 把{o}放在{g} 把{o}放在了{g} 把{o}放在{g}过
bring/place 把{o}拿到{g} 把{o}拿到了{g} 把{o}拿到过{g}
bring/person 送{o}去{g} 送{o}去了{g} 送{o}去过{g}
sleep 睡觉 睡觉了 睡过觉
work 工作 工作了 工作过
swim 游泳 游泳了 游过泳
dance 跳舞 跳舞了 跳过舞
sing 唱歌 唱歌了 唱过歌
laugh 笑 笑了 笑过
sit 坐{p} 坐{p} 坐{p}
play/football 踢足球 踢足球了 踢过足球
play/chess 下棋 下棋了 下过棋
play/cards 打牌 打牌了 打过牌
play/piano 弹钢琴 弹钢琴了 弹过钢琴
get_up 起床 起床了 起过床
fall_asleep 睡着 睡着了 睡着过
arrive 到{p} 到了{p} 到过{p}
live 住{p} 住{p} 住{p}
stay 待{p} 待{p} 待{p}
go 去{g} 去了{g} 去过{g}
go/train 坐火车去{g} 坐火车去了{g} 坐火车去过{g}
go/bus 坐公共汽车去{g} 坐公共汽车去了{g} 坐公共汽车去过{g}
go/bicycle 骑自行车去{g} 骑自行车去了{g} 骑自行车去过{g}
come 回家 回家了 回过家
rain 下雨 下雨了 下过雨
say 说 说 说
think 觉得 觉得 觉得
hope 希望 希望 希望
believe 相信 相信 相信
""")
# what 把 and 被 need after the verb
DONE = {"open": "打开", "close": "关上", "find": "找到", "repair": "修好", "sell": "卖掉",
        "eat": "吃掉", "steal": "偷走", "wash": "洗干净", "lose": "弄丢"}  # fmt: skip
TAKES_BA = ("open", "close", "repair", "sell", "steal", "lose")
PRONOUNS = {"I": "我", "you": "你", "he": "他", "she": "她", "it": "它", "we": "我们",
            "they": "他们", "who": "谁", "what": "什么"}  # fmt: skip
NAMES = {"Anna": "安娜", "Maria": "玛丽亚", "Peter": "彼得", "Paul": "保罗"}
OWNERS = {"my": "我", "his": "他", "her": "她", "your": "你"}
MODALS = {"must": "必须", "may": "可以", "want": "想", "should": "应该", "like": "喜欢"}
PLACES = {
    "garden": "花园里", "park": "公园里", "library": "图书馆", "kitchen": "厨房里",
    "office": "办公室", "market": "市场", "city": "城里", "station": "火车站",
    "village": "村子里", "restaurant": "餐馆", "school": "学校", "hotel": "酒店",
    "hospital": "医院", "bank": "银行", "riverbank": "河岸上", "lake": "湖里", "river": "河里",
    "airport": "机场", "museum": "博物馆",
}  # fmt: skip
GOALS = {"park": "公园"}  # others: as places
SURFACES = {"table": "桌子上", "chair": "椅子上", "bed": "床上", "floor": "地上",
            "suitcase": "箱子里", "bag": "手提包里"}  # fmt: skip
TIMES = {
    "yesterday": "昨天", "last week": "上个星期", "last year": "去年",
    "this morning": "今天早上", "on Monday": "星期一", "an hour ago": "一个小时前",
    "three days ago": "三天前", "every day": "每天", "every morning": "每天早上",
    "often": "经常", "always": "总是", "sometimes": "有时候", "tomorrow": "明天",
    "next week": "下个星期", "tonight": "今天晚上", "on Sunday": "星期天", "now": "现在",
}  # fmt: skip
WORDS = {"where": "哪里", "when": "什么时候", "why": "为什么"}
