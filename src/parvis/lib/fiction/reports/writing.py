"""How people write: neat or in a hurry, with or without accents, angry, long, in English or in Spanish."""

from __future__ import annotations

import random
import re
import unicodedata
from functools import cache

from ..naming import words
from .categories import Category, phrases, table
from .spots import Spot

FEMININE = {"rue", "avenue", "montée", "route", "côte", "impasse", "place", "ruelle"}
IN_THE_WAY = {"nid-de-poule", "chaussee", "trottoir", "signalisation", "deneigement", "glace", "puisard", "arbre",
              "piste-cyclable", "lampadaire", "stationnement"}  # fmt: skip
PLACE_WORDS = {
    "town_hall": "l'hôtel de ville", "mrc_office": "les bureaux de la MRC", "church": "l'église",
    "library": "la bibliothèque", "market": "le carré du Marché", "theatre": "le Centre du Moulin",
    "arena": "l'aréna", "pool": "la piscine", "school": "l'école", "college": "le cégep", "clinic": "la clinique",
    "hospital": "l'hôpital", "pharmacy": "la pharmacie", "daycare": "la garderie", "fire_station": "la caserne",
    "public_works": "le garage municipal", "ecocentre": "l'écocentre", "bus_station": "la gare d'autobus",
    "community_centre": "la salle communautaire", "bar": "le bar", "mill": "la scierie", "grocery": "l'épicerie",
}  # fmt: skip
STYLES = ("neat", "plain", "short", "hurried", "angry", "long")
SINCE = {
    "fr": ("depuis hier", "depuis lundi", "depuis mardi", "depuis jeudi", "depuis vendredi soir", "depuis la tempête",
           "depuis une semaine", "depuis deux semaines", "depuis au moins dix jours", "depuis le début du mois",
           "depuis à matin", "depuis la fin de semaine passée", "depuis trois jours", "depuis l'automne",
           "depuis la dernière pluie", "depuis que les travaux sont finis"),
    "en": ("since yesterday", "since Monday", "for a week", "for two weeks now", "since the storm", "for three days"),
    "es": ("desde ayer", "desde el lunes", "desde hace una semana", "desde hace días", "desde la tormenta"),
}  # fmt: skip
SLANG = (
    (r"\bje ne suis pas\b", "chu pas"), (r"\bil y a\b", "ya"), (r"\bIl y a\b", "Ya"), (r"\bce n'est pas\b", "c pas"),
    (r"\bc'est\b", "c"), (r"\bplus\b", "pu"), (r"\bparce que\b", "pcq"), (r"\bquelqu'un\b", "qqun"),
    (r"\btoujours\b", "tjs"), (r"\bbeaucoup\b", "bcp"), (r"\bs'il vous plaît\b", "svp"), (r"\bet\b", "pis"),
    (r"\ba été\b", "a été"), (r"\bça\b", "sa"), (r"\bje suis\b", "chu"), (r"\bmaintenant\b", "mtn"),
)  # fmt: skip
CLERK = (
    "Appel reçu : ",
    "Par téléphone : ",
    "La citoyenne nous dit : ",
    "Le citoyen signale ceci : ",
    "Noté au téléphone. ",
)
COUNTER = ("Au comptoir : ", "Personne venue au bureau : ", "Rencontré au comptoir ce matin. ")


def write_report(rng: random.Random, category: Category, spot: Spot, channel: str, language: str) -> str:
    """The words of a report. The style follows the draw: no two draws give the same text, or nearly never."""
    own = phrases()[category.slug]
    if language != "fr":
        return _foreign(rng, own, spot, language)
    if channel != "web":
        text = _sentence(rng, rng.choice(own["what"]), spot)
        more = _sentence(rng, rng.choice(own["more"]), spot) if rng.random() < 0.5 else ""
        return (rng.choice(COUNTER if channel == "counter" else CLERK) + text + " " + more).strip()
    style = rng.choices(STYLES, (20, 26, 17, 17, 9, 11))[0]
    return _degrade(rng, _compose(rng, own, spot, style, category.slug in IN_THE_WAY), style)


def say(rng: random.Random, kind: str) -> str:
    """A generic phrase: reminder, thankful, unhappy, late, refused and so on, as in ``data/phrases/common.toml``."""
    common = table("phrases/common")
    text = rng.choice(common[kind] if kind in common else common["staff"][kind])
    return text.format(family=rng.choice(words("names")["families"]), first=_first(rng), when="", staff="", street="")


