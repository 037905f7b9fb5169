"""What every test of the project finds, whether it stands in `tests/` or beside the code it tests."""

pytest_plugins = ["tests.database", "parvis.core.identity.tests.fixtures"]
