"""The receiver as a mail server sees it: a process of its own, over LMTP, SMTP and the pipe."""

import os
import re
import signal
import smtplib
import subprocess
import sys

import psycopg
import pytest
from django.db import transaction

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

from .letters import raw

DOMAIN = "mail.example.test"
PARVIS = [sys.executable, "-m", "parvis.project.cli", "inbound"]


@pytest.fixture
def house(committed_db, tmp_path):
    """A town in a database of its own, and the environment of a process that works with it."""
    with transaction.atomic(), use():
        town = Territory(slug="essai", name="Essai")
        with use(territory=town):
            town.save()
    here = {"PARVIS_VAR": str(tmp_path), "PARVIS_INBOUND_DOMAIN": DOMAIN, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return {**os.environ, **committed_db.environment(), **here}


@pytest.fixture
def receiver(house, request):
    """Start the receiver; yield its port."""
    process = subprocess.Popen(
        [*PARVIS, "--port", "0", *getattr(request, "param", ())], env=house, stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        yield int(re.search(r":(\d+)", line)[1]), process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def count(house, what="inbound_arrival"):
    with psycopg.connect(house["DATABASE_OWNER_URL"]) as connection:
        return connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0]


def test_lmtp_takes_refuses_and_stops_when_asked(house, receiver):
    port, process = receiver
    with smtplib.LMTP("127.0.0.1", port) as line:
        refused = line.sendmail("lise@example.test", [f"essai@{DOMAIN}", f"autre@{DOMAIN}"], raw())
        assert list(refused) == [f"autre@{DOMAIN}"] and refused[f"autre@{DOMAIN}"][0] == 550
        assert count(house) == count(house, "cases_case") == 1, "committed before it was said"
        assert not line.sendmail("lise@example.test", [f"essai@{DOMAIN}"], raw())
        assert count(house) == 1
        with pytest.raises(smtplib.SMTPDataError) as caught:
            line.sendmail("lise@example.test", [f"essai@{DOMAIN}"], b"\r\n")
        assert caught.value.smtp_code == 554
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


@pytest.mark.parametrize("receiver", [["--smtp"]], indirect=True)
def test_smtp_does_the_same(house, receiver):
    with smtplib.SMTP("127.0.0.1", receiver[0]) as line:
        line.ehlo()
        assert int(line.esmtp_features["size"]) > 30_000_000
        assert not line.sendmail("lise@example.test", [f"essai@{DOMAIN}"], raw())
        assert line.mail("lise@example.test", [f"SIZE={10**9}"])[0] == 552, "too large, said before it is sent"
    assert count(house, "cases_message") == 1


def pipe(house, body, *arguments):
    return subprocess.run([*PARVIS, "--stdin", *arguments], input=body, env=house, capture_output=True, check=False)


def test_the_pipe_answers_as_mail_servers_expect(house):
    assert pipe(house, raw(), "--to", f"essai@{DOMAIN}", "--from", "lise@example.test").returncode == 0
    assert pipe(house, raw(), "--to", f"essai@{DOMAIN}").returncode == 0
    assert pipe(house, raw(), "--to", f"autre@{DOMAIN}").returncode == 67
    assert pipe(house, b"").returncode == 65
    assert count(house) == 1


def test_it_does_not_listen_to_the_world_by_mistake(house):
    done = subprocess.run([*PARVIS, "--host", "0.0.0.0"], env=house, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "--public" in done.stderr
