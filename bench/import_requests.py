"""Requests of another register, taken in by the command as an operator runs it: lines a second, memory at its highest.

Ten thousand lines and 95,456, as many as Montréal's file has, written here in its shape: a quarter of them are alike.
The memory must not grow with the file.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.stand.rows import row

NEEDS, LIMIT = "tables", 900
FEW, MANY = 10_000, 95_456
RATE, GROWTH = 3000.0, 1.15
KINDS = 257
DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
STATES = ("Terminée",) * 97 + ("Refusée", "Annulée", "Prise en charge")
DOORS = ("Téléphone",) * 7 + ("Mobile", "Site internet", "Courriel")


def _file(folder: str, lines: int) -> Path:
    rng = random.Random(lines)
    kinds = [f"Genre de problème numéro {number} - Entretien" for number in range(KINDS)]
    weights = [1 / (rank + 1) for rank in range(KINDS)]
    path = Path(folder) / f"requetes-{lines}.csv"
    with path.open("w", encoding="utf-8-sig") as file:
        file.write("mois,nature,activite,dernier_statut,provenances,jour_semaine,heure\n")
        for kind in rng.choices(kinds, weights, k=lines):
            month = f"{rng.randint(2022, 2024)}-{rng.randint(1, 12):02}"
            rest = (rng.choice(STATES), rng.choice(DOORS), rng.choice(DAYS), str(rng.randint(7, 19)))
            file.write(",".join((month, "Requete", kind, *rest)) + "\n")
    return path


def _town(slug: str) -> None:
    from django.db import transaction

    from parvis.core.tenancy.context import use
    from parvis.core.tenancy.models import Territory

    with transaction.atomic(), use():
        town = Territory(slug=slug, name=slug.title())
        with use(territory=town):
            town.save()


def _import(slug: str, path: Path) -> tuple[float, float]:
    """Run the command; return seconds, and the most memory it held (MB)."""
    command = [
        sys.executable,
        "-m",
        "parvis.project.cli",
        "import",
        "requests311",
        slug,
        str(path),
        "--map",
        "montreal",
    ]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"The import ended with {process.returncode}.")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def run() -> Iterator[dict[str, Any]]:
    """Yield the rate over the large file, the memory at both sizes, and that a second run adds nothing."""
    with tempfile.TemporaryDirectory() as folder:
        _town("petit")
        _town("grand")
        _seconds, small = _import("petit", _file(folder, FEW))
        large = _file(folder, MANY)
        seconds, peak = _import("grand", large)
        again, _peak = _import("grand", large)
    yield row("import_requests", MANY / seconds, "rows/s", target=RATE, at_least=True, n=MANY)
    yield row("import_requests_memory", peak, "MB peak", target=round(small * GROWTH, 1), baseline=small, n=MANY)
    yield row("import_requests_again", MANY / again, "rows/s", n=MANY)
