"""Building blocks on a fake chain: what is due, in which order, and who was faster."""

import pytest

from tests.chain.acts import deposit, prove, redraw, seal
from tests.chain.fakes import FakeChain, proof_of
from tests.chain.workshop import Workshop
from tests.protocol.worlds import SETUP
from winze.chain import (
    MAX_BLOCKS,
    ChainError,
    DeepReorganisation,
    Proving,
    Redrawing,
    Sealing,
)
from winze.circuits import Circuit, NotProvable
from winze.contracts import OutOfGas, TransactionReverted
from winze.protocol import HASH_WINDOW, ChainBlock, draw_entropy

LAST_HEAD = HASH_WINDOW - 1
"""How far behind the drawn block the head may be for the next block still to know its hash."""


def seal_blocks(chain: FakeChain, count: int) -> ChainBlock:
    """Have `count` blocks sealed, and drawn two chain blocks later; the last draw is returned."""
    for number in range(count):
        chain.mine(deposit(chain.head + number), seal)
    return ChainBlock(chain.head + 1)


def mine_to(chain: FakeChain, head: int) -> None:
    chain.mine_empty(head - chain.head)
    assert chain.head == head


async def test_where_nothing_is_due_nothing_is_done() -> None:
    shop = Workshop()
    shop.chain.mine()
    assert await shop.step() is None
    assert (shop.sender.sent, shop.proved) == (0, [])


async def test_a_block_is_sealed_as_soon_as_it_is_due() -> None:
    shop = Workshop()
    due = shop.chain.mine(deposit(1)).header.timestamp + SETUP.seal_interval
    while shop.chain.blocks[-1].header.timestamp < due:
        assert await shop.step() is None
        shop.chain.mine()
    assert shop.chain.blocks[-1].header.timestamp == due
    step = await shop.step()
    assert isinstance(step, Sealing)
    assert (step.index, step.receipt.block) == (0, shop.chain.head)
    assert len(shop.chain.pool.ledger.blocks) == 1


async def test_an_empty_block_is_never_sealed() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    assert isinstance(await shop.step(), Proving)
    mine_to(shop.chain, 100)
    assert await shop.step() is None


async def test_a_block_is_proved_as_soon_as_the_pool_can_look_behind_its_draw() -> None:
    shop = Workshop()
    draw = seal_blocks(shop.chain, 1)
    for head in (draw - 1, draw):
        mine_to(shop.chain, head)
        assert await shop.step() is None
    mine_to(shop.chain, draw + 1)
    step = await shop.step()
    assert isinstance(step, Proving)
    (block,) = step.blocks
    assert block == shop.prover.proved[0].submission
    assert (block.index, step.receipt.block, step.seconds >= 0) == (0, shop.chain.head, True)
    assert step.proofs == (proof_of(shop.prover.proved[0].statement.signals()),)
    assert shop.chain.pool.proved == 1


@pytest.mark.parametrize(
    ("behind", "kind"),
    [
        (LAST_HEAD - 1, Proving),
        (LAST_HEAD, Proving),
        (LAST_HEAD + 1, Redrawing),
        (LAST_HEAD + 2, Redrawing),
    ],
)
async def test_a_block_is_drawn_again_when_its_hash_is_forgotten_and_not_before(
    behind: int, kind: type
) -> None:
    shop = Workshop()
    draw = seal_blocks(shop.chain, 1)
    mine_to(shop.chain, draw + behind)
    step = await shop.step()
    assert isinstance(step, kind)
    if isinstance(step, Redrawing):
        assert (step.block.index, step.block.draw) == (0, draw)
        assert shop.chain.pool.ledger.blocks[0].draw == step.receipt.block + 1
        shop.chain.mine_empty(2)
        assert isinstance(await shop.step(), Proving)


async def test_proving_comes_first_then_drawing_again_then_sealing() -> None:
    shop = Workshop()
    draw = seal_blocks(shop.chain, 2)
    mine_to(shop.chain, draw + HASH_WINDOW)
    shop.chain.mine(redraw(), deposit(9))
    shop.chain.mine_empty(6)
    kinds = [type(await shop.step()) for _ in range(3)]
    assert kinds == [Proving, Redrawing, Sealing]
    shop.chain.mine_empty(2)
    assert isinstance(await shop.step(), Proving)
    assert shop.proved == [0, 1, 2]
    assert await shop.step() is None


