"""`rewards.distribute`, and what a period issues.

the period      is over · is not · is before genesis · had no claims
a recipient     has points · has none · was minted already, by this call or another
the shares      divide evenly · leave a rest
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.contracts.evm.chain import NO_WORDS
from tests.contracts.evm.deployment import DEFAULT, Setting
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, CAROL, NOBODY, RELAYER, Town
from winze.protocol import (
    DAY,
    ETHER,
    GENESIS,
    ITX_UNIT,
    Distributed,
    EthAddress,
    Period,
    Seconds,
    issuance,
)

DAILY = Setting(period=DAY)


def day(year_month_day: str) -> int:
    """The period of a day, where a period is a day."""
    moment = datetime.strptime(year_month_day, "%Y-%m-%d").replace(tzinfo=UTC)
    return (int(moment.timestamp()) - GENESIS) // DAY


def claimed_by(town: Town, *recipients: EthAddress, value: int = ETHER) -> int:
    """Everybody named claims `value`; the period is over afterwards."""
    period = town.period
    town.claim(RELAYER, [town.claim_of(recipient=who, value=value) for who in recipients])
    town.wait(town.setting.period)
    return period


def test_one_who_claims_alone_gets_all_of_it(town: Town) -> None:
    period = claimed_by(town, ALICE)
    issued = town.rewards.ask("issuance", period)
    assert town.distribute(BOB, period, [ALICE]) == (Distributed(period, ALICE, issued),)
    assert town.itx.ask("balanceOf", ALICE) == issued
    town.check()


def test_shares_follow_the_points(town: Town) -> None:
    period = claimed_by(town, ALICE, BOB, ALICE, CAROL)
    issued = town.rewards.ask("issuance", period)
    town.distribute(RELAYER, period, [ALICE, BOB, CAROL])
    shares = [town.itx.ask("balanceOf", who) for who in (ALICE, BOB, CAROL)]
    assert shares == [issued // 2, issued // 4, issued // 4]


def test_fractions_are_never_minted(town: Town) -> None:
    period = claimed_by(town, ALICE, BOB, CAROL)
    issued = town.rewards.ask("issuance", period)
    assert issued % 3
    town.distribute(RELAYER, period, [ALICE, BOB, CAROL])
    assert town.itx.ask("balanceOf", CAROL) == issued // 3
    assert town.itx.ask("totalSupply") == 3 * (issued // 3)


def test_a_period_is_not_distributed_before_it_is_over(town: Town) -> None:
    period = town.period
    town.claim(RELAYER, [town.claim_of()])
    town.wait(town.setting.period - town.chain.now % town.setting.period - 1)
    for early in (period, period + 1, 2**256 - 1):
        with refused("rewards: period not over"):
            town.distribute(BOB, early, [ALICE])
    town.wait(1)
    town.distribute(BOB, period, [ALICE])


def test_before_genesis_nothing_is_distributed() -> None:
    town = Town(now=DEFAULT.genesis - 61)
    with refused("rewards: before genesis"):
        town.distribute(BOB, 0, [ALICE])


def test_an_idle_period_mints_nothing(town: Town) -> None:
    with refused("rewards: no claims"):
        town.distribute(BOB, town.period - 1, [ALICE])


def test_who_earned_nothing_is_passed_over(town: Town) -> None:
    period = claimed_by(town, ALICE)
    assert town.distribute(BOB, period, [BOB, CAROL, NOBODY]) == ()
    (event,) = town.distribute(BOB, period, [BOB, ALICE, CAROL])
    assert isinstance(event, Distributed)
    assert event.recipient == ALICE


def test_a_recipient_is_minted_once_for_a_period(town: Town) -> None:
    period = claimed_by(town, ALICE, BOB)
    issued = town.rewards.ask("issuance", period)
    town.distribute(CAROL, period, [ALICE, ALICE])
    town.distribute(CAROL, period, [ALICE])
    assert town.itx.ask("balanceOf", ALICE) == issued // 2
    assert town.rewards.ask("points", period, ALICE) == 0
    town.check()


def test_two_distributors_may_overlap(town: Town) -> None:
    period = claimed_by(town, ALICE, BOB, CAROL, RELAYER)
    issued = town.rewards.ask("issuance", period)
    town.distribute(ALICE, period, [ALICE, BOB])
    town.distribute(BOB, period, [BOB, CAROL, RELAYER, ALICE])
    for who in (ALICE, BOB, CAROL, RELAYER):
        assert town.itx.ask("balanceOf", who) == issued // 4
    town.check()


def test_periods_are_distributed_in_any_order_however_late(town: Town) -> None:
    first, second = claimed_by(town, ALICE), claimed_by(town, ALICE, BOB)
    town.wait(10**8)
    town.distribute(CAROL, second, [ALICE])
    town.distribute(CAROL, first, [ALICE])
    town.distribute(CAROL, second, [BOB])
    town.check()


def test_nobody_is_minted_without_recipients(town: Town) -> None:
    period = claimed_by(town, ALICE)
    assert town.distribute(BOB, period, []) == ()


def test_sixty_four_recipients_are_minted_at_once(town: Town) -> None:
    people = [EthAddress(f"0x{0xFACE00 + number:040x}") for number in range(64)]
    period = town.period
    for start in range(0, 64, 16):
        batch = [town.claim_of(recipient=who) for who in people[start : start + 16]]
        town.claim(RELAYER, batch)
    town.wait(town.setting.period)
    assert len(town.distribute(BOB, period, people)) == 64
    with fails(NO_WORDS):
        town.rewards.call("distribute", period, [*people, ALICE])
    town.check()


def test_a_period_after_the_last_phase_mints_nothing() -> None:
    town = Town(setting=DAILY, now=GENESIS + 2032 * DAY)
    period = claimed_by(town, ALICE)
    assert town.distribute(BOB, period, [ALICE]) == (Distributed(period, ALICE, 0),)
    assert town.itx.ask("totalSupply") == 0


# -- issuance ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "itx"),
    [
        ("2024-08-07", "8937500"),
        ("2024-08-22", "8937500"),
        ("2024-08-23", "4468750"),
        ("2025-12-15", "558593.75"),
        ("2025-12-16", "279296.875"),
        ("2027-05-11", "279296.875"),
        ("2027-05-12", "139648.4375"),
        ("2030-02-28", "139648.4375"),
        ("2030-03-01", "0"),
        ("2500-01-01", "0"),
    ],
)
def test_a_day_issues_what_the_schedule_says(date: str, itx: str) -> None:
    town = Town(setting=DAILY)
    assert town.rewards.ask("issuance", day(date)) == int(Decimal(itx) * ITX_UNIT)


@pytest.mark.parametrize("period", [600, 120, 86_400, 43_200, 1])
def test_the_schedule_is_the_models_at_every_turn(period: int) -> None:
    town = Town(setting=Setting(period=period))
    turns = [0, 16, 48, 112, 240, 496, 1008, 2032]
    days = {turn * DAY // period + step for turn in turns for step in (-1, 0, 1)} - {-1}
    for number in days:
        expected = issuance(Period(number), Seconds(period))
        assert town.rewards.ask("issuance", number) == expected


def test_a_period_beyond_all_bounds_issues_nothing(town: Town) -> None:
    assert town.rewards.ask("issuance", 2**256 - 1) == 0


def test_all_days_together_issue_the_tokens_cap() -> None:
    """Each phase issues the same; its first day tells its rate."""
    town = Town(setting=DAILY)
    phases = [16 << number for number in range(7)]
    begins = [sum(phases[:number]) for number in range(7)]
    rates = [town.rewards.ask("issuance", begin) for begin in begins]
    total = sum(rate * days for rate, days in zip(rates, phases, strict=True))
    assert total == town.itx.ask("CAP") == 1_001_000_000 * ITX_UNIT


# -- deployment ----------------------------------------------------------------------------------


@pytest.mark.parametrize("genesis", [GENESIS - 1, GENESIS + 1, 1])
def test_genesis_is_a_midnight(genesis: int) -> None:
    with fails("rewards: genesis is not a midnight"):
        Town(setting=Setting(genesis=genesis))


@pytest.mark.parametrize("period", [0, 7, 86_401, 172_800, 2**256 - 1])
def test_a_period_divides_a_day(period: int) -> None:
    with fails("rewards: period does not divide a day"):
        Town(setting=Setting(period=period))


@pytest.mark.parametrize(
    ("lock_min", "lock_range"), [(2**32, 1), (0, 0), (0, 2**32), (2**256 - 1, 1)]
)
def test_a_lock_is_within_what_the_circuit_compares(lock_min: int, lock_range: int) -> None:
    with fails("rewards: lock out of bounds"):
        Town(setting=Setting(lock_min=lock_min, lock_range=lock_range))


@pytest.mark.parametrize(("lock_min", "lock_range"), [(0, 1), (2**32 - 1, 2**32 - 1)])
def test_any_other_lock_is_allowed(lock_min: int, lock_range: int) -> None:
    town = Town(setting=Setting(lock_min=lock_min, lock_range=lock_range))
    assert town.rewards.ask("lock_min") == lock_min
    assert town.rewards.ask("lock_range") == lock_range
    town.claim(RELAYER, [town.claim_of()])


def test_the_contracts_name_each_other(town: Town) -> None:
    transfers, blocks, claims = (verifier.address for verifier in town.verifiers)
    assert town.pool.ask("rewards") == town.rewards.address
    assert town.rewards.ask("pool") == town.pool.address
    assert town.rewards.ask("itx") == town.itx.address
    assert town.itx.ask("minter") == town.rewards.address
    assert town.relay.ask("pool") == town.pool.address
    assert town.relay.ask("rewards") == town.rewards.address
    assert town.pool.ask("transfer_verifier") == transfers
    assert town.pool.ask("block_verifier") == blocks
    assert town.rewards.ask("verifier") == claims
