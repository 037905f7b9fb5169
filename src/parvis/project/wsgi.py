"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
application = get_wsgi_application()

from parvis.core.registry.checks import require_fit  # noqa: E402  (Django must be ready)

require_fit()
