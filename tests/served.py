"""Serves a registry of a test's own on a free port: what the servers that tests start as commands have in common."""

from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from lost_update.store.store import Store
from lost_update.web.listening import listen
from lost_update.web.server import Server


class KeptFiles:
    """Lets a browser keep the files of the page: they do not change while tests look at it.

    Otherwise a page asks for each of its files whether it is still the same, and it is opened hundreds of times. What
    our server says of them is in `tests/test_pages.py`.
    """

    def __init__(self, app: Any) -> None:
        self._app: ASGIApp = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say it in the answer."""

        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith("/static/"):
                MutableHeaders(scope=message)["Cache-Control"] = "max-age=3600"
            await send(message)

        await self._app(scope, receive, send_kept)


def serve(registry: Registry, with_what: str, store: Store | None = None) -> None:
    """Serve until SIGTERM, and then close everything. The first line that is printed says where."""
    explorations = Explorations(Settings())
    try:
        listener = listen("127.0.0.1", 0)
        print(f"Lost Update is at http://127.0.0.1:{listener.getsockname()[1]} with {with_what}", flush=True)
        server = Server(registry, explorations, store=store)
        server.config.app = KeptFiles(server.config.app)
        server.run([listener])
    finally:
        explorations.close()
        registry.close()
