"""An import that is killed in the middle leaves nothing behind, and the next one finds a clean house."""

import os
import signal
import subprocess
import sys
import time

import psycopg
from django.db import transaction

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

HEAD = "mois,nature,activite,dernier_statut,provenances,jour_semaine,heure\n"
LINE = "2024-07,Requete,Nid-de-poule {},Terminée,Téléphone,Lundi,9\n"


def test_killed_in_the_middle(committed_db, tmp_path):
    with transaction.atomic(), use():
        town = Territory(slug="essai", name="Essai")
        with use(territory=town):
            town.save()
    file = tmp_path / "requetes.csv"
    file.write_text(HEAD + "".join(LINE.format(number % 20) for number in range(12_000)), encoding="utf-8")
    command = [sys.executable, "-m", "parvis.project.cli", "import", "requests311", "essai", str(file)]
    environment = {**os.environ, **committed_db.environment(), "PARVIS_VAR": str(tmp_path)}
    command += ["--map", "montreal"]
    with psycopg.connect(committed_db.owner_url, autocommit=True) as connection:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        # Its rows cannot be seen, but the table has grown.
        while connection.execute("SELECT pg_relation_size('issues_issue')").fetchone()[0] < 1_000_000:
            assert time.monotonic() < deadline and process.poll() is None, "it was not caught in the middle"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        for table in ("issues_issue", "issues_category", "cases_case", "cases_caseevent", "audit_entry"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert "12000" in done.stdout
        assert connection.execute("SELECT count(*) FROM issues_issue").fetchone() == (12_000,)
