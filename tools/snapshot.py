"""Keep a database as this release makes it, for the releases to come: `python tools/snapshot.py`, once a release.

Writes tests/upgrade/<version>.sql.xz: the tables, and a town with something in every part of the house. tests/upgrade
brings each of them to the code of the day. A file of SQL rather than the old code: the old release would need its old
packages, which a test may not fetch.
"""

import lzma
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What one major version of PostgreSQL says and another does not understand.
NOT_EVERYWHERE = ("SET transaction_timeout", "\\restrict", "\\unrestrict", "-- Dumped ")


def main() -> int:
    """Make a town in a fresh database, dump it, compress it."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from tests import database

    server = database._run.server()
    clone = server.clone("snapshot")
    try:
        os.environ.update(clone.environment())
        _fill(clone)
        command = [str(Path(server.binaries) / "pg_dump"), "--no-owner", clone.owner_url]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        lines = [line for line in text.splitlines(keepends=True) if not line.startswith(NOT_EVERYWHERE)]
        target = ROOT / "tests" / "upgrade" / f"{version('parvis')}.sql.xz"
        target.write_bytes(lzma.compress("".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} kB")
    finally:
        server.drop(clone)
        database._run.stop()
    return 0


def _fill(clone: object) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    from tests.database import point_django_at
    from tests.territory_archive.town import make_town

    point_django_at(clone)
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        make_town()
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
