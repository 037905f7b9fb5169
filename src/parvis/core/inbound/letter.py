"""Read one e-mail, whatever it is made of: who, about what, in which words, with which files. Pure, without Django.

Everything in a letter comes from strangers: headers may be broken or endless, parts nested without end, letters in a
charset that does not exist. Nothing is unpacked, nothing fetched, and a letter that cannot be read raises Unreadable.
"""

import email
import email.header
import email.utils
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from .words import language_of, text_of_html, without_quotes

LONGEST_HEADER = 4000  # letters of one header that are looked at
LONGEST_HEAD = 512 * 1024  # bytes of all headers
MOST_PARTS, DEEPEST, MOST_HOPS = 60, 30, 50
LONGEST_TEXT = 1_000_000  # letters of one part that are looked at
TINY = 6 * 1024  # bytes: a picture that stands inside the text and is smaller belongs to a signature
_BULK = {"bulk", "list", "junk", "auto_reply"}
_ID = re.compile(r"<[^<>\s]{3,250}>")


class Unreadable(Exception):
    """This is no letter that can be read."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along; `is_letter`: another e-mail, which is not opened."""

    name: str
    content_type: str
    body: bytes
    is_letter: bool = False


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message of ours came back for good: its Message-ID, and what the mail server said.

    `is_complaint`: it arrived, and its reader called it spam.
    """

    message_id: str
    detail: str
    is_complaint: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What one e-mail says. `references` are the Message-IDs it answers to; `key` is the same for the same letter."""

    key: str
    sender: str
    name: str
    subject: str
    text: str
    answer: str
    language: str
    references: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    is_automatic: bool = False
    is_returned: bool = False
    bounces: tuple[Bounce, ...] = field(default=())


def read(raw: bytes) -> Letter:
    """Read an e-mail as it came over the line. `answer` is `text` without what it quotes. Raises Unreadable."""
    _check_shape(raw)
    try:
        # The older policy of the standard library: it parses no header until asked, and never fails on a broken one.
        return _letter(email.message_from_bytes(raw), raw)
    except (RecursionError, MemoryError) as error:
        raise Unreadable("nested too deeply") from error


def _check_shape(raw: bytes) -> None:
    """Refuse what would only keep the parser busy. Raises Unreadable."""
    head = min((place for place in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if place >= 0), default=len(raw))
    if head > LONGEST_HEAD or not raw.strip():
        raise Unreadable("no header, or an endless one")
    lower = raw.lower()
    if lower.count(b"multipart/") > MOST_PARTS or lower.count(b"message/rfc822") > MOST_PARTS:
        raise Unreadable("too many parts")


def _letter(message: Message, raw: bytes) -> Letter:
    name, sender = _first_address(header(message, "From"))
    parts = list(_leaves(message))
    text = _clean("\n\n".join(_texts(message)))
    ids = tuple(_ID.findall(f"{header(message, 'In-Reply-To')} {header(message, 'References')}"))
    own_id = next(iter(_ID.findall(header(message, "Message-ID"))), "")
    known = f"{own_id}\n{sender}".encode() if own_id else raw.partition(b"\n\n")[2] + sender.encode()
    return Letter(
        key=hashlib.sha256(known).hexdigest(),
        sender=sender,
        name=name[:120],
        subject=header(message, "Subject")[:200],
        text=text,
        answer=without_quotes(text),
        language=language_of(header(message, "Content-Language"), text),
        references=ids,
        addressed=tuple(_addresses(message)),
        attachments=tuple(_attachments(message, parts)),
        is_automatic=_is_automatic(message),
        is_returned=message.get_content_type() == "multipart/report",
        bounces=tuple(_bounces(parts)),
    )


def header(message: Message, name: str) -> str:
    """Return the first header of that name in one line of readable letters, or "", however broken it is."""
    for known, value in getattr(message, "_headers", ()):
        if known.lower() == name.lower():
            return _readable(name, str(value)[:LONGEST_HEADER])
    return ""


def _readable(name: str, value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    try:
        said = raw.decode("utf-8")
    except UnicodeDecodeError:
        said = raw.decode("cp1252", "replace")
    if "=?" in said:
        try:
            said = str(email.header.make_header(email.header.decode_header(said)))
        except (ValueError, LookupError, TypeError, AssertionError):
            said = re.sub(r"=\?[^?]*\?[bqBQ]\?[^?]*\?=", "?", said)
    # Direction marks and the like would let a name pretend to be another.
    shown = (letter for letter in said if unicodedata.category(letter) not in {"Cf", "Co", "Cs", "Cn"})
    plain = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in shown)
    return " ".join(plain.split())


def _first_address(line: str) -> tuple[str, str]:
    for name, address in email.utils.getaddresses([line]):
        if _looks_like_an_address(address):
            return name.strip(), address.strip().lower()
    # "Town <info@a.example> via list": what the parser finds too odd may still hold one address.
    found = re.findall(r"<([^<>\s@]{1,64}@[^<>\s@]{3,190})>", line)
    return ("", found[-1].lower()) if found and _looks_like_an_address(found[-1]) else ("", "")


def _looks_like_an_address(address: str) -> bool:
    mailbox, at, domain = address.strip().rpartition("@")
    return bool(mailbox and at and domain) and len(address) <= 254 and not re.search(r"[\s<>]", address)


def _addresses(message: Message) -> Iterator[str]:
    """Yield whom the letter says it was delivered or written to, the surest first."""
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"):
        for _name, address in email.utils.getaddresses([header(message, name)])[:50]:
            if _looks_like_an_address(address):
                yield address.strip().lower()


