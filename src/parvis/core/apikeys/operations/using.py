"""A program comes with a key: how often it may, and when it last did."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import TooMuch, gettext_noop

from ..models import ApiKey
from ..queries import actor_of, key_of

TO_THE_HOUR = timedelta(hours=1)

# One statement: this connection counts in its own row (a fresh minute begins at one), and reads the others' rows of the
# same minute. What runs at this very moment elsewhere is seen by the next request.
_SPEND = """
    WITH own AS (
        INSERT INTO apikeys_spending AS s (key_id, connection, minute, used)
        VALUES (%(key)s, pg_backend_pid(), %(minute)s, 1)
        ON CONFLICT (key_id, connection) DO UPDATE
        SET used = CASE WHEN s.minute = excluded.minute THEN s.used + 1 ELSE 1 END, minute = excluded.minute
        RETURNING used
    )
    SELECT own.used + coalesce((
        SELECT sum(o.used) FROM apikeys_spending o
        WHERE o.key_id = %(key)s AND o.minute = %(minute)s AND o.connection <> pg_backend_pid()
    ), 0) FROM own
"""


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Count one request of a key in its minute, and note the hour of its last use. Raises TooMuch."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, {"key": key.pk, "minute": int(now.timestamp()) // 60})
        used = cursor.fetchone()[0]
    if used > key.per_minute:
        raise TooMuch(gettext_noop("This key may come %(times)s times a minute."), times=key.per_minute)
    if key.last_used_at is None or now - key.last_used_at >= TO_THE_HOUR:
        hour = now.replace(minute=0, second=0, microsecond=0)
        with use(territory=key.territory_id):
            stale = Q(last_used_at=None) | Q(last_used_at__lt=hour)
            ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=hour)


def actor_with(token: str, territory: Territory | UUID, *, now: datetime) -> Actor | None:
    """Return who comes with a token, counted; None when it opens nothing here. Raises TooMuch."""
    key = key_of(token, territory, now=now)
    if key is None:
        return None
    note_use(key=key, now=now)
    return actor_of(key)
