"""What can happen in a fake chain's blocks. Sealing and drawing again wait for nothing here."""

from collections.abc import Sequence

from tests.chain.fakes import Act, World
from tests.protocol.histories import ALICE, MEMOS, NOBODY
from winze.protocol import (
    ETHER,
    BlockIndex,
    ChainBlock,
    Claimed,
    Event,
    Field,
    Redrawn,
    Refused,
    Transfer,
    draw_entropy,
)


def deposit(inner: int, value: int = ETHER, *, mine: bool = False) -> Act:
    """A deposit."""
    return lambda world: world.pool.deposit(world.call, value, inner, mine=mine)


def spend(number: int) -> Act:
    """A transfer whose nullifiers and outputs no other number has, under the latest root."""

    def act(world: World) -> Sequence[Event]:
        first = 1_000_000 + 4 * number
        words = dict(
            zip(("nullifier1", "nullifier2", "out1", "out2"), range(first, first + 4), strict=True)
        )
        transfer = Transfer(
            anchor=max(world.pool.proved - 1, 0),
            **words,
            recipient=NOBODY,
            amount=0,
            fee=0,
            relayer=NOBODY,
            not_before=0,
            deadline=0,
            claim_id=0,
            inner=0,
            memos=MEMOS,
        )
        return world.pool.execute(world.call, [transfer], [True])

    return act


def claim(number: int) -> Act:
    """An event of the rewards, which concerns no block of the ledger."""
    return lambda _: (Claimed(number, ALICE, 0, 4),)


def seal(world: World) -> Sequence[Event]:
    """Close the open block, due or not."""
    if not len(world.pool.ledger.open):
        raise Refused("pool: nothing to seal")
    return (world.pool._seal(world.call),)


def redraw(ahead: int = 0) -> Act:
    """Draw an unproved block again, forgotten or not: the one `ahead` of the next to be proved."""

    def act(world: World) -> Sequence[Event]:
        ledger = world.pool.ledger
        index = ledger.proved + ahead
        if index >= ledger.open_index:
            raise Refused("pool: not sealed")
        block = ledger.redraw(BlockIndex(index), ChainBlock(world.call.number + 1))
        return (Redrawn(block.index, block.draw),)

    return act


def prove(world: World) -> Sequence[Event]:
    """Prove the next block, once its draw is known."""
    ledger = world.pool.ledger
    if ledger.proved >= ledger.open_index:
        raise Refused("pool: not sealed")
    block = ledger.blocks[ledger.proved]
    if block.draw >= world.call.number:
        raise Refused("pool: draw unknown")
    entropy = draw_entropy(world.blockhash(block.draw), block.index)
    ledger.fix_entropy(block.index, Field(entropy))
    submitted = ledger.block_witness(block.index).submission
    return world.pool.prove(world.call, [submitted], [True], world.blockhash)
