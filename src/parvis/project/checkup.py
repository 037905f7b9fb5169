"""What `parvis doctor` looks at: each check says what it found and, where something is wrong, what to do."""

from __future__ import annotations

import os
import shutil
import smtplib
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from parvis.project.obstacle import Obstacle
from parvis.project.postgres.binaries import OLDEST_MAJOR

if TYPE_CHECKING:
    from parvis.project.cli.environment import LocalDatabase

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
_DISK_LOW = 2 * 1024**3
_CLOCK_APART = 2.0
_WORKER_SILENT = 60
_TIMEOUT = 5


@dataclass(frozen=True)
class Finding:
    """What one check found. `state` is `ok`, `problem`, or `note` (nothing wrong, worth knowing)."""

    subject: str
    state: str
    says: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """For programs."""
        return asdict(self)


@contextmanager
def database_at_hand(database: LocalDatabase) -> Iterator[str]:
    """Open the database for the checks; yields why it could not be, or an empty text."""
    try:
        opened = database.opened()
        opened.__enter__()
    except (Obstacle, psycopg.Error) as error:
        yield str(error)
        return
    try:
        yield ""
    finally:
        opened.__exit__(None, None, None)


def examine(trouble: str) -> Iterator[Finding]:
    """Run every check, in the order somebody would look. `trouble` is why the database could not be opened."""
    yield python()
    yield node()
    if trouble:
        yield Finding("PostgreSQL", "problem", trouble)
    else:
        yield from _each((application_role, owner_role))
        import django

        django.setup()
        yield from _each((migrations, guards, clock, worker, channels))
    if trouble:
        import django

        django.setup()
    yield from _each((disk, media, secret_key, sealing_keys, mail))


def _each(checks: tuple[Callable[[], Finding], ...]) -> Iterator[Finding]:
    for check in checks:
        try:
            yield check()
        except Exception as error:  # one check that cannot be made must not hide the others
            lines = str(error).strip().splitlines() or [type(error).__name__]
            yield Finding(check.__name__.replace("_", " ").capitalize(), "problem", f"cannot be checked ({lines[0]}).")


def python() -> Finding:
    """The version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Finding("Python", "ok", version)
    return Finding("Python", "problem", f"{version} is too old.", "Install Python 3.11 or newer.")


def node() -> Finding:
    """Node, which only the build of the front end needs."""
    found = shutil.which("node")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout if found else ""
    numbers = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())
    if len(numbers) == 2 and numbers >= OLDEST_NODE:
        return Finding("Node", "ok", said.strip())
    return Finding("Node", "note", "none that is new enough; only a build needs it, and then installs its own.")


def application_role() -> Finding:
    """The role of web and workers: it answers, on a supported PostgreSQL, and cannot pass over the rows' policies."""
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=_TIMEOUT) as connection:
        row = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole, "
            "(SELECT count(*) FROM pg_class WHERE relowner = r.oid), "
            "(SELECT count(*) FROM pg_auth_members WHERE member = r.oid), "
            "current_setting('server_version') FROM pg_roles r WHERE rolname = current_user"
        ).fetchone()
    assert row is not None
    name, superuser, bypasses, creates_roles, owns, memberships, version = row
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        return Finding(
            "PostgreSQL", "problem", f"{version} is too old.", f"Parvis needs PostgreSQL {OLDEST_MAJOR} or newer."
        )
    faults = {
        "is a superuser": superuser,
        "may bypass row-level security": bypasses,
        "may create roles": creates_roles,
        f"owns {owns} tables": owns,
        f"belongs to {memberships} other roles": memberships,
    }
    found = [fault for fault, present in faults.items() if present]
    if found:
        return Finding(
            "Application role",
            "problem",
            f"{name} {', '.join(found)}: territories are not kept apart.",
            f'As administrator: ALTER ROLE "{name}" NOSUPERUSER NOBYPASSRLS NOCREATEROLE; '
            "and let the owner role own the tables.",
        )
    return Finding("Application role", "ok", f"{name} on PostgreSQL {version}, without any privilege")


def owner_role() -> Finding:
    """The role of migrations: it answers and owns the tables."""
    url = os.environ.get("DATABASE_OWNER_URL")
    if not url:
        return Finding(
            "Owner role", "note", "DATABASE_OWNER_URL is not set here; migrations, backup and restore need it."
        )
    with psycopg.connect(url, connect_timeout=_TIMEOUT) as connection:
        row = connection.execute(
            "SELECT current_user, count(*) FILTER (WHERE tableowner <> current_user) "
            "FROM pg_tables WHERE schemaname IN ('public', 'parvis')"
        ).fetchone()
    assert row is not None
    if row[1]:
        return Finding(
            "Owner role",
            "problem",
            f"{row[1]} tables do not belong to {row[0]}.",
            f'As administrator: REASSIGN OWNED BY their owner TO "{row[0]}".',
        )
    return Finding("Owner role", "ok", f"{row[0]} owns the tables")


