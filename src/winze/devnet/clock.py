"""Moving a private chain's clock, and rewriting its recent past."""

from contextlib import suppress

from winze.contracts import ChainUnreachable, RpcError, Web3, request, rpc_errors
from winze.protocol import ChainBlock, Seconds, Timestamp

from .errors import ChainControlRefused


class Clock:
    """The clock of one private chain. Time goes on by itself; here it is made to jump."""

    def __init__(self, w3: Web3) -> None:
        self._w3 = w3

    async def now(self) -> Timestamp:
        """The time of the latest block, which is what contracts go by."""
        with rpc_errors("reading the time"):
            return Timestamp((await self._w3.eth.get_block("latest"))["timestamp"])

    async def height(self) -> ChainBlock:
        """The number of the latest block."""
        with rpc_errors("reading the height"):
            return ChainBlock(await self._w3.eth.block_number)

    async def advance(self, duration: Seconds) -> Timestamp:
        """Let so much time pass at once and make a block; its time."""
        await request(self._w3, "advancing the time", "evm_increaseTime", int(duration))
        await self.mine()
        return await self.now()

    async def advance_to(self, moment: Timestamp) -> Timestamp:
        """Make a block at `moment`; its time, which is later if the chain made one by itself.

        Raises:
            ChainControlRefused: `moment` is not after the latest block.
        """
        await self.set_next(moment)
        await self.mine()
        return await self.now()

    async def reach(self, moment: Timestamp) -> None:
        """Let the latest block be of `moment` or later, however late it is already."""
        # The chain makes blocks by itself, and may get there before it is told to.
        with suppress(ChainControlRefused):
            await self.advance_to(moment)

    async def set_next(self, moment: Timestamp) -> None:
        """Have the next block bear the time `moment`; time goes on from there.

        Raises:
            ChainControlRefused: `moment` is not after the latest block.
        """
        now = await self.now()
        if moment <= now:
            raise ChainControlRefused(f"the latest block is of {now}; {moment} is not after it")
        await self._control("setting the time", "evm_setNextBlockTimestamp", int(moment))

    async def mine(self, blocks: int = 1) -> None:
        """Make `blocks` blocks at once, a second apart."""
        await request(self._w3, "mining", "anvil_mine", hex(blocks), hex(1))

    async def reorganise(self, depth: int) -> None:
        """Replace the latest `depth` blocks by as many others, without their transactions.

        Only blocks made since the chain was last started can be replaced.

        Raises:
            ChainControlRefused: there are not so many.
        """
        await self._control("reorganising", "anvil_reorg", depth, [])

    async def _control(self, action: str, method: str, *params: object) -> None:
        try:
            await request(self._w3, action, method, *params)
        except ChainUnreachable:
            raise
        except RpcError as problem:
            raise ChainControlRefused(str(problem)) from problem
