"""Finding a wallet's notes on the chain from its seed alone (protocol §2, §5, §10)."""

from functools import cache

import pytest

from tests.wallet.worlds import OWN, STRANGER, World, network, seed
from winze.protocol import (
    ETHER,
    FAST,
    MAIN_ACCOUNT,
    MINING_ACCOUNTS,
    NOTHING_TO_SAY,
    Field,
    Memo,
    Note,
    Position,
    Seed,
    Spend,
    ViewingKey,
    Wei,
    lock_period,
    nullifier,
    seal_memos,
)
from winze.wallet import GAP_LIMIT, NoteFinder, OwnNote, Payment, Spender, maturity_of, spent_at

SEED = seed()
TENTH = Wei(ETHER // 10)
LOCK = FAST.lock_min, FAST.lock_range
EPHEMERAL = bytes([3]) * 32
NOBODY = ViewingKey(bytes([4]) * 32).public


def finder() -> NoteFinder:
    return NoteFinder(SEED, OWN)


@cache
def known_finder() -> NoteFinder:
    """A finder that has derived its deposits already, which takes a second."""
    return finder()


def found(world: World) -> list[OwnNote]:
    return known_finder().find(world.records, world.ledger)


def memos_to(first: Memo | None, second: Memo | None = None, to: Seed = SEED) -> bytes:
    """Memos of which the receiver `to` gets those that are there; the others say nothing."""
    receiver = to.viewing.public
    told = [(memo, receiver) if memo else (NOTHING_TO_SAY, NOBODY) for memo in (first, second)]
    return seal_memos(told, EPHEMERAL)


def test_deposits_are_found_without_a_memo_where_they_stand() -> None:
    world = World()
    world.deposit(seed(2).main.deposit_note(0, TENTH, mineable=True))
    mine = SEED.mining(7).deposit_note(0, TENTH, mineable=True)
    world.deposit(mine)
    (own,) = found(world)
    assert (own.note, own.account.index, own.position) == (mine, 7, Position(1))
    assert own.memo is None


def test_a_deposit_is_found_up_to_the_gap_limit_beyond_the_last_one() -> None:
    for number, count in ((GAP_LIMIT - 1, 1), (GAP_LIMIT, 0)):
        world = World()
        world.deposit(SEED.main.deposit_note(number, TENTH, mineable=False))
        assert len(finder().find(world.records, world.ledger)) == count, number


def test_a_deposit_that_is_found_moves_the_gap_on() -> None:
    world = World()
    world.deposit(SEED.main.deposit_note(GAP_LIMIT - 1, TENTH, mineable=False))
    world.deposit(SEED.main.deposit_note(2 * GAP_LIMIT - 1, TENTH, mineable=False))
    world.deposit(SEED.main.deposit_note(3 * GAP_LIMIT, TENTH, mineable=False))
    assert len(finder().find(world.records, world.ledger)) == 2


def test_dust_from_a_stranger_is_no_note_but_a_mineable_amount_is() -> None:
    world = World()
    dust = SEED.main.deposit_note(0, Wei(123), mineable=False)
    world.deposit(dust, STRANGER)
    assert found(world) == []
    world.deposit(SEED.main.deposit_note(1, TENTH, mineable=True), STRANGER)
    assert [own.note.value for own in found(world)] == [TENTH]


def test_the_same_dust_from_the_connected_wallet_is_a_note() -> None:
    world = World()
    world.deposit(SEED.main.deposit_note(0, Wei(123), mineable=False), OWN)
    assert [own.note.value for own in found(world)] == [123]


def test_the_same_commitment_twice_is_two_notes_at_two_positions() -> None:
    world = World()
    note = SEED.main.deposit_note(0, TENTH, mineable=False)
    world.deposit(note)
    world.deposit(note)
    first, second = found(world)
    assert (first.position, second.position) == (Position(0), Position(1))
    assert first.nullifier != second.nullifier


def received(value: int, *, account: int = 3, blinding: int = 9) -> tuple[Note, Memo]:
    memo = Memo(Wei(value), Field(blinding))
    owner = SEED.account(account).owner
    return Note(Wei(value), mineable=False, owner=owner, blinding=Field(blinding)), memo


def spend_to(world: World, out1: Field, out2: Field, memos: bytes) -> None:
    first = Field(1000 + len(world.records) * 2)
    world.execute_raw(Spend(out1, out2, first, Field(first + 1)), memos)


def test_a_private_output_is_found_by_its_memo_in_either_place() -> None:
    note, memo = received(5)
    world = World()
    spend_to(world, note.commitment, Field(77), memos_to(memo))
    spend_to(world, Field(78), note.commitment, memos_to(None, memo))
    assert [(own.note, own.position) for own in found(world)] == [
        (note, Position(0)),
        (note, Position(3)),
    ]
    assert {own.memo for own in found(world)} == {memo}


@pytest.mark.parametrize("account", [MAIN_ACCOUNT, 0, MINING_ACCOUNTS - 1])
def test_the_account_of_a_private_output_is_found_by_its_commitment(account: int) -> None:
    note, memo = received(5, account=account)
    world = World()
    spend_to(world, Field(77), note.commitment, memos_to(None, memo))
    (own,) = found(world)
    assert (own.account.index, own.note, own.position) == (account, note, Position(1))
    assert own.nullifier == nullifier(
        SEED.account(account).spending_key, note.commitment, Position(1)
    )


def test_both_outputs_of_one_transfer_may_be_the_wallets_in_different_accounts() -> None:
    main, memo1 = received(5, account=MAIN_ACCOUNT, blinding=7)
    mined, memo2 = received(5, account=0, blinding=7)
    assert memo1 == memo2
    world = World()
    spend_to(world, main.commitment, mined.commitment, memos_to(memo1, memo2))
    assert [(own.account.index, own.position) for own in found(world)] == [
        (MAIN_ACCOUNT, Position(0)),
        (0, Position(1)),
    ]


@pytest.mark.parametrize("account", [MAIN_ACCOUNT, 3])
def test_a_private_output_is_found_whichever_account_was_asked_about_first(account: int) -> None:
    note, memo = received(5, account=account)
    world = World()
    spend_to(world, note.commitment, Field(77), memos_to(memo))
    fresh = finder()
    fresh.next_deposit(SEED.account(account), world.records)
    assert [own.note for own in fresh.find(world.records, world.ledger)] == [note]


def test_a_note_of_an_account_that_the_wallet_does_not_have_is_not_believed() -> None:
    _, memo = received(5)
    owner = seed(2).main.owner
    stranger = Note(memo.value, mineable=False, owner=owner, blinding=memo.blinding)
    world = World()
    spend_to(world, stranger.commitment, Field(77), memos_to(memo))
    assert found(world) == []


def test_a_memo_that_describes_another_note_than_the_ledgers_is_not_believed() -> None:
    note, _ = received(5)
    _, lie = received(6)
    world = World()
    spend_to(world, note.commitment, Field(77), memos_to(lie))
    assert found(world) == []


def test_a_memo_beside_the_wrong_output_is_not_believed() -> None:
    note, memo = received(5)
    world = World()
    spend_to(world, note.commitment, Field(77), memos_to(None, memo))
    assert found(world) == []


def test_an_output_worth_nothing_is_no_note() -> None:
    note, memo = received(0)
    world = World()
    spend_to(world, note.commitment, Field(77), memos_to(memo))
    assert found(world) == []


def test_a_strangers_memo_stays_closed() -> None:
    note, memo = received(5)
    world = World()
    spend_to(world, note.commitment, Field(77), memos_to(memo, to=seed(2)))
    assert found(world) == []


def test_the_maturity_is_known_from_the_draw_on() -> None:
    world = World()
    note = SEED.mining(0).deposit_note(0, TENTH, mineable=True)
    world.deposit(note)
    assert maturity_of(found(world)[0], world.ledger, LOCK) is None
    world.seal()
    assert maturity_of(found(world)[0], world.ledger, LOCK) is None
    world.draw()
    block = world.ledger.blocks[0]
    lock = lock_period(block.header, note.blinding, *LOCK)
    assert maturity_of(found(world)[0], world.ledger, LOCK) == block.timestamp + lock


def test_a_spent_note_says_in_which_block() -> None:
    world = World()
    world.deposit(SEED.mining(0).deposit_note(0, TENTH, mineable=True))
    world.prove()
    (own,) = found(world)
    assert spent_at(own, world.ledger) is None
    spender = Spender(network(), world.ledger, SEED.viewing.public)
    world.execute(spender.transfer([own], Payment(STRANGER, TENTH), SEED.main))
    assert spent_at(own, world.ledger) == 1


def test_the_next_deposit_is_the_first_that_the_chain_has_not_seen() -> None:
    world = World()
    account = SEED.mining(4)
    assert finder().next_deposit(account, world.records) == 0
    world.deposit(account.deposit_note(0, TENTH, mineable=True))
    world.deposit(account.deposit_note(GAP_LIMIT, TENTH, mineable=True))
    world.deposit(SEED.main.deposit_note(5, TENTH, mineable=True))
    world.deposit(account.deposit_note(3, TENTH, mineable=True))
    assert finder().next_deposit(account, world.records) == GAP_LIMIT + 1
    assert known_finder().next_deposit(SEED.mining(0), world.records) == 0
    assert finder().next_deposit(SEED.main, world.records) == 6


def test_the_next_deposit_counts_what_strangers_made_too() -> None:
    # A stranger may front-run an inner it saw; using it again would repeat a commitment.
    world = World()
    world.deposit(SEED.main.deposit_note(0, Wei(1), mineable=False), STRANGER)
    assert finder().next_deposit(SEED.main, world.records) == 1