def ask(rng: random.Random) -> tuple[str, str]:
    """A question of the staff, and what the resident answers."""
    pair = rng.choice(table("phrases/common")["questions"])
    return pair["ask"], rng.choice(pair["answers"])


def answer(rng: random.Random, category: Category, text: str) -> str:
    """The staff's last word on a report: of the answers of its category, one that speaks of the same thing."""
    asked, answers = _stems(text), phrases()[category.slug]["done"]
    scores = [len(asked & _stems_of_answer(done)) for done in answers]
    # The first answer of a category is the one that always fits.
    fitting = [done for done, score in zip(answers, scores, strict=True) if score == max(scores)]
    return rng.choice(fitting) if max(scores) else answers[0]


@cache
def _stems_of_answer(text: str) -> frozenset[str]:
    return frozenset(_stems(text))


def _stems(text: str) -> set[str]:
    """The first five letters of the longer words: enough to see that a bin and bins are one matter."""
    return {word[:5] for word in re.findall(r"[a-z]{5,}", _no_accents(text.lower()))} - {"bonjo", "merci", "quand"}


def _compose(rng: random.Random, own: dict, spot: Spot, style: str, passers: bool) -> str:
    common = table("phrases/common")
    if style == "short":
        return _sentence(rng, rng.choice(own["short"]), spot)
    what = _sentence(rng, rng.choice(own["what"]), spot)
    more = _sentence(rng, rng.choice(own["more"]), spot)
    bother = rng.choice(common["bother" if passers else "bother_any"])
    if style == "hurried":
        first = rng.choice(own["short"]) if rng.random() < 0.45 else rng.choice(own["what"])
        return " ".join([_sentence(rng, first, spot), *([more] if rng.random() < 0.5 else [])])
    if style == "plain":
        return " ".join([what, *rng.choice(([more], [bother], [rng.choice(common["ask"])], []))])
    if style == "angry":
        rants = rng.sample(common["angry"], rng.choice((1, 2, 2, 3)))
        return " ".join([rants[0], what, *([more] if rng.random() < 0.6 else []), *rants[1:]])
    parts = [what, more]
    if style == "long":
        told = common["stories"] + (common["stories_way"] if passers else [])
        story = rng.choice(told).format(family=rng.choice(words("names")["families"]), first=_first(rng))
        parts += [bother, story, rng.choice(common["ask"])]
        if rng.random() < 0.5:
            parts.insert(1, _sentence(rng, rng.choice(own["more"]), spot))
            parts = list(dict.fromkeys(parts))
    else:
        parts += [rng.choice(common["ask"])] if rng.random() < 0.7 else [bother]
    hello = rng.choice(common["hello"]) if rng.random() < 0.75 else ""
    body = " ".join(parts)
    if hello.endswith(("car", ",")) and not hello.startswith("Bonjour, je") and rng.random() < 0.5:
        hello += "\n"
    if hello.endswith("car") or (hello.endswith(",") and rng.random() < 0.6):
        body = body[0].lower() + body[1:]
    elif hello and hello[-1].isalpha():
        hello += rng.choice((".", "!", "\n", ","))
    bye = "\n" + rng.choice(common["thanks"]) if rng.random() < 0.55 else ""
    return f"{hello} {body}{bye}".replace("\n ", "\n").strip()


def _sentence(rng: random.Random, template: str, spot: Spot, language: str = "fr") -> str:
    """Fill in where and since when, and start with a capital when the template does."""
    at = where_is(rng, spot, language, numbered="{on}" in template)
    filled = template.format(
        at=at, at_bare=re.sub(r"^(à côté de|près de|devant|en face de) ", "", at), on=on_street(spot.street.name),
        of=of_street(spot.street.name), street=spot.street.name, code=spot.code or f"L-{rng.randrange(10, 240):03d}",
        since=rng.choice(SINCE[language]))  # fmt: skip
    return filled[0].upper() + filled[1:] if template[0].isupper() or template.startswith("{since}") else filled


