"""Serves a registry of a test's own on a free port: what the servers that tests start as commands have in common."""

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from lost_update.web.server import Server, listen


def serve(registry: Registry, with_what: str) -> None:
    """Serve until SIGTERM, and then close everything. The first line that is printed says where."""
    explorations = Explorations(Settings())
    try:
        listener = listen("127.0.0.1", 0)
        print(f"Lost Update is at http://127.0.0.1:{listener.getsockname()[1]} with {with_what}", flush=True)
        Server(registry, explorations).run([listener])
    finally:
        explorations.close()
        registry.close()
