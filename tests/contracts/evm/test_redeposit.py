"""`pool.execute` where the recipient is the pool itself.

the amount   is a denomination · anything else
the inner    is in the field · is not
the block    takes all three notes · the transfer's two · none
limits       are not asked
"""

from typing import Any

import pytest

from tests.contracts.evm.permits import SCREENER
from tests.contracts.evm.refusals import refused
from tests.contracts.evm.samples import ALICE, BOB, LAST, NOBODY, OWNER, RELAYER, Town
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    MINEABLE,
    Deposited,
    EthAddress,
    Sealed,
    Skipped,
    Transfer,
    Transferred,
    keccak,
    word,
)

DENOMINATED = [int(value) for value in DENOMINATIONS]


def redeposit(town: Town, **changes: Any) -> Transfer:
    """1 ETH of a note becomes a new mining deposit."""
    terms = {"recipient": town.pool.address, "amount": ETHER, "inner": 5}
    return town.transfer(**(terms | changes))


@pytest.mark.parametrize("amount", DENOMINATED)
def test_a_denomination_becomes_a_new_mining_deposit(town: Town, amount: int) -> None:
    before = town.chain.balance(town.pool.address)
    transferred, deposited = town.execute(RELAYER, [redeposit(town, amount=amount)])
    assert isinstance(transferred, Transferred)
    assert deposited == Deposited(NOBODY, amount + MINEABLE, 5)
    assert town.chain.balance(town.pool.address) == before
    assert town.pool.ask("open_block")[1:3] == (3, 2)
    town.build()


@pytest.mark.parametrize("amount", [0, 1, *(each + d for each in DENOMINATED for d in (-1, 1))])
def test_no_other_amount_can_be_redeposited(town: Town, amount: int) -> None:
    with refused("pool: not a mineable amount"):
        town.execute(RELAYER, [redeposit(town, amount=amount)])


@pytest.mark.parametrize("inner", [0, 1, LAST])
def test_any_inner_of_the_field_can_be_redeposited_to(town: Town, inner: int) -> None:
    town.execute(RELAYER, [redeposit(town, inner=inner)])
    town.build()


@pytest.mark.parametrize("inner", [LAST + 1, 2**256 - 1])
def test_an_inner_outside_the_field_is_refused(town: Town, inner: int) -> None:
    with refused("pool: inner out of field"):
        town.execute(RELAYER, [redeposit(town, inner=inner)])


def test_the_fee_of_a_redeposit_is_paid(town: Town) -> None:
    town.execute(RELAYER, [redeposit(town, fee=3), redeposit(town, fee=4, relayer=BOB)])
    assert town.received == {RELAYER: 3, BOB: 4}


def test_a_redeposit_follows_its_transfer_in_the_digest(town: Town) -> None:
    numbers = {"out1": 1, "out2": 2, "nullifier1": 3, "nullifier2": 4}
    town.execute(RELAYER, [redeposit(town, **numbers)])
    digest = keccak(bytes(32) + b"".join(map(word, (1, 2, 3, 4))))
    digest = keccak(digest + word(2**129 + 2**128 + ETHER) + word(5))
    assert town.pool.ask("open_block")[4] == digest


def test_sixteen_redeposits_fit_one_block(town: Town) -> None:
    town.execute(RELAYER, [redeposit(town, inner=number) for number in range(16)])
    assert town.pool.ask("open_block")[:3] == (1, 48, 32)
    town.build()


def test_a_redeposit_goes_to_the_next_block_where_its_transfer_was_the_last(town: Town) -> None:
    for _ in range(62):
        town.deposit(ALICE, 1, town.fresh())
    events = town.execute(RELAYER, [redeposit(town)])
    assert [type(event) for event in events] == [Transferred, Sealed, Deposited]
    assert town.pool.ask("open_block")[:3] == (2, 1, 0)
    town.build()


def test_a_redeposit_goes_to_the_next_block_with_its_transfer(town: Town) -> None:
    for _ in range(63):
        town.deposit(ALICE, 1, town.fresh())
    events = town.execute(RELAYER, [redeposit(town)])
    assert [type(event) for event in events] == [Sealed, Transferred, Deposited]
    assert town.pool.ask("open_block")[:3] == (2, 3, 2)
    town.build()


def test_a_skipped_redeposit_deposits_nothing(town: Town) -> None:
    (event,) = town.execute(RELAYER, [redeposit(town, deadline=1)])
    assert isinstance(event, Skipped)
    assert town.pool.ask("open_block")[1] == 0


def test_neither_pause_nor_caps_nor_screening_touch_a_redeposit(town: Town) -> None:
    """The ETH never left, so nobody is let in."""
    town.pause()
    town.own(OWNER, "set_caps", 0, 0)
    town.own(OWNER, "set_screener", EthAddress(SCREENER.address))
    town.execute(RELAYER, [redeposit(town)])
    town.build()


def test_redeposits_and_payments_share_a_batch(town: Town) -> None:
    batch = [redeposit(town, fee=1), town.transfer(amount=7, recipient=BOB, fee=1)]
    town.execute(RELAYER, [*batch, redeposit(town, fee=1, inner=6)])
    assert town.received == {BOB: 7, RELAYER: 3}
    town.build()
