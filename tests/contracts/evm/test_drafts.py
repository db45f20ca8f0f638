"""Mistakes of our drafts: what each would do, and that the contract as it stands refuses it.

The remedies are taken out of the sources, so that a test fails if its remedy did nothing.
"""

from dataclasses import replace

import pytest

from tests.contracts.evm.forging import OneEntry
from tests.contracts.evm.mutants import Change, mutant
from tests.contracts.evm.observing import events_of
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, CAROL, LAST, OWNER, RELAYER, Town
from tests.contracts.evm.told import good_proof
from winze.contracts.contract import struct
from winze.protocol import (
    DEPOSIT,
    ETHER,
    FIELD_ORDER,
    OutOfRange,
    Sealed,
    Transfer,
    keccak,
    read_entries,
    word,
)

FIRST_LINES = (
    Change("pool", '    assert msg.value != 0, "pool: value is zero"\n'),
    Change(
        "pool",
        '    assert inner < types.FIELD_ORDER, "pool: inner out of field"\n    word',
        "    word",
    ),
    Change("pool", '    assert t.terms.amount < 2 ** 96, "pool: amount too large"\n'),
    Change("pool", '    assert t.terms.fee < 2 ** 96, "pool: fee too large"\n'),
)
"""What refuses a wrong call as such."""

SECOND_LINES = (
    Change(
        "ledger", "unsafe_add(entries.DEPOSIT, word)", "entries.DEPOSIT + word if word != 0 else 0"
    ),
    Change("payouts", '    assert self.balance >= amount, "pool: insolvent"\n'),
)
"""What would still keep its damage small."""

DUE_OF_THE_MOMENT = Change(
    "ledger",
    "due=(packed >> 48) & (2 ** 40 - 1)",
    "due=max(60, (packed >> 48) & (2 ** 40 - 1)) - 60 + (packed >> 120)",
)
"""An open block is due so long after its beginning as the interval of the moment says.

All tests begin with an interval of 60.
"""

PROMISES_UNCHECKED = Change(
    "relay",
    "            if not self._can_pay(transfers[i]):\n                continue\n",
)

PROOFS = [good_proof(1)]


def naive() -> Town:
    """A town with our first draft."""
    return Town(contracts=mutant(*FIRST_LINES, *SECOND_LINES, DUE_OF_THE_MOMENT))


def careless() -> Town:
    """A town with a draft that has its second lines of defence."""
    return Town(contracts=mutant(*FIRST_LINES))


def deposited(
    town: Town, value: int, inner: int, words: tuple[int, int], ab: tuple[int, int]
) -> OneEntry:
    """A deposit's block is sealed and its draw known; `ab` is what its prover would say."""
    due = town.chain.now + 60
    town.deposit_on_chain(BOB, value, inner)
    assert town.pool.ask("open_block")[4] == keccak(bytes(32) + word(words[0]) + word(words[1]))
    town.wait(60)
    town.pool.call("seal", sender=BOB)
    draw = town.chain.number + 1
    town.wait(blocks=2)
    return OneEntry(town, *ab, words, due, draw)


def prove(town: Town, block: OneEntry) -> None:
    """The verifier agrees to just what the circuit proves; the contract has to ask for it."""
    verifier = town.verifiers[1]
    assert verifier(PROOFS, [block.signals])
    verifier.speak()
    town.pool.call("prove", [block.submission], PROOFS)
    assert town.pool.ask("root_after", 1) == block.roots[1]


# -- a deposit of nothing ------------------------------------------------------------------------

ANY_NOTE = 77
"""The commitment of some note of 100 ETH, say."""


def test_an_unmarked_deposit_of_nothing_would_make_any_note() -> None:
    """An output's `a` is 0 and its `b` the note itself, and so were those of such a deposit."""
    town = naive()
    block = deposited(town, 0, ANY_NOTE, (0, ANY_NOTE), (0, ANY_NOTE))
    prove(town, block)
    assert block.note == ANY_NOTE


def test_a_marked_deposit_of_nothing_is_no_output() -> None:
    """The second line of defence."""
    town = careless()
    block = deposited(town, 0, ANY_NOTE, (DEPOSIT, ANY_NOTE), (0, ANY_NOTE))
    with fails("pool: invalid proof"):
        prove(town, block)
    honest = replace(block, a=DEPOSIT)
    prove(town, honest)
    assert honest.note != ANY_NOTE


def test_a_deposit_of_nothing_is_refused(town: Town) -> None:
    with refused("pool: value is zero"):
        town.deposit(BOB, 0, ANY_NOTE)


# -- an inner outside the field ------------------------------------------------------------------


def test_an_inner_outside_the_field_would_stop_everybody_who_reads_the_ledger() -> None:
    """Nobody can take the entry for what it says, so nobody proves its block or a later one."""
    town = careless()
    words = DEPOSIT + ETHER, LAST + 6
    deposited(town, ETHER, LAST + 6, words, (0, 0))
    with pytest.raises(OutOfRange):
        read_entries(0, [], [words])


