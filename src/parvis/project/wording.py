"""What is wrong with a value that a program sent, in the caller's language: pydantic says it in English only."""

from typing import Any

from django.utils.translation import gettext

from parvis.lib.errors import gettext_noop

OTHERWISE = gettext_noop("This value cannot be accepted.")
_TEXT = gettext_noop("This must be text.")
_WHOLE = gettext_noop("This must be a whole number.")
_NUMBER = gettext_noop("This must be a number.")
_YES_NO = gettext_noop("This must be true or false.")
_MOMENT = gettext_noop("This must be a date and time with its zone (RFC 3339).")
_DAY = gettext_noop("This must be a date (YYYY-MM-DD).")
_ID = gettext_noop("This must be an identifier (UUID).")
_CHOICE = gettext_noop("This must be one of these: %(expected)s.")
_OBJECT = gettext_noop("This must be an object.")
# By pydantic's type of error; %(…)s are its own names of the limits.
SENTENCES = {
    "missing": gettext_noop("This is missing."),
    "string_type": _TEXT,
    "string_too_long": gettext_noop("This may have %(max_length)s characters at most."),
    "string_too_short": gettext_noop("This must have %(min_length)s characters at least."),
    "string_pattern_mismatch": gettext_noop("This is not written as it should be."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "greater_than": gettext_noop("This must be more than %(gt)s."),
    "greater_than_equal": gettext_noop("This must be %(ge)s or more."),
    "less_than": gettext_noop("This must be less than %(lt)s."),
    "less_than_equal": gettext_noop("This must be %(le)s or less."),
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": _MOMENT,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "list_type": gettext_noop("This must be a list."),
    "too_long": gettext_noop("This may have %(max_length)s entries at most."),
    "too_short": gettext_noop("This must have %(min_length)s entries at least."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "extra_forbidden": gettext_noop("This is not known here."),
}


def sentence(error: dict[str, Any]) -> str:
    """Return one of pydantic's errors as a sentence in the language in force."""
    limits = {name: _listed(value) for name, value in error.get("ctx", {}).items()}
    try:
        return gettext(SENTENCES.get(error["type"], OTHERWISE)) % limits
    except KeyError:  # pydantic has named a limit otherwise
        return gettext(OTHERWISE)


def _listed(value: Any) -> str:
    """A limit as readers of any language see it: pydantic lists choices as «'a', 'b' or 'c'»."""
    return str(value).replace(" or ", ", ").replace("'", "")
