"""Sees to a typeface with the widths that most people's have: Arial's. Pages are looked at to the pixel.

Debian's Chromium brought it along until version 156.0.8078.108. Without it a page is drawn in whatever there is,
such as DejaVu, which is a tenth wider than what phones and laptops show.
"""

import sys
from pathlib import Path

from tests.browser.finding import fetch_package

PACKAGE = "fonts-liberation"
"""Of Debian and Ubuntu."""
PLACES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
)
NAMES = ("LiberationSans-Regular.*", "Arial.*", "arial.*")
ADVICE = f"""\
No typeface with the widths of Arial was found, so browser tests may find text where it has no room.
Install Liberation Sans ({PACKAGE} on Debian and Ubuntu)."""


def is_there() -> bool:
    """Whether there is one. Systems other than Linux have it."""
    return sys.platform != "linux" or any(next(place.rglob(name), None) for place in PLACES for name in NAMES)


def see_to_it() -> None:
    """Fetch it where there is none; where that cannot be done, say so, and go on."""
    if not is_there() and not (fetch_package(PACKAGE) and is_there()):
        print(ADVICE, file=sys.stderr)
