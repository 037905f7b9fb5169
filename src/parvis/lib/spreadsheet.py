"""Texts of other people in a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: such a text gets an apostrophe; numbers stay numbers.

    Source: OWASP, CSV injection. What follows leading spaces counts too, since some programs take them away.
    """
    if isinstance(value, str) and (value.lstrip(" \u00a0\ufeff").startswith(FORMULA) or value.startswith(FORMULA)):
        return f"'{value}"
    return "" if value is None else value
