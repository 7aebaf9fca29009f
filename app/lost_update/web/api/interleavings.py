"""`/api/explore` and `/api/fix`: what every interleaving leads to, computed for as long as the client is connected."""

import asyncio
from concurrent.futures import Future

from fastapi import APIRouter, Request
from starlette.responses import Response

from lost_update.execution.explorations import Explorations, ExploreRequest
from lost_update.execution.fix_it import FixRequest, Judgement
from lost_update.explorer.answer import Exploration
from lost_update.web import errors
from lost_update.web.visitors import visitor


def add_to(router: APIRouter, explorations: Explorations) -> None:
    """The routes to what could happen."""

    @router.post(
        "/api/explore",
        operation_id="explore",
        tags=["interleavings"],
        summary="Work out every interleaving",
        response_description=(
            "Every outcome, or what was covered within the budget, and then what is known anyway and an estimate."
        ),
        response_model=Exploration,
        responses=errors.responses(403, 415, 422, 429),
    )
    async def explore(request: ExploreRequest, asked: Request) -> Response:
        return await _answered(explorations.explore(request, visitor(asked)), asked)

    @router.post(
        "/api/fix",
        operation_id="judgeFix",
        tags=["interleavings"],
        summary="Judge where a lock was placed",
        response_description="Whether it holds in every interleaving, or else a schedule that breaks it.",
        response_model=Judgement,
        responses=errors.responses(403, 415, 422, 429),
    )
    async def fix(request: FixRequest, asked: Request) -> Response:
        return await _answered(explorations.fix(request, visitor(asked)), asked)


async def _answered(coming: "Future[bytes]", asked: Request) -> Response:
    """The answer as soon as it is there; its future is cancelled when the client disconnects."""
    answer = asyncio.wrap_future(coming)
    leaving = asyncio.ensure_future(_gone(asked))
    try:
        await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            return Response()  # the client has gone
        return Response(answer.result(), media_type="application/json")
    finally:
        answer.cancel()
        leaving.cancel()


async def _gone(asked: Request) -> None:
    """Wait until the client has disconnected. The body has been read, so no other message can come."""
    while (await asked.receive())["type"] != "http.disconnect":
        pass
