"""Foreign keys between rows of territories: composite in the database, so a child of another territory is refused."""

from typing import Any

from django.db import models


class _Composite:
    """The constraint is ``(territory_id, this) -> (territory_id, id)`` and is made by :mod:`.sync`, not by Django."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out what the class itself implies."""
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class TerritoryForeignKey(_Composite, models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key from a territory's row to another row of the same territory."""


class TerritoryOneToOneField(_Composite, models.OneToOneField):  # type: ignore[type-arg]
    """A one-to-one key from a territory's row to another row of the same territory."""
