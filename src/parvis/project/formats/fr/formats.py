"""Dates and hours in French, as Quebec writes them: 19 h 30, and 2026-11-21 when short."""

TIME_FORMAT = "G\xa0\\h\xa0i"
DATETIME_FORMAT = f"j F Y, {TIME_FORMAT}"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = f"Y-m-d, {TIME_FORMAT}"
