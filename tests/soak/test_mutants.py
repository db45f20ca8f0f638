"""The long run can fail: each of these mistakes in the contracts is noticed by it.

A mutant is a contract with one line changed. Histories are played on it until one breaks; a mutant
that lives through all of them shows a danger that no rule meets.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.contracts.evm.mutants import Change, mutant
from tests.soak.player import Player
from tests.soak.run import STEPS, OnRevm

HISTORIES: Final = 12
"""At most; most mutants live through none."""

FORGOTTEN_NULLIFIER = Change("pool", "        self.spent[t.nullifier2] = True\n")
HALF_A_CHECK = Change(
    "pool",
    "self.spent[t.nullifier1] or self.spent[t.nullifier2]",
    "self.spent[t.nullifier1]",
)
LAST_SECOND = Change(
    "pool", "block.timestamp > t.terms.deadline", "block.timestamp >= t.terms.deadline"
)
ONE_ROOT_FOR_ALL = Change("pool", "        if i == 0 or t.anchor != anchor:", "        if i == 0:")
LAST_FEE_ONLY = Change("pool", "owed = unsafe_add(owed, payment.fee)", "owed = payment.fee")
PAUSED_PAYMENTS = Change(
    "pool",
    '    assert len(transfers) != 0, "pool: empty batch"',
    '    assert len(transfers) != 0, "pool: empty batch"\n    assert not limits._load().paused',
)
LATE_TIME = Change(
    "ledger",
    "timestamp: uint256 = min(block.timestamp, open.due)",
    "timestamp: uint256 = block.timestamp",
)
EARLY_REDRAW = Change(
    "ledger", "block.number > draw + HASH_WINDOW", "block.number >= draw + HASH_WINDOW"
)
CROWDED_BLOCK = Change("ledger", "notes > types.SLOTS or", "notes > types.SLOTS + 1 or")
STOLEN_INTERVAL = Change(
    "ledger", "        seal_interval=open.seal_interval,", "        seal_interval=MIN_INTERVAL,"
)
SWAPPED_OUTPUTS = Change(
    "entries",
    "b = uint256_addmod(uint256_mulmod(b, y, types.FIELD_ORDER), row[1], types.FIELD_ORDER)\n"
    "            b = uint256_addmod(uint256_mulmod(b, y, types.FIELD_ORDER), row[0],",
    "b = uint256_addmod(uint256_mulmod(b, y, types.FIELD_ORDER), row[0], types.FIELD_ORDER)\n"
    "            b = uint256_addmod(uint256_mulmod(b, y, types.FIELD_ORDER), row[1],",
)
NO_RESERVE = Change("payouts", "uint256) = 60_000", "uint256) = 1")
_SEND = (
    '    assert raw_call(to, b"", value=amount, revert_on_failure=False), "pool: payment refused"\n'
)
TWO_WITHDRAWALS = Change(
    "payouts",
    f"    self.withdrawable[account] = 0\n{_SEND}",
    f"{_SEND}    self.withdrawable[account] = 0\n",
)
UNLOCKED = Change("payouts", "@external\n@nonreentrant\ndef withdraw", "@external\ndef withdraw")
SECOND_CLAIM = Change(
    "rewards", "if self.records[c.claim_id] != 0:", "if self.records[c.claim_id] == 1:"
)
SECOND_SHARE = Change("rewards", "        if word & bit != 0:\n            continue\n")
ONE_NUMBER_A_BATCH = Change("rewards", "((totals >> 128) << 168)", "((before >> 128) << 168)")
FORGOTTEN_WORD = Change("rewards", "        self.minted[period][at] = word\n")

MUTANTS: dict[str, tuple[Change, ...]] = {
    "a nullifier is not recorded": (FORGOTTEN_NULLIFIER,),
    "only one nullifier is looked at": (HALF_A_CHECK,),
    "the deadline is a second too early": (LAST_SECOND,),
    "the first transfer's root serves for all": (ONE_ROOT_FOR_ALL,),
    "of a run's fees only the last is paid": (LAST_FEE_ONLY,),
    "a pause stops payments": (PAUSED_PAYMENTS,),
    "a late seal has a late time": (LATE_TIME,),
    "a draw can be replaced while it is known": (EARLY_REDRAW,),
    "a block takes a note too many": (CROWDED_BLOCK,),
    "a seal changes the interval": (STOLEN_INTERVAL,),
    "a transfer's outputs are swapped": (SWAPPED_OUTPUTS,),
    "a payment may be starved": (NO_RESERVE,),
    "what waits can be withdrawn twice": (TWO_WITHDRAWALS, UNLOCKED),
    "a note is claimed twice": (SECOND_CLAIM,),
    "a share is minted twice in a call": (SECOND_SHARE,),
    "claims of a batch have one number": (ONE_NUMBER_A_BATCH,),
    "a share is minted twice": (FORGOTTEN_WORD,),
}

HABITS: Mapping[str, Mapping[str, int]] = {
    "a payment may be starved": {"starve": 12},
    "what waits can be withdrawn twice": {"plot": 6, "withdraw": 6},
}
"""How likely some rules are where a mistake shows seldom otherwise."""


@pytest.mark.long
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_is_noticed(name: str) -> None:
    class Mutant(OnRevm):
        CALLS = OnRevm.CALLS
        contracts = mutant(*MUTANTS[name])

    for number in range(HISTORIES):
        try:
            Player(Mutant, f"{name} {number}", HABITS.get(name, {})).play(STEPS)
        except AssertionError:
            return
    pytest.fail(f"{HISTORIES} histories did not notice that {name}")
