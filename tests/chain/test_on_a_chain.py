"""Following and building a real chain with real proofs: reorganised, contested, forgotten."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.chain.pictures import picture
from tests.networks import make_blocks_for_transactions_only, network, prover
from winze.chain import Builder, BuildStep, Follower, Proving, Redrawing, RpcSource, Sealing
from winze.circuits import Proof, Witness
from winze.contracts import Pool, TransactionReverted
from winze.devnet import Devnet
from winze.protocol import (
    ETHER,
    HASH_WINDOW,
    BlockIndex,
    ChainBlock,
    Deposited,
    Field,
    Proved,
    Sealed,
    Timestamp,
    Wei,
    draw_entropy,
)

pytestmark = pytest.mark.chain


class InterruptedProver:
    """The real prover; something happens on the chain after its next proof."""

    def __init__(self) -> None:
        self.made: list[tuple[Witness, Proof]] = []
        self.afterwards: Callable[[], Coroutine[object, object, None]] | None = None
        self._loop = asyncio.get_running_loop()

    def prove(self, witness: Witness) -> Proof:
        proof = prover().prove(witness)
        self.made.append((witness, proof))
        afterwards, self.afterwards = self.afterwards, None
        if afterwards is not None:
            asyncio.run_coroutine_threadsafe(afterwards(), self._loop).result()
        return proof


@dataclass
class Site:
    """A network, and those who build on it."""

    devnet: Devnet
    prover: InterruptedProver = field(default_factory=InterruptedProver)

    def __post_init__(self) -> None:
        self.pool = Pool(self.devnet.w3, self.devnet.network.pool)
        self.source = RpcSource(self.devnet.w3, self.devnet.network)
        self.follower = self.fresh_follower()
        self.builder = self.builder_of(1, self.follower)

    def fresh_follower(self) -> Follower:
        return Follower(self.source, self.devnet.network.deployment_block)

    def builder_of(self, account: int, follower: Follower) -> Builder:
        sender = self.devnet.sender(account)
        return Builder(self.source, follower, self.pool, self.prover, sender)  # type: ignore[arg-type]

    async def deposit(self, inner: int) -> None:
        call = self.pool.deposit(Field(inner), Wei(ETHER), mine=True)
        await self.devnet.sender(3).send(call)

    async def seal(self) -> ChainBlock:
        """Have the open block sealed; the block of its draw is returned."""
        due = (await self.pool.open_block()).due
        if await self.devnet.clock.now() < due:
            await self.devnet.clock.advance_to(Timestamp(due))
        step = await self.builder.step()
        assert isinstance(step, Sealing)
        return ChainBlock(step.receipt.block + 1)

    async def mine_to(self, head: int) -> None:
        await self.devnet.clock.mine(head - await self.source.head())
        assert await self.source.head() == head

    async def entropy(self, draw: ChainBlock, index: int) -> Field:
        """What chain block `draw` gives a block of the ledger, as the chain is now."""
        return draw_entropy((await self.source.header(draw)).hash, BlockIndex(index))

    async def agrees(self) -> None:
        """See that the follower knows what a fresh one knows, and what the contract says."""
        fresh = self.fresh_follower()
        while fresh.cursor is None or fresh.cursor != self.follower.cursor:
            await self.follower.sync()
            await fresh.sync()
        assert picture(self.follower) == picture(fresh)
        assert self.follower.ledger.root == await self.pool.root()


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    async with network() as devnet:
        await make_blocks_for_transactions_only(devnet.w3)
        yield Site(devnet)


def inners(follower: Follower) -> list[int]:
    """The deposits, in order."""
    events = [record.logged.event for record in follower.records()]
    return [event.inner for event in events if isinstance(event, Deposited)]


async def test_deposits_that_vanish_and_come_back_elsewhere_are_followed() -> None:
    async with site() as here:
        for inner in (1, 2, 3):
            await here.deposit(inner)
        await here.agrees()
        assert inners(here.follower) == [1, 2, 3]
        await here.devnet.clock.reorganise(2)
        await here.agrees()
        assert inners(here.follower) == [1]
        for inner in (3, 4, 2):
            await here.deposit(inner)
        await here.agrees()
        assert inners(here.follower) == [1, 3, 4, 2]
        await here.seal()
        await here.devnet.clock.reorganise(1)
        await here.agrees()
        assert here.follower.ledger.open_index == 0
        await here.seal()
        await here.agrees()
        assert here.follower.ledger.open_index == 1


async def test_a_block_whose_draw_is_replaced_is_proved_again_with_the_new_entropy() -> None:
    async with site() as here:
        await here.deposit(1)
        draw = await here.seal()
        await here.mine_to(draw + 1)

        # While it is proved, the draw is replaced: what was proved is worth nothing.
        here.prover.afterwards = lambda: here.devnet.clock.reorganise(2)
        before = await here.entropy(draw, 0)
        assert await here.builder.step() is None
        (witness, proof), *_ = here.prover.made
        assert witness.statement.entropy == before != await here.entropy(draw, 0)
        with pytest.raises(TransactionReverted, match="pool: invalid proof"):
            await here.devnet.sender(1).simulate(here.pool.prove([witness.submission], [proof]))

        await proves(here, draw)
        root = await here.pool.root()

        # After it was proved, proof and draw go together.
        await here.devnet.clock.reorganise(await here.source.head() - draw + 1)
        await here.agrees()
        assert (here.follower.ledger.proved, await here.pool.proved()) == (0, 0)
        await proves(here, draw)
        assert await here.pool.root() != root
        assert len({made.statement.entropy for made, _ in here.prover.made}) == 3


async def proves(here: Site, draw: ChainBlock) -> None:
    """See block 0 proved with the entropy that chain block `draw` gives it now."""
    step = await here.builder.step()
    assert isinstance(step, Proving)
    (event,) = here.pool.events(step.receipt.logs)
    assert isinstance(event, Proved)
    assert (event.index, event.entropy) == (0, await here.entropy(draw, 0))
    await here.agrees()
    assert here.follower.ledger.blocks[0].entropy == event.entropy


async def test_two_builders_at_the_same_time_build_each_block_once() -> None:
    async with network() as devnet:
        here = Site(devnet)
        builders = [here.builder, here.builder_of(2, here.fresh_follower())]
        await here.deposit(1)
        steps: list[BuildStep | None] = []
        while not await here.pool.proved():
            steps += await asyncio.gather(*(builder.step() for builder in builders))
            await asyncio.sleep(0.2)
        await here.agrees()
        kinds = [type(step) for step in steps if step is not None]
        assert kinds == [Sealing, Proving]
        events = [r.logged.event for r in here.follower.records() if r.touches is not None]
        assert list(map(type, events)) == [Deposited, Sealed, Proved]


async def test_builders_that_share_a_follower_do_not_disturb_each_other() -> None:
    async with site() as here:
        other = here.builder_of(2, here.follower)
        await here.deposit(1)
        await here.devnet.clock.advance_to(Timestamp((await here.pool.open_block()).due))
        steps = await asyncio.gather(here.builder.step(), other.step(), here.follower.sync())
        assert sum(isinstance(step, Sealing) for step in steps) == 1
        await here.agrees()


async def test_a_block_can_be_proved_as_long_as_its_hash_is_known_and_is_then_drawn_again() -> None:
    async with site() as here:
        await here.deposit(1)
        first = await here.seal()
        await here.mine_to(first + HASH_WINDOW - 1)
        step = await here.builder.step()
        assert isinstance(step, Proving)
        assert step.receipt.block == first + HASH_WINDOW

        await here.deposit(2)
        second = await here.seal()
        await here.mine_to(second + HASH_WINDOW - 1)
        await here.follower.sync()
        block = here.follower.ledger.blocks[1]
        with pytest.raises(TransactionReverted, match="pool: draw still known"):
            await here.devnet.sender(1).simulate(here.pool.redraw(block))
        await here.mine_to(second + HASH_WINDOW + 1)
        step = await here.builder.step()
        assert isinstance(step, Redrawing)
        assert step.block == block
        third = ChainBlock(step.receipt.block + 1)
        await here.agrees()
        assert here.follower.ledger.blocks[1].draw == third
        await here.mine_to(third + 1)
        step = await here.builder.step()
        assert isinstance(step, Proving)
        await here.agrees()
        assert here.follower.ledger.proved == 2
        assert here.follower.ledger.blocks[1].entropy == await here.entropy(third, 1)
