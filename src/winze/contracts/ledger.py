"""The ledger's side of the pool: its roots, and what builds its blocks (protocol §4)."""

from collections.abc import Sequence

from winze.circuits import Proof
from winze.protocol import Block, BlockIndex, Field, OpenBlock, SubmittedBlock

from .call import ContractCall
from .contract import Contract, struct
from .rpc import At


class LedgerCalls(Contract):
    """What `ledger.vy` exports."""

    async def root(self, at: At = "latest") -> Field:
        """The root of the tree of headers."""
        return Field(await self._one("root", at=at))

    async def known_root(self, root: Field, at: At = "latest") -> bool:
        """Whether spends and claims may be proved against `root`."""
        return bool(await self._one("known_root", int(root), at=at))

    async def proved(self, at: At = "latest") -> int:
        """How many blocks are proved."""
        return int(await self._one("proved", at=at))

    async def open_block(self, at: At = "latest") -> OpenBlock:
        """The open block, as far as the contract knows it."""
        return OpenBlock(*await self._ask("open_block", at=at))

    async def sealed(self, index: BlockIndex, at: At = "latest") -> bytes:
        """The 32 bytes kept for block `index`: see `Block.seal`; the digest if it is open."""
        return bytes(await self._one("sealed", int(index), at=at))

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
