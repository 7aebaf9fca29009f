"""The server: puts the application together, and stops it so that nothing is left.

Stopping goes from the inside out: the explorer and the runs first, which ends every stream with its `end`; then the
other replicas are told, and whoever watches a run of theirs is sent to one of them; then the
connections, and last what is kept, when nobody asks for it any more. In another order it would wait for streams that
never end.
"""

import contextlib
import os
import socket
import sys
import threading
import webbrowser

import uvicorn
from fastapi import FastAPI
from sse_starlette.sse import AppStatus
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp

from lost_update import __version__
from lost_update.execution import journal
from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording
from lost_update.page.files import folder
from lost_update.settings import SWITCH_SECONDS, Settings
from lost_update.sharing.joining import replicas_of
from lost_update.sharing.replicas import Replicas
from lost_update.store.importing import beside
from lost_update.store.store import OF_THIS_MACHINE, Store
from lost_update.web import api, errors, logs, openapi
from lost_update.web.access import Access
from lost_update.web.connections import connections_of
from lost_update.web.downloads import COLUMNS_TYPE
from lost_update.web.faults import Faults
from lost_update.web.pages import page_table
from lost_update.web.proxies import Proxies
from lost_update.web.requests import Requests
from lost_update.web.security import HeadersAlone, Safety
from lost_update.web.service import Service, service
from lost_update.web.static_files import StaticFiles


def create_app(of: Service, settings: Settings) -> ASGIApp:
    """The application, of one service."""
    application = FastAPI(openapi_url=None)
    errors.install(application)
    application.include_router(api.routes(of, api.ServedRoute))
    application.include_router(openapi.routes())
    application.include_router(page_table.routes(of.known, of.explorations))
    compressed = GZipMiddleware(application, exclude_content_types=SENT_AS_THEY_ARE)
    guarded = Safety(HeadersAlone(Access(compressed, settings)), settings)
    served = Proxies(Faults(StaticFiles(guarded, folder("static"), settings), settings), settings)
    return Requests(served, of.metrics.counts)


SENT_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/x-ndjson", COLUMNS_TYPE)
"""Types that are not compressed in transit: event streams, which must not wait for more, and whole logs, which
would keep a core busy for longer than most networks need. Binary columns are compressed where they are made."""


class Server(uvicorn.Server):
    """Serves one registry, and the explorer, until it is asked to stop."""

    def __init__(
        self,
        registry: Registry,
        explorations: Explorations,
        url_to_open: str | None = None,
        store: Store | None = None,
        *,
        listens_on: str = "",
        replicas: Replicas | None = None,
    ) -> None:
        self._service = service(registry, explorations, store, listens_on, replicas)
        super().__init__(
            uvicorn.Config(
                create_app(self._service, registry.settings),
                http=connections_of(registry.settings, self._service.metrics.counts.refuse),
                ws="none",
                log_config=logs.of_uvicorn(registry.settings.log),
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,  # `Proxies` sees to them
                timeout_graceful_shutdown=registry.settings.connections_grace_seconds,
            )
        )
        self._registry = registry
        self._explorations = explorations
        self._url_to_open = url_to_open
        AppStatus.enable_automatic_graceful_drain = False  # streams end with their runs, not in the middle

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve; then open the page, where that was asked for."""
        await self._service.replicas.open()
        await super().startup(sockets)
        journal.tell("server started", version=__version__)
        if self._url_to_open:
            with contextlib.suppress(RuntimeError):  # the machine allows no more threads
                threading.Thread(target=_open_page, args=(self._url_to_open,), daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the explorer and the runs, then what is shared with other replicas, then the connections.

        All of it in this thread, though it takes a moment: where the machine allows no other, this must still be done.
        """
        self._explorations.close()
        self._registry.close()
        self._service.viewers.close()
        await self._service.replicas.leave()
        await super().shutdown(sockets)
        await self._service.rooms.close()
        await self._service.replicas.close()
        journal.tell("server ended")


def serve(
    listener: socket.socket, settings: Settings, url_to_open: str | None = None, brought: Recording | None = None
) -> None:
    """Serve until SIGINT or SIGTERM. A recording that was `brought` along is there from the start."""
    sys.setswitchinterval(SWITCH_SECONDS)
    logs.begin(settings.log)
    with Store(settings) as store:
        registry = Registry(settings, store.keep)
        replicas = replicas_of(settings, registry, store.find)
        explorations = Explorations(settings)
        if brought is not None:
            registry.bring(brought, OF_THIS_MACHINE)
            store.keep(beside(brought, store.find(brought.id)), OF_THIS_MACHINE, is_imported=True)
        try:
            with contextlib.suppress(KeyboardInterrupt):
                address = listener.getsockname()[0]
                server = Server(registry, explorations, url_to_open, store, listens_on=address, replicas=replicas)
                server.run([listener])
        finally:
            explorations.close()
            registry.close()


def _open_page(url: str) -> None:
    """Open the browser, if there is a screen for one: a text browser would take over the terminal."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
