"""What a territory has settled, kept by this process between requests: settings, kinds, rules, teams, limits.

A model of such facts says `is_fact`; a trigger then tells every process at commit when a row changes, whoever wrote it
(:data:`CHANNEL`; the line is held by `ui.pagecache`). What is kept is shared by threads: it is read, never changed.
Only those who cannot change facts are served from here (:func:`.memo.rely_on_facts`), so that nobody meets the value
they have just replaced (docs/decisions/0024-facts-are-kept.md).
"""

import threading
from collections.abc import Hashable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps

CHANNEL = "parvis_pages"
EVERY = UUID(int=0)
"""Stands for all territories: what is kept of them all goes when a fact of any changes."""
FACTS = "facts"
"""The kind of change that the triggers tell."""

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION parvis.fact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed record;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
  IF TG_ARGV[0] = 'id' THEN
    PERFORM pg_notify('{CHANNEL}', changed.id || ' {FACTS}');
  ELSE
    PERFORM pg_notify('{CHANNEL}', changed.territory_id || ' {FACTS}');
  END IF;
  RETURN NULL;
END $$;
"""


def triggers() -> Iterator[tuple[str, str]]:
    """Yield (name, SQL) of the trigger of each model of facts, for :mod:`.sync`."""
    yield "fact_changed", _FUNCTION
    for model in sorted(apps.get_models(), key=lambda model: model._meta.db_table):
        if getattr(model, "is_fact", False):
            table = model._meta.db_table
            columns = ", ".join(getattr(model, "fact_columns", ()))
            owner = "territory_id" if any(field.name == "territory" for field in model._meta.fields) else "id"
            yield (
                f"facts {table}",
                f'CREATE OR REPLACE TRIGGER "{table}_facts" AFTER INSERT OR DELETE OR UPDATE'
                f'{" OF " + columns if columns else ""} ON "{table}"'
                f" FOR EACH ROW EXECUTE FUNCTION parvis.fact_changed('{owner}')",
            )


class Facts:
    """The facts of this process, by territory; safe between threads. Nothing is given out while nothing is heard."""

    MOST_TERRITORIES = 2_000

    def __init__(self) -> None:
        self.listening = False
        self.generation = 0
        self._kept: dict[UUID, dict[Hashable, Any]] = {}
        self._lock = threading.Lock()

    def of(self, territory_id: UUID) -> dict[Hashable, Any]:
        """Return what is kept about a territory now: to read."""
        return self._kept.get(territory_id, {}) if self.listening else {}

    def put(self, territory_id: UUID, key: Hashable, value: object, generation: int) -> None:
        """Keep an answer, unless something changed since `generation` was read."""
        with self._lock:
            if self.listening and generation == self.generation:
                if len(self._kept) >= self.MOST_TERRITORIES:
                    self._kept.clear()
                self._kept.setdefault(territory_id, {})[key] = value

    def drop(self, territory_id: str) -> None:
        """Forget what is kept about a territory; ``*`` forgets all."""
        with self._lock:
            self.generation += 1
            if territory_id == "*":
                self._kept = {}
            else:
                self._kept.pop(UUID(territory_id), None)
                self._kept.pop(EVERY, None)


KEPT = Facts()