def test_an_inner_outside_the_field_would_at_best_make_another_note() -> None:
    """The sum is taken modulo `p`, so who reduces the inner proves a note that nobody announced."""
    town = careless()
    words = DEPOSIT + ETHER, LAST + 6
    prove(town, deposited(town, ETHER, LAST + 6, words, (DEPOSIT + ETHER, 5)))


def test_an_inner_outside_the_field_is_refused(town: Town) -> None:
    with refused("pool: inner out of field"):
        town.deposit(BOB, ETHER, LAST + 6)


# -- the seal interval lowered while a block is open ---------------------------------------------


def spent_and_sealed(town: Town) -> tuple[int, Sealed | None]:
    """When a note was spent, and its block's seal if the interval was lowered after that."""
    town.deposit_on_chain(ALICE, ETHER, 5)
    town.wait(50)
    town.verifiers[0].agree()
    town.verifiers[0].speak()
    town.pool.call("execute", [struct(town.transfer())], PROOFS)
    spent_at = town.chain.now
    town.pool.call("set_seal_interval", 10, sender=OWNER)
    town.wait(1)
    answer = town.deposit_on_chain(ALICE, ETHER, 6)
    events = events_of(town.pool, town.rewards, answer.logs)
    return spent_at, next((event for event in events if isinstance(event, Sealed)), None)


def test_a_lowered_interval_would_date_a_spend_before_it_was_made() -> None:
    """A note that stayed until its maturity would seem to have left before, and earn nothing."""
    spent_at, sealed = spent_and_sealed(naive())
    assert sealed is not None
    assert sealed.timestamp == spent_at - 40


def test_a_lowered_interval_does_not_reach_an_open_block(town: Town) -> None:
    spent_at, sealed = spent_and_sealed(town)
    assert sealed is None
    town.wait(9)
    answer = town.deposit_on_chain(ALICE, ETHER, 7)
    first, _ = events_of(town.pool, town.rewards, answer.logs)
    assert isinstance(first, Sealed)
    assert first.timestamp == spent_at + 10


# -- a fee promised to two relayers --------------------------------------------------------------


def promised_twice(town: Town) -> tuple[bool, int]:
    """Whether the second relayer's claim was made, and what that relayer got for it."""
    ids = [town.fresh(), town.fresh()]
    fee = town.transfer(fee=7)
    fees = [replace(fee, claim_id=claim_id) for claim_id in ids]
    for relayer, claim_id, promise in zip((RELAYER, CAROL), ids, fees, strict=True):
        claims = [struct(town.claim_of(claim_id=claim_id))]
        for verifier in town.verifiers:
            verifier.agree()
            verifier.speak()
        town.relay.call("relay", claims, PROOFS, [struct(promise)], PROOFS, sender=relayer)
    assert town.chain.balance(RELAYER) == 7
    return town.rewards.ask("claimed", ids[1]), town.chain.balance(CAROL)


def test_the_second_relayer_would_make_a_claim_that_nobody_pays_for() -> None:
    town = Town(contracts=mutant(PROMISES_UNCHECKED))
    assert promised_twice(town) == (True, 0)


def test_the_second_relayer_is_spared_the_claim(town: Town) -> None:
    assert promised_twice(town) == (False, 0)


# -- amount and fee that wrap around the field ---------------------------------------------------


def wrapping(town: Town) -> Transfer:
    """Pays Bob all that the pool holds, and proves that nothing left: amount and fee make `p`."""
    everything = town.chain.balance(town.pool.address)
    return town.transfer(recipient=BOB, amount=everything, fee=FIELD_ORDER - everything)


def execute(town: Town, transfer: Transfer) -> None:
    """The verifier agrees to just what a transfer of nothing proves, but for the context."""
    root = town.pool_model.root
    context = transfer.statement(town.pool_model.setup.chain_id, town.pool.address, root).context
    numbers = transfer.nullifier1, transfer.nullifier2, transfer.out1, transfer.out2
    nothing = 0
    verifier = town.verifiers[0]
    assert verifier(PROOFS, [[root, nothing, context, *numbers]])
    verifier.speak()
    town.pool.call("execute", [struct(transfer)], PROOFS, sender=RELAYER)


def test_amounts_that_wrap_around_the_field_would_empty_the_pool() -> None:
    town = naive()
    execute(town, wrapping(town))
    assert town.chain.balance(BOB) == 1000 * ETHER
    assert town.chain.balance(town.pool.address) == 0


def test_a_payment_of_more_than_there_is_stops_them_too() -> None:
    """The second line of defence: the fee that makes the sum wrap is more than all ETH."""
    town = careless()
    with fails("pool: insolvent"):
        execute(town, wrapping(town))


def test_amounts_that_wrap_around_the_field_are_refused(town: Town) -> None:
    transfer = wrapping(town)
    with refused("pool: fee too large"):
        town.execute(RELAYER, [transfer])
    swapped = replace(transfer, amount=transfer.fee, fee=transfer.amount)
    with refused("pool: amount too large"):
        town.execute(RELAYER, [swapped])
