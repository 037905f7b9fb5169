"""Words and pieces of words of a short text in French, English or Spanish, as numbers a linear model can weigh.

Pieces (two to five letters) stand for what is mistyped, shortened or written without accents: "nid d'poule" shares most
of them with "nid-de-poule". Everything is hashed, so that no list of words has to be kept.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .plain import fold

MOST_WORDS = 120
"""Words read of one text: who writes more has said what it is about."""

LONG = 4
"""Letters of a long piece."""

_WORD = re.compile(r"[^\W_]+")
_BITS = 20
_MASK = (1 << _BITS) - 1
_WORD_SHARE, _PAIR_SHARE, _PIECES_SHARE = 1.0, 0.6, 1.2
# What stands in any sentence and says nothing of a problem, in three languages.
_EMPTY_WORDS = """
    a ai as au aux avec c ca car ce ceci cela ces cest cet cette chez comme d dans de des deux donc du elle en
    encore est et etait ete etes etre eu fait faire faut ici il ils j je jai l la le les leur lui m ma mais me meme
    mes moi mon n ne nos notre nous on ont or ou par pas plus pour pouvez puis qu quand que qui s sa sans se ses si
    son sont suis sur svp t ta te tes toi ton tout toute toujours tres trop tu un une va vers vos votre vous y ya
    merci bonjour salut depuis about again all also am an and any are at be been but by can could did do does for
    from get got had has have he her here hi hello him his how i if in into is it its just my no not now of off our
    out please pls she so some that the their them there they this to too up us very was we were what when where
    which who why will with would you your thanks still al algo alguien ante asi aqui buenas como con cual cuando
    del desde donde dos el ella ellos era es esa ese eso esta estan este esto estoy favor fue gracias ha han hasta
    hay hace hola las lo los mas mi mis mucho muy ni nuestra nuestro o otra otro para pero por porque ser sin sobre
    su sus tambien tengo tiene todo toda todavia una unos yo
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
# What says where, when or to whom: weighed with the others, but no sign by itself of what is wrong.
_ASIDE_WORDS = """
    adresse ans aujourd aujourdhui avenue bon bonne bonnes boulevard bout chemin coin cote demain derriere devant entre
    face hier hui jour journee jours madame maison matin mois monsieur numero pres probleme problemes proche question
    questions rang route rue rues semaine semaines soir
    address ago avenue behind between corner day days front good home house madam month months morning near next problem
    problems question questions road side sir street streets today tomorrow week weeks yesterday
    ahora ano avenida ayer bueno calle calles camino carretera casa cerca detras dia dias direccion esquina frente hoy
    lado manana mes meses pregunta preguntas problema problemas semana semanas senor senora
"""
_ASIDE = frozenset(_ASIDE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Feature:
    """One number (`bucket`, below 2**20) with its weight, and the words of the text it comes from, by position.

    `is_long`: a whole word or four letters of it and more, which words hardly share unless one is the other mistyped.
    """

    bucket: int
    weight: float
    words: tuple[int, ...]
    is_long: bool = False


def words_of(text: str) -> list[str]:
    """Return the words of a text as they were written, at most `MOST_WORDS`."""
    return _WORD.findall(text.replace("\x00", " "))[:MOST_WORDS]


def features_of(written: list[str]) -> Iterator[Feature]:
    """Yield the features of words as :func:`words_of` gives them."""
    before: tuple[int, str] | None = None
    for at, word in enumerate(written):
        plain = fold(word)
        if any(letter.isdigit() for letter in plain):
            plain = "#"
        if not says_something(plain):
            continue
        yield Feature(_bucket(f"w:{plain}"), _WORD_SHARE, (at,), is_long=True)
        if before is not None:
            yield Feature(_bucket(f"p:{before[1]} {plain}"), _PAIR_SHARE, (before[0], at))
        before = (at, plain)
        pieces = _pieces(plain)
        if pieces:
            share = _PIECES_SHARE / len(pieces) ** 0.5
            for piece in pieces:
                yield Feature(_bucket(f"c:{piece}"), share, (at,), is_long=len(piece) >= LONG)


def says_something(plain: str) -> bool:
    """Tell whether a folded word is worth weighing."""
    return len(plain) > 1 and plain not in _EMPTY


def says_what(word: str) -> bool:
    """Tell whether a word, as it was written, may say what is wrong, and not only where, when, or how many."""
    plain = fold(word)
    return says_something(plain) and plain not in _ASIDE and not any(letter.isdigit() for letter in plain)


def _pieces(plain: str) -> list[str]:
    if len(plain) < 3:
        return []
    edged = f"<{plain[:24]}>"
    return [edged[start : start + size] for size in (2, 3, 4, 5) for start in range(len(edged) - size + 1)]


def _bucket(text: str) -> int:
    return zlib.crc32(text.encode()) & _MASK


def sums_of(text: str) -> dict[int, float]:
    """Return the features of a text by bucket, to be compared with others."""
    sums: dict[int, float] = {}
    for feature in features_of(words_of(text)):
        sums[feature.bucket] = sums.get(feature.bucket, 0.0) + feature.weight
    return sums


def likeness(left: dict[int, float], right: dict[int, float]) -> float:
    """Return how alike two texts are in their words and pieces (:func:`sums_of` each), from 0 to 1 (cosine)."""
    common = sum(value * right[bucket] for bucket, value in left.items() if bucket in right)
    lengths = sum(value**2 for value in left.values()) * sum(value**2 for value in right.values())
    return float(common / lengths**0.5) if lengths else 0.0
