"""Every check that reads the code without running it. One line a check; the details only when it fails."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TRANSLATIONS = "tests/architecture/test_translations.py"

# The longest first: they run beside each other.
CHECKS = (
    ("types", [str(BIN / "mypy")]),
    ("style", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("layout of the code", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("directions of imports", [str(BIN / "lint-imports"), "--no-cache"]),
    ("templates", [str(BIN / "djlint"), "src/parvis", "--lint", "--quiet"]),
    ("translations", [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TRANSLATIONS]),
)


def front_end() -> tuple[tuple[str, list[str]], ...]:
    """The front end's own type check, where Node is at hand."""
    npm = shutil.which("npm") or shutil.which("npm", path=str(ROOT / ".venv" / "node" / "bin"))
    if npm is None or not (ROOT / "frontend" / "node_modules").is_dir():
        return ()
    return (("types of the front end", [npm, "--prefix", "frontend", "run", "--silent", "check"]),)


def main() -> int:
    """Run every check and return how many failed."""
    failed = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for line, said in pool.map(check, (*CHECKS, *front_end())):
            print(line, flush=True)
            if said:
                failed += 1
                print(said, flush=True)
    return min(failed, 1)


def check(named: tuple[str, list[str]]) -> tuple[str, str]:
    """Run one check. Return its line, and what it said if it failed."""
    name, command = named
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    right = done.returncode == 0
    line = f"{'ok     ' if right else 'problem'} {name} ({took:.1f} s)"
    return line, "" if right else (done.stdout + done.stderr).strip() or f"It ended with {done.returncode}."


if __name__ == "__main__":
    sys.exit(main())
