"""Name a device by what its browser says of itself."""

import re

# The first that is found: browsers that build on another's engine name both.
_BROWSERS = (
    (re.compile(r"Edg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
_SYSTEMS = (
    (re.compile(r"iPhone|iPad"), "iOS"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X"), "macOS"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Linux"), "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return such as «Firefox, Android»; what is unknown is shortened to 60 letters."""
    found = [
        next((name for pattern, name in names if pattern.search(user_agent)), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or user_agent[:60]
