"""A tax roll as a file (CSV): account numbers and amounts, and nothing else is looked at."""

from collections.abc import Mapping
from pathlib import Path

from parvis.core.geo.importers.reading import BadLine, Reading, Unreadable
from parvis.core.geo.importers.table import open_table
from parvis.lib import plain
from parvis.lib.errors import gettext_noop

from . import taxes

COLUMNS: dict[str, tuple[str, ...]] = {
    "account": ("account", "accountnumber", "compte", "nocompte", "numerocompte", "numerodecompte", "matricule"),
    "amount": ("amount", "montant", "montanttotal", "total", "taxes", "montantfacture", "taxtotal"),
}
"""For each field, the headings that are understood, without case, accents and signs."""


def read_roll(path: Path, *, columns: Mapping[str, str] | None = None) -> Reading[tuple[str, int]]:
    """Read the pairs (account number, cents) of a roll; bad lines are listed without what they hold.

    `columns` says which heading holds ``account`` or ``amount``. Raises Unreadable.
    """
    table = open_table(path)
    account, amount = (_heading(table.headings, field, columns or {}) for field in COLUMNS)
    reading: Reading[tuple[str, int]] = Reading()
    known: set[tuple[str, int]] = set()
    for line, row in table.rows:
        if not any(row.values()):
            continue
        try:
            pair = taxes.account_of(row.get(account, "")), taxes.cents_of(row.get(amount, ""))
        except taxes.Unreadable:
            reading.bad.append(BadLine(line, gettext_noop("no account number, or no amount")))
            continue
        reading.doubles += pair in known
        known.add(pair)
    reading.drafts = sorted(known)
    return reading


def _heading(headings: tuple[str, ...], field: str, columns: Mapping[str, str]) -> str:
    plainly = {"".join(plain.words(heading)): heading for heading in headings}
    found = next((plainly[name] for name in COLUMNS[field] if name in plainly), None)
    chosen = columns.get(field, found)
    if chosen not in headings:
        raise Unreadable(
            gettext_noop("No column holds %(missing)s. There are: %(columns)s. Choose with --column field=column."),
            missing=field,
            columns=", ".join(headings[:20]),
        )
    return chosen
