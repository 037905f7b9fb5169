"""Every check that reads the code without running it. One line a check; the details only when it fails."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TRANSLATIONS = "tests/architecture/test_translations.py"

CHECKS = (
    ("style", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("layout of the code", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("directions of imports", [str(BIN / "lint-imports"), "--no-cache"]),
    ("templates", [str(BIN / "djlint"), "src/parvis", "--lint", "--quiet"]),
    ("types", [str(BIN / "mypy")]),
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
    for name, command in (*CHECKS, *front_end()):
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        took = time.monotonic() - began
        print(f"{'ok     ' if done.returncode == 0 else 'problem'} {name} ({took:.1f} s)", flush=True)
        if done.returncode != 0:
            failed += 1
            print(done.stdout + done.stderr, flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
