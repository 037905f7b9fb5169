"""What every test of the project finds, whether it stands in `tests/` or beside the code it tests."""

import os

# A page kept by one test would answer the next one; the cache's own tests switch it on.
os.environ.setdefault("PARVIS_PAGE_CACHE", "0")

pytest_plugins = ["tests.database", "parvis.core.identity.tests.fixtures"]
