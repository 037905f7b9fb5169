from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_titles_and_counters")]

    operations = [
        migrations.AddField(
            "searchdocument",
            "is_shared",
            models.BooleanField(default=True, help_text="Found in other portals too, where ours is shown."),
        ),
    ]
