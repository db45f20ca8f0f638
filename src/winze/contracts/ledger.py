"""The ledger's side of the pool: its roots, and what builds its blocks (protocol §4)."""

from collections.abc import Sequence

from winze.circuits import Proof
from winze.protocol import Block, BlockIndex, Field, OpenBlock, Seconds, SubmittedBlock

from .call import ContractCall
from .contract import Contract, struct
from .rpc import At


class LedgerCalls(Contract):
    """What `ledger.vy` exports."""

    async def root(self, at: At = "latest") -> Field:
        """The root of the tree of headers."""
        return Field(await self._one("root", at=at))

    async def root_after(self, index: BlockIndex, at: At = "latest") -> Field:
        """The root after block `index`, to spend and claim under; 0 until that block is proved."""
        return Field(await self._one("root_after", int(index), at=at))

    async def proved(self, at: At = "latest") -> int:
        """How many blocks are proved."""
        return int(await self._one("proved", at=at))

    async def open_block(self, at: At = "latest") -> OpenBlock:
        """The open block, as far as the contract knows it."""
        return OpenBlock(*await self._ask("open_block", at=at))

    async def sealed(self, index: BlockIndex, at: At = "latest") -> bytes:
        """The commitment to a sealed block (`Block.seal`), the open block's digest, else zeros."""
        return bytes(await self._one("sealed", int(index), at=at))

    async def seal_interval(self, at: At = "latest") -> Seconds:
        """How long after its first entry a block that is begun now is due."""
        return Seconds(await self._one("seal_interval", at=at))

    async def seal_interval_bounds(self, at: At = "latest") -> tuple[Seconds, Seconds]:
        """The shortest and the longest seal interval that the owner may set."""
        least, most = await self._ask("seal_interval_bounds", at=at)
        return Seconds(least), Seconds(most)

    def set_seal_interval(self, seal_interval: Seconds) -> ContractCall:
        """Set how long blocks that are begun from now on stay open."""
        return self._call("set_seal_interval", int(seal_interval))

    def seal(self) -> ContractCall:
        """Seal the open block, once it is due."""
        return self._call("seal")

    def redraw(self, block: Block) -> ContractCall:
        """Give a sealed block a new draw, once the chain has forgotten the hash of the old one."""
        return self._call(
            "redraw", int(block.index), block.digest, int(block.timestamp), int(block.draw)
        )

    def prove(self, blocks: Sequence[SubmittedBlock], proofs: Sequence[Proof]) -> ContractCall:
        """Append the headers of sealed blocks to the ledger, in order; 4 at most."""
        return self._call(
            "prove", [struct(block) for block in blocks], [proof.words for proof in proofs]
        )