def migrations() -> Finding:
    """Whether the tables are those of this version."""
    from django.db import connection

    from parvis.project.schema import unapplied

    if missing := unapplied(connection):
        count = "One is" if len(missing) == 1 else f"{len(missing)} are"
        return Finding("Migrations", "problem", f"{count} not applied.", "Run `parvis migrate`.")
    return Finding("Migrations", "ok", "all applied")


def guards() -> Finding:
    """Whether the policies of the rows are those that the models declare."""
    from django.db import connection

    from parvis.core.tenancy.sync import is_synchronised

    if is_synchronised(connection):
        return Finding("Row-level security", "ok", "as the models declare")
    return Finding("Row-level security", "problem", "not as this version's models declare it.", "Run `parvis migrate`.")


def clock() -> Finding:
    """Whether this machine and the database agree on the time."""
    from django.db import connection

    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - (before + time.time()) / 2)
    if apart > _CLOCK_APART:
        return Finding(
            "Clock", "problem", f"{apart:.0f} s away from the database's.", "Synchronise both machines (NTP)."
        )
    return Finding("Clock", "ok", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, as the database")


def worker() -> Finding:
    """Whether a background worker gave a sign of life lately, and how much is waiting."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %s * interval '1 second'",
            [_WORKER_SILENT],
        )
        alive = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
        )
        waiting = cursor.fetchone()[0]
    if not alive:
        return Finding(
            "Worker",
            "problem",
            f"none gave a sign of life for {_WORKER_SILENT} s; {waiting} jobs wait.",
            "Start one: `parvis worker`.",
        )
    return Finding("Worker", "ok", f"{alive} alive, {waiting} jobs waiting")


def channels() -> Finding:
    """Whether a provider of messages (the mail server, say) is being left alone because it does not answer."""
    from django.utils import timezone

    from parvis.core.delivery.queries import pauses, waiting

    held = sum(waiting().values())
    found = [
        f"{pause.channel} for {(timezone.now() - pause.since).total_seconds() / 60:.0f} min ({pause.error})"
        for pause in pauses()
    ]
    if found:
        return Finding(
            "Messages",
            "problem",
            f"the provider does not answer: {'; '.join(found)}. {held} messages wait, none is lost.",
            "Check the provider and the PARVIS_SMTP_… settings; what waits leaves by itself afterwards.",
        )
    return Finding("Messages", "ok", f"every channel is open, {held} messages wait")


def disk() -> Finding:
    """Room on the disk of the data folder."""
    from django.conf import settings

    folder = next(path for path in (Path(settings.VAR), *Path(settings.VAR).parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < _DISK_LOW:
        return Finding("Disk", "problem", f"{free / 1024**3:.1f} GB left below {folder}.", "Free some space.")
    return Finding("Disk", "ok", f"{free / 1024**3:.0f} GB left below {folder}")


def media() -> Finding:
    """Whether files that people send can be kept."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    try:
        name = default_storage.save("doctor-check.txt", ContentFile(b"ok"))
        default_storage.delete(name)
    except Exception as error:
        return Finding(
            "Files", "problem", f"cannot be stored ({error}).", "Check the folder or the storage's settings."
        )
    return Finding("Files", "ok", "can be stored")


def secret_key() -> Finding:
    """Whether the key that signs is for this user's eyes only."""
    from django.conf import settings

    return _for_this_user_only("Secret key", settings.SECRET_KEY_FILE)


def sealing_keys() -> Finding:
    """Whether the keys that seal secrets in the database are for this user's eyes only, and open what they sealed."""
    from django.conf import settings

    from parvis.core.identity.sealing import seal, unseal

    if not settings.SECRETS_KEY_FILE.exists():
        return Finding("Sealing keys", "note", f"{settings.SECRETS_KEY_FILE} is made when the first secret is sealed.")
    unseal(seal("doctor"))
    return _for_this_user_only("Sealing keys", settings.SECRETS_KEY_FILE)


def _for_this_user_only(subject: str, path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(subject, "problem", f"{path} can be read by others.", f"Run `chmod 600 {path}`.")
    return Finding(subject, "ok", f"{path}, for this user only")


def mail() -> Finding:
    """Whether the mail server answers."""
    from django.conf import settings

    if not settings.DELIVERY_ADAPTERS.get("email", "").endswith("SmtpAdapter"):
        return Finding("Mail", "note", "kept on this machine, not sent: see /demo/")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=_TIMEOUT) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            "Mail",
            "problem",
            f"{where} does not answer ({error}); messages wait, none is lost.",
            "Set PARVIS_SMTP_HOST and PARVIS_SMTP_PORT to your mail server.",
        )
    return Finding("Mail", "ok", f"{where} answers")
