"""The back office: Wagtail's admin, inside one territory at a time."""
