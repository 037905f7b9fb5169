"""Lock the newest versions that requirements/*.in allow, with hashes and without any registry's address."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"
LOCKS = ("build", "base", "dev", "node")  # dev stays within base's versions, so base comes first


def main() -> int:
    """Write requirements/*.txt and frontend/package-lock.json. Returns the exit status."""
    uv = Path(sys.executable).parent / "uv"
    for name in LOCKS:
        command = [str(uv), "pip", "compile", "-q", "--upgrade", "--universal", "--python-version", OLDEST_PYTHON]
        command += ["--generate-hashes", "--no-emit-index-url", "--no-header"]
        command += [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
        print(f"Locking requirements/{name}.txt", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            print(f"requirements/{name}.in cannot be locked: the lines above say why.", file=sys.stderr)
            return 1
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed: frontend/package-lock.json stays as it is.", file=sys.stderr)
        return 0
    print("Locking frontend/package-lock.json", flush=True)
    return subprocess.run([npm, "install", "--package-lock-only", "--no-audit"], cwd=ROOT / "frontend").returncode


if __name__ == "__main__":
    sys.exit(main())
