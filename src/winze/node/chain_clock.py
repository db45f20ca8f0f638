"""What time it is on the chain, the only clock that decides anything, and its newest block."""

from winze.chain import Header, Source
from winze.protocol import Timestamp

from .errors import NotReady


class ChainClock:
    """The chain's head as the node saw it last."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.head: Header | None = None
        """The newest block at the last beat; None before the first."""

    def now(self) -> Timestamp:
        """The chain's time, in unix seconds.

        Raises:
            NotReady: nobody knows it yet.
        """
        if self.head is None:
            raise NotReady("the node has not read the chain yet: ask again in a moment")
        return self.head.timestamp

    async def latest(self) -> Header:
        """The newest block, asked for anew.

        Raises:
            RpcError: the chain cannot be asked.
            ChainChanged: it is being reorganised.
        """
        return await self._source.header(await self._source.head())
