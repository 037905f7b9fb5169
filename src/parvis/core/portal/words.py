"""The words of a question that say what is looked for; pure, without Django."""

from parvis.lib import plain

# What people write around it, folded.
_FRENCH = (
    "a ai au aux avec c ce ces cet cette chez comment d dans de des devant du elle en est et etre faire faut fait ici "
    "il j je l la le les leur ma mais me mes moi mon ne nos notre nous on ou par pas peut peux pour pourquoi qu quand "
    "que quel quelle quelles quels qui quoi s sa se ses si son sont sur ta te tes toi ton tu un une veut veux vos "
    "votre vous y"
)
_ENGLISH = (
    "about an and are at be can do does for from get have how i in is it my need no of or our the there this to want "
    "was we what when where which who with you your"
)
_SPANISH = (
    "al como con cual cuando del donde el ella es esta este hay las lo los mi mis necesito para por puedo quien quiero "
    "su sus tengo una unas unos yo"
)
_AROUND = frozenset(f"{_FRENCH} {_ENGLISH} {_SPANISH}".split())
MOST = 8


def telling(asked: str) -> list[str]:
    """Return the folded words that tell what is looked for, eight at the most: articles and the like are left out.

    When nothing else was written, every word tells.
    """
    words = list(dict.fromkeys(plain.words(asked)))
    kept = [word for word in words if word not in _AROUND and len(word) > 1]
    return (kept or words)[:MOST]
