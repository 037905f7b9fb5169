"""What a push subscription is."""

import json

from parvis.lib.errors import Invalid, gettext_noop


class PushChannel:
    """Messages to a browser. The address is its subscription: JSON with `endpoint` and `keys` (RFC 8030, RFC 8291)."""

    name = "push"

    def clean(self, address: str) -> str:
        """Return the subscription as compact JSON. Raises Invalid."""
        try:
            subscription = json.loads(address)
            whole = {
                "endpoint": subscription["endpoint"],
                "keys": {"auth": subscription["keys"]["auth"], "p256dh": subscription["keys"]["p256dh"]},
            }
        except (ValueError, KeyError, TypeError):
            raise Invalid(gettext_noop("This device cannot receive messages."))
        if not str(whole["endpoint"]).startswith("https://"):
            raise Invalid(gettext_noop("This device cannot receive messages."))
        return json.dumps(whole, separators=(",", ":"), sort_keys=True)
