"""What stands in the way of a command, said in one sentence with what to do about it."""

from __future__ import annotations


class Obstacle(Exception):
    """Something outside the program prevents it from going on.

    `message` says what is wrong, `remedy` what the reader can do; both are whole sentences.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}".strip())
