"""A builder with all that it needs, on a fake chain: proofs are made of nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.chain.fakes import DEPLOYED, Act, FakeChain, FakeSource, World, proof_of
from winze.chain import Builder, BuildStep, Follower, Logged
from winze.circuits import Proof
from winze.contracts import ContractEvent, Receipt, TransactionReverted
from winze.protocol import (
    Block,
    BlockWitness,
    ChainBlock,
    Event,
    Field,
    OpenBlock,
    Refused,
    SubmittedBlock,
    Wei,
    word,
)


class FakePool:
    """The pool on a fake chain; what it describes as calls are acts."""

    def __init__(self, chain: FakeChain) -> None:
        self._chain = chain

    async def root(self, at: ChainBlock) -> Field:
        return self._chain.blocks[at].root

    async def proved(self, at: ChainBlock | None = None) -> int:
        return self._chain.blocks[self._chain.head if at is None else at].proved

    async def open_block(self, at: ChainBlock) -> OpenBlock:
        return self._chain.blocks[at].opened

    def events(self, logs: Sequence[Logged]) -> list[ContractEvent]:
        return [log.event for log in logs]

    def seal(self) -> Act:
        return lambda world: world.pool.seal(world.call)

    def redraw(self, block: Block) -> Act:
        return lambda world: world.pool.redraw(
            world.call, block.index, block.digest, block.timestamp, block.draw
        )

    def prove(self, blocks: Sequence[SubmittedBlock], proofs: Sequence[Proof]) -> Act:
        return lambda world: world.pool.prove(world.call, blocks, proofs, world.blockhash)


@dataclass
class FakeProver:
    """Proves everything; a test may have something happen meanwhile."""

    proved: list[BlockWitness] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def prove(self, witness: BlockWitness) -> Proof:
        self.proved.append(witness)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return proof_of(witness.statement.signals())


@dataclass
class FakeSender:
    """Makes a block for each act; what would be refused is not sent."""

    chain: FakeChain
    sent: int = 0
    refusal: str | None = None
    """A reason to refuse the next act, whatever it is."""
    before: tuple[Act, ...] = ()
    """What somebody else does earlier in the same block, so that no simulation sees it."""
    late: type[TransactionReverted] = TransactionReverted
    """What is raised for an act that is refused only in its block."""

    async def send(self, act: Act) -> Receipt:
        reasons: list[str] = []

        def watched(world: World) -> Sequence[Event]:
            try:
                return refuse(self.refusal) if self.refusal else act(world)
            except Refused as refused:
                reasons.append(refused.reason)
                raise

        block = self.chain.mine(*self.before, watched)
        if reasons and not self.before:
            self.chain.blocks.pop()
            raise TransactionReverted("acting", reasons[0])
        self.sent += 1
        if reasons:
            raise self.late("acting", "something earlier in its block", "0x00")
        header = block.header
        logs = [each for each in block.logged if each.transaction == word(len(self.before))]
        return Receipt("0x00", header.number, header.hash, 1, Wei(1), None, tuple(logs))  # type: ignore[arg-type]


def refuse(reason: str) -> Sequence[Event]:
    raise Refused(reason)


class Workshop:
    """A builder on a chain of its own."""

    def __init__(self, confirmations: int = 0) -> None:
        self.chain = FakeChain()
        self.source = FakeSource(self.chain)
        self.follower = Follower(self.source, DEPLOYED, confirmations=confirmations)
        self.prover, self.sender = FakeProver(), FakeSender(self.chain)
        self.builder = Builder(
            self.source,
            self.follower,
            FakePool(self.chain),  # type: ignore[arg-type]
            self.prover,  # type: ignore[arg-type]
            self.sender,  # type: ignore[arg-type]
        )

    async def step(self) -> BuildStep | None:
        """Let the builder do its next step."""
        return await self.builder.step()

    @property
    def proved(self) -> list[int]:
        """The blocks for which proofs were made."""
        return [witness.block.index for witness in self.prover.proved]
