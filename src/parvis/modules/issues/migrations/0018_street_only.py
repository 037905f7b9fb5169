from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from parvis.modules.issues.discretion import names_homes


def begin_discreet(apps, schema_editor):
    """Show the street only of the kinds whose name says that they are about somebody's home."""
    category = apps.get_model("issues", "Category")
    kinds = category.objects.values_list("pk", "label_fr", "label_en", "label_es")
    homes = [pk for pk, *labels in kinds.iterator() if any(names_homes(label) for label in labels)]
    category.objects.filter(pk__in=homes).update(street_only=True)


class Migration(migrations.Migration):
    dependencies = [("issues", "0017_spots_by_district")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="street_only",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="For kinds that name somebody's home: no door number, and on the map a point nearby.",
                verbose_name="Everyone sees the street only",
            ),
        ),
        migrations.AddField(
            model_name="monthcount",
            name="promised_bins",
            field=ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="monthcount",
            name="promised_counts",
            field=ArrayField(base_field=models.PositiveIntegerField(), default=list, size=None),
        ),
        migrations.RunPython(begin_discreet, migrations.RunPython.noop),
    ]
