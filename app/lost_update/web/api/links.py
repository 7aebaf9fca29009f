"""`/api/qr.svg`: an address of this server as a QR code."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from lost_update.web import errors
from lost_update.web.qr import LONGEST, Picture, code_of


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
        return code_of(f"{asked.base_url}{address[1:]}")
