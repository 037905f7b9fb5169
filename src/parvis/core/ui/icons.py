"""The icons of the house: one line, round ends, on a grid of 24. Drawn for this project."""

ICONS: dict[str, str] = {
    "pin": '<path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.6" r="2.6"/>',
    "bus": '<rect x="4" y="5" width="16" height="12" rx="2.5"/><path d="M4 11h16M8 17v2.2M16 17v2.2M12 5v6"/>',
    "ball": '<circle cx="12" cy="12" r="8.3"/>'
    '<path d="M12 3.7c3 2.6 3 13.9 0 16.6M4 10c5 1.8 11 1.8 16 0M5 16.4c4.4-1.6 9.6-1.6 14 0"/>',
    "page": '<path d="M5 4h9l5 5v11H5z"/><path d="M14 4v5h5M8.5 13h7M8.5 16.5h5"/>',
    "bin": '<path d="M5 7.5h14M9.5 7.5V5h5v2.5M7 7.5l1 12h8l1-12"/>',
    "swap": '<path d="M4 9h13l-3.2-3.2M20 15H7l3.2 3.2"/>',
    "heart": '<path d="M12 20s-7.5-4.4-7.5-10A4.2 4.2 0 0 1 12 7.4 4.2 4.2 0 0 1 19.5 10c0 5.6-7.5 10-7.5 10z"/>',
    "speech": '<path d="M4 5h16v11H10l-4.5 4V16H4z"/><path d="M8 9.2h8M8 12.2h5"/>',
    "case": '<rect x="3.5" y="7.5" width="17" height="11.5" rx="2"/><path d="M9 7.5V5h6v2.5M3.5 12.5h17"/>',
    "leaf": '<path d="M5 19C5 9 11 4.5 19.5 4.5 19.5 13.5 15 19 5 19z"/><path d="M5 19c3-5 6.5-7.5 10-9"/>',
    "hat": '<path d="M3.5 9L12 5l8.5 4L12 13z"/><path d="M7 11v4.5c3 2.3 7 2.3 10 0V11"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8'
    'M16.6 16.6l1.8 1.8M5.6 18.4l1.8-1.8M16.6 7.4l1.8-1.8"/>',
    "moon": '<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z"/>',
    "phone": '<path d="M6 4h3.5L11 8.5l-2.2 1.6a11 11 0 0 0 5.1 5.1l1.6-2.2 4.5 1.5V18a2 2 0 0 1-2.2 2'
    'A15.5 15.5 0 0 1 4 6.2 2 2 0 0 1 6 4z"/>',
    "user": '<circle cx="12" cy="8.5" r="3.7"/><path d="M4.8 20c1-4 4-5.8 7.2-5.8s6.2 1.8 7.2 5.8"/>',
    "people": '<circle cx="9" cy="9" r="3.2"/><path d="M3 19c.8-3.5 3.3-5 6-5s5.2 1.5 6 5"/>'
    '<path d="M15.5 6.2a3 3 0 0 1 0 5.6M17.5 14.4c1.9.7 3.1 2.2 3.6 4.6"/>',
    "search": '<circle cx="11" cy="11" r="6.3"/><path d="M20 20l-4.4-4.4"/>',
    "back": '<path d="M15 5l-7 7 7 7"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "down": '<path d="M5.5 9l6.5 6.5L18.5 9"/>',
    "map": '<path d="M3.5 6.5L9 4l6 2.5 5.5-2.5v13.5L15 20l-6-2.5-5.5 2.5z"/><path d="M9 4v13.5M15 6.5V20"/>',
    "list": '<path d="M9 6.5h11M9 12h11M9 17.5h11"/><path d="M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01"/>',
    "calendar": '<rect x="4" y="5.5" width="16" height="14" rx="2.5"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4'
    'M8.5 14h.01M12 14h.01M15.5 14h.01"/>',
    "camera": '<rect x="3.5" y="7" width="17" height="12" rx="2.5"/><path d="M8.5 7l1.3-2.5h4.4L15.5 7"/>'
    '<circle cx="12" cy="13" r="3.3"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "clock": '<circle cx="12" cy="12" r="8.3"/><path d="M12 7.3V12l3.2 2.2"/>',
    "alert": '<path d="M12 4.2l8.8 15.3H3.2z"/><path d="M12 10v4.3M12 17h.01"/>',
    "info": '<circle cx="12" cy="12" r="8.3"/><path d="M12 11.3v5M12 8h.01"/>',
    "help": '<circle cx="12" cy="12" r="8.3"/><path d="M9.6 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2 1-1.2 1.9'
    'M12 16.6h.01"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="2.5"/><path d="M8.2 10.5V8a3.8 3.8 0 0 1 7.6 0'
    'v2.5M12 14.3v2"/>',
    "key": '<circle cx="8" cy="15.5" r="3.8"/><path d="M10.8 12.8L19 4.5M15.5 8l2.7 2.7"/>',
    "print": '<path d="M7.5 9V4h9v5"/><rect x="4" y="9" width="16" height="7.5" rx="2"/><path d="M7.5 14h9v6h-9z"/>',
    "download": '<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 19.5h15"/>',
    "upload": '<path d="M12 15.5v-11M7.5 9L12 4.5 16.5 9M4.5 19.5h15"/>',
    "filter": '<path d="M4 5.5h16l-6.3 7.3v6l-3.4-1.7v-4.3z"/>',
    "gear": '<circle cx="12" cy="12" r="3"/><path d="M12 3.5v2.7M12 17.8v2.7M3.5 12h2.7M17.8 12h2.7M6 6l1.9 1.9'
    'M16.1 16.1L18 18M6 18l1.9-1.9M16.1 7.9L18 6"/><circle cx="12" cy="12" r="5.8"/>',
    "mail": '<rect x="3.5" y="5.5" width="17" height="13" rx="2.5"/><path d="M4.2 7.5l7.8 6 7.8-6"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z"/><path d="M10 20.5c1.2.8 2.8.8 4 0"/>',
    "flag": '<path d="M6 20.5v-17M6 4.5c4-2 7.5 2 12.5 0v8.5c-5 2-8.5-2-12.5 0"/>',
    "star": '<path d="M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7L12 16.8l-5.1 2.7 1-5.7-4.1-4 5.7-.8z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01"/>',
    "globe": '<circle cx="12" cy="12" r="8.3"/><path d="M3.7 12h16.6M12 3.7c5 5 5 11.6 0 16.6-5-5-5-11.6 0-16.6z"/>',
    "home": '<path d="M4 11.5L12 4.5l8 7M6 10v9.5h12V10"/><path d="M10 19.5V15a2 2 0 0 1 4 0v4.5"/>',
    "building": '<path d="M5 20V9l7-4.5L19 9v11M3.5 20h17"/><path d="M9 11.5v5M12 11.5v5M15 11.5v5"/>',
    "tool": '<path d="M14.5 6.3a4.2 4.2 0 0 1 5.3-.5l-2.9 2.9.6 1.8 1.8.6 1-1a4.2 4.2 0 0 1-5.7 4.6L8.5 20.8'
    'a2.1 2.1 0 0 1-3.1-3l6.2-6A4.2 4.2 0 0 1 14.5 6.3z" transform="translate(-.6 -.9)"/>',
    "snow": '<path d="M12 3.5v17M4.6 7.8l14.8 8.4M4.6 16.2l14.8-8.4M9.8 5l2.2 2 2.2-2M9.8 19l2.2-2 2.2 2"/>',
    "lamp": '<path d="M8 20.5h6M11 20.5V6.5a3 3 0 0 1 3-3h1.5a3 3 0 0 1 3 3v.5"/>'
    '<path d="M15.5 9.5l1.5-2.5h3l1.5 2.5zM18.5 12.5v1.5M15.8 12.2l-.8 1.3M21.2 12.2l.8 1.3"'
    ' transform="translate(-1 0)"/>',
    "water": '<path d="M12 3.5s6.5 7 6.5 11a6.5 6.5 0 0 1-13 0c0-4 6.5-11 6.5-11z"/><path d="M9 15a3 3 0 0 0 3 3"/>',
    "tree": '<path d="M12 21v-7M12 3.5c3.8 0 6 2.6 6 5.7S15.4 15 12 15s-6-2.7-6-5.8 2.2-5.7 6-5.7z"/>'
    '<path d="M12 12l2.8-2.5M12 10L9.8 8.2"/>',
    "road": '<path d="M8 4L4.5 20M16 4l3.5 16M12 4.5v2.5M12 10.5V13M12 16.5v3"/>',
    "card": '<rect x="3.5" y="5.5" width="17" height="13" rx="2.5"/><path d="M3.5 10h17M7 14.8h4"/>',
    "edit": '<path d="M4.5 19.5l1-4.2L16 4.8a1.8 1.8 0 0 1 2.6 0l.6.6a1.8 1.8 0 0 1 0 2.6L8.7 18.5z"/>'
    '<path d="M14 6.8l3.2 3.2"/>',
    "target": '<circle cx="12" cy="12" r="6"/><path d="M12 3v4M12 17v4M3 12h4M17 12h4"/>'
    '<circle cx="12" cy="12" r="1"/>',
    "eye": '<path d="M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12z"/>'
    '<circle cx="12" cy="12" r="2.8"/>',
    "link": '<path d="M10 14a3.7 3.7 0 0 0 5.3 0l3.2-3.2a3.7 3.7 0 0 0-5.3-5.3L11.5 7.2"/>'
    '<path d="M14 10a3.7 3.7 0 0 0-5.3 0l-3.2 3.2a3.7 3.7 0 0 0 5.3 5.3l1.7-1.7"/>',
    "out": '<path d="M13.5 4.5H6v15h7.5M10.5 12H20M16.5 8.5L20 12l-3.5 3.5"/>',
    "copy": '<rect x="8.5" y="8.5" width="11" height="11.5" rx="2"/><path d="M15.5 8.5V4.5h-11V16h4"/>',
    "cloud": '<path d="M7 18.5a4 4 0 0 1-.3-8A5.7 5.7 0 0 1 17.6 11 3.8 3.8 0 0 1 17 18.5z"/>',
    "offline": '<path d="M4 9.5a12.5 12.5 0 0 1 4-2.5M20 9.5a12.5 12.5 0 0 0-8-3.2M7 13a8 8 0 0 1 3-1.8'
    'M17 13l-1.2-.9M12 18h.01M4 4l16 16"/>',
    "image": '<rect x="3.5" y="5" width="17" height="14" rx="2.5"/><circle cx="9" cy="10" r="1.6"/>'
    '<path d="M4 17l4.8-4.3 3.2 2.8 3.5-3.5 4.8 4.5"/>',
    "chart": '<path d="M4 20h16M7 16.5v-5M12 16.5v-10M17 16.5v-7"/>',
    "shield": '<path d="M12 3.5l7.5 3v5c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9v-5z"/>'
    '<path d="M8.8 12l2.3 2.3 4-4.3"/>',
}


def svg(name: str, label: str = "") -> str:
    """Return the icon as inline SVG; without a label it is hidden from screen readers. Raises KeyError."""
    said = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    return f'<svg class="i" viewBox="0 0 24 24" {said}>{ICONS[name]}</svg>'
