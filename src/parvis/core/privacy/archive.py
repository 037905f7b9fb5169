"""The file a person takes away: a folder a town, a JSON for each module with its tables as CSV, and what is what."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_archive(file: IO[bytes], data: Mapping[str, Mapping[str, Any]], *, readme: str) -> None:
    """Write {folder: {module: JSON-ready data}} as a zip. Lists of mappings also become tables (UTF-8 CSV)."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZMOI.txt", readme)
        for folder, modules in data.items():
            for name, content in modules.items():
                text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
                archive.writestr(f"{folder}/{name}.json", text)
                for table, rows in _tables(name, content):
                    archive.writestr(f"{folder}/{table}.csv", _csv(rows))


def _tables(name: str, content: Any) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    if _is_table(content):
        yield name, content
    elif isinstance(content, Mapping):
        yield from ((f"{name}-{key}", value) for key, value in content.items() if _is_table(value))


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _csv(rows: list[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    out.write("\ufeff")  # spreadsheets need it to read accents
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | Mapping) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
