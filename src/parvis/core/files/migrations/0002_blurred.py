from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AddField(
            "storedfile",
            "version",
            models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How often the photo was drawn anew, with parts of it blurred or not.",
            ),
        ),
        migrations.AddField(
            "storedfile",
            "blurred",
            models.JSONField(
                db_default=[],
                default=list,
                help_text="The parts that are blurred: left, top, width, height, of 1.",
            ),
        ),
        migrations.AddField(
            "storedfile",
            "has_original",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether the photo without the blur is kept, for staff.",
            ),
        ),
    ]
