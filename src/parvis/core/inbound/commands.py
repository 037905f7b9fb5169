"""``parvis inbound``: mail for the town, from the mail server beside it."""

import asyncio
import ipaddress
import sys

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.lib.errors import Invalid, gettext_noop

from . import operations
from .operations import Verdict
from .receiver import LARGEST, serve

# What the pipes of mail servers understand (sysexits.h).
_CODES = {
    Verdict.TAKEN: 0,
    Verdict.REPEATED: 0,
    Verdict.LATER: 75,
    Verdict.UNKNOWN: 67,
    Verdict.REFUSED: 65,
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8024, show_default=True, type=click.IntRange(0, 65535))
@click.option("--socket", default="", help="Listen on this socket of the file system instead.")
@click.option("--smtp", is_flag=True, help="Speak SMTP; LMTP otherwise.")
@click.option("--public", is_flag=True, help="Allow an address others can reach: there is no password here.")
@click.option("--stdin", "from_pipe", is_flag=True, help="Take in one message from the standard input, and end.")
@click.option("--to", "recipient", default="", help="With --stdin: whom it was delivered to.")
@click.option("--from", "sender", default=None, help="With --stdin: where the mail server would return it to.")
def inbound(
    host: str,
    port: int,
    socket: str,
    smtp: bool,
    public: bool,
    from_pipe: bool,
    recipient: str,
    sender: str | None,
) -> int | None:
    """Take in e-mail: answers go on with their requests, other messages open new ones."""
    if not settings.INBOUND_DOMAIN:
        click.echo(_("PARVIS_INBOUND_DOMAIN is not set: only the towns' own addresses are known."), err=True)
    if from_pipe:
        return _take_one(recipient, sender)
    if not socket and not public and not ipaddress.ip_address(host).is_loopback:
        raise Invalid(
            gettext_noop("%(host)s can be reached by others. Add --public if a wall stands before it."), host=host
        )
    asyncio.run(serve(host=host, port=port, socket=socket, smtp=smtp, started=_say_ready))
    return None


def _say_ready(address: str) -> None:
    click.echo(_("Waiting for mail at %(address)s.") % {"address": address})
    sys.stdout.flush()


def _take_one(recipient: str, sender: str | None) -> int:
    raw = sys.stdin.buffer.read(LARGEST + 1)
    if len(raw) > LARGEST:
        click.echo(_("This message is too large."), err=True)
        return _CODES[Verdict.REFUSED]
    try:
        return _CODES[operations.take_in(raw, recipient=recipient, envelope_from=sender, now=timezone.now())]
    except Exception as error:  # the mail server keeps the message and comes back
        click.echo(str(error), err=True)
        return _CODES[Verdict.LATER]
