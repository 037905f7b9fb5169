"""The ministry's directory of municipalities: one row tells what a territory is called and how many live there."""

from dataclasses import dataclass
from pathlib import Path

from parvis.lib import phone, plain
from parvis.lib.errors import NotFound, gettext_noop

from .table import open_table


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A municipality of the directory, with the names of `Territory`'s fields. `slug` is unique in the directory."""

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
        names = ("slug", "name", "designation", "official_code", "population", "phone", "address")
        return {name: getattr(self, name) for name in names}


def read_directory(path: str | Path) -> list[DirectoryRow]:
    """Return every municipality. Names that several share get their MRC in the slug. Raises Unreadable."""
    rows = [cells for _line, cells in open_table(path).rows if cells.get("mcode") and cells.get("munnom")]
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
    """Return the municipality with this code, slug or name. Raises NotFound, also when a name is shared."""
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
            choices = ", ".join(f"{row.official_code} ({row.mrc})" for row in matches)
            raise NotFound(
                gettext_noop("Several municipalities are called %(name)s: give a code, %(choices)s."),
                name=wanted, choices=choices,
            )  # fmt: skip
    raise NotFound(gettext_noop("The directory has no municipality called %(name)s."), name=wanted)


def _slug(name: str) -> str:
    return "-".join(plain.words(name))


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
        website=cells.get("mweb", "").strip(),
        region=cells.get("regadm", "").strip(),
        mrc=mrc,
    )
