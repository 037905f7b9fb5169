import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import parvis.lib.ids


class Migration(migrations.Migration):
    dependencies = [("issues", "0008_field"), ("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Learned",
            [
                (
                    "id",
                    models.UUIDField(
                        default=parvis.lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("weights", models.BinaryField()),
                ("examples", models.PositiveIntegerField()),
                ("learned_at", models.DateTimeField(default=django.utils.timezone.now)),
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
        ),
        migrations.AddConstraint(
            "learned", models.UniqueConstraint(fields=("territory",), name="learned_one_a_territory")
        ),
    ]