@pytest.mark.parametrize(
    ("sealed", "batches"), [(MAX_BLOCKS, [4]), (MAX_BLOCKS + 1, [4, 1]), (2, [2])]
)
async def test_several_blocks_are_proved_at_once(sealed: int, batches: list[int]) -> None:
    shop = Workshop()
    seal_blocks(shop.chain, sealed)
    shop.chain.mine_empty(2)
    for count in batches:
        step = await shop.step()
        assert isinstance(step, Proving)
        assert (len(step.blocks), len(step.proofs)) == (count, count)
    assert shop.proved == list(range(sealed))
    assert await shop.step() is None


async def test_proving_stops_before_a_block_that_is_not_drawn_yet() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine(deposit(7))
    shop.chain.mine(seal)
    shop.chain.mine()
    step = await shop.step()
    assert isinstance(step, Proving)
    assert [block.index for block in step.blocks] == [0]


async def test_proving_stops_before_a_block_whose_draw_is_forgotten() -> None:
    shop = Workshop()
    draw = seal_blocks(shop.chain, 2)
    mine_to(shop.chain, draw + HASH_WINDOW)
    shop.chain.mine(redraw())
    shop.chain.mine_empty(2)
    step = await shop.step()
    assert isinstance(step, Proving)
    assert [block.index for block in step.blocks] == [0]


# -- a ledger that lags behind --------------------------------------------------------------------


async def test_what_the_pool_has_proved_is_not_proved_again_before_it_is_confirmed() -> None:
    shop = Workshop(confirmations=5)
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(7)
    assert isinstance(await shop.step(), Proving)
    for _ in range(8):
        assert await shop.step() is None
        shop.chain.mine()
    assert shop.proved == [0]


async def test_the_next_block_is_proved_before_the_last_one_is_confirmed() -> None:
    shop = Workshop(confirmations=5)
    seal_blocks(shop.chain, 1)
    shop.chain.mine(deposit(7))
    shop.chain.mine(seal)
    shop.chain.mine_empty(5)
    indices = []
    while len(indices) < 2:
        step = await shop.step()
        if isinstance(step, Proving):
            indices += [block.index for block in step.blocks]
            assert shop.follower.ledger.proved == 0
        shop.chain.mine()
    assert indices == [0, 1]


async def test_a_block_that_the_pool_has_proved_is_not_drawn_again() -> None:
    shop = Workshop(confirmations=20)
    draw = seal_blocks(shop.chain, 1)
    mine_to(shop.chain, draw + LAST_HEAD - 10)
    shop.chain.mine(prove, deposit(5))
    mine_to(shop.chain, draw + LAST_HEAD + 5)
    assert isinstance(await shop.step(), Sealing)
    assert shop.follower.ledger.proved == 0


@pytest.mark.parametrize("lag", range(8))
async def test_a_block_is_not_proved_on_top_of_one_whose_draw_the_ledger_does_not_know(
    lag: int,
) -> None:
    shop = Workshop(confirmations=6)
    draw = seal_blocks(shop.chain, 1)
    mine_to(shop.chain, draw + LAST_HEAD - 20)
    seal_blocks(shop.chain, 1)
    mine_to(shop.chain, draw + LAST_HEAD + 1)
    redrawn = shop.chain.mine(redraw()).header.number
    shop.chain.mine()
    shop.chain.mine(prove)
    shop.chain.mine_empty(lag)
    step = await shop.step()
    assert shop.follower.cursor is not None
    if shop.follower.cursor.number <= redrawn:
        assert step is None
        assert shop.proved == []
    else:
        assert isinstance(step, Proving)
        assert shop.proved == [1]


# -- others ---------------------------------------------------------------------------------------


async def test_a_block_that_somebody_else_proved_meanwhile_is_not_submitted() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    shop.prover.meanwhile = lambda: shop.chain.mine(prove)
    assert await shop.step() is None
    assert (shop.proved, shop.sender.sent) == ([0], 0)
    assert await shop.step() is None


async def test_of_several_blocks_only_those_are_submitted_that_nobody_else_proved() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 3)
    shop.chain.mine_empty(2)
    shop.prover.meanwhile = lambda: shop.chain.mine(prove)
    step = await shop.step()
    assert isinstance(step, Proving)
    assert [block.index for block in step.blocks] == [1, 2]
    assert shop.chain.pool.proved == 3
    made = {each.block.index: each.statement.signals() for each in shop.prover.proved}
    assert step.proofs == (proof_of(made[1]), proof_of(made[2]))


