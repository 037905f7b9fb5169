"""Row-level security on every model: declared, in the database, and holding against the neighbour."""

import pytest
from django.db import Error, connection, transaction
from django.db.models import ForeignKey

from parvis.core.identity.tests.factories import TerritoryFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.fields import TerritoryForeignKey, TerritoryOneToOneField
from parvis.core.tenancy.guard import Guard, Kind, Scope
from parvis.core.tenancy.models import TerritoryModel
from parvis.core.tenancy.sync import Guarded, composite_keys, guarded_models, is_synchronised

from .samples import make, territory_models

GUARDED = guarded_models()
TERRITORY = territory_models()


def label(entry: Guarded) -> str:
    return entry.model._meta.label


def rows(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def test_every_model_declares_its_guard() -> None:
    ours = [entry for entry in GUARDED if entry.model.__module__.startswith("parvis.")]
    assert len(ours) > 15
    assert all(isinstance(entry.guard, Guard) for entry in GUARDED)


@pytest.mark.django_db
def test_the_tests_run_as_the_application_role() -> None:
    [(name, is_super, bypasses, creates)] = rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    assert name == "parvis_app"
    assert not (is_super or bypasses or creates)
    assert rows("SELECT tablename FROM pg_tables WHERE tableowner = current_user") == []


@pytest.mark.django_db
def test_the_database_holds_what_the_models_declare() -> None:
    assert is_synchronised(connection)


@pytest.mark.django_db
@pytest.mark.parametrize("entry", [e for e in GUARDED if e.guard.kind in {Kind.TERRITORY, Kind.PERSON}], ids=label)
def test_row_level_security_is_on(entry: Guarded) -> None:
    assert rows("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", f'"{entry.table}"') == [(True,)]
    policies = {name for (name,) in rows("SELECT policyname FROM pg_policies WHERE tablename = %s", entry.table)}
    assert ("territory" if entry.guard.kind is Kind.TERRITORY else "sign_in") in policies


@pytest.mark.django_db
@pytest.mark.parametrize("entry", [e for e in GUARDED if e.guard.append_only], ids=label)
def test_append_only_tables_cannot_be_changed(entry: Guarded) -> None:
    for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
        assert rows("SELECT has_table_privilege(%s, %s)", f'"{entry.table}"', privilege) == [(False,)]
    assert rows("SELECT has_table_privilege(%s, 'INSERT')", f'"{entry.table}"') == [(True,)]


@pytest.mark.parametrize("entry", TERRITORY, ids=label)
def test_keys_between_rows_of_territories_are_composite(entry: Guarded) -> None:
    for field in entry.model._meta.local_fields:
        if isinstance(field, ForeignKey) and issubclass(field.related_model, TerritoryModel):
            assert isinstance(field, TerritoryForeignKey | TerritoryOneToOneField), (
                f"{label(entry)}.{field.name} should be a TerritoryForeignKey"
            )


@pytest.mark.django_db
@pytest.mark.parametrize("entry", [e for e in TERRITORY if list(composite_keys(e.model))], ids=label)
def test_composite_keys_are_in_the_database(entry: Guarded) -> None:
    definitions = " ".join(
        text
        for (text,) in rows(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            f'"{entry.table}"',
        )
    )
    for _table, column, parent in composite_keys(entry.model):
        assert f"FOREIGN KEY (territory_id, {column}) REFERENCES {parent}(territory_id, id)" in definitions


def refused(action: object) -> bool:
    """Tell whether PostgreSQL refuses, without breaking the test's transaction."""
    try:
        with transaction.atomic():
            action()  # type: ignore[operator]
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Error:
        return True
    return False


@pytest.mark.django_db
@pytest.mark.parametrize("entry", TERRITORY, ids=label)
def test_the_neighbour_can_do_nothing(entry: Guarded) -> None:
    """Raw SQL as the application role: read, change, delete and add across the border."""
    here, there = TerritoryFactory(), TerritoryFactory()
    with use(territory=there):
        row = make(entry.model)
        assert rows(f'SELECT id FROM "{entry.table}" WHERE id = %s', row.pk) == [(row.pk,)]
    columns = ", ".join(f'"{f.column}"' for f in entry.model._meta.local_fields if not f.primary_key)
    for scope in (Scope.TERRITORY, Scope.MINE, Scope.NETWORK, Scope.DELEGATED, Scope.PARTNER):
        with use(territory=here, person=None, scope=scope):
            if not entry.guard.read_by_all:
                assert rows(f'SELECT id FROM "{entry.table}" WHERE id = %s', row.pk) == []
            with connection.cursor() as cursor:
                if not entry.guard.append_only:
                    cursor.execute(f'UPDATE "{entry.table}" SET territory_id = territory_id WHERE id = %s', [row.pk])
                    assert cursor.rowcount == 0
                    cursor.execute(f'DELETE FROM "{entry.table}" WHERE id = %s', [row.pk])
                    assert cursor.rowcount == 0
            assert refused(
                lambda: rows(
                    f'INSERT INTO "{entry.table}" (id, {columns}) '
                    f"SELECT gen_random_uuid(), {columns.replace(chr(34) + 'territory_id' + chr(34), '%s')} "
                    f'FROM (VALUES (1)) one LEFT JOIN "{entry.table}" ON id = %s RETURNING id',
                    there.pk,
                    row.pk,
                )
            ), f"{label(entry)}: a row of another territory could be added in scope {scope}"
    with use(territory=there):
        assert rows(f'SELECT id FROM "{entry.table}" WHERE id = %s', row.pk) == [(row.pk,)]


@pytest.mark.django_db
@pytest.mark.parametrize("scope", list(Scope))
def test_nobody_changes_the_neighbours_own_row(scope: Scope) -> None:
    """A territory is read by all; its name, its colours and its telephone are its own, and nobody deletes it."""
    here, there = TerritoryFactory(), TerritoryFactory()
    with use(territory=here, scope=scope), connection.cursor() as cursor:
        cursor.execute("UPDATE tenancy_territory SET phone = 'pris' WHERE id = %s", [there.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM tenancy_territory")
        assert cursor.rowcount == 0
        cursor.execute("UPDATE tenancy_territory SET phone = 'à moi' WHERE id = %s", [here.pk])
        assert cursor.rowcount == (1 if scope is Scope.TERRITORY else 0)


@pytest.mark.django_db
@pytest.mark.parametrize("entry", [e for e in TERRITORY if list(composite_keys(e.model))], ids=label)
def test_a_child_of_another_territory_is_refused(entry: Guarded) -> None:
    here, there = TerritoryFactory(), TerritoryFactory()
    for field in entry.model._meta.local_fields:
        if not isinstance(field, TerritoryForeignKey | TerritoryOneToOneField):
            continue
        with use(territory=there):
            parent = make(field.related_model)
        with use(territory=here):
            child = make(entry.model)
            if entry.guard.append_only:
                assert refused(lambda f=field, p=parent: make(entry.model, **{f.attname: p.pk}))
            else:
                assert refused(
                    lambda f=field, p=parent, c=child: entry.model._base_manager.filter(pk=c.pk).update(
                        **{f.attname: p.pk}
                    )
                )


@pytest.mark.django_db
def test_the_context_comes_back_after_nesting_and_after_an_error() -> None:
    here, there = TerritoryFactory(), TerritoryFactory()
    with use(territory=here):
        with use(territory=there, scope=Scope.NETWORK):
            assert rows("SELECT parvis.territory(), parvis.scope()") == [(there.pk, "network")]
        assert rows("SELECT parvis.territory(), parvis.scope()") == [(here.pk, "territory")]
        with pytest.raises(Error), transaction.atomic(), use(territory=there):
            rows("SELECT 1/0")
        assert rows("SELECT parvis.territory()") == [(here.pk,)]
    assert rows("SELECT parvis.territory()") == [(None,)]


def test_a_context_needs_a_transaction(committed_db: object) -> None:
    with pytest.raises(RuntimeError), use(territory=None):
        pass
