"""What a client sends: read within limits, and to its end before anybody hangs up."""

import asyncio
from typing import Final

from starlette.types import Message, Receive

from .problems import Problem
from .settings import ApiSettings

_LINGER: Final = 16
_CLOSE: Final = {"Connection": "close"}


def too_large(settings: ApiSettings) -> Problem:
    """What is answered to a larger body than is taken."""
    return Problem(413, f"a body has {settings.max_body} bytes at most", headers=_CLOSE)


class IncomingBody:
    """What the client sends, so much of it and so fast."""

    def __init__(self, receive: Receive, settings: ApiSettings) -> None:
        self._receive, self._settings = receive, settings
        self._deadline = asyncio.get_running_loop().time() + settings.body_timeout
        self._size = 0
        self._complete = False

    async def receive(self) -> Message:
        """The next part of the body.

        Raises:
            Problem: it is too large or too slow.
        """
        if self._complete:
            return await self._receive()  # tells when the client leaves, which may take its time
        message = await self._next()
        if self._size > self._settings.max_body:
            await self.linger()
            raise too_large(self._settings)
        return message

    async def linger(self) -> None:
        """Let the client finish sending, within reason, for else it never reads the answer.

        A connection that is closed upon unread data is reset, and takes the answer with it.
        """
        try:
            while not self._complete and self._size <= _LINGER * self._settings.max_body:
                await self._next()
        except Problem:
            pass

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            seconds = self._settings.body_timeout
            raise Problem(
                408, f"the body did not come in within {seconds:g} s", headers=_CLOSE
            ) from None
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        return message
