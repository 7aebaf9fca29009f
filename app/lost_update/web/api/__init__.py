"""The HTTP API, for programs and for our own pages: `/api/...` and `/healthz`. One file for each resource.

What the routes say about themselves is what `/openapi.json` says, in this order (`lost_update.web.openapi`). All
of them answer with a finished response, so their models only describe: FastAPI checks nothing against them.
"""

from fastapi import APIRouter

from lost_update.execution.explorations import Explorations
from lost_update.web import errors
from lost_update.web.api import events, exports, grants, health, importing, interleavings, links, recordings, runs
from lost_update.web.downloads import Downloads
from lost_update.web.known import Known
from lost_update.web.stream import Viewers


def routes(known: Known, explorations: Explorations, viewers: Viewers, downloads: Downloads) -> APIRouter:
    """All routes. They use what is known of runs, and one queue of explorations."""
    router = APIRouter(responses=errors.responses(400, 403, 408, 413, 414, 431, 500, 503))
    health.add_to(router)
    runs.add_to(router, known)
    grants.add_to(router, known)
    events.add_to(router, known, viewers)
    exports.add_to(router, known, downloads)
    recordings.add_to(router, known)
    importing.add_to(router, known)
    interleavings.add_to(router, explorations)
    links.add_to(router)
    return router
