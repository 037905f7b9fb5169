"""docs/webhooks.md tells receivers the truth: its example verifies real messages, its table names every event."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

from parvis.core.webhooks import signing
from parvis.core.webhooks.queries import TEST, told_events

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def example():
    """Return the function of the page's Python example."""
    named: dict[str, object] = {}
    exec(re.search(r"```python\n(.+?)```", PAGE, re.DOTALL).group(1), named)
    return named["is_genuine"]


def test_the_example_believes_genuine_messages_only() -> None:
    is_genuine, secret, body, now = example(), signing.new_secret(), b'{"type":"\xc3\xa9t\xc3\xa9"}', datetime.now(UTC)
    sent = signing.headers([signing.new_secret(), secret], message_id="msg_1", at=now, body=body)
    assert is_genuine(secret, sent, body)
    assert not is_genuine(secret, sent, body + b" ")
    assert not is_genuine(signing.new_secret(), sent, body)
    assert not is_genuine(secret, {**sent, "webhook-id": "msg_2"}, body)
    old = datetime.fromtimestamp(time.time() - 301, UTC)
    assert not is_genuine(secret, signing.headers([secret], message_id="msg_1", at=old, body=body), body)


def test_the_table_names_every_event() -> None:
    table = PAGE.partition("## Events")[2]
    assert set(re.findall(r"^\| `([a-z_.]+)`", table, re.MULTILINE)) == {*told_events(), TEST}
