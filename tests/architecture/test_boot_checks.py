"""What does not fit in a manifest is said at boot, in a sentence that names the module and the thing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from parvis.core.registry import checks
from parvis.core.registry.checks import problems
from parvis.core.registry.entries import (
    AgendaSource,
    CaseKind,
    MapLayer,
    Menu,
    Notice,
    PersonalData,
    Points,
    StaffCounter,
    UsageCounter,
)
from parvis.core.registry.module import Module
from parvis.core.registry.registry import BootError, Registry


def heard(event: object) -> None:
    """A handler."""


def told(event: object) -> Iterable[Any]:
    """An audience."""
    return ()


def held(person_id: UUID, now: datetime | None = None) -> list[str]:
    """An export, an erasure."""
    return []


def data(name: str) -> PersonalData:
    return PersonalData(name, "L", "P", "R", export=held, erase=held)


def notice(event: str, channel: str = "inbox") -> Notice:
    return Notice(event, to="x", audience=told, context=lambda event: {}, channels=(channel,))


CASES: list[tuple[str, list[dict[str, Any]]]] = [
    ("Two modules are named a.", [{"name": "a"}, {"name": "a"}]),
    ("Module a: event b.done should be named a.something.", [{"emits": ["b.done"]}]),
    ("Module a listens to b.done, which nobody emits.", [{"on": {"b.done": heard}}]),
    ("Module a listens to b.done, which nobody emits.", [{"notices": [replace(notice("b.done"), channels=())]}]),
    ("Module a listens to b.done, which nobody emits.", [{"points": [Points("b.done", 1, "x")]}]),
    ("Module a listens to b.done, which nobody emits.", [{"usage": [UsageCounter("c", "C", ("b.done",))]}]),
    (
        "Module a: the notice a.done has no template a/notices/done.inbox.txt.",
        [{"emits": ["a.done"], "notices": [notice("a.done")]}],
    ),
    (
        "Module a: the menu entry «Aller» leads to nowhere:at_all, which has no address.",
        [{"menu": [Menu("Aller", "nowhere:at_all")]}],
    ),
    (
        "Module a: the menu entry «N» leads to nowhere:at_all, which has no address.",
        [{"staff_counters": [StaffCounter("n", "N", lambda actor: 0, "nowhere:at_all")]}],
    ),
    (
        "Module a: the menu entry «K» leads to nowhere:at_all, which has no address.",
        [{"case_kinds": [CaseKind("a", "K", new="nowhere:at_all")]}],
    ),
    ("Module a: permission a.x has no rule.", [{"permissions": {"a.x": None}}]),
    ("Module a: permission b.x should be named a.something.", [{"permissions": {"b.x": heard}}]),
    (
        "Two map layers are named l: in a and in b.",
        [
            {"map_layers": [MapLayer("l", "L", lambda w, n: ())]},
            {"name": "b", "map_layers": [MapLayer("l", "L", lambda w, n: ())]},
        ],
    ),
    (
        "Two sources of the calendar are named s: in a and in b.",
        [{"agenda": [AgendaSource("s", "S")]}, {"name": "b", "agenda": [AgendaSource("s", "S")]}],
    ),
    (
        "Two declarations of personal data are named d: in a and in b.",
        [{"personal_data": [data("d")]}, {"name": "b", "personal_data": [data("d")]}],
    ),
    (
        "Module b: its prefix x/ is taken by a.",
        [{"urls": "a.urls", "prefix": "x/"}, {"name": "b", "urls": "b.urls", "prefix": "x/"}],
    ),
]


@pytest.mark.parametrize(("sentence", "manifests"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_what_does_not_fit_is_said(sentence: str, manifests: list[dict[str, Any]]) -> None:
    modules = [Module(**{"name": "a", "label": "A", **manifest}) for manifest in manifests]
    assert list(problems(Registry(modules))) == [sentence]


def test_a_process_does_not_start_with_a_manifest_that_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    checks.require_fit()
    broken = Registry([Module(name="a", label="A", on={"b.done": heard})])
    monkeypatch.setattr(checks, "registry", lambda: broken)
    with pytest.raises(BootError, match=r"Module a listens to b\.done, which nobody emits\."):
        checks.require_fit()
