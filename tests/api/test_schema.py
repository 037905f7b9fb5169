"""The API against its own document: whatever a program sends, the answer is one the document names, never a 5xx."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from parvis.core.identity.tests.factories import make_staff, resident_actor, sign_in
from parvis.core.tenancy.models import Territory
from parvis.modules.issues.models import Category
from parvis.modules.issues.tests.factories import CategoryFactory, make_issue, photo

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
def town(territory: Territory) -> Territory:
    """A town with a kind of problem."""
    CategoryFactory(slug="trou")
    return territory


@dataclass(frozen=True)
class Credentials:
    """What somebody's programs send along."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


def visitor(town: Territory) -> Credentials:
    """Nobody's."""
    return Credentials()


def staff(town: Territory) -> Credentials:
    """The session and the token of somebody who may do everything in the town."""
    client = Client()
    sign_in(client, make_staff(town))
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    token = "a" * 32
    return Credentials({"X-CSRFToken": token}, {**cookies, "parvis_csrf": token})


# Where in a town's village a report may lie; the rest of a case's values are Schemathesis' own.
HERE = {"lat": 45.8, "lon": -71.9}


def towards_what_exists(case: schemathesis.Case, town: Territory, code: str, chance: int) -> None:
    """Aim three cases of four at the town's own report and kinds: what only meets 404 proves little."""
    parameters = case.path_parameters or {}
    if "territory" in parameters:
        parameters["territory"] = town.slug
    if chance and "code" in parameters:
        parameters["code"] = code
    if chance and isinstance(case.body, dict) and "category" in case.body:
        case.body |= {"category": "trou", **HERE}
    carries_files = (case.media_type or "").startswith("multipart/")
    if chance and carries_files and isinstance(case.body, dict) and "photo" in case.body:
        case.body["photo"] = photo().read()


def answers_of(operation: schemathesis.APIOperation, town: Territory, who: Credentials) -> Counter[int]:
    """Send an operation values of all kinds, right and wrong. Return how often it answered what."""
    answered: Counter[int] = Counter()

    @EXAMPLES
    @given(case=operation.as_strategy(), chance=strategies.integers(0, 3))
    def check(case: schemathesis.Case, chance: int) -> None:
        with transaction.atomic():
            report = make_issue(resident_actor(town), category=Category.objects.get(slug="trou"))
            towards_what_exists(case, town, report.code, chance)
            plain = {**who.headers, "Accept-Encoding": "identity"}  # read as it comes: nothing here undoes gzip
            answer = case.call_and_validate(headers=plain, cookies=who.cookies, checks=list(CHECKS))
            answered[answer.status_code] += 1
            transaction.set_rollback(True)

    check()
    return answered


@pytest.mark.parametrize("who", [visitor, staff])
def test_every_answer_is_one_that_the_document_names(town: Territory, who: Callable[[Territory], Credentials]) -> None:
    """Every operation, signed in and not; staff succeed at least once with each, visitors with what is public."""
    credentials = who(town)
    operations = [result.ok() for result in document().get_all_operations()]
    answers = {f"{each.method.upper()} {each.path}": answers_of(each, town, credentials) for each in operations}
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    assert set(answers) == {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    succeeded = {name for name, seen in answers.items() if any(200 <= status < 300 for status in seen)}
    acts = {
        name for name in answers if name.endswith(("/accept", "/plan", "/resolve", "/decline", "/photos", "/messages"))
    }
    public = {name for name in answers if name.endswith(("/categories", "/issues/", "/{code}", "/history"))}
    assert acts
    assert public <= succeeded, answers
    if who is staff:
        assert acts <= succeeded, answers
    else:
        assert acts & succeeded == set(), answers
        assert all(set(answers[name]) & {401, 403, 404} for name in acts), answers
