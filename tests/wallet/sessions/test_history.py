"""The history of the main account, and what of it is found again without the journal."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from tests.wallet.sessions.scenes import FEE, LOCK, NOBODY, REWARDS, TENTH, Scene, mining, withdrawn
from tests.wallet.worlds import OWN, STRANGER
from winze.protocol import ETHER, MAIN_ACCOUNT, Wei
from winze.wallet import Entry, EntryKind, IntentKind, IntentState
from winze.wallet.sessions import history, to_csv

MAIN = MAIN_ACCOUNT


def funded(value: int = 5000) -> Scene:
    """A main account with one proved deposit."""
    scene = Scene()
    scene.deposit(MAIN, value)
    scene.prove()
    scene.now += 1
    return scene


def told(scene: Scene, *, journal: bool = True) -> list[Entry]:
    return history(scene.holdings, scene.intents if journal else [])


def newest(scene: Scene, *, journal: bool = True) -> Entry:
    return told(scene, journal=journal)[0]


def sent(scene: Scene, kind: IntentKind, kept: int, amount: int, **more: str) -> None:
    """The main account's deposit is spent by an intent, and `kept` wei come back."""
    request = scene.request([scene.notes[0]])
    leaving = IntentState.LEAVING
    scene.write(kind, MAIN, leaving, request=request, amount=Wei(amount), **more)
    scene.spend([scene.notes[0]], NOBODY, 0, [(MAIN, kept)] if kept else [], request=request)


def test_mining_is_no_part_of_it() -> None:
    scene = withdrawn(left=FEE)
    scene.claim(scene.notes[0])
    scene.write(IntentKind.MINE, 1, amount=TENTH)
    assert told(scene) == []


def test_a_deposit_tells_who_made_it_and_what_it_was_for() -> None:
    scene = funded()
    scene.write(IntentKind.DEPOSIT, MAIN, IntentState.DONE, deposit_number=0, text="rent")
    entry = newest(scene)
    assert (entry.kind, entry.amount, entry.fee) == (EntryKind.DEPOSIT, 5000, None)
    assert (entry.counterparty, entry.session, entry.text) == (OWN, None, "rent")
    assert entry.transaction.startswith("0x")
    assert newest(scene, journal=False) == replace(entry, text="")


def test_a_top_up_is_a_deposit_for_its_session() -> None:
    scene = withdrawn()
    scene.deposit(0, FEE)
    (entry,) = told(scene)
    assert (entry.kind, entry.amount, entry.session) == (EntryKind.DEPOSIT, FEE, 0)


def test_a_withdrawal_tells_its_fee() -> None:
    scene = funded()
    scene.spend([scene.notes[0]], STRANGER, 3000, [(MAIN, 1990)])
    entry = newest(scene)
    assert (entry.kind, entry.amount, entry.fee) == (EntryKind.WITHDRAW, 3000, 10)
    assert (entry.total, entry.counterparty) == (3010, STRANGER)
    assert len(told(scene)) == 2  # what came back is no receipt


def test_a_private_payment_keeps_its_receiver_in_the_journal() -> None:
    scene = funded()
    sent(scene, IntentKind.SEND, 1990, 3000, private="winzetest1abc", text="lunch")
    entry = newest(scene)
    assert (entry.kind, entry.amount, entry.fee) == (EntryKind.SEND, 3000, 10)
    assert (entry.counterparty, entry.text, entry.lost) == ("winzetest1abc", "lunch", ())
    again = newest(scene, journal=False)
    assert (again.amount, again.fee, again.total) == (None, None, 3010)
    assert "the receiver" in again.lost


def test_a_merging_costs_its_fee_and_moves_nothing() -> None:
    scene = funded()
    sent(scene, IntentKind.MERGE, 4990, 0)
    entry = newest(scene)
    assert (entry.amount, entry.fee, entry.total) == (0, 10, 10)
    assert newest(scene, journal=False).total == 10


def test_a_merging_without_a_fee_is_not_told() -> None:
    scene = funded()
    sent(scene, IntentKind.MERGE, 5000, 0)
    assert len(told(scene)) == len(told(scene, journal=False)) == 1


