"""`pool.execute`: who is paid what, and what becomes of it where a recipient refuses.

the payee       has no code · takes ETH · refuses · burns all gas · needs more than it is given
the fee         goes to the relayer named · to the caller where none is
runs of fees    of one payee · broken by another one
the caller      gives enough gas · too little
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.contracts.evm.chain import OUT_OF_GAS, CallFailed, Chain
from tests.contracts.evm.observing import events_of
from tests.contracts.evm.parties import (
    PAYMENT_GAS,
    Fickle,
    Party,
    bookkeeper,
    burner,
    refuser,
    spender,
)
from tests.contracts.evm.samples import ALICE, BOB, CAROL, NOBODY, RELAYER, Town
from tests.contracts.evm.told import good_proof
from winze.contracts.contract import struct
from winze.protocol import EthAddress, Transferred, Unpaid


def test_the_amount_goes_to_the_recipient_and_the_fee_to_the_relayer(town: Town) -> None:
    town.execute(CAROL, [town.transfer(amount=5, recipient=BOB, fee=3, relayer=RELAYER)])
    assert town.received == {BOB: 5, RELAYER: 3}


def test_a_fee_without_a_relayer_goes_to_the_caller(town: Town) -> None:
    town.execute(CAROL, [town.transfer(fee=3)])
    assert town.received == {CAROL: 3}


def test_each_transfer_is_paid(town: Town) -> None:
    terms = [(1, ALICE, NOBODY), (2, BOB, RELAYER), (3, ALICE, RELAYER), (4, BOB, NOBODY)]
    town.execute(
        CAROL,
        [town.transfer(amount=a, recipient=r, fee=10 * a, relayer=by) for a, r, by in terms],
    )
    assert town.received == {ALICE: 4, BOB: 6, RELAYER: 50, CAROL: 50}


def test_nothing_is_sent_where_nothing_is_due(town: Town) -> None:
    stubborn = town.add(refuser(town.chain, CAROL))
    (event,) = town.execute(
        ALICE, [town.transfer(amount=0, recipient=stubborn, fee=0, relayer=stubborn)]
    )
    assert isinstance(event, Transferred)


@pytest.mark.parametrize("kind", [refuser, burner, bookkeeper])
def test_what_a_recipient_does_not_take_waits_for_it(
    town: Town, kind: Callable[[Chain, EthAddress], Party]
) -> None:
    stubborn = town.add(kind(town.chain, BOB))
    before = town.chain.balance(town.pool.address)
    events = town.execute(CAROL, [town.transfer(amount=5, recipient=stubborn)])
    assert events[-1] == Unpaid(stubborn, 5)
    assert town.pool.ask("withdrawable", stubborn) == 5
    assert town.chain.balance(town.pool.address) == before


def test_refused_payments_add_up(town: Town) -> None:
    stubborn = town.add(refuser(town.chain, BOB))
    town.execute(CAROL, [town.transfer(amount=5, recipient=stubborn)])
    town.execute(CAROL, [town.transfer(amount=7, recipient=stubborn, fee=1, relayer=stubborn)])
    assert town.pool.ask("withdrawable", stubborn) == 13


def test_a_refusal_holds_up_nobody_else(town: Town) -> None:
    stubborn = town.add(burner(town.chain, BOB))
    batch = [town.transfer(amount=5, recipient=stubborn, fee=1) for _ in range(8)]
    batch += [town.transfer(amount=3, recipient=ALICE, fee=1) for _ in range(8)]
    town.execute(CAROL, batch)
    assert town.received == {ALICE: 24, CAROL: 16}


def test_a_relayer_who_refuses_has_its_fees_wait(town: Town) -> None:
    stubborn = town.add(refuser(town.chain, RELAYER))
    batch = [town.transfer(fee=2, relayer=stubborn), town.transfer(fee=3, relayer=stubborn)]
    *_, event = town.execute(CAROL, batch)
    assert event == Unpaid(stubborn, 5)


def test_a_caller_who_refuses_has_its_fees_wait(town: Town) -> None:
    stubborn = town.add(refuser(town.chain, RELAYER))
    *_, event = town.execute(stubborn, [town.transfer(fee=2)])
    assert event == Unpaid(stubborn, 2)


def test_fees_of_one_payee_are_paid_at_once(town: Town) -> None:
    stubborn = town.add(refuser(town.chain, RELAYER))
    batch = [
        town.transfer(fee=1, relayer=stubborn),
        town.transfer(fee=2, relayer=stubborn),
        town.transfer(fee=0, relayer=CAROL),
        town.transfer(fee=4, relayer=stubborn),
        town.transfer(fee=8, relayer=stubborn),
    ]
    events = town.execute(ALICE, batch)
    assert [each for each in events if isinstance(each, Unpaid)] == [
        Unpaid(stubborn, 3),
        Unpaid(stubborn, 12),
    ]


def test_a_recipient_may_begin_to_refuse(town: Town) -> None:
    fickle = Fickle.at(town.chain, BOB)
    town.add(fickle)
    town.execute(CAROL, [town.transfer(amount=5, recipient=BOB)])
    fickle.decide(takes=False)
    town.execute(CAROL, [town.transfer(amount=7, recipient=BOB)])
    assert (town.received[BOB], town.pool.ask("withdrawable", BOB)) == (5, 7)


@pytest.mark.parametrize("precompile", [7, 8])
def test_a_precompile_that_cannot_run_on_nothing_does_not_take_its_payment(
    town: Town, precompile: int
) -> None:
    """Multiplication of a point takes 6,000 gas, which a payment has; a pairing takes more."""
    account = EthAddress(f"0x{precompile:040x}")
    party = spender(town.chain, account, PAYMENT_GAS if precompile == 7 else PAYMENT_GAS + 1)
    town.chain.place(account, b"")
    town.add(party)
    town.execute(CAROL, [town.transfer(amount=5, recipient=account)])
    assert town.received[account] == (5 if precompile == 7 else 0)


@pytest.mark.parametrize(("gas", "taken"), [(PAYMENT_GAS, True), (PAYMENT_GAS + 1, False)])
def test_a_recipient_has_10000_gas_and_the_evms_own(town: Town, gas: int, *, taken: bool) -> None:
    account = town.add(spender(town.chain, BOB, gas))
    town.execute(CAROL, [town.transfer(amount=5, recipient=account)])
    assert town.received[account] == (5 if taken else 0)


# -- a caller who gives little gas ---------------------------------------------------------------


@dataclass
class Miser:
    """A caller who executes payments of 1 wei to new recipients, with as little gas as it likes."""

    town: Town
    recipient: Callable[[Town, int], EthAddress]
    payments: int
    made: int = 0

    def outcome(self, gas: int) -> str:
        """What comes of one batch."""
        self.made += 1
        batch = [self._payment(16 * self.made + i) for i in range(self.payments)]
        proofs = [good_proof(i) for i in range(self.payments)]
        try:
            answer = self.town.pool.call("execute", batch, proofs, sender=RELAYER, gas=gas)
        except CallFailed as failure:
            return failure.reason
        events = events_of(self.town.pool, self.town.rewards, answer.logs)
        return "unpaid" if any(isinstance(event, Unpaid) for event in events) else "paid"

    def least(self) -> int:
        """About the least gas with which anything happens."""
        low, high = 0, 1_000_000
        while high - low > 200:
            gas = (low + high) // 2
            low, high = (gas, high) if self.outcome(gas) in NOTHING else (low, gas)
        return high

    def _payment(self, number: int) -> tuple[object, ...]:
        recipient = self.recipient(self.town, number)
        return struct(self.town.transfer(amount=1, recipient=recipient))


NOTHING = "pool: not enough gas", OUT_OF_GAS


def new_account(town: Town, number: int) -> EthAddress:
    """One that nobody has heard of, which is the most expensive to pay."""
    return EthAddress(f"0x{town.chain.number + 0xACC0000 + number:040x}")


def hungry_account(town: Town, number: int) -> EthAddress:
    """One that needs all the gas that a payment gives."""
    return spender(town.chain, new_account(town, number), PAYMENT_GAS).address


@pytest.mark.parametrize("kind", [new_account, hungry_account])
@pytest.mark.parametrize("payments", [1, 2])
def test_no_gas_limit_makes_a_payment_fail(
    town: Town, kind: Callable[[Town, int], EthAddress], payments: int
) -> None:
    """With too little gas nothing happens; whenever anything happens, everybody is paid."""
    town.execute(RELAYER, [town.transfer()])  # so that the block stands, and costs nothing
    town.verifiers[0].agree()
    town.verifiers[0].speak()
    miser = Miser(town, kind, payments)
    least = miser.least()
    outcomes = [miser.outcome(least + more) for more in range(-1_500, 30_000, 1_000)]
    assert set(outcomes) == {"pool: not enough gas", "paid"}
