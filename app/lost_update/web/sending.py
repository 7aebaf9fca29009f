"""What has been sent of an answer: once it has begun, no other answer can take its place."""

from starlette.types import Message, Send


class NotedSend:
    """Passes on what is sent, and notes that something was."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        """Send it."""
        self.has_begun = True
        await self._send(message)
