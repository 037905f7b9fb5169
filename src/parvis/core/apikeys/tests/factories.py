"""Keys for tests."""

from datetime import UTC, datetime

import factory

from parvis.core.apikeys.models import ApiKey
from parvis.core.apikeys.queries import hash_of
from parvis.core.identity.tests.factories import OwnedFactory

TOKEN = "pvk_TEST2345_un-secret-de-ces-essais-seulement-000"


class ApiKeyFactory(OwnedFactory):
    """A key in use that reads and reports; its secret is `TOKEN` unless `token_hash` is given."""

    class Meta:
        model = ApiKey

    name = "Carte des nids-de-poule"
    purpose = "Une carte pour le cours de géographie."
    scopes = factory.LazyFunction(lambda: ["issues.read", "issues.report"])
    state = "active"
    prefix = "pvk_TEST2345"
    token_hash = factory.LazyFunction(lambda: hash_of(TOKEN))
    issued_at = datetime(2020, 1, 1, tzinfo=UTC)
    expires_at = datetime(2099, 1, 1, tzinfo=UTC)


def asked_key(**given: object) -> ApiKey:
    """Return a key that waits for an answer."""
    return ApiKeyFactory(
        **{"state": "asked", "prefix": "", "token_hash": "", "issued_at": None, "expires_at": None, **given}
    )
