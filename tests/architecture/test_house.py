"""What import-linter cannot see: string references, sizes, who saves, which rule nobody tried."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from parvis.core.registry.checks import problems
from parvis.core.registry.registry import registry

from .sources import SOURCE, calls, files, label_package, may_know, package_of, tree

LONGEST = 400

# A reference upward, each with its reason.
UPWARD = {
    # The frame of every staff screen is drawn by the back office, which stands above what it frames.
    "content/bureau/page.html",
}
WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "update"}
THIN = ("views.py", "api.py", "bureau.py")


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def test_the_manifests_fit_together() -> None:
    assert list(problems(registry())) == []


@pytest.mark.parametrize("path", [p for p in files("*.py") if p.stat().st_size > 8000], ids=name)
def test_no_file_is_too_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{name(path)} has {lines} lines: split it into nouns"


def test_no_file_is_named_for_nothing() -> None:
    wrong = [name(path) for path in files("*.py") if path.stem in {"utils", "helpers", "services", "misc", "common"}]
    assert wrong == []


def references(text: str) -> list[str]:
    """Return the templates a template extends or includes."""
    return re.findall(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""", text)


def url_names(text: str) -> list[str]:
    return re.findall(r"""{%\s*url\s+["']([a-z_]+):[a-z_]+["']""", text)


@pytest.mark.parametrize("path", files("*.html") + files("*.txt"), ids=name)
def test_templates_keep_the_directions(path: Path) -> None:
    """A template may include and link only what its package may import; `maybe_url` is the port for the rest."""
    here, text = package_of(path), path.read_text(encoding="utf-8")
    for reference in references(text):
        other = label_package(reference.split("/")[0])
        if other is not None and reference not in UPWARD:
            assert may_know(here, other), f"{name(path)} includes {reference}"
    for namespace in url_names(text):
        other = label_package(namespace.removesuffix("_bureau"))
        if other is not None:
            assert may_know(here, other), f"{name(path)} links to {namespace}: use maybe_url or the registry"


def test_foreign_keys_keep_the_directions() -> None:
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("parvis."):
            continue
        here = ".".join(model.__module__.split(".")[1:3])
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model.__module__.startswith("parvis."):
                other = ".".join(field.related_model.__module__.split(".")[1:3])
                if not may_know(here, other):
                    wrong.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert wrong == []


def is_write(call: ast.Call) -> bool:
    """Tell whether a call writes rows: `X.objects.create(…)`, `thing.save()`, but not `save(commit=False)`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    if call.func.attr in {"save", "delete"}:
        keywords = {keyword.arg for keyword in call.keywords}
        target = ast.unparse(call.func.value)
        return "commit" not in keywords and "session" not in target and "storage" not in target and target != "router"
    return "objects" in ast.unparse(call.func.value)


@pytest.mark.parametrize("path", [p for n in THIN for p in files(n)], ids=name)
def test_views_never_save(path: Path) -> None:
    wrong = [f"line {call.lineno}: {ast.unparse(call)[:80]}" for call in calls(path) if is_write(call)]
    assert wrong == [], f"{name(path)}: call an operation instead"


def rules() -> list[tuple[str, str]]:
    return [
        (package_of(path), node.name)
        for path in files("rules.py")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ast.unparse(node.returns) == "bool"
    ]


def refused_in(test: ast.FunctionDef, module: ast.Module) -> set[str]:
    """Return the rules of which a test says that they say no: `not rules.can_x(…)`, or `not rule(…)` over a table."""
    found = set()
    parameters = {argument.arg for argument in test.args.args}
    for node in ast.walk(test):
        if not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Call)):
            continue
        called = ast.unparse(node.operand.func)
        if called in parameters:  # the rules stand in the table that the test runs through
            functions = [inner for inner in ast.walk(module) if isinstance(inner, ast.Call)]
            said = {id(inner.func) for inner in functions}
            found |= {
                inner.attr
                for inner in ast.walk(module)
                if isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "rules" and id(inner) not in said
            }
        found.add(called.split(".")[-1])
    return found


@pytest.mark.parametrize(("package", "rule"), rules(), ids=lambda value: str(value))
def test_every_rule_is_tried_by_the_wrong_person(package: str, rule: str) -> None:
    """A test of its package asserts that the rule says no to somebody."""
    refused = {
        name
        for path in SOURCE.joinpath(*package.split(".")).rglob("test_*.py")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for name in refused_in(node, tree(path))
    }
    assert rule in refused, f"{package}: no test asserts `not rules.{rule}(…)`"


PERSON_COLUMNS = {"person", "person_id", "contact_email", "email"}


def test_every_package_with_people_declares_its_personal_data() -> None:
    declared = {module.name for module, _ in registry().gather("personal_data")}
    holding = {
        model._meta.app_label
        for model in apps.get_models()
        if model.__module__.startswith("parvis.")
        and PERSON_COLUMNS & {field.name for field in model._meta.local_fields}
    }
    assert holding - declared - {"tenancy"} == set()
