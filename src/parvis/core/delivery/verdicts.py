"""What a refusal says of an address: that it is no good, that it is full, or nothing at all. Pure, without Django.

Enhanced status codes: RFC 3463 and the IANA registry; replies of mail servers: RFC 5321, 4.2; codes of text messages:
those of the provider's reference.
"""

import re
from dataclasses import dataclass

UNKNOWN, FULL, COMPLAINT = "unknown", "full", "complaint"

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<!\d)(5\d\d)(?=[ -])")
_FULL_WORDS = re.compile(r"mailbox.{0,12}full|over ?quota|quota exceeded|bo[iî]te.{0,20}pleine", re.IGNORECASE)

# No such mailbox, no such domain, moved without a trace, domain without mail, mailbox closed, no route to the host.
_NOBODY = {"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.0", "2.1", "4.4"}
_NOBODY_BY_PHONE = {"21211", "21217", "21614", "30005", "30006"}
_STOPPED_BY_PHONE = {"21610"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an address should be left alone, and the provider's code that says so."""

    reason: str
    status: str


def of_mail(detail: str) -> Verdict | None:
    """Return what a mail server's refusal says of the address; None when it speaks of the message or of us."""
    found = _ENHANCED.search(detail)
    reply = _REPLY.search(detail)
    status = found.group(0) if found else (reply.group(1) if reply else "")
    if (found and f"{found.group(2)}.{found.group(3)}" == "2.2") or _FULL_WORDS.search(detail):
        return Verdict(FULL, status)
    if found:
        permanent = found.group(1) == "5" and f"{found.group(2)}.{found.group(3)}" in _NOBODY
        return Verdict(UNKNOWN, status) if permanent else None
    # Without an enhanced code: no such mailbox, not local, mailbox name not allowed.
    return Verdict(UNKNOWN, status) if reply and reply.group(1) in {"550", "551", "553"} else None


def of_text_message(detail: str) -> Verdict | None:
    """Return what the provider of text messages says of a number, by the code that `detail` begins with."""
    code = detail.partition(" ")[0]
    if code in _STOPPED_BY_PHONE:
        return Verdict(COMPLAINT, code)
    return Verdict(UNKNOWN, code) if code in _NOBODY_BY_PHONE else None


def of(channel: str, detail: str) -> Verdict | None:
    """Return what a refusal by a channel says of the address."""
    if channel == "email":
        return of_mail(detail)
    return of_text_message(detail) if channel == "sms" else None
