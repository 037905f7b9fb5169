"""Short months, as people here write them (for French, the Office québécois de la langue française)."""

from datetime import date

import pytest
from django.utils import dateformat, translation


@pytest.mark.parametrize(
    ("language", "months"),
    [
        ("fr", "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc."),
        ("es", "ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic."),
        ("en", "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec."),
    ],
)
def test_short_months(language: str, months: str) -> None:
    with translation.override(language):
        assert " ".join(dateformat.format(date(2026, month, 1), "N") for month in range(1, 13)) == months
