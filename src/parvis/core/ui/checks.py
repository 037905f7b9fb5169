"""Boot checks of the interface."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from .vite import manifest


@register()
def front_end_is_built(**kwargs: Any) -> list[CheckMessage]:
    """Warn when the style sheets and scripts have not been built: pages then work, but without any style."""
    if manifest():
        return []
    return [Warning("The front end has not been built.", hint="Run `make frontend`.", id="ui.W001")]
