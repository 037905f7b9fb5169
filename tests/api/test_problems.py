"""What the API refuses, it refuses as problem details, in the caller's language."""

import json

import pytest
from django.test import Client
from django.utils import translation

from parvis.core.tenancy.models import Territory
from parvis.project.wording import SENTENCES, sentence

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["nulle-part/issues/", "nulle-part/", "{town}/rien/", "rien", "{town}/issues/rien/de/plus"]
)
def test_an_address_that_does_not_exist_is_a_problem_too(client: Client, territory: Territory, path: str) -> None:
    answer = client.get(f"/api/v1/{path.format(town=territory.slug)}", follow=True)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_what_is_wrong_is_said_in_the_language_of_the_caller(client: Client, territory: Territory) -> None:
    sent = json.dumps({"lat": "nord", "lon": -71.9, "category": 3})
    errors = {}
    for language in ("en", "fr"):
        answer = client.post(
            f"/api/v1/{territory.slug}/issues/", sent, "application/json", headers={"Accept-Language": language}
        )
        assert answer.status_code == 422
        errors[language] = {line["at"].rpartition("/")[2]: line for line in answer.json()["errors"]}
    assert errors["en"]["lat"]["message"] == "This must be a number."
    assert (errors["en"]["lat"]["code"], errors["fr"]["lat"]["code"]) == ("float_parsing", "float_parsing")
    for field, line in errors["fr"].items():
        with translation.override("fr"):
            assert line["message"] == sentence({"type": line["code"], "ctx": {}}) != "", field
        assert "should be" not in line["message"], "that is pydantic's English"


def test_every_sentence_can_be_filled() -> None:
    limits = dict.fromkeys(("max_length", "min_length", "gt", "ge", "lt", "le"), 3) | {"expected": "'a' or 'b'"}
    with translation.override("en"):
        said = {kind: sentence({"type": kind, "ctx": limits}) for kind in SENTENCES}
    assert said["literal_error"] == "This must be one of these: a, b."
    assert said["string_too_long"] == "This may have 3 characters at most."
    assert not [text for text in said.values() if "%" in text]


def test_what_has_no_sentence_of_its_own_is_still_said_in_the_language() -> None:
    told = []
    for language in ("en", "fr", "es"):
        with translation.override(language):
            told.append(sentence({"type": "something_new"}))
            assert sentence({"type": "string_too_long", "ctx": {"longest": 3}}) == told[-1]
    assert told[0] == "This value cannot be accepted." and len(set(told)) == 3
