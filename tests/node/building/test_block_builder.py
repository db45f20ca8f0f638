"""What is due for the ledger's blocks, and the proofs that are made for it and kept."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.chain.acts import deposit, seal
from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource, proof_of
from tests.chain.workshop import FakePool
from winze.chain import MAX_BLOCKS, Follower
from winze.circuits import Circuit, Proof
from winze.node.building import BlockBuilder, ProofJob, ProofStore
from winze.protocol import HASH_WINDOW


class Provers:
    """Proves everything, and counts."""

    def __init__(self) -> None:
        self.made = 0

    def circuit(self, circuit: Circuit) -> "Provers":
        assert circuit is Circuit.BLOCK
        return self

    def prove(self, signals: Mapping[str, Any], public: list[int]) -> Proof:
        assert signals
        self.made += 1
        return proof_of(public)


class Shop:
    """A builder on a fake chain and a real database."""

    def __init__(self, engine: Engine) -> None:
        self.chain, self.prover, self.proven = FakeChain(), Provers(), list[int]()
        self.engine = engine
        self.follower = Follower(FakeSource(self.chain), DEPLOYED)
        self.builder = self.restarted()

    def restarted(self) -> BlockBuilder:
        """The builder of a node that was started anew."""
        return BlockBuilder(
            FakeSource(self.chain),
            self.follower,
            FakePool(self.chain),  # type: ignore[arg-type]
            self.prover,  # type: ignore[arg-type]
            proofs=ProofStore(self.engine),
            proven=self.proven.append,
        )

    async def sealed(self, count: int = 1) -> None:
        """Have so many blocks sealed and drawn."""
        for number in range(count):
            self.chain.mine(deposit(self.chain.head + number), seal)
        self.chain.mine_empty(2)
        await self.follower.sync()

    async def prove_all(self) -> None:
        """Make all proofs that can be made."""
        for job in await self.builder.to_prove(self.chain.head):
            await self.builder.prove(job)

    async def submitted(self) -> None:
        """Have what is proved included."""
        call = await self.builder.submit(self.chain.head)
        assert call is not None
        self.chain.mine(call)  # type: ignore[arg-type]
        await self.follower.sync()


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)


async def test_where_nothing_happened_nothing_is_due(shop: Shop) -> None:
    await shop.follower.sync()
    head, builder = shop.chain.head, shop.builder
    assert await builder.to_seal(head) is None
    assert await builder.to_redraw(head) is None
    assert await builder.to_prove(head) == []
    assert await builder.to_submit(head) is None
    assert await builder.submit(head) is None
    assert await builder.redraw(head) is None


async def test_a_drawn_block_is_proved_once_and_then_submitted(shop: Shop) -> None:
    await shop.sealed()
    (job,) = await shop.builder.to_prove(shop.chain.head)
    assert await shop.builder.to_submit(shop.chain.head) is None
    assert await shop.builder.submit(shop.chain.head) is None
    await shop.builder.prove(job)
    await shop.builder.prove(job)
    assert (shop.prover.made, shop.proven) == (1, [0])
    assert await shop.builder.to_prove(shop.chain.head) == []
    assert await shop.builder.to_submit(shop.chain.head) == 0
    await shop.submitted()
    assert shop.chain.pool.proved == 1
    assert await shop.builder.to_submit(shop.chain.head) is None


async def test_a_proof_survives_a_restart(shop: Shop) -> None:
    await shop.sealed()
    await shop.prove_all()
    again = shop.restarted()
    assert await again.to_prove(shop.chain.head) == []
    assert await again.to_submit(shop.chain.head) == 0
    assert shop.prover.made == 1


async def test_blocks_are_proved_ahead_of_those_that_are_submitted(shop: Shop) -> None:
    await shop.sealed(2 * MAX_BLOCKS + 1)
    jobs = await shop.builder.to_prove(shop.chain.head)
    assert [each.block for each in jobs] == list(range(2 * MAX_BLOCKS))
    await shop.prove_all()
    await shop.submitted()
    assert shop.chain.pool.proved == MAX_BLOCKS
    assert await shop.builder.to_submit(shop.chain.head) == MAX_BLOCKS


async def test_blocks_behind_one_without_a_proof_wait_for_it(shop: Shop) -> None:
    await shop.sealed(3)
    first, second, third = await shop.builder.to_prove(shop.chain.head)
    await shop.builder.prove(third)
    await shop.builder.prove(second)
    assert await shop.builder.to_submit(shop.chain.head) is None
    await shop.builder.prove(first)
    await shop.submitted()
    assert shop.chain.pool.proved == 3


async def test_a_block_that_a_reorganisation_changed_is_proved_anew(shop: Shop) -> None:
    await shop.sealed()
    await shop.prove_all()
    shop.chain.reorganise(3, [deposit(77), seal], [], [])
    await shop.follower.sync()
    assert await shop.builder.to_submit(shop.chain.head) is None
    assert len(await shop.builder.to_prove(shop.chain.head)) == 1


async def test_a_block_that_a_reorganisation_asks_for_again_is_submitted_again(
    shop: Shop,
) -> None:
    await shop.sealed()
    await shop.prove_all()
    await shop.submitted()
    shop.chain.reorganise(1, [])
    await shop.follower.sync()
    assert await shop.builder.to_submit(shop.chain.head) == 0
    await shop.submitted()
    assert shop.prover.made == 1


async def test_a_block_whose_draw_is_forgotten_is_drawn_again_and_not_submitted(
    shop: Shop,
) -> None:
    await shop.sealed()
    await shop.prove_all()
    draw = shop.follower.ledger.blocks[0].draw
    shop.chain.mine_empty(draw + HASH_WINDOW - 1 - shop.chain.head)
    await shop.follower.sync()
    assert await shop.builder.to_redraw(shop.chain.head) is None
    assert await shop.builder.to_submit(shop.chain.head) == 0
    shop.chain.mine()
    assert await shop.builder.to_redraw(shop.chain.head) == 0
    assert await shop.builder.to_submit(shop.chain.head) is None
    assert await shop.builder.to_prove(shop.chain.head) == []
    assert await shop.builder.redraw(shop.chain.head) is not None


async def test_where_the_pool_stands_on_another_root_nothing_is_submitted(shop: Shop) -> None:
    """Somebody proved a block that was drawn again, and the ledger knows neither yet."""
    await shop.sealed()
    await shop.prove_all()
    shop.chain.blocks[-1].__dict__["root"] += 1
    assert await shop.builder.to_submit(shop.chain.head) is None


async def test_proofs_that_nobody_asks_for_any_more_are_dropped(shop: Shop) -> None:
    kept = ProofStore(shop.engine)
    for block in range(3):
        kept.add(ProofJob(str(block), block, {}, []), proof_of([]), 1)
    await shop.builder.prove(ProofJob("last", 66, {"a": 1}, [1]))
    assert sorted(kept.find(["0", "1", "2", "last"])) == ["2", "last"]
