"""The vocabulary of street names in Quebec: kinds, directions, titles and articles, with their abbreviations."""

_KINDS = {
    "rue": "r st str street",
    "avenue": "av ave aven",
    "boulevard": "boul bd blvd boulv bl",
    "chemin": "ch che chem cheming rd road",
    "rang": "rg rge range",
    "route": "rte rt highway hwy",
    "autoroute": "aut autorte freeway",
    "montee": "mtee mte mnt",
    "place": "pl plc",
    "croissant": "crois crescent cres croiss",
    "terrasse": "tsse terr terrace",
    "allee": "all lane ln alley",
    "impasse": "imp",
    "cour": "court crt",
    "cote": "cte hill",
    "carre": "square sq",
    "promenade": "prom drive dr",
    "passage": "pass",
    "quai": "wharf",
    "ruelle": "rle",
    "sentier": "sent trail",
    "cercle": "cer circle",
    "voie": "way",
    "ligne": "line",
    "concession": "conc",
    "esplanade": "espl",
    "descente": "desc",
    "domaine": "dom",
}

KINDS: dict[str, str] = {form: kind for kind, forms in _KINDS.items() for form in (kind, *forms.split())}
"""Every known form of a kind of street, to its canonical form (folded French)."""

ENGLISH_TRAILING = frozenset({"st", "dr", "court", "hill", "line", "way", "str"})
"""Forms that are a kind only after the name: before it, "st" is a saint and "dr" a doctor."""

NUMBERED_KINDS = frozenset({"rang", "route", "autoroute", "concession", "ligne", "chemin"})
"""Kinds whose name may be a bare number ("route 138", "rang XI")."""

DIRECTIONS: dict[str, str] = {
    "n": "nord", "nord": "nord", "north": "nord", "norte": "nord",
    "s": "sud", "sud": "sud", "south": "sud", "sur": "sud",
    "e": "est", "est": "est", "east": "est", "este": "est",
    "o": "ouest", "w": "ouest", "ouest": "ouest", "west": "ouest", "oeste": "ouest",
}  # fmt: skip
"""Directions at the end of a name."""

_ARTICLES = "a au aux d de des du et l la le les of the y del el los las"
ARTICLES = frozenset(_ARTICLES.split())
"""Words that are left out of keys: people forget them."""

ABBREVIATIONS: dict[str, str] = {
    "st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes",
    "nd": "notre dame", "dr": "docteur", "dre": "docteure", "mgr": "monseigneur", "gen": "general",
    "capt": "capitaine", "sgt": "sergent", "col": "colonel", "lt": "lieutenant", "prof": "professeur",
    "hon": "honorable", "pres": "president", "cure": "cure", "fr": "frere", "mt": "mont",
}  # fmt: skip
"""Abbreviated words in names, to their full form."""

_ORDINALS = (
    "premier premiere first", "deuxieme second seconde", "troisieme third", "quatrieme fourth",
    "cinquieme fifth", "sixieme sixth", "septieme seventh", "huitieme eighth", "neuvieme ninth", "dixieme tenth",
    "onzieme eleventh", "douzieme twelfth",
)  # fmt: skip
ORDINAL_WORDS: dict[str, str] = {
    word: str(number) for number, forms in enumerate(_ORDINALS, start=1) for word in forms.split()
}
"""Written ordinals, to digits."""

_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
ROMAN: dict[str, str] = {numeral: str(number) for number, numeral in enumerate(_ROMAN.split(), start=1)}
"""Roman numerals of ranges and concessions, to digits."""
