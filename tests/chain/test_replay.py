"""From events to the ledger, one by one, and every contradiction on the way."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chain.pictures import ledger_picture
from tests.protocol.histories import ALICE, MEMOS
from winze.chain import LedgerMismatch
from winze.chain.replay import apply, replay
from winze.contracts import ContractEvent
from winze.protocol import (
    ETHER,
    FIELD_ORDER,
    MINEABLE,
    BlockIndex,
    CapsSet,
    ChainBlock,
    Claimed,
    ClaimSkipped,
    ClaimSkipReason,
    Deposit,
    Deposited,
    Distributed,
    EthAddress,
    Field,
    Ledger,
    OwnershipTransferred,
    PausedSet,
    ProtocolError,
    Proved,
    Redrawn,
    ScreenerSet,
    Sealed,
    SealIntervalSet,
    Skipped,
    SkipReason,
    Spend,
    Timestamp,
    Transferred,
    Unpaid,
    Withdrawn,
)

DEPOSITED = Deposited(ALICE, ETHER + MINEABLE, 5)
REDEPOSITED = Deposited(EthAddress.zero(), ETHER + MINEABLE, 6)
TRANSFERRED = Transferred(ALICE, 1, 2, 3, 4, 10, MEMOS)
DEPOSIT = Deposit(Field(ETHER + MINEABLE), Field(5))
SPEND = Spend(out1=Field(3), out2=Field(4), nullifier1=Field(1), nullifier2=Field(2))


def expected() -> Ledger:
    """Two blocks, of which the first is proved, and an entry in the third."""
    ledger = Ledger()
    ledger.append(DEPOSIT)
    ledger.append(SPEND)
    ledger.seal(Timestamp(100), ChainBlock(9))
    ledger.append(DEPOSIT)
    ledger.seal(Timestamp(200), ChainBlock(12))
    ledger.prove(Field(77))
    ledger.redraw(BlockIndex(1), ChainBlock(300))
    ledger.append(Deposit(Field(ETHER + MINEABLE), Field(6)))
    return ledger


def events() -> list[tuple[ContractEvent, int]]:
    """The events that tell it, each with the block that it concerns."""
    first, second = expected().blocks
    return [
        (DEPOSITED, 0),
        (TRANSFERRED, 0),
        (Sealed(0, first.digest, 100, 9), 0),
        (DEPOSITED, 1),
        (Sealed(1, second.digest, 200, 12), 1),
        (Proved(0, first.root, 77, expected().root), 0),
        (Redrawn(1, 300), 1),
        (REDEPOSITED, 2),
    ]


def replayed(count: int) -> Ledger:
    """What the first `count` events give."""
    ledger = Ledger()
    for event, _ in events()[:count]:
        apply(ledger, event)
    return ledger


def test_events_give_the_ledger_that_they_tell_and_say_which_block_they_concern() -> None:
    ledger = Ledger()
    for event, concerned in events():
        index = apply(ledger, event)
        assert (index, type(index)) == (concerned, BlockIndex)
    assert ledger.blocks == expected().blocks
    assert (ledger.open, ledger.root, ledger.proved) == (expected().open, expected().root, 1)


@pytest.mark.parametrize(
    "event",
    [
        Skipped(1, 2, SkipReason.SPENT),
        Unpaid(ALICE, 1),
        Withdrawn(ALICE, ALICE, 1),
        Claimed(1, ALICE, 2, 3),
        ClaimSkipped(1, ClaimSkipReason.USED),
        Distributed(1, 0, 2),
        CapsSet(1, 2),
        PausedSet(paused=True),
        ScreenerSet(ALICE),
        SealIntervalSet(5),
        OwnershipTransferred(ALICE, ALICE),
    ],
)
def test_other_events_concern_no_block(event: ContractEvent) -> None:
    ledger = replayed(4)
    assert apply(ledger, event) is None
    assert (ledger.blocks, ledger.open) == (replayed(4).blocks, replayed(4).open)


CONTRADICTIONS: dict[str, tuple[int, Callable[[ContractEvent], ContractEvent]]] = {
    "a seal of another block": (2, lambda event: replace(event, index=1)),
    "a seal over other entries": (2, lambda event: replace(event, digest=bytes(32))),
    "a proof of another block": (5, lambda event: replace(event, index=1)),
    "a proof of other leaves": (5, lambda event: replace(event, block_root=1)),
    "a proof with another entropy": (5, lambda event: replace(event, entropy=78)),
    "a proof that leads to another root": (5, lambda event: replace(event, root=1)),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_an_event_that_contradicts_those_before_it_is_no_ledgers(name: str) -> None:
    place, change = CONTRADICTIONS[name]
    with pytest.raises(LedgerMismatch, match=r"block \d"):
        apply(replayed(place), change(events()[place][0]))


@pytest.mark.parametrize(
    ("count", "event"),
    [
        (0, Sealed(0, bytes(32), 100, 9)),
        (2, TRANSFERRED),
        (0, replace(DEPOSITED, word=0)),
        (0, replace(DEPOSITED, word=MINEABLE)),
        (0, replace(DEPOSITED, word=FIELD_ORDER)),
        (0, replace(DEPOSITED, inner=FIELD_ORDER)),
        (0, replace(TRANSFERRED, nullifier2=1)),
        (0, replace(TRANSFERRED, out1=FIELD_ORDER)),
        (2, Redrawn(0, 30)),
        (6, Redrawn(0, 30)),
        (2, events()[5][0]),
    ],
)
def test_an_event_that_cannot_happen_then_is_refused(count: int, event: ContractEvent) -> None:
    with pytest.raises(ProtocolError):
        apply(replayed(count), event)


@pytest.mark.parametrize("count", range(len(events()) + 1))
def test_events_that_were_found_right_give_the_same_ledger_again(count: int) -> None:
    ledger = Ledger()
    replay(ledger, [event for event, _ in events()[:count]])
    assert ledger_picture(ledger) == ledger_picture(replayed(count))


def test_part_of_the_events_can_be_replayed_on_top_of_others() -> None:
    ledger = replayed(4)
    replay(ledger, [event for event, _ in events()[4:]])
    assert ledger_picture(ledger) == ledger_picture(replayed(8))


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_events_that_contradict_each_other_are_found_out_when_they_are_replayed(name: str) -> None:
    place, change = CONTRADICTIONS[name]
    told = [event for event, _ in events()]
    told[place] = change(told[place])
    with pytest.raises(LedgerMismatch, match=r"block \d"):
        replay(Ledger(), told)
