"""A module is one folder: copied into a temporary place, it is there, through every port of the house."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SAID = (
    "all true",
    "heard greeting.said",
)


@pytest.fixture
def environment(tmp_path: Path, committed_db: object) -> dict[str, str]:
    """What a process needs to find the folder, beside the house, and nothing else."""
    shutil.copytree(HERE / "sample_module" / "greeting", tmp_path / "modules" / "greeting")
    return {
        **os.environ,
        "PARVIS_MODULES_PATH": str(tmp_path / "modules"),
        "PARVIS_VAR": str(tmp_path / "var"),
        "PARVIS_PAGE_CACHE": "0",
        "DJANGO_SETTINGS_MODULE": "parvis.project.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


def run(environment: dict[str, str], *words: str) -> str:
    """Run Python with these words; return what it said."""
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.mark.slow
def test_a_folder_is_enough(environment: dict[str, str]) -> None:
    """Its tables, pages, screens, words and the rest; and all of it is gone where a town switches it off."""
    run(environment, str(HERE.parents[1] / "tools" / "messages.py"), "compile")
    assert "1 migration" in run(environment, "-m", "parvis.project.cli", "migrate")
    said = run(environment, str(HERE / "sample_module" / "try_it.py"))
    for line in SAID:
        assert line in said
    assert "bonjour du terminal" in run(environment, "-m", "parvis.project.cli", "greet")
    assert "greeting.said" in run(environment, "-m", "parvis.project.cli", "events")


@pytest.mark.slow
def test_a_folder_that_does_not_fit_stops_the_start(environment: dict[str, str]) -> None:
    """The sentence names the module and the thing; nothing was migrated."""
    manifest = Path(environment["PARVIS_MODULES_PATH"]) / "greeting" / "module.py"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('emits=["greeting.said"]', "emits=[]"), encoding="utf-8")
    command = [sys.executable, "-m", "parvis.project.cli", "migrate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert "Module greeting listens to greeting.said, which nobody emits." in said
    assert "Traceback" not in said
