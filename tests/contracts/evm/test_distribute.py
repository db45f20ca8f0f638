"""`rewards.distribute`, and what a period issues.

the period      is over · is not · is before genesis · had no claims
a claim         was made in it · in another period · never · was minted, by this call or another
its number      is the first or the last of a storage word
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


def claimed_by(town: Town, *recipients: EthAddress, value: int = ETHER) -> list[int]:
    """Everybody named claims `value`; the period is over afterwards. Returns the claim ids."""
    claims = [town.claim_of(recipient=who, value=value) for who in recipients]
    town.claim(RELAYER, claims)
    town.wait(town.setting.period)
    return [claim.claim_id for claim in claims]


def many(town: Town, count: int) -> list[int]:
    """So many claims in one period, each for its own recipient; the period is over afterwards."""
    claims = [town.claim_of(recipient=EthAddress(f"0x{0xFACE00 + n:040x}")) for n in range(count)]
    for start in range(0, count, 16):
        town.claim(RELAYER, claims[start : start + 16])
    town.wait(town.setting.period)
    return [claim.claim_id for claim in claims]


def last(town: Town) -> int:
    """The period before this one."""
    return town.period - 1


def record(town: Town, claim_id: int) -> tuple[object, ...]:
    account, *rest = town.rewards.ask("record", claim_id)
    return (EthAddress(account), *rest)


# -- records -------------------------------------------------------------------------------------


def test_a_claim_is_recorded_with_its_place_in_the_period(town: Town) -> None:
    first, second = claimed_by(town, ALICE, BOB)
    (third,) = claimed_by(town, CAROL, value=10 * ETHER)
    period = last(town)
    assert record(town, first) == (ALICE, 4, period - 1, 0)
    assert record(town, second) == (BOB, 4, period - 1, 1)
    assert record(town, third) == (CAROL, 9, period, 0)
    assert record(town, 1) == (NOBODY, 0, 0, 0)


def test_a_claim_that_is_skipped_takes_no_number(town: Town) -> None:
    early = town.claim_of(not_before=2**256 - 1)
    made = town.claim_of()
    town.claim(RELAYER, [early, made])
    assert town.rewards.ask("record", made.claim_id)[3] == 0
    town.check()


def test_the_highest_address_is_recorded_whole(town: Town) -> None:
    highest = EthAddress("0x" + "ff" * 20)
    (claim_id,) = claimed_by(town, highest, value=100 * ETHER)
    assert record(town, claim_id) == (highest, 16, last(town), 0)
    town.distribute(BOB, last(town), [claim_id])
    assert town.itx.ask("balanceOf", highest) == town.rewards.ask("issuance", last(town))


def test_in_the_first_period_an_unknown_claim_is_unknown_too() -> None:
    """Everything about it is zero, and so is the period."""
    town = Town(now=DEFAULT.genesis + 1)
    claim_ids = claimed_by(town, ALICE)
    assert last(town) == 0
    assert town.distribute(BOB, 0, [12345]) == ()
    assert town.distribute(BOB, 0, claim_ids) == (Distributed(0, 0, 1),)
    assert town.rewards.ask("distributed", 12345) is False
    town.check()


# -- shares --------------------------------------------------------------------------------------


def test_one_who_claims_alone_gets_all_of_it(town: Town) -> None:
    claim_ids = claimed_by(town, ALICE)
    issued = town.rewards.ask("issuance", last(town))
    assert town.distribute(BOB, last(town), claim_ids) == (Distributed(last(town), 0, 1),)
    assert town.itx.ask("balanceOf", ALICE) == issued
    town.check()


def test_shares_follow_the_points(town: Town) -> None:
    claim_ids = claimed_by(town, ALICE, BOB, ALICE, CAROL)
    issued = town.rewards.ask("issuance", last(town))
    town.distribute(RELAYER, last(town), claim_ids)
    shares = [town.itx.ask("balanceOf", who) for who in (ALICE, BOB, CAROL)]
    assert shares == [2 * (issued // 4), issued // 4, issued // 4]


def test_fractions_are_never_minted(town: Town) -> None:
    claim_ids = claimed_by(town, ALICE, BOB, CAROL)
    issued = town.rewards.ask("issuance", last(town))
    assert issued % 3
    town.distribute(RELAYER, last(town), claim_ids)
    assert town.itx.ask("balanceOf", CAROL) == issued // 3
    assert town.itx.ask("totalSupply") == 3 * (issued // 3)


# -- when ----------------------------------------------------------------------------------------


def test_a_period_is_not_distributed_before_it_is_over(town: Town) -> None:
    period, claim = town.period, town.claim_of()
    town.claim(RELAYER, [claim])
    town.wait(town.setting.period - town.chain.now % town.setting.period - 1)
    for early in (period, period + 1, 2**256 - 1):
        with refused("rewards: period not over"):
            town.distribute(BOB, early, [claim.claim_id])
    town.wait(1)
    town.distribute(BOB, period, [claim.claim_id])


def test_before_genesis_nothing_is_distributed() -> None:
    town = Town(now=DEFAULT.genesis - 61)
    with refused("rewards: before genesis"):
        town.distribute(BOB, 0, [1])


def test_an_idle_period_mints_nothing(town: Town) -> None:
    with refused("rewards: no claims"):
        town.distribute(BOB, town.period - 1, [1])


def test_periods_are_distributed_in_any_order_however_late(town: Town) -> None:
    first, second = claimed_by(town, ALICE), claimed_by(town, ALICE, BOB)
    period = last(town)
    town.wait(10**8)
    town.distribute(CAROL, period, second[:1])
    town.distribute(CAROL, period - 1, first)
    town.distribute(CAROL, period, second[1:])
    town.check()


# -- whom ----------------------------------------------------------------------------------------


def test_a_claim_that_was_never_made_is_passed_over(town: Town) -> None:
    claim_ids = claimed_by(town, ALICE)
    assert town.distribute(BOB, last(town), [0, 1, 2**256 - 1]) == ()
    (event,) = town.distribute(BOB, last(town), [1, *claim_ids, 2])
    assert event == Distributed(last(town), 0, 1)


def test_a_claim_of_another_period_is_passed_over(town: Town) -> None:
    first, second = claimed_by(town, ALICE), claimed_by(town, BOB)
    period = last(town)
    assert town.distribute(CAROL, period, first) == ()
    assert town.distribute(CAROL, period - 1, second) == ()
    assert town.itx.ask("totalSupply") == 0
    town.distribute(CAROL, period, [*first, *second])
    assert town.itx.ask("balanceOf", ALICE) == 0
    town.check()


def test_a_claim_is_minted_once(town: Town) -> None:
    alices, bobs = claimed_by(town, ALICE, BOB)
    issued = town.rewards.ask("issuance", last(town))
    town.distribute(CAROL, last(town), [alices, alices])
    assert town.distribute(CAROL, last(town), [alices]) == ()
    assert town.itx.ask("balanceOf", ALICE) == issued // 2
    assert town.rewards.ask("distributed", alices) is True
    assert town.rewards.ask("distributed", bobs) is False
    town.check()


def test_two_distributors_may_overlap(town: Town) -> None:
    a, b, c, d = claimed_by(town, ALICE, BOB, CAROL, RELAYER)
    issued = town.rewards.ask("issuance", last(town))
    town.distribute(ALICE, last(town), [a, b])
    assert town.distribute(BOB, last(town), [b, c, d, a]) == (Distributed(last(town), 0, 0b1100),)
    for who in (ALICE, BOB, CAROL, RELAYER):
        assert town.itx.ask("balanceOf", who) == issued // 4
    town.check()


def test_nobody_is_minted_without_claims(town: Town) -> None:
    claimed_by(town, ALICE)
    assert town.distribute(BOB, last(town), []) == ()


def test_sixty_four_claims_are_minted_at_once(town: Town) -> None:
    claim_ids = many(town, 65)
    with fails(NO_WORDS):
        town.rewards.call("distribute", last(town), claim_ids)
    assert town.distribute(BOB, last(town), claim_ids[:64]) == (
        Distributed(last(town), 0, 2**64 - 1),
    )
    assert town.distribute(BOB, last(town), claim_ids[64:]) == (
        Distributed(last(town), 0, 1 << 64),
    )
    town.check()


def test_the_257th_claim_is_marked_in_a_word_of_its_own(town: Town) -> None:
    claim_ids = many(town, 258)
    period = last(town)
    assert town.distribute(BOB, period, claim_ids[255:]) == (
        Distributed(period, 0, 1 << 255),
        Distributed(period, 1, 0b11),
    )
    assert town.distribute(BOB, period, [claim_ids[257], claim_ids[0], claim_ids[256]]) == (
        Distributed(period, 0, 1),
    )
    assert town.distribute(BOB, period, [claim_ids[1], claim_ids[256], claim_ids[2]]) == (
        Distributed(period, 0, 0b10),
        Distributed(period, 0, 0b100),
    )
    marked = [town.rewards.ask("distributed", claim_id) for claim_id in claim_ids[:4]]
    assert marked == [True, True, True, False]
    issued = town.rewards.ask("issuance", period)
    assert town.itx.ask("totalSupply") == 6 * (issued // 258)


def test_a_period_after_the_last_phase_mints_nothing() -> None:
    town = Town(setting=DAILY, now=GENESIS + 2032 * DAY)
    claim_ids = claimed_by(town, ALICE)
    assert town.distribute(BOB, last(town), claim_ids) == (Distributed(last(town), 0, 1),)
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
