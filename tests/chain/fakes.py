"""A chain in memory with the pool's model on it, which can be reorganised, and a source that reads
it: one that can fail, be interrupted, and lie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.protocol.worlds import SETUP
from winze.chain import ChainChanged, Header, Logged
from winze.circuits import Proof
from winze.protocol import (
    BlockIndex,
    Call,
    ChainBlock,
    EthAddress,
    Event,
    Field,
    OpenBlock,
    PoolModel,
    Refused,
    Timestamp,
    keccak,
    word,
)

SOMEBODY = EthAddress("0x" + "5b" * 20)
DEPLOYED = ChainBlock(5)
"""The first chain block that can hold an event."""
GENESIS = 1_700_000_000
BLOCK_SECONDS = 12


@dataclass
class World:
    """What an act meets: the pool, the call that it is, and the chain's hashes."""

    pool: PoolModel
    call: Call
    blockhash: Callable[[ChainBlock], bytes]


Act = Callable[[World], Sequence[Event]]
"""One transaction; it may be refused, and then announces nothing."""


@dataclass(frozen=True)
class FakeBlock:
    """A chain block, and what the contract shows after it."""

    header: Header
    acts: tuple[Act, ...]
    logged: tuple[Logged, ...]
    root: Field
    proved: int
    opened: OpenBlock
    sealed: Mapping[BlockIndex, bytes]
    """What it keeps of the blocks that are not proved."""


class FakeChain:
    """Blocks 12 seconds apart; `DEPLOYED` of them stand before the pool, and hold nothing."""

    def __init__(self) -> None:
        self.blocks: list[FakeBlock] = []
        self._salt = 0
        self.pool = self._deployed()
        for _ in range(DEPLOYED):
            self.mine()

    @property
    def head(self) -> ChainBlock:
        return ChainBlock(len(self.blocks) - 1)

    def mine(self, *acts: Act) -> FakeBlock:
        """Make a block with these transactions."""
        self._salt += 1
        parent = self.blocks[-1].header.hash if self.blocks else b""
        block = self._block(acts, keccak(parent + word(self._salt)))
        self.blocks.append(block)
        return block

    def mine_empty(self, count: int) -> None:
        """Make blocks without transactions."""
        for _ in range(count):
            self.mine()

    def reorganise(self, depth: int, *blocks: Sequence[Act]) -> None:
        """Replace the latest `depth` blocks by others, of which there need not be as many."""
        kept = self.blocks[: len(self.blocks) - depth]
        self.blocks, self.pool = [], self._deployed()
        for block in kept:
            self.blocks.append(self._block(block.acts, block.header.hash))
        for acts in blocks:
            self.mine(*acts)

    def next_call(self) -> Call:
        """A call in the block that comes next."""
        number = len(self.blocks)
        return Call(SOMEBODY, Timestamp(GENESIS + BLOCK_SECONDS * number), ChainBlock(number))

    def blockhash(self, number: ChainBlock) -> bytes:
        """As the next block's transactions see it, however old."""
        return self.blocks[number].header.hash if number < len(self.blocks) else bytes(32)

    def _deployed(self) -> PoolModel:
        return PoolModel(SETUP, _holds, _holds, claimed=lambda _: False)

    def _block(self, acts: Sequence[Act], block_hash: bytes) -> FakeBlock:
        call = self.next_call()
        header = Header(call.number, block_hash, call.now)
        logged = [
            Logged(event, call.number, block_hash, word(place))
            for place, act in enumerate(acts)
            for event in self._events(act, call)
        ]
        last = self.blocks[-1] if self.blocks else None
        unchanged = last is not None and not logged  # saves most of the hashing
        root = last.root if last and unchanged else self.pool.root
        unproved = range(self.pool.proved, self.pool.ledger.open_index + 1)
        sealed = {BlockIndex(index): self.pool.sealed(index) for index in unproved}
        shown = self.pool.proved, self.pool.open_block, sealed
        return FakeBlock(header, tuple(acts), tuple(logged), root, *shown)

    def _events(self, act: Act, call: Call) -> Sequence[Event]:
        try:
            return act(World(self.pool, call, self.blockhash))
        except Refused:
            return ()


class FakeSource:
    """Reads a fake chain; a test may step in before each question, and change the answers."""

    def __init__(self, chain: FakeChain) -> None:
        self.chain = chain
        self.questions: list[tuple[object, ...]] = []
        self.interrupt: Callable[[int], object] = lambda _: None
        """Called before each question with its number."""
        self.speak_the_truth()

    def speak_the_truth(self) -> None:
        """Tell everything as it is, from now on."""
        self.told: Callable[[Sequence[Logged]], Sequence[Logged]] = lambda logged: logged
        """What it makes of the logs."""
        self.wrong_root = 0
        """By how much it is wrong about the root."""
        self.wrong_seal: int | None = None
        """Of which block it tells something else than the pool keeps."""

    def asked(self, name: str) -> list[tuple[object, ...]]:
        """What `name` was asked for."""
        return [question[1:] for question in self.questions if question[0] == name]

    async def head(self) -> ChainBlock:
        self._ask("head")
        return self.chain.head

    async def header(self, number: ChainBlock) -> Header:
        self._ask("header", number)
        return self._block(number).header

    async def headers(self, numbers: Sequence[ChainBlock]) -> Sequence[Header]:
        return [await self.header(number) for number in numbers]

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        self._ask("logs", first, last)
        blocks = self.chain.blocks[first : last + 1]
        return self.told([each for block in blocks for each in block.logged])

    async def root(self, at: ChainBlock) -> Field:
        self._ask("root", at)
        return Field(self._block(at).root + self.wrong_root)

    async def sealed(self, index: BlockIndex, at: ChainBlock) -> bytes:
        self._ask("sealed", index, at)
        return keccak(b"wrong") if index == self.wrong_seal else self._kept(index, at)

    def _kept(self, index: BlockIndex, at: ChainBlock) -> bytes:
        return self._block(at).sealed.get(index, bytes(32))

    def _ask(self, *question: object) -> None:
        self.questions.append(question)
        self.interrupt(len(self.questions) - 1)

    def _block(self, number: ChainBlock) -> FakeBlock:
        if number >= len(self.chain.blocks):
            raise ChainChanged(f"the chain has no block {number}")
        return self.chain.blocks[number]


def proof_of(signals: Sequence[int]) -> Proof:
    """What counts as a proof of these public signals here."""
    return Proof(8 * keccak(b"".join(map(word, signals))))


def _holds(proofs: Sequence[object], signals: Sequence[Sequence[int]]) -> bool:
    """Acts that need no prover hand in True."""
    return all(
        proof is True or proof == proof_of(each)
        for proof, each in zip(proofs, signals, strict=True)
    )
