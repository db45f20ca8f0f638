"""`pool.withdraw`.

something waits   for the account · for others only
the caller        is the account · is anybody else
it goes to        the account · another · nobody · the pool
whoever gets it   takes it · needs all gas to take it · refuses
"""

import pytest

from tests.contracts.evm.parties import Fickle, bookkeeper
from tests.contracts.evm.refusals import refused
from tests.contracts.evm.samples import ALICE, BOB, CAROL, NOBODY, RELAYER, Town
from winze.protocol import EthAddress, Withdrawn


@pytest.fixture
def waiting(town: Town) -> Fickle:
    """5 wei wait for Bob, who goes on refusing ETH."""
    fickle = Fickle.at(town.chain, BOB)
    town.add(fickle)
    fickle.decide(takes=False)
    town.execute(RELAYER, [town.transfer(amount=5, recipient=BOB)])
    return fickle


@pytest.mark.parametrize("caller", [ALICE, BOB])
def test_anybody_may_have_it_paid_to_the_account(
    town: Town, waiting: Fickle, caller: EthAddress
) -> None:
    waiting.decide(takes=True)
    assert town.withdraw(caller, BOB, BOB) == (Withdrawn(BOB, BOB, 5),)
    assert town.received[BOB] == 5
    assert town.pool.ask("withdrawable", BOB) == 0


def test_the_account_may_have_it_paid_elsewhere(town: Town, waiting: Fickle) -> None:
    assert town.withdraw(BOB, BOB, CAROL) == (Withdrawn(BOB, CAROL, 5),)
    assert waiting.takes_withdrawals is False
    assert town.received == {CAROL: 5}


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("to", [ALICE, CAROL])
def test_nobody_else_may_have_it_paid_elsewhere(town: Town, to: EthAddress) -> None:
    with refused("pool: only the account"):
        town.withdraw(ALICE, BOB, to)


@pytest.mark.usefixtures("waiting")
def test_the_owner_may_not_have_it_paid_elsewhere(town: Town) -> None:
    with refused("pool: only the account"):
        town.withdraw(town.pool_model.owner, BOB, town.pool_model.owner)


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("caller", [ALICE, BOB])
def test_it_is_not_burned(town: Town, caller: EthAddress) -> None:
    with refused("pool: zero address"):
        town.withdraw(caller, BOB, NOBODY)


@pytest.mark.usefixtures("waiting")
def test_nothing_waits_for_others(town: Town) -> None:
    with refused("pool: nothing to withdraw"):
        town.withdraw(ALICE, ALICE, ALICE)


def test_it_is_paid_once(town: Town, waiting: Fickle) -> None:
    waiting.decide(takes=True)
    town.withdraw(ALICE, BOB, BOB)
    with refused("pool: nothing to withdraw"):
        town.withdraw(ALICE, BOB, BOB)
    with refused("pool: nothing to withdraw"):
        town.withdraw(BOB, BOB, CAROL)


def test_it_goes_on_waiting_if_it_is_refused_again(town: Town, waiting: Fickle) -> None:
    with refused("pool: payment refused"):
        town.withdraw(BOB, BOB, BOB)
    waiting.decide(takes=True)
    town.withdraw(BOB, BOB, BOB)


@pytest.mark.usefixtures("waiting")
def test_the_pool_does_not_take_it(town: Town) -> None:
    with refused("pool: payment refused"):
        town.withdraw(BOB, BOB, town.pool.address)
    assert town.pool.ask("withdrawable", BOB) == 5


def test_all_gas_is_handed_over(town: Town) -> None:
    account = town.add(bookkeeper(town.chain, CAROL))
    town.execute(RELAYER, [town.transfer(amount=7, recipient=account)])
    town.withdraw(ALICE, account, account)
    assert town.received[account] == 7


def test_what_waits_for_one_is_not_anothers(town: Town, waiting: Fickle) -> None:
    other = Fickle.at(town.chain, CAROL)
    town.add(other)
    other.decide(takes=False)
    town.execute(RELAYER, [town.transfer(amount=11, recipient=CAROL)])
    waiting.decide(takes=True)
    town.withdraw(ALICE, BOB, BOB)
    assert town.received == {BOB: 5}
    assert town.pool.ask("withdrawable", CAROL) == 11


def test_a_pause_does_not_touch_it(town: Town, waiting: Fickle) -> None:
    town.pause()
    waiting.decide(takes=True)
    town.withdraw(ALICE, BOB, BOB)
