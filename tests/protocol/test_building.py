"""How the pool seals, draws and proves blocks."""

from dataclasses import replace

import pytest

from tests.protocol.histories import ALICE
from tests.protocol.worlds import OWNER, World
from winze.protocol import (
    DEPOSIT,
    FIELD_ORDER,
    BlockIndex,
    OpenBlock,
    Proved,
    Redrawn,
    Sealed,
    SubmittedBlock,
    draw_entropy,
    empty_root,
)

ZERO = bytes(32)


def sealed_blocks(count: int) -> World:
    """A world in which `count` blocks of one deposit are sealed and drawn."""
    world = World()
    for _ in range(count):
        world.deposit()
        world.seal()
    return world


# -- sealing ------------------------------------------------------------------------------------


def test_a_new_pool_has_an_empty_block_and_the_empty_root() -> None:
    pool = World().pool
    assert pool.open_block == OpenBlock(0, 0, 0, 0, ZERO)
    assert (pool.root, pool.proved, pool.sealed(0)) == (empty_root(26), 0, ZERO)
    assert pool.root_after(0) == 0


def test_an_empty_block_is_not_sealed() -> None:
    world = World()
    world.refuses("pool: nothing to seal", world.pool.seal, world.call())
    world.deposit()
    world.seal()
    world.refuses("pool: nothing to seal", world.pool.seal, world.call())


def test_a_block_is_sealed_when_it_is_due_and_not_a_second_before() -> None:
    world = World()
    world.deposit()
    world.now += 59
    world.refuses("pool: not due", world.pool.seal, world.call())
    world.now += 1
    block = world.pool.open_block
    events = world.pool.seal(world.call())
    assert events == (Sealed(0, block.digest, world.now, world.number + 1),)
    assert world.pool.open_block == OpenBlock(1, 0, 0, 0, ZERO)


def test_a_block_sealed_late_bears_the_time_at_which_it_was_due() -> None:
    world = World()
    world.deposit()
    due = world.pool.open_block.due
    world.now += 1000
    (event,) = world.pool.seal(world.call())
    assert isinstance(event, Sealed)
    assert event.timestamp == due == world.now - 940


def test_a_block_sealed_because_it_is_full_bears_the_time_of_sealing() -> None:
    world = World()
    for _ in range(64):
        world.deposit()
    world.now += 10
    sealed, _ = world.deposit()
    assert isinstance(sealed, Sealed)
    assert sealed.timestamp == world.now


@pytest.mark.parametrize(("deposits", "seals"), [(62, False), (63, True)])
def test_a_transfer_needs_room_for_two_notes(deposits: int, *, seals: bool) -> None:
    world = World()
    transfer = world.transfer()
    for _ in range(deposits):
        world.deposit()
    events = world.execute(transfer)
    assert isinstance(events[0], Sealed) is seals
    assert world.pool.open_block.notes == (2 if seals else 64)


@pytest.mark.parametrize(("transfers", "seals"), [(31, False), (32, True)])
def test_a_transfer_needs_room_for_two_spends(transfers: int, *, seals: bool) -> None:
    world = World()
    world.execute(*(world.transfer() for _ in range(transfers)))
    events = world.execute(world.transfer())
    assert isinstance(events[0], Sealed) is seals
    assert world.pool.open_block.spends == (2 if seals else 64)


def test_the_interval_of_the_first_entry_counts_for_the_whole_block() -> None:
    world = World()
    world.deposit()
    due = world.pool.open_block.due
    for seconds in (10, 600):
        world.pool.set_seal_interval(world.call(OWNER), seconds)
        world.deposit()
        assert world.pool.open_block.due == due
    world.now = due
    world.deposit()
    assert world.pool.open_block.due == due + 600


def test_the_stored_word_is_digest_then_seal_then_nothing() -> None:
    world = World()
    world.deposit()
    assert world.pool.sealed(0) == world.pool.open_block.digest
    world.seal()
    assert world.pool.sealed(0) == world.pool.ledger.blocks[0].seal
    world.prove(world.submitted(0))
    assert [world.pool.sealed(index) for index in (0, 1, 2)] == [ZERO] * 3


# -- redrawing ----------------------------------------------------------------------------------


def redraw(world: World, index: int = 0, **changes: object) -> tuple[object, ...]:
    """Redraw block `index` with what was sealed; `changes` replace."""
    block = world.pool.ledger.blocks[index]
    parts = {"digest": block.digest, "timestamp": block.timestamp, "draw": block.draw}
    return world.pool.redraw(world.call(), **({"index": index} | parts | changes))


