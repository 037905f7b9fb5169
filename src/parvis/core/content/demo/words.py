"""What changes from one demo town to the next: days, names, the hall."""

from parvis.core.registry.stage import Stage
from parvis.core.tenancy.models import Territory

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes"),
}
_NTH = {
    "fr": ("le premier {0} du mois", "le deuxième {0} du mois"),
    "en": ("on the first {0} of the month", "on the second {0} of the month"),
    "es": ("el primer {0} del mes", "el segundo {0} del mes"),
}


def place_name(stage: Stage, kind: str) -> str:
    """Return the name of the town's first place of that kind, or ''."""
    places = stage.region.places_of(stage.territory.slug, kind)
    return places[0].name if places else ""


def words_of(stage: Stage, language: str, order: int) -> dict[str, str]:
    """Return the town's words for the texts; `order` is its place among the towns, so that each has its own days."""
    days, nth = _DAYS[language], _NTH[language]
    name = stage.territory.name
    return {
        "town": name,
        "in_town": f"à {name}",
        "garbage": days[order % 5],
        "recycling": days[(order + 2) % 5],
        "compost": days[(order + 1) % 5],
        "council": nth[order % 2].format(days[order % 2]),
        "library": place_name(stage, "library"),
        "room": place_name(stage, "community_centre"),
        "office": next((place.name for place in stage.region.places if place.kind == "mrc_office"), name),
        "largest": max(stage.region.municipalities, key=lambda town: town.population).name,
    }


def contact_of(territory: Territory, stage: Stage) -> dict[str, str]:
    """Return the town hall's contact block."""
    return {
        "name": place_name(stage, "town_hall") or territory.name,
        "phone": territory.phone,
        "email": territory.email,
        "place": territory.address,
        "hours": territory.opening_hours,
    }
