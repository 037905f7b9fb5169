"""What residents should know of works that come back, and where, in three languages; what was written is French."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issues", "0015_totals_of_tiles")]
    operations = [
        migrations.RenameField("recurringwork", "text", "text_fr"),
        migrations.RenameField("recurringwork", "place", "place_fr"),
        migrations.AddField(
            model_name='recurringwork',
            name='place_en',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='where, in English'),
        ),
        migrations.AddField(
            model_name='recurringwork',
            name='place_es',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='where, in Spanish'),
        ),
        migrations.AddField(
            model_name='recurringwork',
            name='text_en',
            field=models.CharField(blank=True, db_default='', default='', max_length=400, verbose_name='what residents should know, in English'),
        ),
        migrations.AddField(
            model_name='recurringwork',
            name='text_es',
            field=models.CharField(blank=True, db_default='', default='', max_length=400, verbose_name='what residents should know, in Spanish'),
        ),
        migrations.AlterField(
            model_name='recurringwork',
            name='place_fr',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='where, in French'),
        ),
        migrations.AlterField(
            model_name='recurringwork',
            name='text_fr',
            field=models.CharField(blank=True, db_default='', default='', max_length=400, verbose_name='what residents should know, in French'),
        ),
    ]