def test_a_draw_is_replaced_once_its_hash_is_forgotten() -> None:
    world = sealed_blocks(1)
    block = world.pool.ledger.blocks[0]
    world.number = block.draw + 256
    world.refuses("pool: draw still known", redraw, world)
    world.number += 1
    assert redraw(world) == (Redrawn(0, world.number + 1),)
    assert world.pool.sealed(0) == world.pool.ledger.blocks[0].seal != block.seal
    world.number += 2
    assert world.prove(world.submitted(0))


def test_a_later_block_can_be_redrawn_first() -> None:
    world = sealed_blocks(3)
    world.number += 300
    assert redraw(world, 2) == (Redrawn(2, world.number + 1),)
    world.number += 300
    for index in (0, 1):
        redraw(world, index)
    world.number += 2
    early = [world.submitted(index) for index in range(3)]
    world.refuses("pool: draw unknown", world.prove, *early)


def test_only_a_sealed_block_that_is_not_proved_is_redrawn() -> None:
    world = sealed_blocks(1)
    world.deposit()
    world.number += 300
    block = world.pool.ledger.blocks[0]
    sealed = block.digest, block.timestamp, block.draw
    for index in (1, 2):
        world.refuses("pool: not sealed", world.pool.redraw, world.call(), index, *sealed)
    redraw(world)
    world.number += 2
    world.prove(world.submitted(0))
    world.number += 300
    world.refuses("pool: already proved", redraw, world)


@pytest.mark.parametrize(
    "changes", [{"digest": ZERO}, {"timestamp": 5}, {"draw": 1}, {"draw": 2**256 - 1}]
)
def test_a_redraw_hands_in_what_was_sealed(changes: dict[str, object]) -> None:
    world = sealed_blocks(1)
    world.number += 300
    world.refuses("pool: wrong seal", redraw, world, **changes)


# -- proving ------------------------------------------------------------------------------------


def test_a_proved_block_makes_the_root_that_stands_after_it() -> None:
    world = sealed_blocks(1)
    submitted = world.submitted(0)
    entropy = draw_entropy(world.blockhash(submitted.draw), BlockIndex(0))
    old = world.pool.root
    assert world.prove(submitted) == (Proved(0, submitted.block_root, entropy, submitted.new_root),)
    assert world.pool.root == submitted.new_root
    assert world.pool.proved == 1
    assert world.pool.root_after(0) == submitted.new_root != old
    assert world.verified[0][:2] == [old, submitted.new_root]


def test_several_blocks_are_proved_at_once_and_each_leaves_its_root() -> None:
    world = sealed_blocks(4)
    blocks = [world.submitted(index) for index in range(4)]
    events = world.prove(*blocks)
    assert [event.index for event in events if isinstance(event, Proved)] == [0, 1, 2, 3]
    assert [world.pool.root_after(index) for index in range(5)] == [
        *(block.new_root for block in blocks),
        0,
    ]
    olds = [empty_root(26), *(block.new_root for block in blocks[:3])]
    assert [signals[0] for signals in world.verified] == olds


def test_the_root_after_a_block_is_told_from_its_proof_on_and_for_ever() -> None:
    world = sealed_blocks(3)
    world.deposit()
    after: list[int] = []
    for proved in range(4):
        told = [world.pool.root_after(index) for index in range(5)]
        assert told == after + [0] * (5 - proved)
        assert world.pool.root_after(2**256 - 1) == 0
        if proved < 3:
            world.prove(world.submitted(proved))
            after.append(world.pool.root)
    assert len(set(after)) == 3


def test_blocks_that_were_proved_meanwhile_are_passed_over() -> None:
    world = sealed_blocks(3)
    blocks = [world.submitted(index) for index in range(3)]
    world.prove(*blocks[:2])
    (event,) = world.prove(*blocks, proofs=[False, False, True])
    assert isinstance(event, Proved)
    assert event.index == 2
    before = world.visible()
    assert world.prove(*blocks, proofs=[False] * 3) == ()
    assert world.prove() == ()
    assert world.visible() == before


def test_blocks_are_proved_in_order() -> None:
    world = sealed_blocks(3)
    blocks = [world.submitted(index) for index in range(3)]
    world.refuses("pool: out of order", world.prove, blocks[1])
    world.refuses("pool: out of order", world.prove, blocks[0], blocks[2])
    world.refuses("pool: out of order", world.prove, blocks[0], blocks[0])
    world.refuses("pool: out of order", world.prove, blocks[1], blocks[0])


def test_an_open_block_is_not_proved() -> None:
    world = sealed_blocks(1)
    submitted = world.submitted(0)
    world.deposit()
    following = replace(submitted, index=1)
    world.refuses("pool: not sealed", world.prove, submitted, following)
    world.prove(submitted)
    world.refuses("pool: not sealed", world.prove, following)


