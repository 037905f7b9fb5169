"""Letters for tests, written as they come over the line."""

from email.message import EmailMessage
from typing import Any

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\r\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_NONE: dict[str, str] = {}


def letter(
    text: str = "Bonjour,\n\nLe lampadaire devant chez nous est éteint.\n\nLise",
    *,
    to: str = "mairie@example.test",
    sender: str = "Lise Roy <lise@example.test>",
    subject: str = "Lampadaire éteint",
    html: str = "",
    files: tuple[tuple[str, str, bytes], ...] = (),
    headers: dict[str, str] = _NONE,
    message_id: str = "<un@example.test>",
) -> EmailMessage:
    """Return an ordinary letter; `files` are (name, type, body)."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 01 Jun 2026 10:00:00 -0400"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, kind, body in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(body, maintype=main, subtype=sub, filename=name)
    return message


def raw(text: str = "", **given: Any) -> bytes:
    """Return the same as bytes."""
    return (letter(text, **given) if text else letter(**given)).as_bytes()


def report(message_id: str, *, action: str = "failed", headers_only: bool = True) -> bytes:
    """Return a delivery report (RFC 3464) about a message."""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    lines = [
        "From: MAILER-DAEMON@mx.example.test", "To: parvis@ici.test", "Subject: Undelivered",
        "Auto-Submitted: auto-replied",
        "Message-ID: <dsn@mx.example.test>", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", "It could not be delivered.", "",
        "--b", "Content-Type: message/delivery-status", "",
        "Reporting-MTA: dns; mx.example.test", "",
        "Final-Recipient: rfc822; lise@example.test", f"Action: {action}", "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 no such user", "",
        "--b", f"Content-Type: {kind}", "", f"Message-ID: {message_id}", "Subject: x", "", "words", "--b--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()
