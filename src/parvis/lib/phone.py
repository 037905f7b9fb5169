"""Telephone numbers: kept in E.164, read as people type them, shown as people read them."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_EXTENSION = re.compile(r"[\s,;]*(?:poste|ext(?:ension)?|x|#)[\s.:=]*\d{1,6}\s*$", re.IGNORECASE)


class InvalidPhone(ValueError):
    """What was typed is not a telephone number that exists."""


def parse(text: str, region: str = "CA") -> str:
    """Return the number in E.164 (+14185550123), without extension. Raises InvalidPhone.

    `region` is the country assumed when no country code is typed.
    """
    try:
        number = phonenumbers.parse(_EXTENSION.sub("", text), region)
    except NumberParseException as error:
        raise InvalidPhone(text) from error
    if not phonenumbers.is_possible_number(number) or not _known(number):
        raise InvalidPhone(text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _known(number: phonenumbers.PhoneNumber) -> bool:
    """Accept valid numbers, and the 555-01xx numbers of the North American plan that are kept for fiction."""
    if phonenumbers.is_valid_number(number):
        return True
    national = str(number.national_number)
    return number.country_code == 1 and len(national) == 10 and national[3:8] == "55501" and national[0] in "23456789"


def is_phone(text: str, region: str = "CA") -> bool:
    """Say whether the text is a telephone number."""
    try:
        parse(text, region)
    except InvalidPhone:
        return False
    return True


def display(e164: str, region: str = "CA") -> str:
    """Write an E.164 number for a reader in `region`: "418 555-0123" at home, "+33 1 23 45 67 89" from abroad."""
    try:
        number = phonenumbers.parse(e164, region)
    except NumberParseException:
        return e164
    if number.country_code != phonenumbers.country_code_for_region(region):
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    if number.country_code == 1:
        national = str(number.national_number)
        return f"{national[:3]} {national[3:6]}-{national[6:]}"
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def href(e164: str) -> str:
    """Return the link that dials the number: "tel:+14185550123"."""
    return f"tel:{e164}"