def test_each_block_has_a_proof() -> None:
    world = sealed_blocks(2)
    blocks = [world.submitted(index) for index in range(2)]
    for proofs in ([True], [True] * 3):
        world.refuses("pool: batch sizes differ", world.prove, *blocks, proofs=proofs)


def test_a_proof_that_does_not_hold_proves_nothing() -> None:
    world = sealed_blocks(2)
    blocks = [world.submitted(index) for index in range(2)]
    world.refuses("pool: invalid proof", world.prove, *blocks, proofs=[True, False])
    assert len(world.prove(*blocks)) == 2


@pytest.mark.parametrize("name", ["block_root", "new_root"])
@pytest.mark.parametrize("value", [5, FIELD_ORDER, 2**256 - 1])
def test_no_proof_holds_for_another_root(name: str, value: int) -> None:
    world = sealed_blocks(1)
    wrong = replace(world.submitted(0), **{name: value})
    world.refuses("pool: invalid proof", world.prove, wrong)


def mixed_block() -> tuple[World, SubmittedBlock]:
    """A world with a sealed block: deposit, transfer, deposit, transfer."""
    world = World()
    transfers = world.transfer(), world.transfer()
    for number, transfer in enumerate(transfers):
        world.deposit(inner=50 + number)
        world.execute(transfer)
    world.seal()
    return world, world.submitted(1)


def wrong_entries(submitted: SubmittedBlock) -> list[SubmittedBlock]:
    """The block with another time or draw, or with other rows, or the same in another order."""
    transfers, deposits = submitted.transfers, submitted.deposits
    spent, other = transfers
    made, next_made = deposits
    return [
        replace(submitted, **changes)  # type: ignore[arg-type]
        for changes in (
            {"timestamp": submitted.timestamp + 1},
            {"draw": submitted.draw + 1},
            # kinds
            *({"kinds": kinds} for kinds in (0b0101, 0b0011, 0b1100, 0b0110, 0b1001)),
            *({"kinds": kinds} for kinds in (0b0000, 0b1111, 0b1011, 0b0010)),
            # rows that are too few or too many
            {"transfers": (), "deposits": ()},
            {"transfers": ()},
            {"deposits": ()},
            {"transfers": (spent,)},
            {"deposits": (made,)},
            {"transfers": transfers * 2, "deposits": deposits * 2, "kinds": 0b10101010},
            {"deposits": (*deposits, made)},
            # their order
            {"transfers": (other, spent)},
            {"deposits": (next_made, made)},
            # their words
            *({"transfers": (changed(spent, at), other)} for at in range(4)),
            {"transfers": ((spent[1], spent[0], *spent[2:]), other)},
            {"transfers": ((*spent[:2], spent[3], spent[2]), other)},
            *({"deposits": (changed(made, at), next_made)} for at in range(2)),
            {"deposits": ((made[0] - DEPOSIT, made[1]), next_made)},
            {"deposits": ((made[0], made[1] + FIELD_ORDER), next_made)},
            {"transfers": ((spent[0] + FIELD_ORDER, *spent[1:]), other)},
        )
    ]


def changed(row: tuple[int, ...], at: int) -> tuple[int, ...]:
    return (*row[:at], row[at] + 1, *row[at + 1 :])


def test_entries_time_and_draw_are_those_that_were_sealed() -> None:
    world, submitted = mixed_block()
    assert submitted.kinds == 0b1010
    for wrong in wrong_entries(submitted):
        world.refuses("pool: wrong entries", world.prove, wrong)
    assert world.prove(submitted)


def test_kinds_beyond_the_last_entry_change_nothing() -> None:
    world, submitted = mixed_block()
    assert world.prove(replace(submitted, kinds=submitted.kinds | 1 << 4 | 1 << 255))


def test_a_draw_is_known_from_the_next_chain_block_for_256() -> None:
    world = sealed_blocks(1)
    submitted = world.submitted(0)
    for number in (submitted.draw, submitted.draw + 257):
        world.number = number
        world.refuses("pool: draw unknown", world.prove, submitted)
    for number in (submitted.draw + 1, submitted.draw + 256):
        fresh = sealed_blocks(1)
        fresh.number = number
        assert fresh.prove(submitted)


def test_a_chain_without_the_hash_proves_nothing() -> None:
    world = sealed_blocks(1)
    submitted = world.submitted(0)
    act = world.pool.prove
    world.refuses("pool: draw unknown", act, world.call(ALICE), [submitted], [True], lambda _: ZERO)
