"""The HTTP API, for programs and for our own pages: `/api/...` and `/healthz`. One file for each resource.

What the routes say about themselves is what `/openapi.json` says, in this order (`lost_update.web.openapi`). All
of them answer with a finished response, so their models only describe: FastAPI checks nothing against them. To make
the models takes a third of the time in which a server starts, so the routes that serve go without.

    routes(…, ServedRoute) ─▶ the application: every path, method and function, without the models of answers
    routes(nobody, …)      ─▶ `/openapi.json`, when somebody asks for it: the same, with all that is said of them
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from lost_update.web import errors
from lost_update.web.api import (
    events,
    exports,
    games,
    grants,
    health,
    importing,
    interleavings,
    links,
    metrics,
    questions,
    recordings,
    rooms,
    runs,
)
from lost_update.web.requests import note_of
from lost_update.web.service import Service


class ServedRoute(APIRoute):
    """A route that answers, and says nothing about its answers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **said: Any) -> None:
        super().__init__(path, endpoint, **{**said, "response_model": None, "responses": None})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note by which template the request is counted."""
        note_of(scope).route = self.path
        await super().handle(scope, receive, send)


def routes(service: Service, route_class: type[APIRoute] = APIRoute) -> APIRouter:
    """All routes, each an instance of that class."""
    known = service.known
    usual_errors = errors.responses(400, 403, 408, 413, 414, 431, 500, 503)
    router = APIRouter(responses=usual_errors, route_class=route_class)
    health.add_to(router)
    metrics.add_to(router, service.metrics)
    runs.add_to(router, known)
    grants.add_to(router, known)
    events.add_to(router, known, service.viewers, service.rooms)
    exports.add_to(router, known, service.downloads)
    recordings.add_to(router, known)
    importing.add_to(router, known)
    interleavings.add_to(router, service.explorations)
    links.add_to(router)
    rooms.add_to(router, service.rooms, known, service.listens_on)
    questions.add_to(router, service.rooms)
    games.add_to(router, service.rooms, known)
    return router
