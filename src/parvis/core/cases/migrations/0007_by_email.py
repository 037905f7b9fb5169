from django.db import migrations, models

from parvis.lib.actor import Channel

CHOICES = [
    (Channel.WEB, "Web"),
    (Channel.PHONE, "Telephone"),
    (Channel.COUNTER, "Counter"),
    (Channel.MAIL, "Mail"),
    (Channel.EMAIL, "E-mail"),
    (Channel.PARTNER, "Partner"),
    (Channel.SYSTEM, "System"),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_bulk_runs")]

    operations = [
        migrations.AlterField(
            "case",
            "channel",
            models.CharField(choices=CHOICES, default=Channel.WEB, max_length=10),
        ),
        migrations.AlterField("caseevent", "channel", models.CharField(choices=CHOICES, max_length=10)),
        migrations.AlterField("message", "channel", models.CharField(choices=CHOICES, max_length=10)),
    ]
