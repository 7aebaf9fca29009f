"""The outermost layer of the application: whatever error comes out of it is one line in the log, and an answer.

What the machine refuses (threads, descriptors, memory) is 503 and names the limit. All else is a fault of ours: 500,
with the id of its line in the log. Starlette and uvicorn would print a traceback for each.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from lost_update.settings import Settings
from lost_update.web.errors import fault
from lost_update.web.security import response_headers
from lost_update.web.sending import NotedSend


class Faults:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = response_headers(settings.frame_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. If that fails before an answer has begun, answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        noted = NotedSend(send)
        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            response = fault(scope, error)
            response.headers.update(self._headers)
            if not noted.has_begun:
                await response(scope, receive, send)
