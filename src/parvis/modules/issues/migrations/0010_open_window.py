from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("issues", "0009_learned")]

    operations = [
        AddIndexConcurrently(
            "issue",
            models.Index(
                condition=Q(is_hidden=False, status__in=["accepted", "planned", "reported"]),
                fields=["territory", "lat", "lon"],
                name="issue_open_window",
            ),
        ),
    ]