def where_is(rng: random.Random, spot: Spot, language: str = "fr", *, numbered: bool = False) -> str:
    """Words for a spot: ``devant le 47, rue Principale``, ``près de l'aréna``; by its number only when asked."""
    number, street = spot.address.number, spot.address.street_name
    if language == "en":
        return rng.choice(
            (f"in front of {number} {street}", f"at {number} {street}", f"on {street} near number {number}")
        )
    if language == "es":
        return rng.choice((f"frente al {number} {street}", f"en {street}, cerca del {number}"))
    if spot.place is not None and (spot.place.kind == "park" or rng.random() < 0.7):
        name = spot.place.name[0].lower() + spot.place.name[1:]
        if spot.place.kind == "park":
            return rng.choice((f"au {name}", f"au {name}, côté {street}", f"dans le {name}"))
        common = PLACE_WORDS[spot.place.kind]
        return rng.choice(
            (f"près {_of(common)}", f"en face {_of(common)}", f"à côté {_of(common)}", f"devant {common}")
        )
    if numbered:
        return rng.choice(
            (f"devant le {number}", f"à la hauteur du {number}", f"passé le {number}", f"vis-à-vis le {number}")
        )
    forms = (f"devant le {number} {street}", f"devant le {number}, {street}", f"en face du {number} {street}",
             f"au {number}, {street}", f"{on_street(street)}, à la hauteur du {number}",
             f"entre le {number} et le {number + 8} {street}", f"{on_street(street)} passé le {number}",
             f"vis-à-vis le {number} {street}", f"au {number} {street}")  # fmt: skip
    return rng.choice(forms)


def on_street(name: str) -> str:
    """``sur la rue Principale``, ``dans le rang Simard``, ``sur l'avenue Bélanger``."""
    first = name.partition(" ")[0]
    if first in ("avenue", "impasse"):
        return f"sur l'{name}"
    if "ang" in name.split(" ")[0] or name.endswith("Rang"):
        return f"dans le {name}"
    return f"sur la {name}" if first in FEMININE else f"sur le {name}"


def of_street(name: str) -> str:
    """``de la rue Principale``, ``du rang Simard``, ``de l'avenue Bélanger``."""
    on = on_street(name).partition(" ")[2]
    return _of(on)


def _of(place: str) -> str:
    """``de`` and an article, drawn together: ``de l'aréna``, ``du cégep``, ``des bureaux``."""
    if place.startswith("le "):
        return "du " + place[3:]
    return "des " + place[4:] if place.startswith("les ") else "de " + place


def _foreign(rng: random.Random, own: dict, spot: Spot, language: str) -> str:
    text = _sentence(rng, rng.choice(own[language]), spot, language)
    tails = {"en": ("Thanks.", "Thank you for looking into it.", "Please advise.", "Cheers"),
             "es": ("Gracias.", "Muchas gracias.", "Perdón, no hablo francés.", "Gracias por su ayuda.")}  # fmt: skip
    heads = {"en": ("Hi,", "Hello,", "Good morning,"), "es": ("Hola,", "Buenos días,", "Buenas,")}
    if rng.random() < 0.5:
        text = f"{rng.choice(heads[language])} {text[0].lower() + text[1:]}"
    return f"{text} {rng.choice(tails[language])}" if rng.random() < 0.6 else text


def _degrade(rng: random.Random, text: str, style: str) -> str:
    """Make a correct text look typed: by a thumb, in a hurry, in anger."""
    if style in ("neat", "long"):
        return _typos(rng, text, 0.002) if rng.random() < 0.3 else text
    if style == "angry" and rng.random() < 0.6:
        text = text.replace(".", rng.choice(("!", "!!", "!!!")), 1)
        if rng.random() < 0.35:
            text = text.upper()
        return _typos(rng, text, 0.004)
    if style in ("hurried", "short") or rng.random() < 0.3:
        if rng.random() < 0.75:
            for pattern, slang in rng.sample(SLANG, 9):
                text = re.sub(pattern, slang, text)
        if rng.random() < 0.8:
            text = text.lower()
        if rng.random() < 0.45:
            text = _no_accents(text)
        if rng.random() < 0.5:
            text = text.replace("'", rng.choice((" ", "", "'"))).replace("l a ", "la ")
        if rng.random() < 0.6:
            text = text.rstrip(".").replace(". ", rng.choice((" ", ", ", "... ")))
        return _typos(rng, text, 0.009)
    return text


def _typos(rng: random.Random, text: str, rate: float) -> str:
    out = list(text)
    for index in range(1, len(out) - 1):
        # Digits stay: a wrong civic number would be another story.
        if out[index].isalpha() and out[index - 1].isalpha() and rng.random() < rate:
            kind = rng.randrange(3)
            if kind == 0 and out[index + 1].isalpha():
                out[index], out[index + 1] = out[index + 1], out[index]
            elif kind == 1:
                out[index] = ""
            else:
                out[index] *= 2
    return "".join(out)


def _no_accents(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char))


def _first(rng: random.Random) -> str:
    return rng.choice(words("people")["first"]["f"]["old"])
