"""The demo region for 300,000 people: how long it takes to make, and how many rows it has. Only when asked by name."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.stand.rows import row

NEEDS, LIMIT, BY_NAME_ONLY = "tables", 3600, True
PEOPLE = int(os.environ.get("PARVIS_BENCH_PEOPLE", "300000"))
_COUNTS = (
    "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


def run() -> Iterator[dict[str, Any]]:
    """Yield the time and the rows."""
    import psycopg

    begun = time.monotonic()
    command = [sys.executable, "-m", "parvis.project.cli", "demo-load", "--population", str(PEOPLE)]
    subprocess.run(command, check=True, stdout=sys.stderr)
    yield row("large_region", time.monotonic() - begun, "s", n=PEOPLE)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("ANALYZE")
        counts = dict(connection.execute(_COUNTS).fetchall())
    for table, count in sorted(counts.items(), key=lambda pair: -pair[1])[:8]:
        print(f"  {table:<32} {count:>9,}", file=sys.stderr)
    yield row("large_region_rows", sum(count for count in counts.values() if count > 0), "rows", n=PEOPLE)
