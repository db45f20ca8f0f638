"""`pool.deposit` where a screener is set.

a permit    is missing · of just this deposit · of another one · by another · for another pool
its time    before its deadline · at it · after it
used        never · once already, in this form or in another
"""

import pytest

from tests.contracts.evm.permits import (
    ORDER,
    OTHER_SCREENER,
    SCREENER,
    SignedFor,
    permit_digest,
)
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, NOBODY, OWNER, Town
from winze.protocol import ETHER, EthAddress

SCREENED = EthAddress(SCREENER.address)
LATER = 1000


@pytest.fixture
def screened(town: Town) -> Town:
    town.own(OWNER, "set_screener", SCREENED)
    return town


def permit(town: Town, inner: int = 5, **changes: object) -> SignedFor:
    """For Alice to deposit 1 ETH; `changes` replace the parts of what is signed."""
    parts = {
        "screener": SCREENER,
        "pool": town.pool.address,
        "depositor": ALICE,
        "value": ETHER,
        "inner": inner,
        "deadline": town.chain.now + LATER,
    }
    return SignedFor.by(**(parts | changes))  # type: ignore[arg-type]


def used(town: Town, signed: SignedFor) -> object:
    return town.pool.ask("permit_used", permit_digest(town.pool.address, signed))


def test_without_a_permit_nobody_deposits(screened: Town) -> None:
    with refused("pool: permit expired"):
        screened.deposit(ALICE, ETHER, 5)


def test_a_permit_lets_in_what_it_was_signed_for(screened: Town) -> None:
    signed = permit(screened)
    assert used(screened, signed) is False
    screened.deposit(ALICE, ETHER, 5, permit=signed)
    assert used(screened, signed) is True


def test_a_permit_serves_a_mining_deposit_too(screened: Town) -> None:
    screened.deposit(ALICE, ETHER, 5, mine=True, permit=permit(screened))


def test_a_permit_holds_up_to_its_deadline(screened: Town) -> None:
    first, second = permit(screened), permit(screened, inner=6)
    screened.wait(LATER)
    screened.deposit(ALICE, ETHER, 5, permit=first)
    screened.wait(1)
    with refused("pool: permit expired"):
        screened.deposit(ALICE, ETHER, 6, permit=second)


@pytest.mark.parametrize(
    "changes",
    [
        {"screener": OTHER_SCREENER},
        {"depositor": BOB},
        {"value": ETHER + 1},
        {"value": ETHER - 1},
        {"inner": 6},
    ],
    ids=["signer", "depositor", "more", "less", "inner"],
)
def test_a_permit_for_anything_else_lets_nothing_in(
    screened: Town, changes: dict[str, object]
) -> None:
    with refused("pool: permit not by the screener"):
        screened.deposit(ALICE, ETHER, 5, permit=permit(screened, **changes))


@pytest.mark.parametrize("changes", [{"pool": BOB}, {"chain_id": 1}], ids=["pool", "chain"])
def test_a_permit_of_another_pool_or_chain_lets_nothing_in(
    screened: Town, changes: dict[str, object]
) -> None:
    signed = permit(screened, **changes)
    with fails("pool: permit not by the screener"):
        screened.deposit_on_chain(ALICE, ETHER, 5, signed.words)


def test_a_permit_with_a_longer_deadline_than_was_signed_lets_nothing_in(screened: Town) -> None:
    _, r, vs = permit(screened).words
    forged = screened.chain.now + LATER + 1, r, vs
    with fails("pool: permit not by the screener"):
        screened.deposit_on_chain(ALICE, ETHER, 5, forged)


def test_a_permit_is_used_once(screened: Town) -> None:
    signed = permit(screened)
    screened.deposit(ALICE, ETHER, 5, permit=signed)
    with refused("pool: permit used"):
        screened.deposit(ALICE, ETHER, 5, permit=signed)


def test_a_used_permit_signed_anew_is_still_used(screened: Town) -> None:
    signed = permit(screened)
    again = signed.signed_anew(SCREENER, permit_digest(screened.pool.address, signed), nonce=77)
    assert again.words != signed.words
    screened.deposit(ALICE, ETHER, 5, permit=signed)
    with refused("pool: permit used"):
        screened.deposit(ALICE, ETHER, 5, permit=again)


def test_either_signature_of_a_message_serves(screened: Town) -> None:
    signed = permit(screened)
    again = signed.signed_anew(SCREENER, permit_digest(screened.pool.address, signed), nonce=77)
    screened.deposit(ALICE, ETHER, 5, permit=again)
    with refused("pool: permit used"):
        screened.deposit(ALICE, ETHER, 5, permit=signed)


def test_the_other_form_of_a_signature_with_a_high_s_is_refused(screened: Town) -> None:
    deadline, r, _ = permit(screened).words
    high = (ORDER // 2 + 1).to_bytes(32)
    with fails("ecdsa: invalid signature `s` value"):
        screened.deposit_on_chain(ALICE, ETHER, 5, (deadline, r, high))


@pytest.mark.parametrize("r", [0, ORDER, 2**256 - 1])
def test_a_signature_that_nobody_made_is_refused(screened: Town, r: int) -> None:
    deadline, _, vs = permit(screened).words
    forged = deadline, r.to_bytes(32), vs
    with fails("ecdsa: invalid signature"):
        screened.deposit_on_chain(ALICE, ETHER, 5, forged)


def test_a_refused_deposit_does_not_use_up_its_permit(screened: Town) -> None:
    signed = permit(screened)
    screened.pause()
    with refused("pool: deposits paused"):
        screened.deposit(ALICE, ETHER, 5, permit=signed)
    screened.pause(paused=False)
    screened.deposit(ALICE, ETHER, 5, permit=signed)


def test_a_new_screener_ends_the_old_ones_permits(screened: Town) -> None:
    old, new = permit(screened), permit(screened, inner=6, screener=OTHER_SCREENER)
    screened.own(OWNER, "set_screener", EthAddress(OTHER_SCREENER.address))
    with refused("pool: permit not by the screener"):
        screened.deposit(ALICE, ETHER, 5, permit=old)
    screened.deposit(ALICE, ETHER, 6, permit=new)


def test_a_used_permit_stays_used_when_its_screener_comes_back(screened: Town) -> None:
    signed = permit(screened)
    screened.deposit(ALICE, ETHER, 5, permit=signed)
    screened.own(OWNER, "set_screener", NOBODY)
    screened.own(OWNER, "set_screener", SCREENED)
    with refused("pool: permit used"):
        screened.deposit(ALICE, ETHER, 5, permit=signed)


def test_without_a_screener_no_permit_is_looked_at(screened: Town) -> None:
    signed = permit(screened)
    screened.own(OWNER, "set_screener", NOBODY)
    screened.deposit(BOB, ETHER, 5)
    screened.deposit(ALICE, ETHER, 5, permit=signed)
    assert used(screened, signed) is False