def _is_automatic(message: Message) -> bool:
    """Tell whether no person wrote this just now (RFC 3834): an absence, a list, a newsletter, a loop."""
    if header(message, "Auto-Submitted").partition(";")[0].strip().lower() not in {"", "no"}:
        return True
    if header(message, "Precedence").lower() in _BULK:
        return True
    if any(header(message, name) for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")):
        return True
    return sum(name.lower() == "received" for name, _value in message._headers) > MOST_HOPS  # type: ignore[attr-defined]  # raw, unparsed


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """Yield the parts that hold something; another e-mail inside is one part, which is not opened."""
    if depth > DEEPEST:
        raise Unreadable("nested too deeply")
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
        return
    for part in _inside(message):
        yield from _leaves(part, depth + 1)


def _inside(message: Message) -> list[Message]:
    """Return the parts of a message, which has none when it holds words: asking for those may fail on its charset."""
    inside = message.get_payload() if message.is_multipart() else []
    return [part for part in inside if isinstance(part, Message)][:MOST_PARTS] if isinstance(inside, list) else []


def _is_attachment(part: Message) -> bool:
    return part.get_content_maintype() != "text" or _disposition(part) == "attachment" or bool(_file_name(part))


def _disposition(part: Message) -> str:
    return header(part, "Content-Disposition").partition(";")[0].strip().lower()


def _texts(message: Message, depth: int = 0) -> Iterator[str]:
    """Yield the words of a letter in their order: of several forms of the same, the plain one."""
    inside = _inside(message)
    if message.get_content_maintype() == "multipart" and inside and depth <= DEEPEST:
        forms = [list(_texts(part, depth + 1)) for part in inside]
        if message.get_content_subtype() != "alternative":
            for form in forms:
                yield from form
            return
        plain = [
            form
            for part, form in zip(inside, forms, strict=False)
            if part.get_content_type() == "text/plain" and any(text.strip() for text in form)
        ]
        yield from next(iter(plain or [form for form in forms if any(text.strip() for text in form)]), [])
    elif not _is_attachment(message):
        text = _decoded(message)
        if message.get_content_subtype() == "html":
            yield text_of_html(text)
        elif message.get_content_subtype() in {"plain", "enriched", "markdown"}:
            yield text


def _body(part: Message) -> bytes:
    try:
        body = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        body = None
    return body if isinstance(body, bytes) else b""


def _decoded(part: Message) -> str:
    """Return the words of a part in the charset it names; where that is wrong or unknown, in the likeliest one."""
    body = _body(part)[: 4 * LONGEST_TEXT]
    try:
        named = str(part.get_content_charset() or "")
    except (ValueError, LookupError, TypeError):
        named = ""
    for charset in (named, "utf-8"):
        try:
            return body.decode(charset)[:LONGEST_TEXT] if charset else body.decode("utf-8")[:LONGEST_TEXT]
        except (UnicodeError, LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace")[:LONGEST_TEXT]


def _clean(text: str) -> str:
    """Return text without control characters, with one kind of line end and at most one empty line in a row."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(c for c in line if c == "\t" or unicodedata.category(c) not in {"Cc", "Cs"}) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept)).strip()


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return _readable("", str(name)[:LONGEST_HEADER])[:120]


def _attachments(message: Message, parts: list[Message]) -> Iterator[Attachment]:
    whole = [part for part in parts if _is_attachment(part)]
    for number, part in enumerate(whole[:MOST_PARTS], start=1):
        kind = part.get_content_type()
        if part.get_content_maintype() == "message":
            subject = next((header(inner, "Subject") for inner in _inside(part)), "")
            yield Attachment(_file_name(part) or f"{subject[:60] or number}.eml", kind, b"", is_letter=True)
            continue
        body = _body(part)
        is_inside = bool(header(part, "Content-ID")) and _disposition(part) != "attachment"
        if not body or (is_inside and kind.startswith("image/") and len(body) <= TINY):
            continue
        if kind in {"text/calendar", "application/pgp-signature", "application/pkcs7-signature"}:
            continue
        yield Attachment(_file_name(part) or f"{number}.{kind.rpartition('/')[2]}", kind, body)


def _bounces(parts: list[Message]) -> Iterator[Bounce]:
    """Yield what a report says of a message of ours.

    It came back for good (RFC 3464), or its reader complains of it (RFC 5965).
    """
    failed, ids, is_complaint = "", [], False
    for part in parts:
        kind, inside = part.get_content_type(), _inside(part)
        if kind == "message/delivery-status":
            for group in inside:
                if header(group, "Action").lower() == "failed":
                    failed = f"{header(group, 'Status')} {header(group, 'Diagnostic-Code')}".strip() or "failed"
        elif kind == "message/feedback-report":
            fields = inside[0] if inside else email.message_from_bytes(_body(part)[:LONGEST_HEAD])
            is_complaint = header(fields, "Feedback-Type").lower() in {"abuse", "fraud", "other"}
        elif kind == "message/rfc822" and inside:
            ids += _ID.findall(header(inside[0], "Message-ID"))
        elif kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            ids += _ID.findall(header(email.message_from_bytes(_body(part)[:LONGEST_HEAD]), "Message-ID"))
    if failed or is_complaint:
        yield from (Bounce(found, failed[:300], is_complaint and not failed) for found in ids[:10])
