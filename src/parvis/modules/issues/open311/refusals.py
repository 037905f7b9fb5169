"""Errors as the specification has them: 404 for what does not exist, 403 for the key, 400 for anything else."""

from django.http import HttpResponse

from parvis.lib.errors import ParvisError

from .formats import respond


class Refused(Exception):
    """The call cannot be answered; `status` goes into the header and the body, `text` is for people, translated."""

    def __init__(self, text: str, status: int = 400) -> None:
        self.text, self.status = text, status
        super().__init__(text)


def status_of(error: ParvisError) -> int:
    """Return the specification's status for a refusal of the house."""
    return error.status if error.status in {403, 404, 429} else 400


def refusal(form: str, text: str, status: int) -> HttpResponse:
    """Answer one error; a client that must wait is told how long."""
    response = respond(form, "errors", [{"code": status, "description": text}], status=status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response
