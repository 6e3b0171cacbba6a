"""What can be said: which nouns go with which verbs, adjectives, places and times."""


def table(text: str) -> dict[str, tuple[str, ...]]:
    """Return the first word of each line, "_" for a space in it, to the other words."""
    lines = [line.split() for line in text.strip().splitlines()]
    return {first.replace("_", " "): tuple(w.replace("_", " ") for w in rest)
            for first, *rest in lines}  # fmt: skip


KIN = ("brother", "sister", "grandmother")
PEOPLE = ("man", "woman", "boy", "girl", "child", "teacher", "doctor", "neighbour", "student",
          "friend", "guest")  # fmt: skip
MASS = ("tea", "coffee", "milk", "water", "bread", "soup")

# verb: its objects
OBJECTS = table("""
read book letter newspaper story
write letter story book
buy book newspaper coat hat shirt dress watch apple cake lamp table chair picture bicycle car suitcase bag umbrella knife cup house horse dog
sell book coat hat watch apple cake lamp table chair picture bicycle car suitcase bag house horse
find key watch bag umbrella letter picture knife cat dog cup
lose key watch bag umbrella letter hat
look_for key watch bag umbrella hat cat dog child
see dog cat bird horse man woman child doctor house picture car
eat apple cake bread soup
drink tea coffee milk water
wear/body coat shirt
wear/head hat watch
open door window bottle suitcase letter
close door window suitcase
bring cake picture umbrella book bottle newspaper chair
pick_up/person child guest friend brother grandmother sister student
pick_up/thing letter suitcase bag bicycle
call brother sister grandmother friend doctor teacher neighbour
wash shirt dress coat cup dog car apple
repair car bicycle watch lamp chair table window door
visit/person brother sister grandmother friend teacher neighbour doctor
visit/place museum village school garden
know/person woman man teacher doctor student neighbour girl boy
know/fact answer
help man woman child student neighbour friend brother sister grandmother guest
thank teacher doctor neighbour friend woman man brother sister
miss/late train bus
miss/person brother sister grandmother friend dog cat
take/ride train bus
have dog cat horse car bicycle garden house watch question umbrella
steal car bicycle picture watch bag horse
wait_for bus train doctor friend guest letter answer sister brother
love cat dog horse grandmother woman man child garden
""")  # noqa: E501
GIFTS = table("""
give book apple cake key letter picture umbrella watch hat cup dog
show book letter picture key house garden horse watch bicycle
send book letter picture newspaper coat
""")
PUT = table("""
put/lie book letter key newspaper shirt knife picture
put/stand bottle cup lamp chair suitcase
""")
ALONE = ("sleep", "work", "swim", "dance", "sing", "laugh", "sit", "play/football", "play/chess",
         "play/cards", "play/piano", "get up", "fall asleep", "arrive", "live", "stay", "go",
         "go/ride", "come")  # fmt: skip

# adjective: the nouns it may stand before
ADJECTIVES = table("""
old/person man woman doctor dog cat horse
old/thing coat hat shirt lamp table chair picture bicycle car suitcase bag umbrella book house key newspaper watch
new coat hat shirt dress lamp table chair bicycle car suitcase bag umbrella book house key watch cup teacher neighbour knife
young man woman doctor teacher
big dog cat horse bird table picture car suitcase bag umbrella cake apple house window door cup garden museum
small child dog cat horse bird table picture car suitcase bag cake apple house window door cup garden bottle village
tall man woman boy girl student
short/person man woman boy girl student
short/thing letter story dress coat
long letter story dress coat
red coat hat shirt dress lamp chair bicycle car suitcase bag umbrella cup apple bird
black coat hat shirt dress dog cat horse bicycle car suitcase bag umbrella
white coat hat shirt dress dog cat horse car cup bird house
green coat hat shirt dress lamp chair bicycle bag bottle umbrella door
heavy suitcase bag table chair lamp
light/weight suitcase bag chair coat
light/bright kitchen office
expensive coat hat dress watch lamp table picture car suitcase bag house bicycle
cheap coat hat shirt dress watch lamp table chair car suitcase bag bicycle cup
beautiful dress picture horse bird house garden watch story cup village
interesting book letter newspaper story picture museum question
hard/firm chair bread
hard/difficult question book
friendly teacher doctor neighbour guest student boy girl woman dog
clever student child girl boy woman dog cat
hot tea coffee milk soup
cold milk water
fresh milk bread
""")  # noqa: E501
STATES = ("tired", "happy", "ill", "hungry")  # only of persons, after "be"
WEATHER = ("cold", "hot", "warm", "dark")

PLACES = table("""
read garden park library kitchen office
write library hotel office kitchen
buy market city
sell market city
find garden station kitchen park
lose park station market city
look_for garden station park
see garden park village station
eat garden kitchen park restaurant
drink garden kitchen restaurant office
pick_up/person station school hotel airport
pick_up/thing station hotel airport
wash garden
repair garden
sleep garden hotel library park
work office garden hospital library bank restaurant hotel school
swim lake river
dance garden park restaurant
sing garden park school kitchen
sit riverbank garden park library kitchen
play/football park garden school
play/chess garden park library
play/cards kitchen hotel garden riverbank
play/piano school hotel restaurant
arrive station airport hotel
live village city hotel
stay hotel hospital village office
wait_for station bank school airport riverbank hotel
exist garden kitchen park village office city school
""")
GOALS = ("station", "library", "school", "bank", "market", "museum", "hospital", "restaurant",
         "airport", "park")  # fmt: skip
LARGE = ("chair", "lamp", "suitcase")  # nothing that is put into a bag
RIDES = ("train", "bus", "bicycle")
SURFACES = ("table", "chair", "bed", "floor", "suitcase", "bag")
FLAT = ("table", "bed", "floor")

TIMES = {
    "past": ("yesterday", "last week", "last year", "this morning", "on Monday", "an hour ago",
             "three days ago"),
    "present": ("every day", "every morning", "often", "always", "sometimes"),
    "future": ("tomorrow", "next week", "tonight", "on Sunday"),
    "progressive": ("now",),
}  # fmt: skip
