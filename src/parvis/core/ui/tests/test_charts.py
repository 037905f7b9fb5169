"""Charts and sheets: well formed whatever people typed, and never a formula."""

import csv
import io
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from parvis.core.ui import charts, sheets

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
VALUE = st.floats(0, 1e7, allow_nan=False)
DAYS = st.none() | st.integers(0, 3000)


@given(st.lists(st.tuples(TEXT, VALUE, VALUE), max_size=30), TEXT)
def test_columns_are_well_formed_and_within_the_picture(rows: list[tuple[str, float, float]], title: str) -> None:
    drawn = charts.columns([charts.Column(name, values) for name, *values in rows], ["a", "<b>"], title=title)
    picture = ElementTree.fromstring(drawn)
    assert picture.get("aria-label") == title
    for bar in picture.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(bar.get("x", "")) >= 0
        assert float(bar.get("height", "")) >= 0
        assert float(bar.get("y", "")) + float(bar.get("height", "")) <= 261


@given(st.lists(st.tuples(TEXT, DAYS, DAYS, DAYS), max_size=30))
def test_delays_are_well_formed(rows: list[tuple]) -> None:
    drawn = charts.delays([charts.Stretch(*row) for row in rows], title="x", names=("a", "b", "c"))
    for bar in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}rect"):
        assert float(bar.get("width", "")) >= 0


@pytest.mark.parametrize(("most", "step"), [(0.5, 1), (3, 1), (5, 2), (20, 5), (41, 20), (100, 50), (1234, 500)])
def test_an_axis_has_round_steps(most: float, step: float) -> None:
    assert charts.step_of(most) == step


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_no_text_becomes_a_formula(text: str) -> None:
    read = csv.reader(io.StringIO(sheets.csv_file(["name"], [[text]]).decode("utf-8-sig"), newline=""))
    assert list(read)[1] == [f"'{text}"]
    book = load_workbook(io.BytesIO(sheets.workbook({"one": (["name"], [[text], [3]])})))
    cells = [cell for row in book["one"].iter_rows(min_row=2) for cell in row]
    assert [cell.data_type for cell in cells] == ["s", "n"]
    assert "f" not in {cell.data_type for cell in cells}


def test_a_number_stays_a_number_and_nothing_stays_empty() -> None:
    assert sheets.csv_file(["n", "m"], [[-3, None]]) == "\ufeffn,m\r\n-3,\r\n".encode()
