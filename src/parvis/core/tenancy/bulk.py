"""Write very many rows of a model: one statement a batch, the values as one JSON text.

PostgreSQL refuses COPY into tables under row-level security, and the application role makes no temporary tables; a
JSON text is put together and taken apart in C on both sides, which is as fast. Policies, constraints and triggers hold.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def many_rows_are_coming() -> None:
    """Keep the planner from reading whole tables, until the transaction ends: they will be full before it knows.

    The check of a foreign key keeps its plan as long as the connection: one made while a table was small reads it
    whole, once a row.
    """
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
        cursor.execute("SET LOCAL enable_seqscan = off")


class Rows:
    """Takes rows of a model and writes them at once. `names` are the fields given; the others get their defaults.

    Values are what JSON, UUIDs and moments hold; a foreign key is named with its ``_id``. Nothing calls `save` and no
    signal is sent.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        given = [fields.pop(name) for name in names]
        fields = {name: field for name, field in fields.items() if not field.has_db_default()}
        self.waiting: list[Sequence[Any]] = []
        self._keys = [f"c{number}" for number in range(len(given))]
        self._constants = [
            field.get_db_prep_save(field.get_default(), connection)  # type: ignore[arg-type]  # the stubs want a wrapper
            for field in fields.values()
        ]
        table, quote = model._meta.db_table, connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in [*given, *fields.values()])
        values = ", ".join([*self._keys, *["%s"] * len(fields)])
        types = ", ".join(f"{key} {field.db_type(connection)}" for key, field in zip(self._keys, given, strict=True))
        self._insert = (  # names of our own models' tables and columns
            f"INSERT INTO {quote(table)} ({columns}) SELECT {values} FROM json_to_recordset(%s) AS given ({types})"  # noqa: S608
        )

    def add(self, *values: Any) -> None:
        """Take one row, in the order of the names."""
        self.waiting.append(values)

    def write(self) -> int:
        """Write what waits in one statement; return how many rows. Raises what the database refuses."""
        count = len(self.waiting)
        if count:
            text = json.dumps([dict(zip(self._keys, row, strict=True)) for row in self.waiting], default=str)
            with connection.cursor() as cursor:
                cursor.execute(self._insert, [*self._constants, text])
            self.waiting = []
        return count
