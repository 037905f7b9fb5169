from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_link_version")]

    operations = [
        migrations.AddField(
            "handover",
            "link_version",
            models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How often staff have replaced the secret link of the organisation.",
            ),
        ),
    ]
