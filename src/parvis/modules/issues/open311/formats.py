"""One answer in both formats: JSON as it is, XML by the Spark convention (a list is an element with named children)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

from parvis.lib.xmltext import writable

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# What the children of a list are called; the specification writes none in another way.
CHILDREN = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "photos": "photo",
}


def respond(form: str, root: str, data: Any, *, status: int = 200) -> HttpResponse:
    """Answer `data` as ``json`` or ``xml``; `root` is the name of the XML's outermost element."""
    body = as_xml(root, data) if form == "xml" else json.dumps(data, ensure_ascii=False).encode()
    return HttpResponse(body, content_type=TYPES[form], status=status)


def as_xml(root: str, data: Any) -> bytes:
    """Return an XML document with its declaration; what XML cannot hold becomes U+FFFD."""
    element = ElementTree.Element(root)
    _fill(element, data)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(element, encoding="utf-8")


def _fill(element: ElementTree.Element, data: Any) -> None:
    if isinstance(data, Mapping):
        for name, value in data.items():
            _fill(ElementTree.SubElement(element, name), value)
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for value in data:
            _fill(ElementTree.SubElement(element, CHILDREN[element.tag]), value)
    elif isinstance(data, bool):
        element.text = "true" if data else "false"
    elif data is not None:
        element.text = writable(str(data))
