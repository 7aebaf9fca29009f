"""An address as a QR code, for phones and for whoever sits far from the screen."""

import io
from functools import lru_cache
from typing import Final

from starlette.responses import Response

LONGEST: Final = 1500
"""In characters. A longer one makes a code so fine that no phone reads it off a projector."""

QUIET_ZONE: Final = 4
"""In modules: readers need so much light around a code."""


class Picture(Response):
    """A picture as SVG."""

    media_type = "image/svg+xml"


DRAWN: Final = 256
"""Codes that are kept: to draw one takes some ms, and a whole class may ask for the same."""


def code_of(address: str) -> Picture:
    """The code, dark on light."""
    return Picture(_drawn(address))


@lru_cache(DRAWN)
def _drawn(address: str) -> bytes:
    import segno  # a server starts without it: few ask for a code

    drawn = io.BytesIO()
    segno.make(address, micro=False, error="m").save(
        drawn, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True, svgclass=None
    )
    return drawn.getvalue()
