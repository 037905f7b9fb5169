"""What a push subscription is."""

import json

from django.conf import settings

from parvis.lib.errors import Invalid, gettext_noop
from parvis.lib.outbound import NoAnswer, check_url


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
        check_endpoint(str(whole["endpoint"]))
        return json.dumps(whole, separators=(",", ":"), sort_keys=True)


def check_endpoint(url: str) -> None:
    """Refuse the address of a push service that may not be called: anybody may tell one. Raises Invalid."""
    try:
        check_url(url, allowed=settings.OUTBOUND_NETWORKS)
    except NoAnswer:
        raise Invalid(gettext_noop("This device cannot receive messages."))
