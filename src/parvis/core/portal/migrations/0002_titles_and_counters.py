"""Titles by language and the words that count most; a counter belongs to its module."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add two columns, and the module to two constraints."""

    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.AddField("searchdocument", "titles", models.JSONField(default=dict)),
        migrations.AddField("searchdocument", "head", models.TextField(default="")),
        migrations.RemoveConstraint("searchdocument", "search_document_once"),
        migrations.AddConstraint(
            "searchdocument",
            models.UniqueConstraint(
                fields=["territory", "module", "kind", "ref", "language"], name="search_document_once"
            ),
        ),
        migrations.RemoveConstraint("served", "served_once"),
        migrations.AddConstraint(
            "served",
            models.UniqueConstraint(
                fields=["territory", "module", "counter", "month", "person_id"], name="served_once"
            ),
        ),
    ]
