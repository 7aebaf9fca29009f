"""The interface for programs, ours in the browser among them: `/api/...` and `/healthz`. A file a resource.

What is said at the routes is what `/openapi.json` says of them, in this order (`lost_update.web.openapi`). All of them
answer with a response that is made already, so the models there only describe: FastAPI checks nothing against them.
"""

from fastapi import APIRouter

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.web import errors
from lost_update.web.api import events, exports, grants, health, interleavings, runs
from lost_update.web.stream import Viewers


def routes(registry: Registry, explorations: Explorations, viewers: Viewers) -> APIRouter:
    """The routes over one registry, and over what is asked of the explorer."""
    router = APIRouter(responses=errors.answers(400, 413, 500))
    health.add_to(router)
    runs.add_to(router, registry)
    grants.add_to(router, registry)
    events.add_to(router, registry, viewers)
    exports.add_to(router, registry)
    interleavings.add_to(router, explorations)
    return router
