"""Take away what Wagtail plants by itself: every territory gets its own subtree, groups and review instead."""

from django.db import migrations


def clear(apps, schema_editor):
    """Remove the welcome page, the two shared groups and the shared workflow; one site stands for the instance."""
    page = apps.get_model("wagtailcore", "Page")
    trunk = page.objects.filter(depth=1).first()
    if trunk is None:
        return
    site = apps.get_model("wagtailcore", "Site")
    site.objects.update(root_page_id=trunk.pk)
    if not site.objects.exists():
        site.objects.create(hostname="localhost", port=80, root_page_id=trunk.pk, is_default_site=True)
    # Only what the installation itself made: a page of Wagtail's plain type is never one of ours.
    welcome = page.objects.filter(depth=2, content_type__app_label="wagtailcore", content_type__model="page")
    welcome.delete()
    page.objects.filter(pk=trunk.pk).update(numchild=page.objects.filter(depth=2).count())
    apps.get_model("auth", "Group").objects.filter(name__in=["Moderators", "Editors"]).delete()
    for name in ("WorkflowPage", "WorkflowTask"):
        apps.get_model("wagtailcore", name).objects.filter(workflow__name="Moderators approval").delete()
    apps.get_model("wagtailcore", "Workflow").objects.filter(name="Moderators approval").delete()
    apps.get_model("wagtailcore", "Task").objects.filter(name="Moderators approval").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0002_initial_data"),
        ("wagtaildocs", "0002_initial_data"),
    ]

    operations = [migrations.RunPython(clear, migrations.RunPython.noop)]
