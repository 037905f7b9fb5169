"""Tables (CSV): civic addresses, and points around which a boundary is drawn."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import Point

from parvis.lib import address, geometry, plain
from parvis.lib.errors import gettext_noop

from .reading import AddressDraft, AreaDraft, BadLine, Progress, Reading, Unreadable, existing, silent

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("number", "numero", "nocivique", "nocivq", "numerocivique", "civique", "civic", "civicnumber",
               "housenumber", "addrhousenumber", "streetnumber", "no", "num", "nociv"),
    "suffix": ("suffix", "suffixe", "nocivqsuffx", "numerosuffixe", "civicsuffix"),
    "street": ("street", "rue", "addrstreet", "odonyme", "nomrue", "nomvoie", "streetname", "voie"),
    "address": ("address", "adresse", "fulladdress", "adressecomplete", "adrcompl", "adresscompl"),
    "lat": ("lat", "latitude", "y", "coordy", "ycoord"),
    "lon": ("lon", "lng", "long", "longitude", "x", "coordx", "xcoord"),
    "postal_code": ("postalcode", "codepostal", "cp", "addrpostcode", "postcode", "zip"),
    "source_id": ("id", "sourceid", "idadr", "uuid", "objectid", "gid", "ididu"),
}  # fmt: skip
"""For each field, the headings that are understood, without case, accents and signs."""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file that was opened: its headings and its rows with their line numbers."""

    headings: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]


def open_table(path: str | Path) -> Table:
    """Read a CSV whose separator (comma, semicolon, tab, bar) and encoding are found out. Raises Unreadable."""
    raw = existing(path).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    if "\0" in text or not first.strip():
        raise Unreadable(gettext_noop("%(path)s is not a table (CSV)."), path=str(path))
    reader = csv.DictReader(io.StringIO(text), delimiter=separator, restkey="", restval="")
    rows = []
    try:
        for row in reader:
            rows.append((reader.line_num, {key: value for key, value in row.items() if isinstance(value, str)}))
    except csv.Error as error:
        raise Unreadable(
            gettext_noop("%(path)s cannot be read from line %(line)s on: %(why)s."),
            path=str(path), line=reader.line_num + 1, why=error,
        ) from error  # fmt: skip
    return Table(tuple(reader.fieldnames or ()), rows)


