"""What every test of the project finds, whether it stands in `tests/` or beside the code it tests."""

import os

import hypothesis

from tools import messages

pytest_plugins = [
    "tests.database",
    "tests.chromium",
    "tests.live",
    "tests.ahead",
    "parvis.core.identity.tests.fixtures",
]


# How long one example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Compile the translations once, before the workers of a parallel run start."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        messages.compile_all()
