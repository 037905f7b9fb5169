"""Texts of the sign-in library that people read here in our words: our catalogues come before the library's."""

from parvis.lib.errors import gettext_noop

BORROWED = (
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop("Forgot your password?"),
    gettext_noop("Email address confirmation"),
)
