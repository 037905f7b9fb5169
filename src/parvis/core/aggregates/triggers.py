"""The triggers that mark what to count again, made from the cubes that the manifests declare.

A statement marks each day once, however many rows it wrote, and marks are only added: two people who report at the same
moment never wait for each other. The rows before and after a change both mark, so a count never stays where it was.
"""

from collections.abc import Iterator

from django.apps import apps

from parvis.core.registry.cubes import Cube, Watch
from parvis.core.registry.registry import registry

_BODY = """
-- A long import fills tables that the planner still takes for empty: without this it reads them whole, once a row.
CREATE OR REPLACE FUNCTION parvis.{name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO aggregates_mark (territory_id, cube, day)
    SELECT DISTINCT marked.* FROM (
      SELECT n.* FROM rows_before o JOIN rows_after n USING (id) WHERE {changed}
      UNION ALL SELECT o.* FROM rows_before o JOIN rows_after n USING (id) WHERE {changed}
    ) AS s {marks};
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO aggregates_mark (territory_id, cube, day) SELECT DISTINCT marked.* FROM rows_after AS s {marks};
  ELSE
    INSERT INTO aggregates_mark (territory_id, cube, day) SELECT DISTINCT marked.* FROM rows_before AS s {marks};
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {name}_insert ON {table};
DROP TRIGGER IF EXISTS {name}_update ON {table};
DROP TRIGGER IF EXISTS {name}_delete ON {table};
CREATE TRIGGER {name}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION parvis.{name}();
CREATE TRIGGER {name}_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION parvis.{name}();
CREATE TRIGGER {name}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS rows_before
  FOR EACH STATEMENT EXECUTE FUNCTION parvis.{name}();
"""
_MARKS = """{through}
      JOIN tenancy_territory town ON town.id = r.territory_id
      CROSS JOIN LATERAL (
        SELECT r.territory_id, m.cube, least((m.moment AT TIME ZONE town.timezone)::date, '9999-12-31')
        FROM (VALUES {moments}) AS m (cube, moment) WHERE m.moment IS NOT NULL
      ) AS marked {where}"""


def statements() -> Iterator[tuple[str, str]]:
    """Yield (name, SQL) for each watched table, and for each cube what makes it be counted for the first time."""
    watched: dict[tuple[str, str, str], list[tuple[Cube, Watch]]] = {}
    for module, cube in registry().gather("cubes"):
        for watch in cube.watches:
            watched.setdefault((module.name, watch.model, watch.where), []).append((cube, watch))
    for (module_name, label, where), pairs in watched.items():
        yield _trigger(module_name, label, where, pairs)
    for _, cube in registry().gather("cubes"):
        first = "INSERT INTO aggregates_mark (territory_id, cube, day) SELECT id, '{}', NULL FROM tenancy_territory"
        yield f"first count {cube.name} {cube.version}", first.format(cube.name)


def _trigger(module_name: str, label: str, where: str, pairs: list[tuple[Cube, Watch]]) -> tuple[str, str]:
    table = apps.get_model(label)._meta.db_table
    name = f"marks_{module_name}_{table}"
    columns = sorted({column for _, watch in pairs for column in watch.columns})
    old, new = (", ".join(f"{side}.{column}" for column in columns) for side in "on")
    moments = ", ".join(f"('{cube.name}', {moment})" for cube, watch in pairs for moment in watch.moments)
    through = "CROSS JOIN LATERAL (SELECT s.*) AS r"
    if pairs[0][1].through is not None:
        key, other = pairs[0][1].through
        parent = apps.get_model(other)._meta.db_table
        through = f"JOIN {parent} r ON r.territory_id = s.territory_id AND r.id = s.{key}"
    marks = _MARKS.format(through=through, moments=moments, where=f"WHERE r.{where}" if where else "")
    text = _BODY.format(name=name, table=table, changed=f"({old}) IS DISTINCT FROM ({new})", marks=marks)
    return f"marks {name}", text
