"""Reactions."""


def note(event: object) -> None:
    """Say that it was heard."""
    print("heard", event.name)  # noqa: T201  (the test reads it)
