"""`/api/explore` and `/api/fix`: every interleaving there is, worked out."""

import asyncio

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lost_update.execution.exploring import ExploreRequest
from lost_update.execution.fixing import FixRequest, Verdict
from lost_update.execution.registry import Registry
from lost_update.explorer.explore import Answer
from lost_update.web import errors
from lost_update.web.api.shared import in_json


def add_to(router: APIRouter, registry: Registry) -> None:
    """The routes to what could happen. One answer is worked out at a time."""
    exploring = asyncio.Lock()  # Who has to wait for others here takes no thread meanwhile: runs need them.

    @router.post(
        "/api/explore",
        operation_id="explore",
        tags=["interleavings"],
        summary="Work out every interleaving",
        response_description=(
            "Every outcome, or what was covered within the budget, and then what is known anyway and an estimate."
        ),
        response_model=Answer,
        responses=errors.answers(403, 415, 422),
    )
    async def explore(request: ExploreRequest) -> Response:
        async with exploring:
            return in_json(await run_in_threadpool(registry.explore, request))

    @router.post(
        "/api/fix",
        operation_id="judgeFix",
        tags=["interleavings"],
        summary="Judge where a lock was placed",
        response_description="Whether it holds in every interleaving, or else a schedule that breaks it.",
        response_model=Verdict,
        responses=errors.answers(403, 415, 422),
    )
    async def fix(request: FixRequest) -> Response:
        async with exploring:
            return in_json(await run_in_threadpool(registry.fix, request))
