"""Work by the clock."""

from django.utils import timezone

from parvis.core.tasks.operations import task

from . import operations


@task(name="content.publish_due")
def publish_due() -> None:
    """Publish and take back the pages whose moment has come, in one territory."""
    operations.publish_due(now=timezone.now())
