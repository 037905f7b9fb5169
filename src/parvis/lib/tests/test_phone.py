"""Telephone numbers."""

import pytest

from parvis.lib import phone


@pytest.mark.parametrize(
    "typed", ["418-692-2095", "(418) 692 2095", "1 418 692-2095", "+14186922095", "4186922095 poste 12"]
)
def test_kept_in_e164(typed):
    assert phone.parse(typed) == "+14186922095"


def test_numbers_from_abroad_and_for_fiction():
    assert phone.parse("+33 1 42 68 53 00") == "+33142685300"
    assert phone.parse("01 42 68 53 00", region="FR") == "+33142685300"
    assert phone.parse("819-555-0142") == "+18195550142"


@pytest.mark.parametrize("typed", ["", "bonjour", "123", "555-0123", "+1 999 999 9999 999", "418-123-4567"])
def test_refused(typed):
    assert not phone.is_phone(typed)
    with pytest.raises(phone.InvalidPhone):
        phone.parse(typed)


def test_shown_as_people_read():
    assert phone.display("+14186922095") == "418 692-2095"
    assert phone.display("+33142685300") == "+33 1 42 68 53 00"
    assert phone.display("+33142685300", region="FR") == "01 42 68 53 00"
    assert phone.display("nonsense") == "nonsense"
    assert phone.href("+14186922095") == "tel:+14186922095"
