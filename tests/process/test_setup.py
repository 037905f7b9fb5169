"""Setting up on a machine that cannot: one sentence, and what to do."""

import pytest

from tools import setup

pytestmark = pytest.mark.process


def test_an_old_python_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(setup, "OLDEST", (3, 99))
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    with pytest.raises(setup.Obstacle, match=r"Parvis needs Python 3\.99 or newer, and this is 3\.") as told:
        setup.require_python()
    assert "make PYTHON=" in str(told.value)


def test_a_newer_python_of_the_machine_takes_over(monkeypatch):
    monkeypatch.setattr(setup, "OLDEST", (3, 15))
    monkeypatch.setattr(setup.shutil, "which", lambda name: f"/opt/{name}" if name.endswith(".15") else None)
    monkeypatch.setattr(setup.subprocess, "call", lambda command, **_: 0)
    begun = []
    monkeypatch.setattr(setup.os, "execv", lambda path, arguments: begun.append((path, arguments[0])))
    monkeypatch.setattr(setup.sys, "version_info", (3, 8, 0))
    with pytest.raises(setup.Obstacle):
        setup.require_python()  # a real execv does not come back
    assert begun == [("/opt/python3.15", "/opt/python3.15")]
