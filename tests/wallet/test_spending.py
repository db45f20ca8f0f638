"""Putting transfers and claims together (protocol §5, §6.2)."""

from functools import cache

import pytest

from tests.wallet.worlds import OWN, STRANGER, World, network, seed
from winze.protocol import (
    ETHER,
    MEMOS_BYTES,
    OUTPUT_BLINDING_BITS,
    ClaimTerms,
    InvalidStatement,
    NotInLedger,
    Wei,
    open_memos,
)
from winze.wallet import (
    InsufficientNotes,
    NoteFinder,
    NotSpendable,
    OwnNote,
    Payment,
    Spender,
    maturity_of,
)

SEED = seed()
TENTH = Wei(ETHER // 10)
NETWORK = network()
PROFILE = NETWORK.profile
LOCK = PROFILE.lock_min, PROFILE.lock_range


@cache
def finder() -> NoteFinder:
    return NoteFinder(SEED, OWN)


class Wallet:
    """A wallet with a mining note of 0.1 ETH and a fee note of 1,000 wei, both proved."""

    def __init__(self) -> None:
        self.world = World()
        self.world.deposit(SEED.mining(0).deposit_note(0, TENTH, mineable=True))
        self.world.deposit(SEED.main.deposit_note(0, Wei(1000), mineable=False))
        self.world.prove()
        self.spender = Spender(NETWORK, self.world.ledger, SEED.viewing.public)

    @property
    def notes(self) -> list[OwnNote]:
        return finder().find(self.world.records, self.world.ledger)


@pytest.fixture
def wallet() -> Wallet:
    return Wallet()


def test_what_is_left_goes_to_the_change_account_and_is_found_again(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    payment = Payment(STRANGER, Wei(TENTH - 300), fee=Wei(100), rewards=OWN)
    wallet.world.execute(wallet.spender.transfer([mined], payment, SEED.mining(0)))
    change = wallet.notes[-1]
    assert (change.note.value, change.account.index) == (200, 0)
    assert not change.note.mineable
    assert change.memo is not None
    assert change.memo.rewards == OWN


def test_two_accounts_can_pay_together(wallet: Wallet) -> None:
    mined, fees = wallet.notes
    payment = Payment(STRANGER, TENTH, fee=Wei(400))
    wallet.world.execute(wallet.spender.transfer([mined, fees], payment, SEED.main))
    change = wallet.notes[-1]
    assert (change.note.value, change.account.index) == (600, SEED.main.index)


def test_a_transfer_may_spend_exactly_what_there_is_and_not_a_wei_more(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    exact = wallet.spender.transfer([mined], Payment(STRANGER, Wei(TENTH - 1), Wei(1)), SEED.main)
    assert {note.value for note in exact.outputs} == {0}
    with pytest.raises(InsufficientNotes) as refused:
        wallet.spender.transfer([mined], Payment(STRANGER, TENTH, Wei(1)), SEED.main)
    assert (refused.value.available, refused.value.needed) == (TENTH, TENTH + 1)


def test_change_and_the_empty_output_look_alike_and_stand_in_either_order(wallet: Wallet) -> None:
    mined, places = wallet.notes[0], set()
    for _ in range(40):
        witness = wallet.spender.transfer([mined], Payment(STRANGER, Wei(1)), SEED.main)
        assert len(witness.terms.memos) == MEMOS_BYTES
        values = [int(note.value) for note in witness.outputs]
        opened = open_memos(witness.terms.memos, SEED.viewing)
        assert [memo.value if memo else 0 for memo in opened] == values
        place = values.index(TENTH - 1)
        assert opened[1 - place] is None  # nobody is told of the other
        memo = opened[place]
        assert memo is not None
        assert memo.blinding == witness.outputs[place].blinding
        places.add(place)
    assert places == {0, 1}


def test_the_blinding_of_the_change_takes_all_the_bits_that_a_memo_has_for_it(
    wallet: Wallet,
) -> None:
    either = 0
    for _ in range(40):
        witness = wallet.spender.transfer([wallet.notes[0]], Payment(STRANGER, Wei(1)), SEED.main)
        (kept,) = (note for note in witness.outputs if note.value)
        assert kept.blinding < 2**OUTPUT_BLINDING_BITS
        either |= kept.blinding
    assert either == 2**OUTPUT_BLINDING_BITS - 1


def test_transfers_and_claims_are_anchored_at_the_last_proved_block(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    ledger = wallet.world.ledger
    for anchor in (0, 1):
        witness = wallet.spender.transfer([mined], Payment(STRANGER, Wei(1)), SEED.main)
        assert (witness.anchor, witness.transfer.anchor) == (anchor, anchor)
        assert witness.root == ledger.root == ledger.root_at(anchor + 1)
        wallet.world.deposit(SEED.main.deposit_note(1 + anchor, TENTH, mineable=False))
        wallet.world.prove()
    spent_after(wallet, 0)
    claim = wallet.spender.claim(mined, ClaimTerms(OWN))
    assert (claim.anchor, claim.claim.anchor) == (3, 3)
    assert claim.root == ledger.root == ledger.root_at(4)


def test_an_unproved_block_is_no_anchor(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    wallet.world.deposit(SEED.main.deposit_note(1, TENTH, mineable=False))
    wallet.world.seal()
    assert wallet.spender.transfer([mined], Payment(STRANGER, Wei(1)), SEED.main).anchor == 0


def test_change_of_either_kind_of_account_is_found_again(wallet: Wallet) -> None:
    mined, fees = wallet.notes
    for own, account in ((mined, SEED.mining(200)), (fees, SEED.main)):
        payment = Payment(STRANGER, Wei(1))
        wallet.world.execute(wallet.spender.transfer([own], payment, account))
        change = wallet.notes[-1]
        assert change.account.index == account.index
        assert change.note.value == own.note.value - 1


def test_nothing_random_is_used_twice(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    first, second = (
        wallet.spender.transfer([mined], Payment(STRANGER, Wei(1)), SEED.main) for _ in range(2)
    )
    assert first.inputs[1].nullifier != second.inputs[1].nullifier
    blindings = [note.blinding for each in (first, second) for note in each.outputs]
    assert len(set(blindings)) == 4
    assert first.terms.memos != second.terms.memos


@pytest.mark.parametrize("count", [0, 3])
def test_a_transfer_takes_one_note_or_two(wallet: Wallet, count: int) -> None:
    with pytest.raises(NotSpendable, match=f"not {count}"):
        wallet.spender.transfer([wallet.notes[0]] * count, Payment(), SEED.main)


def test_one_note_cannot_be_both_inputs(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    with pytest.raises(InvalidStatement, match="same note"):
        wallet.spender.transfer([mined, mined], Payment(STRANGER, TENTH), SEED.main)


def test_a_spent_note_is_refused(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    wallet.world.execute(wallet.spender.transfer([mined], Payment(STRANGER, TENTH), SEED.main))
    with pytest.raises(NotSpendable, match="spent already"):
        wallet.spender.transfer([mined], Payment(STRANGER, TENTH), SEED.main)


def test_a_note_is_spendable_from_its_blocks_proof_on(wallet: Wallet) -> None:
    wallet.world.deposit(SEED.mining(1).deposit_note(0, TENTH, mineable=True))
    late = wallet.notes[-1]
    with pytest.raises(NotSpendable, match="not proved yet"):
        wallet.spender.transfer([late], Payment(STRANGER, TENTH), SEED.main)
    wallet.world.prove()
    assert wallet.spender.transfer([late], Payment(STRANGER, TENTH), SEED.main)


def spent_after(wallet: Wallet, seconds_from_maturity: int) -> OwnNote:
    """The mined note, spent in a proved block so long after (or before) its maturity."""
    mined = wallet.notes[0]
    matures = maturity_of(mined, wallet.world.ledger, LOCK)
    wallet.world.execute(wallet.spender.transfer([mined], Payment(STRANGER, TENTH), SEED.main))
    wallet.world.prove(after=matures - wallet.world.now + seconds_from_maturity)
    return mined


def test_a_claim_is_possible_from_the_maturity_on(wallet: Wallet) -> None:
    mined = spent_after(wallet, 0)
    witness = wallet.spender.claim(mined, ClaimTerms(OWN))
    assert witness.statement.claim_id == mined.claim_id
    assert witness.statement.value == TENTH


def test_a_claim_is_impossible_a_second_before_the_maturity(wallet: Wallet) -> None:
    mined = spent_after(wallet, -1)
    with pytest.raises(InvalidStatement, match="before its maturity"):
        wallet.spender.claim(mined, ClaimTerms(OWN))


def test_a_claim_waits_for_the_proof_of_the_spends_block(wallet: Wallet) -> None:
    mined = wallet.notes[0]
    with pytest.raises(NotInLedger):
        wallet.spender.claim(mined, ClaimTerms(OWN))
    wallet.world.execute(wallet.spender.transfer([mined], Payment(STRANGER, TENTH), SEED.main))
    with pytest.raises(NotInLedger):
        wallet.spender.claim(mined, ClaimTerms(OWN))
