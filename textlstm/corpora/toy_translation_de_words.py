"""The German words of toy-translation."""

from textlstm.corpora.toy_translation_frames import table

# noun: word, gender, plural; "weak" adds -n or -en in all other forms
NOUNS = table("""
man Mann m Männer
woman Frau f Frauen
boy Junge m Jungen weak
girl Mädchen n Mädchen
child Kind n Kinder
teacher Lehrer m Lehrer
doctor Arzt m Ärzte
neighbour Nachbar m Nachbarn weak
student Student m Studenten weak
friend Freund m Freunde
guest Gast m Gäste
brother Bruder m Brüder
sister Schwester f Schwestern
grandmother Großmutter f Großmütter
tea Tee m Tees
coffee Kaffee m Kaffees
milk Milch f Milch
water Wasser n Wasser
bread Brot n Brote
soup Suppe f Suppen
book Buch n Bücher
letter Brief m Briefe
newspaper Zeitung f Zeitungen
story Geschichte f Geschichten
coat Mantel m Mäntel
hat Hut m Hüte
shirt Hemd n Hemden
dress Kleid n Kleider
watch Uhr f Uhren
apple Apfel m Äpfel
cake Kuchen m Kuchen
lamp Lampe f Lampen
table Tisch m Tische
chair Stuhl m Stühle
bed Bett n Betten
floor Boden m Böden
picture Bild n Bilder
bicycle Fahrrad n Fahrräder
car Auto n Autos
suitcase Koffer m Koffer
bag Tasche f Taschen
umbrella Regenschirm m Regenschirme
knife Messer n Messer
cup Tasse f Tassen
bottle Flasche f Flaschen
key Schlüssel m Schlüssel
house Haus n Häuser
door Tür f Türen
window Fenster n Fenster
dog Hund m Hunde
cat Katze f Katzen
bird Vogel m Vögel
horse Pferd n Pferde
train Zug m Züge
bus Bus m Busse
question Frage f Fragen
answer Antwort f Antworten
museum Museum n Museen
village Dorf n Dörfer
school Schule f Schulen
garden Garten m Gärten
park Park m Parks
library Bibliothek f Bibliotheken
kitchen Küche f Küchen
office Büro n Büros
market Markt m Märkte
city Stadt f Städte
station Bahnhof m Bahnhöfe
restaurant Restaurant n Restaurants
hotel Hotel n Hotels
hospital Krankenhaus n Krankenhäuser
bank Bank f Banken
riverbank Ufer n Ufer
lake See m Seen
river Fluss m Flüsse
airport Flughafen m Flughäfen
""")
ADJECTIVES = {
    "old/person": "alt", "old/thing": "alt", "new": "neu", "young": "jung", "big": "groß",
    "small": "klein", "tall": "groß", "short/person": "klein", "short/thing": "kurz",
    "long": "lang", "red": "rot", "black": "schwarz", "white": "weiß", "green": "grün",
    "heavy": "schwer", "light/weight": "leicht", "light/bright": "hell", "expensive": "teuer",
    "cheap": "billig", "beautiful": "schön", "interesting": "interessant", "hard/firm": "hart",
    "hard/difficult": "schwer", "friendly": "freundlich", "clever": "klug", "hot": "heiß",
    "cold": "kalt", "fresh": "frisch", "tired": "müde", "happy": "glücklich", "ill": "krank",
    "hungry": "hungrig", "warm": "warm", "dark": "dunkel",
}  # fmt: skip
# verb: infinitive, du, er, participle, auxiliary; "|" after a separable prefix
VERBS = table("""
read lesen liest liest gelesen h
write schreiben schreibst schreibt geschrieben h
buy kaufen kaufst kauft gekauft h
sell verkaufen verkaufst verkauft verkauft h
find finden findest findet gefunden h
lose verlieren verlierst verliert verloren h
look_for suchen suchst sucht gesucht h
see sehen siehst sieht gesehen h
eat essen isst isst gegessen h
drink trinken trinkst trinkt getrunken h
wear/body tragen trägst trägt getragen h
wear/head tragen trägst trägt getragen h
open auf|machen machst macht aufgemacht h
close zu|machen machst macht zugemacht h
bring mit|bringen bringst bringt mitgebracht h
pick_up/person ab|holen holst holt abgeholt h
pick_up/thing ab|holen holst holt abgeholt h
call an|rufen rufst ruft angerufen h
wash waschen wäschst wäscht gewaschen h
repair reparieren reparierst repariert repariert h
visit/person besuchen besuchst besucht besucht h
visit/place besuchen besuchst besucht besucht h
know/person kennen kennst kennt gekannt h
know/fact wissen weißt weiß gewusst h
know/that wissen weißt weiß gewusst h
help helfen hilfst hilft geholfen h
thank danken dankst dankt gedankt h
miss/late verpassen verpasst verpasst verpasst h
miss/person vermissen vermisst vermisst vermisst h
take/ride nehmen nimmst nimmt genommen h
have haben hast hat gehabt h
steal stehlen stiehlst stiehlt gestohlen h
wait_for warten wartest wartet gewartet h
love lieben liebst liebt geliebt h
give geben gibst gibt gegeben h
show zeigen zeigst zeigt gezeigt h
send schicken schickst schickt geschickt h
put/lie legen legst legt gelegt h
put/stand stellen stellst stellt gestellt h
bring/place bringen bringst bringt gebracht h
bring/person bringen bringst bringt gebracht h
sleep schlafen schläfst schläft geschlafen h
work arbeiten arbeitest arbeitet gearbeitet h
swim schwimmen schwimmst schwimmt geschwommen s
dance tanzen tanzt tanzt getanzt h
sing singen singst singt gesungen h
laugh lachen lachst lacht gelacht h
sit sitzen sitzt sitzt gesessen h
play spielen spielst spielt gespielt h
get_up auf|stehen stehst steht aufgestanden s
fall_asleep ein|schlafen schläfst schläft eingeschlafen s
arrive an|kommen kommst kommt angekommen s
live wohnen wohnst wohnt gewohnt h
stay bleiben bleibst bleibt geblieben s
go gehen gehst geht gegangen s
ride fahren fährst fährt gefahren s
come kommen kommst kommt gekommen s
rain regnen regnest regnet geregnet h
say sagen sagst sagt gesagt h
think denken denkst denkt gedacht h
hope hoffen hoffst hofft gehofft h
believe glauben glaubst glaubt geglaubt h
lie/lie liegen liegst liegt gelegen h
lie/stand stehen stehst steht gestanden h
""")
REQUESTS = {"read": "lies", "help": "hilf", "give": "gib"}  # others: the stem of the infinitive
# irregular finite forms: I, you, he, we and they
FINITE = {
    "be": ("bin", "bist", "ist", "sind"),
    "was": ("war", "warst", "war", "waren"),
    "had": ("hatte", "hattest", "hatte", "hatten"),
    "have": ("habe", "hast", "hat", "haben"),
    "will": ("werde", "wirst", "wird", "werden"),
    "passive": ("wurde", "wurdest", "wurde", "wurden"),
    "can": ("kann", "kannst", "kann", "können"),
    "must": ("muss", "musst", "muss", "müssen"),
    "had to": ("musste", "musstest", "musste", "mussten"),
    "must not": ("darf", "darfst", "darf", "dürfen"),
    "may": ("darf", "darfst", "darf", "dürfen"),
    "want": ("will", "willst", "will", "wollen"),
    "wanted": ("wollte", "wolltest", "wollte", "wollten"),
    "should": ("soll", "sollst", "soll", "sollen"),
    "know": ("weiß", "weißt", "weiß", "wissen"),
    "lay": ("lag", "lagst", "lag", "lagen"),
    "stood": ("stand", "standst", "stand", "standen"),
    "exist": ("gibt", "gibt", "gibt", "gibt"),
    "existed": ("gab", "gab", "gab", "gab"),
}
PRONOUNS = {  # nominative, accusative, dative
    "I": "ich mich mir", "you": "du dich dir", "he": "er ihn ihm", "she": "sie sie ihr",
    "it": "es es ihm", "we": "wir uns uns", "they": "sie sie ihnen", "who": "wer wen wem",
    "what": "was was was",
}  # fmt: skip
POSSESSIVES = {"my": "mein", "his": "sein", "her": "ihr", "your": "dein"}
FIXED = {"play/football": "Fußball", "play/chess": "Schach", "play/cards": "Karten",
         "play/piano": "Klavier", "come": "nach Hause"}  # fmt: skip
PLACES = {"market": "auf", "station": "an", "riverbank": "an", "airport": "an"}  # others: in
TOWARDS = {"station": "zu", "school": "zu", "bank": "zu", "airport": "zu", "market": "auf"}
SURFACES = {"suitcase": "in", "bag": "in"}  # others: auf
CONTRACTED = {"in dem": "im", "an dem": "am", "zu dem": "zum", "zu der": "zur", "in das": "ins",
              "von dem": "vom", "auf das": "aufs"}  # fmt: skip
TIMES = {
    "yesterday": "gestern", "last week": "letzte Woche", "last year": "letztes Jahr",
    "this morning": "heute Morgen", "on Monday": "am Montag", "an hour ago": "vor einer Stunde",
    "three days ago": "vor drei Tagen", "every day": "jeden Tag", "every morning": "jeden Morgen",
    "often": "oft", "always": "immer", "sometimes": "manchmal", "tomorrow": "morgen",
    "next week": "nächste Woche", "tonight": "heute Abend", "on Sunday": "am Sonntag",
    "now": "jetzt",
}  # fmt: skip
LINKS = {"because": "weil", "if": "wenn", "although": "obwohl", "that": "dass"}
WORDS = {"where": "wo", "when": "wann", "why": "warum"}