@pytest.mark.parametrize(
    "reason",
    [
        "pool: nothing to seal",
        "pool: not due",
        "pool: already proved",
        "pool: wrong seal",
        "pool: draw still known",
        "pool: out of order",
        "pool: draw unknown",
    ],
)
async def test_who_is_overtaken_at_the_last_moment_goes_on(reason: str) -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    shop.sender.refusal = reason
    assert await shop.step() is None
    shop.sender.refusal = None
    assert isinstance(await shop.step(), Proving)


async def test_a_proof_behind_anothers_in_one_block_is_not_ours() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    shop.sender.before = (prove,)
    assert await shop.step() is None
    assert (shop.sender.sent, shop.chain.pool.proved) == (1, 1)


async def test_of_several_proofs_those_behind_anothers_in_one_block_are_ours() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 3)
    shop.chain.mine_empty(2)
    shop.sender.before = (prove,)
    step = await shop.step()
    assert isinstance(step, Proving)
    assert [block.index for block in step.blocks] == [1, 2]
    made = {each.block.index: each.statement.signals() for each in shop.prover.proved}
    assert step.proofs == (proof_of(made[1]), proof_of(made[2]))


async def test_who_seals_behind_another_in_one_block_goes_on() -> None:
    shop = Workshop()
    shop.chain.mine(deposit(1))
    shop.chain.mine_empty(6)
    shop.sender.before = (seal,)
    assert await shop.step() is None
    assert len(shop.chain.pool.ledger.blocks) == 1


async def test_who_runs_out_of_gas_in_the_block_is_told() -> None:
    shop = Workshop()
    shop.chain.mine(deposit(1))
    shop.chain.mine_empty(6)
    shop.sender.before, shop.sender.late = (seal,), OutOfGas
    with pytest.raises(OutOfGas):
        await shop.step()


async def test_any_other_refusal_is_told() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    shop.sender.refusal = "pool: invalid proof"
    with pytest.raises(TransactionReverted, match="invalid proof"):
        await shop.step()


async def test_a_block_that_is_reorganised_while_it_is_proved_is_proved_again() -> None:
    shop = Workshop()
    draw = seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    shop.prover.meanwhile = lambda: shop.chain.reorganise(2, [], [], [])
    assert await shop.step() is None
    step = await shop.step()
    assert isinstance(step, Proving)
    first, second = shop.prover.proved
    assert first.block.entropy != second.block.entropy
    assert second.block.entropy == draw_entropy(
        shop.chain.blocks[draw].header.hash, second.block.index
    )
    assert shop.chain.pool.proved == 1


async def test_a_block_that_vanishes_while_it_is_proved_is_not_submitted() -> None:
    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    shop.prover.meanwhile = lambda: shop.chain.reorganise(3, [], [], [], [])
    assert await shop.step() is None
    assert shop.sender.sent == 0


async def test_a_draw_that_is_forgotten_while_it_is_proved_is_drawn_again() -> None:
    shop = Workshop()
    draw = seal_blocks(shop.chain, 1)
    mine_to(shop.chain, draw + LAST_HEAD)
    shop.prover.meanwhile = shop.chain.mine
    assert await shop.step() is None
    assert isinstance(await shop.step(), Redrawing)


async def test_what_the_prover_refuses_is_told_and_nothing_is_sent() -> None:
    def refuse() -> None:
        raise NotProvable(Circuit.BLOCK, "for this test")

    shop = Workshop()
    seal_blocks(shop.chain, 1)
    shop.chain.mine_empty(2)
    shop.prover.meanwhile = refuse
    with pytest.raises(NotProvable):
        await shop.step()
    assert shop.sender.sent == 0
    assert isinstance(await shop.step(), Proving)


async def test_a_chain_that_cannot_be_followed_is_told() -> None:
    shop = Workshop()
    shop.chain.mine(deposit(1))
    assert await shop.step() is None
    shop.chain.reorganise(len(shop.chain.blocks) - 1)
    with pytest.raises(ChainError) as refused:
        await shop.step()
    assert isinstance(refused.value, DeepReorganisation)
