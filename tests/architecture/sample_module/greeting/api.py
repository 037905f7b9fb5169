"""Its part of the programs' interface."""

from django.http import HttpRequest
from ninja import Path, Router
from ninja.constants import NOT_SET

router = Router(auth=NOT_SET)


@router.get("/", response=list[str], summary="Greet a program")
def listing(request: HttpRequest, territory: Path[str]) -> list[str]:
    """Greet."""
    return ["bonjour"]
