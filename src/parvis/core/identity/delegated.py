"""What staff of a regional body may do in a town that delegated a service to it: that service, and nothing else."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from parvis.core.registry.registry import registry
from parvis.lib.actor import Grant


def delegated_grants(grants: tuple[Grant, ...], territory_id: UUID | None) -> tuple[Grant, ...]:
    """Return the grants that hold in a territory because it delegated services to those where roles are held.

    Such a grant holds the codes of that module only (``issues.*``), as far as the role at home gives them, with
    ``issues.work`` and ``issues.view`` when the role gives work on all cases. No district, no other module, no people.
    """
    homes = {grant.territory_id for grant in grants} - {territory_id}
    if territory_id is None or not homes:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, service FROM parvis.delegated_by(%s, %s)", [territory_id, list(homes)])
        rows = cursor.fetchall()
    return tuple(
        Grant(territory_id, codes, team_id=None)
        for body, service in rows
        for grant in grants
        if grant.territory_id == body and (codes := frozenset(_codes(grant, service)))
    )


def _codes(grant: Grant, service: str) -> Iterator[str]:
    every = "*" in grant.permissions
    declared = registry().get(service).permissions if service in registry() else ()
    yield from (code for code in declared if every or code in grant.permissions)
    for act in ("work", "view"):
        if every or f"cases.{act}" in grant.permissions or f"{service}.{act}" in grant.permissions:
            yield f"{service}.{act}"
