"""The product's sources, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src" / "parvis"

# Top may know what stands after it (docs/tour.md).
CORE_ORDER = (
    *(
        "demonstration",
        "portal",
        "content",
        "inbound",
        "cases",
        "payments",
        "ledger",
        "assets",
        "conversations",
        "card",
        "privacy",
    ),
    *("webhooks", "apikeys"),
    *(
        "notifications",
        "territories",
        "residency",
        "identity",
        "files",
        "geo",
        "aggregates",
        "events",
        "audit",
        "delivery",
        "tasks",
        "ui",
    ),
    *("tenancy", "registry"),
)


def files(pattern: str, *, tests: bool = False) -> list[Path]:
    """Return the product's files of a pattern, without migrations, built assets and (unless asked) tests."""
    return [
        path
        for path in sorted(SOURCE.rglob(pattern))
        if "migrations" not in path.parts and "static" not in path.parts and ("tests" in path.parts) is tests
    ]


def package_of(path: Path) -> str:
    """Return the package a file belongs to: ``core.cases``, ``modules.issues``, ``lib``, ``project``."""
    parts = path.relative_to(SOURCE).parts
    return ".".join(parts[:2]) if parts[0] in {"core", "modules"} else parts[0]


def label_package(label: str) -> str | None:
    """Return the package of an app label or template folder, None when it is a third party's."""
    for parent in ("core", "modules"):
        if (SOURCE / parent / label / "module.py").exists():
            return f"{parent}.{label}"
    return None


def may_know(one: str, other: str) -> bool:
    """Tell whether package `one` may refer to package `other`."""
    if one == other or one == "project" or other == "lib":
        return True
    if one.startswith("modules."):
        return other.startswith("core.")
    if one.startswith("core.") and other.startswith("core."):
        return CORE_ORDER.index(other[5:]) > CORE_ORDER.index(one[5:])
    return False


@cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield every call in a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
