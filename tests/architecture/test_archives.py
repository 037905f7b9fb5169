"""Every row of a territory leaves with it, and what is about people can be left out."""

import pytest
from django.db import models

from parvis.core.territories.archive import shape
from parvis.core.territories.archive.shape import ALL

MODELS = shape.territory_models()


def name(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_every_model_of_a_territory_is_archived_or_says_why_not(model: type[models.Model]) -> None:
    ways = [
        model in {one.model for one in shape.shapes()},
        name(model) in shape.covered_by_parts(),
        bool(getattr(model, "not_archived", "")),
    ]
    assert ways.count(True) == 1, f'{name(model)}: give it `not_archived = "why"`, or let a part cover it'


@pytest.mark.parametrize("one", shape.shapes(), ids=lambda one: one.label)
def test_archived_rows_have_uuids(one: shape.Shape) -> None:
    assert isinstance(one.model._meta.pk, models.UUIDField), f"{one.label} needs an ArchivePart (registry.entries)"


@pytest.mark.parametrize("one", shape.shapes(), ids=lambda one: one.label)
def test_a_model_about_people_says_what_is_personal(one: shape.Shape) -> None:
    if one.person_columns:
        assert one.personal is not None, f"{one.label} has {one.person_columns}: declare `personal_fields`"
    fields = {one.key(field) for field in one.columns}
    assert set(one.personal or ()) <= fields | {ALL}


def test_parts_cover_models_that_exist() -> None:
    assert shape.covered_by_parts() <= {name(model) for model in MODELS}


def test_what_others_point_to_comes_first() -> None:
    order = [one.label for one in shape.shapes()]
    for one in shape.shapes():
        for field in one.columns:
            target = field.related_model._meta.label if field.related_model else one.label
            if target in order:
                assert order.index(target) <= order.index(one.label)