def find_columns(headings: tuple[str, ...], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return which heading holds which field. `chosen` wins. Raises Unreadable for a wrong choice."""
    known = {"".join(plain.words(heading)): heading for heading in headings}
    found = {}
    for field, names in COLUMNS.items():
        heading = next((known[name] for name in names if name in known), None)
        if heading is not None:
            found[field] = heading
    for field, heading in (chosen or {}).items():
        if field not in COLUMNS or heading not in headings:
            raise Unreadable(
                gettext_noop("There is no column %(heading)s for %(what)s. The columns are: %(columns)s."),
                heading=heading, what=field, columns=_listed(headings),
            )  # fmt: skip
        found[field] = heading
    return found


def _listed(headings: tuple[str, ...]) -> str:
    """Return the names of columns as one line that can be read, whatever the file really is."""
    names = [heading if len(heading) <= 40 else f"{heading[:39]}…" for heading in headings[:20]]
    return ", ".join([*names, "…"] if len(headings) > 20 else names)


def _require(found: Mapping[str, str], table: Table, *fields: str) -> None:
    missing = [field for field in fields if field not in found]
    if missing:
        raise Unreadable(
            gettext_noop("No column holds %(missing)s. There are: %(columns)s. Choose with --column field=column."),
            missing=", ".join(missing), columns=_listed(table.headings),
        )  # fmt: skip


def read_addresses(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    progress: Progress = silent,
) -> Reading[AddressDraft]:
    """Read civic addresses. Raises Unreadable when a needed column is missing; bad lines are listed."""
    table = open_table(path)
    found = find_columns(table.headings, columns)
    _require(found, table, "lat", "lon", *(() if "address" in found else ("number", "street")))
    reading: Reading[AddressDraft] = Reading()
    doubles: set[tuple[str, int, str]] = set()
    for line, cells in _cells(table, found, progress):
        try:
            draft = _address(line, cells, crs)
        except ValueError as error:
            reading.bad.append(BadLine(line, str(error), _shown(cells)))
            continue
        mark = (plain.key(draft.street), draft.number, draft.suffix)
        if mark in doubles:
            reading.doubles += 1
            continue
        doubles.add(mark)
        reading.drafts.append(draft)
    return reading


def _cells(table: Table, found: Mapping[str, str], progress: Progress) -> Iterator[tuple[int, dict[str, str]]]:
    for count, (line, row) in enumerate(table.rows, start=1):
        if count % 500 == 0:
            progress(500)
        cells = {field: " ".join(row.get(heading, "").split()) for field, heading in found.items()}
        if any(cells.values()):
            yield line, cells


def _shown(cells: Mapping[str, str]) -> str:
    return " ".join(value for value in cells.values() if value)


def _address(line: int, cells: Mapping[str, str], crs: str | None) -> AddressDraft:
    if cells.get("number") and cells.get("street"):
        civic = _civic(f"{cells['number']} {cells.get('suffix', '')}".strip())
        street = cells["street"]
    elif cells.get("address"):
        parsed = address.parse(cells["address"])
        if parsed.civic is None:
            raise ValueError(gettext_noop("this is no civic number"))
        civic, street = parsed.civic, _street_of(cells["address"])
    else:
        raise ValueError(gettext_noop("the number or the street is missing"))
    if not plain.key(street):
        raise ValueError(gettext_noop("the name of the street is missing"))
    lat, lon = _position(cells, crs)
    postal_code = cells.get("postal_code", "").upper()[:10]
    return AddressDraft(
        line, street[:200], civic.number, civic.suffix, lat, lon, postal_code, cells.get("source_id", "")[:200]
    )


def _civic(text: str) -> address.CivicNumber:
    try:
        return address.civic_number(text)
    except ValueError as error:
        raise ValueError(gettext_noop("this is no civic number")) from error


def _street_of(text: str) -> str:
    """Cut the street's name, as written, out of a whole address ("47, rue Principale, Danville")."""
    parts = [part.strip() for part in text.split(",")]
    named = [part for part in parts if any(letter.isalpha() for letter in part)]
    first = named[0] if named else ""
    head, _, rest = first.partition(" ")
    return rest if rest and head[:1].isdigit() and address.parse(first).civic is not None else first


def _position(cells: Mapping[str, str], crs: str | None) -> tuple[float, float]:
    try:
        lat, lon = (
            float(cells[field].replace(",", ".").replace("\u00a0", "").replace(" ", "")) for field in ("lat", "lon")
        )
        if crs:
            point = geometry.reproject(Point(lon, lat), crs)
            lat, lon = point.y, point.x
    except (KeyError, ValueError) as error:
        raise ValueError(gettext_noop("the position cannot be read")) from error
    if not geometry.is_position(lat, lon) or (lat == 0 and lon == 0):
        raise ValueError(gettext_noop("the position is not on Earth: name its reference system with --crs"))
    return lat, lon


def read_hull(
    path: str | Path, *, columns: Mapping[str, str] | None = None, crs: str | None = None, margin: float = 300
) -> Reading[AreaDraft]:
    """Draw a boundary around the points of a table, with a margin in metres: when no better limits are at hand."""
    table = open_table(path)
    found = find_columns(table.headings, columns)
    _require(found, table, "lat", "lon")
    reading: Reading[AreaDraft] = Reading()
    points = []
    for line, cells in _cells(table, found, silent):
        try:
            points.append(_position(cells, crs))
        except ValueError as error:
            reading.bad.append(BadLine(line, str(error), _shown(cells)))
    if points:
        reading.drafts.append(AreaDraft("hull", "", geometry.hull(points, margin)))
    return reading
