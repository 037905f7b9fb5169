"""One folder a capability; no module imports another.

Folders named in the environment variable ``PARVIS_MODULES_PATH`` (separated like ``PATH``) are searched as well, so
that a municipality can add a module without touching this tree.
"""

import os

__path__ = [*__path__, *filter(None, os.environ.get("PARVIS_MODULES_PATH", "").split(os.pathsep))]
