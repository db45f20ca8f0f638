"""Recipients that call back: no state-changing function of the pool can be entered a second time.

the recipient   is paid, with little gas · is handed a withdrawal, with all gas
it calls        each function of the pool · the relay · the rewards
"""

from collections.abc import Callable

import pytest

from tests.contracts.evm.deployment import Deployed
from tests.contracts.evm.parties import Fickle, Reentrant
from tests.contracts.evm.samples import ALICE, BOB, CAROL, RELAYER, Town
from tests.contracts.evm.told import good_proof
from winze.contracts.contract import struct
from winze.protocol import ETHER

PAUSED = True

Planned = tuple[Deployed, bytes, int]
"""Whom to call, with what data and how many wei."""


def _deposit(town: Town) -> Planned:
    mine = False
    return town.pool, town.pool.encode("deposit", 5, mine), 1


def _execute(town: Town) -> Planned:
    transfer = struct(town.transfer(amount=3, recipient=ALICE))
    return town.pool, town.pool.encode("execute", [transfer], [good_proof(1)]), 0


def _seal(town: Town) -> Planned:
    return town.pool, town.pool.encode("seal"), 0


def _redraw(town: Town) -> Planned:
    block = town.submission(2)
    digest = town.pool_model.ledger.blocks[2].digest
    values = block.index, digest, block.timestamp, block.draw
    return town.pool, town.pool.encode("redraw", *values), 0


def _prove(town: Town) -> Planned:
    block = struct(town.submission(1))
    return town.pool, town.pool.encode("prove", [block], [good_proof(1)]), 0


def _withdraw(town: Town) -> Planned:
    return town.pool, town.pool.encode("withdraw", CAROL, CAROL), 0


def _setter(function: str, *arguments: object) -> Callable[[Town], Planned]:
    return lambda town: (town.pool, town.pool.encode(function, *arguments), 0)


def _relay(town: Town) -> Planned:
    transfer = struct(town.transfer(amount=3, recipient=ALICE))
    data = town.relay.encode("relay", [], [], [transfer], [good_proof(1)])
    return town.relay, data, 0


PLANS: dict[str, Callable[[Town], Planned]] = {
    "deposit": _deposit,
    "execute": _execute,
    "seal": _seal,
    "redraw": _redraw,
    "prove": _prove,
    "withdraw": _withdraw,
    "set_screener": _setter("set_screener", ALICE),
    "set_caps": _setter("set_caps", 1, 1),
    "set_seal_interval": _setter("set_seal_interval", 77),
    "set_paused": _setter("set_paused", PAUSED),
    "relay": _relay,
}


@pytest.fixture
def intruder(town: Town) -> Reentrant:
    """The pool's owner, for whom every function would do something at this moment.

    Block 1 can be proved, block 2 drawn again, the open block sealed; 5 wei wait for Carol.
    """
    party = Reentrant.at(town.chain, BOB)
    town.add(party)
    town.own(town.pool_model.owner, "transfer_ownership", party.address)
    town.own(party.address, "accept_ownership")
    fickle = Fickle.at(town.chain, CAROL)
    town.add(fickle)
    fickle.decide(takes=False)
    town.execute(RELAYER, [town.transfer(amount=5, recipient=CAROL)])
    fickle.decide(takes=True)
    town.close()
    town.deposit(ALICE, ETHER, 6)
    town.close()
    town.wait(blocks=300)
    seal = town.pool_model.ledger.blocks[1]
    town.redraw(ALICE, 1, seal.digest, seal.timestamp, seal.draw)
    town.wait(blocks=2)
    town.deposit(ALICE, ETHER, 7)
    town.wait(seconds=60)
    town.credulous = True  # or it would be for its proof that a call from within fails
    return party


def _agree(town: Town) -> None:
    for verifier in town.verifiers:
        verifier.agree()
        verifier.speak()


@pytest.mark.parametrize("plan", PLANS)
def test_by_itself_the_call_would_succeed(town: Town, intruder: Reentrant, plan: str) -> None:
    """What makes the other tests of this file mean anything."""
    target, data, value = PLANS[plan](town)
    intruder.plan(target.address, data, value)
    _agree(town)
    answer = town.chain.call(intruder.address, b"", sender=ALICE, value=value)
    assert intruder.outcomes(answer.logs) == [True]


@pytest.mark.parametrize("plan", PLANS)
def test_who_is_paid_cannot_enter_again(town: Town, intruder: Reentrant, plan: str) -> None:
    target, data, value = PLANS[plan](town)
    intruder.plan(target.address, data, value)
    # These two take more gas than a payment brings, before they come to the lock.
    intruder.takes_payments = plan not in ("relay", "prove")
    events = town.execute(RELAYER, [town.transfer(amount=10, recipient=intruder.address)])
    assert events
    assert not any(intruder.outcomes(town.answer.logs))
    town.check()


@pytest.mark.parametrize("plan", PLANS)
def test_who_withdraws_cannot_enter_again(town: Town, intruder: Reentrant, plan: str) -> None:
    target, data, value = PLANS[plan](town)
    town.withdraw(CAROL, CAROL, CAROL)
    stubborn = Fickle.at(town.chain, CAROL)
    town.add(stubborn)
    stubborn.decide(takes=False)
    town.execute(RELAYER, [town.transfer(amount=10, recipient=CAROL)])
    intruder.plan(target.address, data, value)
    town.wait(seconds=60)  # so that the open block could be sealed again
    town.withdraw(CAROL, CAROL, intruder.address)
    assert intruder.outcomes(town.answer.logs) == [False]
    assert town.received[intruder.address] == 10
    town.check()


def test_a_caller_of_the_relay_cannot_enter_it_again(town: Town, intruder: Reentrant) -> None:
    """Its fees are handed over with all gas, when pool and rewards have finished."""
    _, data, _ = _relay(town)
    intruder.plan(town.relay.address, data)
    town.relayed(intruder.address, [], [town.transfer(fee=3)])
    assert intruder.outcomes(town.answer.logs) == [False]


def test_who_is_paid_may_look(town: Town, intruder: Reentrant) -> None:
    """And sees everything recorded, before anybody is paid."""
    transfer = town.transfer(amount=10, recipient=intruder.address)
    intruder.plan(town.pool.address, town.pool.encode("spent", transfer.nullifier1))
    town.execute(RELAYER, [transfer])
    assert intruder.outcomes(town.answer.logs) == [True]
