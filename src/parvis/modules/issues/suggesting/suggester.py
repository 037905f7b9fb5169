"""Suggest the category of a problem from the words of whoever reports it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from parvis.core.tenancy.context import current_territory_id
from parvis.modules.issues import queries
from parvis.modules.issues.models import Category, Learned

from .corpus import words_of_category
from .weights import Guess, Weights, centroids

MOST = 3
NEW_FLOOR = 0.25  # how near the words of a category must be that nothing was learned about
KEPT = 24  # territories whose weights stay in memory, about 2 MB each


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category that may be meant, and the writer's own words that say so."""

    category: Category
    likelihood: float
    because: tuple[str, ...]


class _Kept:
    """The weights used last, by what they were made of."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Hashable, Weights] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Weights]) -> Weights:
        with self._lock:
            found = self._rows.pop(key, None)
            self._rows[key] = found = make() if found is None else found
            while len(self._rows) > KEPT:
                self._rows.popitem(last=False)
        return found


_kept = _Kept()


def suggest(text: str, *, most: int = MOST) -> list[Suggestion]:
    """Return the categories that a text may mean here, likeliest first; none when the words say nothing."""
    categories = {category.slug: category for category in queries.offered()}
    guesses = _guesses(text, list(categories.values()), most)
    return [Suggestion(categories[guess.slug], guess.likelihood, guess.because) for guess in guesses]


def _guesses(text: str, categories: list[Category], most: int) -> list[Guess]:
    slugs = {category.slug for category in categories}
    learned = _learned()
    known = learned.guesses(text, most=most, allowed=slugs) if learned else []
    new = [category for category in categories if learned is None or category.slug not in learned.slugs]
    if not new:
        return known
    fresh = _from_words(new)
    if learned is None:
        return fresh.guesses(text, most=most)
    near = [guess for guess in fresh.likenesses(text, most=most) if guess.likelihood >= NEW_FLOOR]
    # What was learned knows nothing of the new ones and would be sure of itself: their own words speak first.
    return [*near, *known][:most]


def _learned() -> Weights | None:
    version = Learned.objects.values_list("pk", "learned_at").first()
    if version is None:
        return None
    return _kept.get(version, lambda: Weights.unpacked(bytes(Learned.objects.get(pk=version[0]).weights)))


def _from_words(categories: list[Category]) -> Weights:
    words = {category.slug: words_of_category(category) for category in categories}
    version = (current_territory_id(), hash(tuple((slug, *texts) for slug, texts in words.items())))
    return _kept.get(version, lambda: centroids(words))
