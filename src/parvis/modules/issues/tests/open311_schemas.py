"""The published schemas of Open311, for the tests of what we answer; they are looked for beside the project."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

REPOSITORY = Path(__file__).resolve().parents[5]
FOLDER = Path(os.environ.get("PARVIS_SHARED_REFERENCE", REPOSITORY.parent / "shared" / "reference")) / "open311"
# The XML of each resource: its root, and the child's name.
ROOTS = {"services": "service", "service_requests": "request", "errors": "error"}


@cache
def _schema(name: str) -> dict[str, Any]:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the published schemas are not at {FOLDER} (PARVIS_SHARED_REFERENCE names another folder)")
    return json.loads(path.read_text())


def conforms(name: str, data: Any) -> None:
    """Fail unless `data` is what the published schema says, formats included."""
    files = ["request.json", "requests.json", "service.json", "services.json", "service-definition.json"]
    found = {file: Resource.from_contents(_schema(file), default_specification=DRAFT7) for file in files}
    validator = Draft7Validator(
        _schema(name), registry=Registry().with_resources(found.items()), format_checker=FormatChecker()
    )
    errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(data)]
    assert not errors, errors


def conforms_to_swagger(name: str, data: Any) -> None:
    """Fail unless `data` is what the Swagger document calls so; it writes null where the type says text, as we do."""
    document = _schema("swagger.json")
    schema = {"$ref": f"#/definitions/{name}", "definitions": document["definitions"]}
    errors = [error.message for error in Draft7Validator(schema).iter_errors(_without_null(data))]
    assert not errors, errors


def _without_null(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_null(value) for key, value in data.items() if value is not None}
    return [_without_null(value) for value in data] if isinstance(data, list) else data
