import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import parvis.lib.ids

KINDS = [("news", "News"), ("agenda", "Calendar"), ("map", "Map"), ("services", "Services and search")]
# An acceptance named a module before; what that module shows is a kind now. Of the rest nothing was ever shown.
KIND_OF_MODULE = """
    UPDATE territories_acceptance SET ended_at = coalesce(ended_at, now())
        WHERE service NOT IN ('content', 'issues', 'identity');
    UPDATE territories_acceptance
        SET service = CASE service WHEN 'content' THEN 'news' WHEN 'issues' THEN 'map' ELSE 'services' END;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
        ("territories", "0002_archives"),
    ]

    operations = [
        migrations.RunSQL(KIND_OF_MODULE, migrations.RunSQL.noop),
        migrations.RemoveConstraint("acceptance", "acceptance_once"),
        migrations.RenameField("acceptance", "service", "kind"),
        migrations.AlterField("acceptance", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AddConstraint(
            "acceptance",
            models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("territory", "publisher", "kind"),
                name="acceptance_once",
            ),
        ),
        migrations.AddConstraint(
            "acceptance",
            models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="acceptance_kind_known"
            ),
        ),
        migrations.AddConstraint(
            "acceptance",
            models.CheckConstraint(
                condition=models.Q(("territory", models.F("publisher")), _negated=True), name="acceptance_not_of_itself"
            ),
        ),
        migrations.AddIndex(
            "acceptance", models.Index(fields=["publisher", "kind"], name="acceptance_publisher")
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.UUIDField(default=parvis.lib.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("territory", "kind"), name="publication_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="publication_kind_known"
                    ),
                ],
            },
        ),
    ]
