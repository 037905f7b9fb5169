"""What takes much memory is loaded where it is used, by whom it is used: not by every web server and worker."""

import json
import subprocess
import sys

HEAVY = {
    *("sklearn", "scipy", "numba", "pandas", "matplotlib"),  # learning: a process of its own
    *("typst", "fontTools"),  # printing: a process of its own
    *("openpyxl", "icalendar", "pyproj", "osmium", "premailer", "cssutils", "httpx", "rich", "boto3"),
}
_READY = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
import parvis.core.tasks.worker, parvis.modules.issues.suggesting.suggester, parvis.project.front, parvis.project.urls
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_a_server_and_a_worker_that_wait_have_loaded_nothing_heavy() -> None:
    told = subprocess.run([sys.executable, "-c", _READY], check=True, capture_output=True, text=True).stdout
    loaded = set(json.loads(told))
    assert "parvis" in loaded
    assert not loaded & HEAVY
