"""`/api/qr.svg`: an address of this server as a QR code, for phones and for whoever sits far from the screen."""

import io
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from lost_update.web import errors

LONGEST: Final = 1500
"""In characters. A longer one makes a code so fine that no phone reads it off a projector."""

QUIET_ZONE: Final = 4
"""In modules: readers need so much light around a code."""


class Picture(Response):
    """A picture as SVG."""

    media_type = "image/svg+xml"


def add_to(router: APIRouter) -> None:
    """The route that draws the code."""

    @router.get(
        "/api/qr.svg",
        operation_id="drawQRCode",
        tags=["server"],
        summary="Draw an address of this server as a QR code",
        description="Only addresses of this server: where it lies is what the request says.",
        response_class=Picture,
        response_description="The code, dark on light, with the light around it that readers need.",
        responses=errors.responses(422),
    )
    async def qr(
        asked: Request,
        address: Annotated[
            str,
            Query(
                pattern=r"^/([^/]|$)",
                max_length=LONGEST,
                description="The address from the root of the application on, with its query, such as `/runs/ID?at=7`.",
            ),
        ],
    ) -> Picture:
        import segno  # a server starts without it: few ask for a code

        code = segno.make(f"{asked.base_url}{address[1:]}", micro=False, error="m")
        drawn = io.BytesIO()
        code.save(
            drawn, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True, svgclass=None
        )
        return Picture(drawn.getvalue())
