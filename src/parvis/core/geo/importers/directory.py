"""The ministry's directory of municipalities: one row tells what a territory is called and how many live there."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from parvis.core.tenancy.models import TerritoryKind
from parvis.lib import phone, plain
from parvis.lib.errors import NotFound, gettext_noop

from .reading import Unreadable
from .table import open_table

_COLUMNS = ("mcode", "munnom")
_FIELDS = (
    "slug", "name", "kind", "designation", "official_code", "population", "phone", "address", "website", "region",
)  # fmt: skip
_FIRST_NATIONS = ("Réserve indienne", "Terre de la catégorie", "Village cri", "Village naskapi")
_NEAR = 5


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A municipality of the directory, with the names of `Territory`'s fields. `slug` is unique in the directory.

    `website` is a whole address; empty where what the directory says is none.
    """

    slug: str
    name: str
    designation: str
    official_code: str
    population: int
    phone: str
    address: str
    website: str
    region: str
    mrc: str

    def attributes(self) -> dict[str, str | int]:
        """Return what fills a `Territory`."""
        return {name: getattr(self, name) for name in _FIELDS}

    @property
    def kind(self) -> TerritoryKind:
        """What kind of territory it is, after its designation."""
        is_nation = self.designation.startswith(_FIRST_NATIONS)
        return TerritoryKind.FIRST_NATION if is_nation else TerritoryKind.MUNICIPALITY


def read_directory(path: str | Path) -> list[DirectoryRow]:
    """Return every municipality. Names that several share get their MRC in the slug. Raises Unreadable."""
    table = open_table(path)
    if not set(_COLUMNS) <= set(table.headings):
        raise Unreadable(
            gettext_noop("%(path)s is not a directory of municipalities: it has no columns %(columns)s."),
            path=str(path), columns=" and ".join(_COLUMNS),
        )  # fmt: skip
    rows = [cells for _line, cells in table.rows if cells.get("mcode") and cells.get("munnom")]
    plain_slugs = [_slug(cells["munnom"]) for cells in rows]
    shared = {slug for slug in plain_slugs if plain_slugs.count(slug) > 1}
    found = [_row(cells, slug, slug in shared) for cells, slug in zip(rows, plain_slugs, strict=True)]
    taken: set[str] = set()
    for at, row in enumerate(found):
        if row.slug in taken:  # the same name twice in one MRC: the code tells them apart
            found[at] = _row(rows[at], f"{row.slug}-{row.official_code}", False)
        taken.add(found[at].slug)
    return found


def find_municipality(path: str | Path, wanted: str) -> DirectoryRow:
    """Return the municipality with this code, slug or name.

    Raises NotFound: with the codes when several share the name, with those of like names when none has it; Unreadable.
    """
    key = _slug(wanted)
    rows = read_directory(path)
    for matches in (
        [row for row in rows if row.official_code == wanted],
        [row for row in rows if row.slug == wanted],
        [row for row in rows if _slug(row.name) == key],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            choices = ", ".join(f"{row.official_code} ({row.designation}, {row.mrc or row.region})" for row in matches)
            raise NotFound(
                gettext_noop("Several municipalities are called %(name)s: give a code, %(choices)s."),
                name=wanted, choices=choices,
            )  # fmt: skip
    if near := _like(key, rows):
        choices = ", ".join(f"{row.name} ({row.official_code})" for row in near)
        raise NotFound(
            gettext_noop("The directory has no municipality called %(name)s: is it one of %(choices)s?"),
            name=wanted, choices=choices,
        )  # fmt: skip
    raise NotFound(gettext_noop("The directory has no municipality called %(name)s."), name=wanted)


def _like(key: str, rows: Sequence[DirectoryRow]) -> list[DirectoryRow]:
    """Return the municipalities whose name goes on where `key` ends, else those written nearly so; a few."""
    longer = [row for row in rows if _slug(row.name).startswith(f"{key}-")]
    close = get_close_matches(key, {_slug(row.name) for row in rows}, _NEAR, cutoff=0.75)
    return longer[:_NEAR] or [row for name in close for row in rows if _slug(row.name) == name]


def _slug(name: str) -> str:
    return "-".join(plain.words(name))


def _website(said: str) -> str:
    """Return the whole address of a site of which the directory gives the name only; empty for what is no address."""
    address = said if "://" in said or not said else f"https://{said}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return ""
    return address


def _row(cells: dict[str, str], slug: str, shared: bool) -> DirectoryRow:
    mrc = cells.get("mrc", "").partition(" (")[0].removeprefix("MRC ")
    number = cells.get("mtel", "")
    street = ", ".join(part for part in (cells.get("madr1", "").strip(), cells.get("madr2", "").strip()) if part)
    postal_code = cells.get("mcodpos", "")
    return DirectoryRow(
        slug=f"{slug}-{_slug(mrc)}" if shared and mrc else slug,
        name=cells["munnom"].strip(),
        designation=cells.get("mdes", "").strip(),
        official_code=cells["mcode"].strip(),
        population=int(cells.get("mpopul") or 0),
        phone=phone.parse(number) if phone.is_phone(number) else "",
        address=f"{street} {postal_code[:3]} {postal_code[3:]}".strip(),
        website=_website(cells.get("mweb", "").strip()),
        region=cells.get("regadm", "").partition(" (")[0].strip().replace("--", "–"),
        mrc=mrc,
    )
