"""The English names of the toy entities: what is known, and how new ones are formed."""

from textlstm.corpora.toy_entities_grammar import product, split

# Names formed like these are borne by people, places, firms and brands alike.
LOOSE = product(
    "Ash, Brad, Brook, Burn, Carl, Clif, Crans, Dal, Den, Ell, Fair, Hal, Hart, Haw, Hol, Kem, "
    "King, Lang, Lind, Mar, Mill, Mor, Nor, Oak, Pem, Pres, Rad, Ren, Ros, Sel, Stan, Tal, Thorn, "
    "Wal, Wes, Whit, Win, Wood",
    "ton, ford, ley, ham, well, wood, by, worth, more, field, den, bury, wick, stead, bourne, "
    "combe, croft, dale, gate, shaw",
    "Brookby, Oakby, Ashham, Walgate, Oakden, Wooded, Nordale",
)
SURNAMES = product(
    "Ander, Peter, Hender, Robin, Thom, Nel, Jen, Han, Lar, Eriks, Matti, Davi, Gib, Daw, Wat, "
    "Har, Ben, Simp, Wil, Steven",
    "son, sen, man, kins, sky, elli",
)
TOWNS = product(
    "Green, Char, Ham, Lauter, Stein, Frank, Rosen, Linden, Bel, Cal, Dar, Fal, Grim, Hoch, Jas, "
    "Kar, Lund, Mont, Neu, Ost, Plym, Sund, Tor, Wey",
    "ville, berg, burg, mouth, stad, dorf, haven, polis",
)
FIRMS = product(
    "Nova, Omni, Hydro, Medi, Agro, Inter, Uni, Data, Astra, Poly, Geo, Luxo, Aero, Eco, Trans, "
    "Euro",
    "tech, soft, corp, gen, net, line, com, plan",
)
MODELS = product(
    "Lum, Corv, Zen, Nex, Vel, Aur, Pix, Mir, Sol, Kor, Tav, Zep, Fen, Gal, Ost",
    "io, ara, ix, ex, ona, ux, eo, ino",
)

FIRST = split(
    "Anna, Ben, Clara, David, Emma, Fatima, George, Helen, Ivan, Julia, Kevin, Laura, Maria, "
    "Nadia, Oliver, Peter, Rachel, Simon, Tom, Ursula, Wei, Yusuf, Priya, Kenji, Carlos, Ingrid, "
    "Amir, Sofia, Rose, Mark, Bill, Grace, Hope, Frank, Olive, Ruby, Amber, Will, Faith, Jack"
)
CITIES = split(
    "London, Madrid, Rome, Lisbon, Vienna, Oslo, Warsaw, Cairo, Lima, Tokyo, Seoul, Delhi, "
    "Toronto, Chicago, Boston, Nairobi, Prague, Athens, Dublin, Hamburg"
)
COUNTRIES = split(
    "France, Spain, Italy, Norway, Poland, Egypt, Peru, Japan, India, Canada, Brazil, Kenya, "
    "Greece, Ireland, Turkey, Chile"
)
KNOWN_FIRMS = split("Siemens, Toyota, Nestle, Samsung, Unilever, Volvo, Airbus, Bayer, Nokia, IBM")

# Known names by the types they are used for.
FAMOUS = {
    "PER": split(
        "Jordan, Paris, Washington, Lincoln, Florence, Sydney, Austin, Houston, Chelsea, Georgia, "
        "Victoria, Madison, Charlotte, Hudson, Ford, Disney, Hilton, Ferrari, Morgan, Dell, "
        "Mercedes"
    ),
    "LOC": split(
        "Jordan, Paris, Washington, Lincoln, Florence, Sydney, Austin, Houston, Chelsea, Georgia, "
        "Victoria, Madison, Charlotte, Hudson, Amazon, Santander, Everton, Cambridge, Oxford, "
        "Phoenix"
    ),
    "ORG": split(
        "Amazon, Santander, Everton, Cambridge, Oxford, Chelsea, Ford, Disney, Hilton, Ferrari, "
        "Morgan, Dell, Apple, Orange, Shell, Target, Jaguar, Galaxy, Phoenix"
    ),
    "PROD": split(
        "Jordan, Lincoln, Ford, Ferrari, Mercedes, Jaguar, Galaxy, Apple, Puma, Beetle, Phoenix, "
        "Hudson, Dell, Victoria, Morgan, Orange"
    ),
}

POOLS = {
    "loose": LOOSE,
    "surname": SURNAMES,
    "town": TOWNS,
    "firm": FIRMS,
    "model": MODELS,
}

NAMES = {
    **{f"name_{kind}": ("{loose}", "{loose}", f"{{famous_{kind}}}") for kind in FAMOUS},
    **{f"famous_{kind}": names for kind, names in FAMOUS.items()},
    "first": FIRST,
    "initial": split("A, B, C, E, H, J, M, P, R, T"),
    "city": CITIES,
    "country": COUNTRIES,
    "family": ("{surname}", "{surname}", "{loose}", "{famous_PER}"),
    "place": ("{town}", "{town}", "{city}", "{loose}", "{famous_LOC}", "{country}"),
    "number": split("2, 3, 5, 7, 9, 300, 800, X, Pro, Max, Mini"),
    "PER": (
        "[PER|{first} {family}]",
        "[PER|{first} {family}]",
        "[PER|{first} {initial}. {family}]",
        "[PER|{first}]",
    ),
    "FULL": ("[PER|{first} {surname}]", "[PER|{first} {loose}]"),
    "SURNAME": ("[PER|{family}]",),
    "LOC": (
        "[LOC|{place}]",
        "[LOC|{place}]",
        "[LOC|{place}]",
        "[LOC|Port {town}]",
        "[LOC|New {loose}]",
        "[LOC|{loose} Falls]",
        "[LOC|Lake {town}]",
    ),
    "COUNTRY": ("[LOC|{country}]", "[LOC|Jordan]"),
    "RIVER": ("[LOC|Amazon]", "[LOC|Hudson]", "[LOC|{loose}]"),
    "TOWN": ("[LOC|{town}]", "[LOC|{city}]"),
    "ORG": (
        "[ORG|{firm}]",
        "[ORG|{known_firm}]",
        "[ORG|{loose} {kind}]",
        "[ORG|{surname} & Sons]",
        "[ORG|{place} {kind}]",
        "[ORG|{famous_ORG}]",
        "[ORG|{loose} & {surname}]",
    ),
    "MAKER": ("[ORG|{firm}]", "[ORG|{known_firm}]"),
    "INSTITUTE": (
        "[ORG|University of {place}]",
        "[ORG|Bank of {place}]",
        "[ORG|{place} Museum]",
        "[ORG|{place} Hospital]",
        "[ORG|{place} City Council]",
        "[ORG|National Library of {country}]",
    ),
    "CLUB": ("[ORG|{place} United]", "[ORG|{place} Rovers]", "[ORG|{place}]"),
    "PROD": ("[PROD|{model} {number}]", "[PROD|{model}]", "[PROD|{famous_PROD} {number}]"),
    "MODEL": ("[PROD|{model} {number}]",),
    "known_firm": KNOWN_FIRMS,
    "kind": split("Ltd, Motors, Airlines, Insurance, Foods, Press, Group"),
}
