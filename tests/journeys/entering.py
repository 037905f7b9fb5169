"""How staff enter the first time: a password, then an authenticator app set up on the spot."""

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from parvis.core.identity.demo import PASSWORD

from .browsing import Visitor


def one_time_code(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows now, or `later` periods of 30 seconds after."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()) + later))


def set_up_app(clerk: Visitor, bureau: str, email: str) -> str:
    """Set an authenticator app up, asked for it by the back office. Return its secret."""
    page = clerk.go(f"{bureau}/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/double-verification/**")
    page.locator("a[href$='/application/activer/']").click()
    page.wait_for_url(re.compile("/compte/double-verification/application/activer/$"))
    secret = page.locator("main code").first.inner_text().strip()
    page.locator("input[name=code]").fill(one_time_code(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/application/activer/"))
    clerk.go(f"{bureau}/")
    assert clerk.path == f"{bureau}/"
    return secret
