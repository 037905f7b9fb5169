"""The table."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import parvis.lib.ids


class Migration(migrations.Migration):
    """Make it."""

    initial = True
    dependencies = [("tenancy", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Greeting",
            fields=[
                ("id", models.UUIDField(default=parvis.lib.ids.new_id, editable=False, primary_key=True)),
                ("person_id", models.UUIDField(null=True)),
                ("words", models.CharField(max_length=200)),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "territory",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.territory",
                    ),
                ),
            ],
        )
    ]
