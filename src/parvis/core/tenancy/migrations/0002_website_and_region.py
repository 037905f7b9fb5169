from django.db import migrations, models


class Migration(migrations.Migration):
    """A territory's own website and its administrative region, as the ministry's directory tells them."""

    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="territory",
            name="website",
            field=models.URLField(blank=True, db_default="", default="", help_text="Of the town hall."),
        ),
        migrations.AddField(
            model_name="territory",
            name="region",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The administrative region: Estrie…",
                max_length=60,
            ),
        ),
    ]