@pytest.mark.parametrize("journal", [True, False])
def test_the_fee_of_a_claim_is_mining(journal: bool) -> None:  # noqa: FBT001
    scene = withdrawn()
    fund = scene.deposit(MAIN, 5000)
    scene.now += 1
    claim = scene.claim(scene.notes[0])
    request = scene.request([fund])
    scene.write(IntentKind.CLAIM, request=request)
    scene.spend([fund], NOBODY, 0, [(MAIN, 4000)], request=request)
    if not journal:  # then the transaction that made the claim tells it
        assert len(told(scene, journal=False)) == 2
        scene.spends[-1] = replace(scene.spends[-1], happened=claim.happened)
    assert [each.kind for each in told(scene, journal=journal)] == [EntryKind.DEPOSIT]


def test_a_payment_from_somebody_is_received_and_from_whom_nobody_knows() -> None:
    scene = Scene()
    scene.received(MAIN, 700)
    entry = newest(scene)
    assert (entry.kind, entry.amount, entry.fee) == (EntryKind.RECEIVE, 700, None)
    assert entry.counterparty == ""


def test_what_moves_between_own_accounts_names_the_session() -> None:
    scene = withdrawn(left=3000)
    scene.spend([scene.notes[-1]], NOBODY, 0, [(MAIN, 2990)])
    swept = newest(scene)
    assert (swept.kind, swept.amount, swept.fee, swept.session) == (EntryKind.RECEIVE, 2990, 10, 0)
    scene.now += 1
    scene.spend([scene.notes[-1]], NOBODY, 0, [(0, 1000), (MAIN, 1980)])
    moved = newest(scene)
    assert (moved.kind, moved.amount, moved.fee, moved.session) == (EntryKind.SEND, 1000, 10, 0)
    assert told(scene) == told(scene, journal=False)
    assert len(told(scene)) == 2


def test_a_withdrawal_whose_fee_the_main_account_pays_is_mining() -> None:
    scene = mining()
    fund = scene.deposit(MAIN, 5000)
    scene.now += LOCK
    scene.spend([scene.notes[0], fund], STRANGER, TENTH, [(MAIN, 4000)], rewards=REWARDS)
    assert [each.kind for each in told(scene)] == [EntryKind.DEPOSIT]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (IntentKind.DEPOSIT, EntryKind.DEPOSIT),
        (IntentKind.TRANSFER_OUT, EntryKind.WITHDRAW),
        (IntentKind.SEND, EntryKind.SEND),
    ],
)
def test_what_is_on_its_way_is_pending(kind: IntentKind, shown: EntryKind) -> None:
    scene = funded()
    intent = scene.write(kind, MAIN, amount=Wei(7), deposit_number=1)
    entry = newest(scene)
    assert (entry.kind, entry.amount, entry.pending) == (shown, 7, True)
    scene.settle(intent, IntentState.FAILED)
    assert len(told(scene)) == 1


def test_what_the_chain_shows_is_pending_no_more_whatever_the_journal_says() -> None:
    scene = funded()
    scene.write(IntentKind.DEPOSIT, MAIN, deposit_number=0)
    sent(scene, IntentKind.SEND, 0, 4990)
    assert [each.pending for each in told(scene)] == [False, False]


def test_the_newest_entry_comes_first() -> None:
    scene = funded()
    scene.received(MAIN, 1)
    scene.now += 1
    scene.deposit(MAIN, 2)
    assert [each.total for each in told(scene)] == [2, 1, 5000]


def test_a_spreadsheet_has_every_wei_and_no_formula() -> None:
    scene = funded(ETHER + 1)
    scene.write(IntentKind.DEPOSIT, MAIN, IntentState.DONE, deposit_number=0, text="=1+1")
    sent(scene, IntentKind.SEND, 0, 10 * ETHER)
    heading, payment, deposit = csv.reader(StringIO(to_csv(told(scene))))
    assert heading[:3] == ["time (UTC)", "kind", "amount (ETH)"]
    assert payment[1:3] == ["Send", "10"]
    assert deposit[1:5] == ["Deposit", "1.000000000000000001", "", "1.000000000000000001"]
    assert deposit[0][:4] == "2026"
    assert deposit[7] == "'=1+1"
    assert [payment[-1], deposit[-1]] == ["", ""]
