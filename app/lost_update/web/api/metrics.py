"""`/metrics`: what the server counts and measures, for Prometheus and whatever else reads its form."""

from fastapi import APIRouter
from starlette.responses import Response

from lost_update.web.exposition import CONTENT_TYPE
from lost_update.web.metrics import Metrics

ABOUT = """\
In Prometheus’s text form, of this one server: where several stand behind a balancer, each is to be asked by its own
address. No label holds an id, an address or anything that somebody has typed. `docs/OPERATIONS.md` says what each
metric means and on which to raise an alert.
"""


class Exposition(Response):
    """Metrics, as lines of text."""

    media_type = "text/plain"


def add_to(router: APIRouter, measured: Metrics) -> None:
    """The route that Prometheus asks."""

    @router.get(
        "/metrics",
        operation_id="metrics",
        tags=["server"],
        summary="Read what the server counts and measures",
        description=ABOUT,
        response_class=Exposition,
        response_description="The metrics, a family after the other.",
    )
    async def metrics() -> Response:
        return Exposition(await measured.text(), headers={"Content-Type": CONTENT_TYPE})
