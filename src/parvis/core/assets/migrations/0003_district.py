from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from shapely.errors import ShapelyError

import parvis.core.tenancy.fields
from parvis.lib.geometry import Area


def say_which_district(apps: Any, schema_editor: Any) -> None:
    """File what stands already under the electoral district that holds it."""
    asset, district = apps.get_model("assets", "Asset"), apps.get_model("geo", "District")
    for row in district.objects.filter(kind="electoral").iterator(chunk_size=100):
        try:
            area = Area(row.polygon)
        except (ShapelyError, ValueError):
            continue
        near = asset.objects.filter(
            territory_id=row.territory_id, district=None,
            lat__gte=row.south, lat__lte=row.north, lon__gte=row.west, lon__lte=row.east,
        )  # fmt: skip
        inside = [pk for pk, lat, lon in near.values_list("pk", "lat", "lon") if area.contains(lat, lon)]
        asset.objects.filter(pk__in=inside).update(district_id=row.pk)


class Migration(migrations.Migration):
    """A thing is filed under its district, so that the staff's list is asked for one."""

    dependencies = [("assets", "0002_happenings"), ("geo", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="district",
            field=parvis.core.tenancy.fields.TerritoryForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="geo.district",
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(fields=["territory", "state", "kind", "code"], name="asset_state"),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(fields=["territory", "district", "kind", "code"], name="asset_district"),
        ),
        migrations.RunPython(say_which_district, migrations.RunPython.noop),
    ]
