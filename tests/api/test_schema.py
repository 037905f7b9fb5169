"""The API against its own document: whatever a program sends, the answer is one the document names, never a 5xx."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.models import Territory
from parvis.modules.issues.tests.factories import CategoryFactory, make_issue

pytestmark = pytest.mark.django_db

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
EXAMPLES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def document() -> schemathesis.BaseSchema:
    """The API as it describes itself."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real server lets go of its connection after each request; here the test's transaction lives on it."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture
def town(territory: Territory, resident: object) -> Iterator[Territory]:
    """A town with a kind of problem and a report, so that some of what is asked for exists."""
    CategoryFactory(slug="trou")
    make_issue(resident)
    return territory


def visitor(town: Territory) -> dict[str, str]:
    """Nobody's headers."""
    return {}


def staff(town: Territory) -> dict[str, str]:
    """The session and the token of somebody who may do everything in the town."""
    client = Client()
    sign_in(client, make_staff(town))
    client.get(f"/{town.slug}/compte/")
    client.cookies["parvis_csrf"] = token = "a" * 32
    cookies = "; ".join(f"{name}={getattr(morsel, 'value', morsel)}" for name, morsel in client.cookies.items())
    return {"Cookie": cookies, "X-CSRFToken": token}


@pytest.mark.parametrize("who", [visitor, staff])
def test_every_answer_is_one_that_the_document_names(town: Territory, who: object) -> None:
    """Each operation with values of all kinds, in a town that exists."""
    headers = who(town)  # type: ignore[operator]
    tried = 0
    for result in document().get_all_operations():
        operation = result.ok()

        @EXAMPLES
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            if "territory" in (case.path_parameters or {}):
                case.path_parameters["territory"] = town.slug
            case.call_and_validate(headers={**(case.headers or {}), **headers}, checks=list(CHECKS))

        check()
    assert tried > 50
