from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_ended_indexes")]

    operations = [
        migrations.AddField(
            "case",
            "link_version",
            models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How often whoever asked has replaced the secret link of the mails.",
            ),
        ),
    ]
