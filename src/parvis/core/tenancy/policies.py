"""The text of the row-level security policies, one branch a scope.

The context functions stand in sub-selects, so that the planner evaluates them once a query, not once a row.
"""

from collections.abc import Iterator

from django.db import models

from .guard import Guard, Kind

TERRITORY = "(SELECT parvis.territory())"
SCOPE = "(SELECT parvis.scope())"
ACTING_FOR = "(SELECT parvis.acting_for())::uuid[]"


def policies_of(guard: Guard, model: type[models.Model]) -> list[str]:
    """Return the CREATE POLICY statements of a model; an empty list means no row-level security."""
    table = model._meta.db_table
    if guard.kind is Kind.TERRITORY:
        return list(_territory(table, guard, model))
    if guard.kind is Kind.PERSON:
        return list(_person(table, guard))
    if guard.own:
        return list(_read_by_all_changed_by_one(table, guard.own))
    if guard.kept_apart:
        return list(_kept_apart(table, guard))
    return []


def _policy(table: str, name: str, command: str, *, using: str | None = None, check: str | None = None) -> str:
    text = f'CREATE POLICY "{name}" ON "{table}" FOR {command} TO public'
    if using:
        text += f" USING ({using})"
    if check:
        text += f" WITH CHECK ({check})"
    return text


def is_lent(guard: Guard, model: type[models.Model]) -> bool:
    """Tell whether a territory's rows may be read for another's portal, in scope ``network``.

    Those that a column marks; of a model without such a column all, unless they may hold something about people: it
    says `mine`, names a person, declares `personal_fields`, keeps a history, waits to be sent, or is not archived.
    """
    if guard.network:
        return True
    if guard.mine or guard.append_only or guard.outbox or guard.read_by_all or getattr(model, "not_archived", ""):
        return False
    return not getattr(model, "personal_fields", ()) and not any(map(_names_a_person, model._meta.concrete_fields))


def _names_a_person(field: models.Field) -> bool:  # type: ignore[type-arg]
    other: Guard | None = getattr(field.related_model, "guard", None)
    return other is not None and other.kind is Kind.PERSON


def _network(guard: Guard) -> str:
    """Return what is lent: by a territory that publishes it, or the part that belongs to a service it delegated."""
    lent = f"{SCOPE} = 'network' AND territory_id = (SELECT parvis.lender())"
    if guard.network:
        negated, column = guard.network.startswith("not "), guard.network.removeprefix("not ")
        lent += f' AND {"NOT " if negated else ""}"{column}"'
    if guard.service:
        accepted = "(SELECT parvis.accepted()) IS NOT NULL"
        lent += f" AND ({accepted} OR {_service(guard)} = (SELECT parvis.service()))"
    return lent


def _territory(table: str, guard: Guard, model: type[models.Model]) -> Iterator[str]:
    own = f"{SCOPE} = 'territory' AND territory_id = {TERRITORY}"
    yield _policy(table, "territory", "ALL", using=own, check=own)
    if guard.outbox:
        yield _policy(table, "sender", "ALL", using=f"{SCOPE} = 'delivery'", check=f"{SCOPE} = 'delivery'")
        yield _policy(table, "dropped_in", "INSERT", check="territory_id IS NULL")
    if guard.read_by_all:
        yield _policy(table, "read_by_all", "SELECT", using="true")
    if guard.mine:
        yield _policy(table, "mine", "SELECT", using=f"{SCOPE} = 'mine' AND \"{guard.mine}\" = ANY({ACTING_FOR})")
    if is_lent(guard, model):
        yield _policy(table, "network", "SELECT", using=_network(guard))
    if guard.service:
        delegated = f"territory_id IN (SELECT parvis.delegators({_service(guard)}))"
        if guard.service.startswith("column:"):
            # Uncorrelated, so that it is evaluated once a query and hashed, not called once a row.
            pair = f"(territory_id, {_service(guard)}::text)"
            delegated = f"{pair} IN (SELECT d.member, d.service FROM parvis.delegations() AS d)"  # noqa: S608
        yield _policy(table, "delegated", "SELECT", using=f"{SCOPE} = 'delegated' AND {delegated}")
    if guard.partner:
        seat = f'"{guard.partner}" IN (SELECT parvis.acting_organisations())'
        yield _policy(table, "partner", "SELECT", using=f"{SCOPE} = 'partner' AND {seat}")


def _service(guard: Guard) -> str:
    service = guard.service or ""
    return f'"{service.removeprefix("column:")}"' if service.startswith("column:") else f"'{service}'"


def _person(table: str, guard: Guard) -> Iterator[str]:
    column = f'"{guard.person}"'
    # Signing in happens before anybody is known: only the account pages and the session run in this scope.
    yield _policy(table, "sign_in", "ALL", using=f"{SCOPE} = 'sign_in'", check=f"{SCOPE} = 'sign_in'")
    mine = f"{SCOPE} = 'mine' AND {column} = ANY({ACTING_FOR})"
    yield _policy(table, "mine", "ALL", using=mine, check=mine)
    if guard.is_private:
        return
    entered = f"{SCOPE} IN ('territory', 'delegated') AND parvis.has_entered({column})"
    yield _policy(table, "entered", "SELECT", using=entered)
    yield _policy(table, "entered_change", "UPDATE", using=entered, check=entered)
    # A clerk makes a person at the counter: the presence is written first, its key is checked at commit.
    yield _policy(table, "entered_new", "INSERT", check=entered)
    if guard.opens_door:
        here = f"{SCOPE} = 'territory' AND territory_id = {TERRITORY}"
        yield _policy(table, "door", "SELECT", using=here)
        yield _policy(table, "door_new", "INSERT", check=f"{here} AND NOT parvis.person_exists({column})")


def _kept_apart(table: str, guard: Guard) -> Iterator[str]:
    own = f"{SCOPE} = 'sign_in' OR ({SCOPE} = 'territory' AND ({guard.kept_apart}))"
    yield _policy(table, "territory", "ALL", using=own, check=own)
    if guard.kept_apart_network:
        lent = f"{SCOPE} = 'network' AND (SELECT parvis.accepted()) IS NOT NULL AND ({guard.kept_apart_network})"
        yield _policy(table, "network", "SELECT", using=lent)


def _read_by_all_changed_by_one(table: str, column: str) -> Iterator[str]:
    mine = f"{SCOPE} = 'territory' AND \"{column}\" = {TERRITORY}"
    yield _policy(table, "read_by_all", "SELECT", using="true")
    yield _policy(table, "new", "INSERT", check="true")
    yield _policy(table, "own", "UPDATE", using=mine, check=mine)
