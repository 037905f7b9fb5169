from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("issues", "0003_questions")]

    operations = [
        migrations.RemoveConstraint("issue", "issue_dated_iff_resolved"),
        migrations.AddField(
            "issue",
            "planned_from",
            models.DateTimeField(blank=True, null=True, verbose_name="work planned from"),
        ),
        migrations.AddField(
            "issue",
            "planned_until",
            models.DateTimeField(blank=True, null=True, verbose_name="work planned until"),
        ),
        migrations.AddField(
            "issue",
            "precision",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                choices=[("day", "To the day"), ("month", "To the month")],
                help_text="How closely the moment of the report is known.",
                max_length=5,
            ),
        ),
        migrations.AddField(
            "issue",
            "source_key",
            models.CharField(
                blank=True,
                help_text="Where it was taken in from: a file and a line, or an id.",
                max_length=200,
                null=True,
            ),
        ),
        migrations.AlterField("issue", "lat", models.FloatField(blank=True, null=True)),
        migrations.AlterField("issue", "lon", models.FloatField(blank=True, null=True)),
        migrations.AddIndex(
            "issue",
            models.Index(
                condition=Q(planned_from__isnull=False), fields=["territory", "planned_from"], name="issue_planned"
            ),
        ),
        migrations.AddConstraint(
            "issue",
            models.CheckConstraint(
                condition=(Q(status="resolved") ^ Q(resolved_at=None)) | Q(status="resolved", source_key__isnull=False),
                name="issue_dated_iff_resolved",
            ),
        ),
        migrations.AddConstraint(
            "issue",
            models.CheckConstraint(
                condition=Q(lat__isnull=False, lon__isnull=False)
                | Q(lat__isnull=True, lon__isnull=True, source_key__isnull=False),
                name="issue_placed_unless_imported",
            ),
        ),
        migrations.AddConstraint(
            "issue",
            models.CheckConstraint(
                condition=Q(planned_until=None) | Q(planned_from__isnull=False, planned_until__gte=F("planned_from")),
                name="issue_planned_in_order",
            ),
        ),
        migrations.AddConstraint(
            "issue",
            models.UniqueConstraint(fields=["territory", "source_key"], name="issue_taken_in_once"),
        ),
    ]
