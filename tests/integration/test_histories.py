"""The same random histories through the protocol's models and through the contracts, with real
proofs, on a private chain: at the end both have, and every wallet finds, the same."""

import pytest

from tests.integration.agreement import (
    assert_ledgers_agree,
    assert_maturities_agree,
    assert_points_agree,
    assert_recovered,
    assert_values_agree,
)
from tests.integration.history import History
from tests.integration.town import Town
from tests.networks import network
from winze.contracts import eth_balance
from winze.protocol import DEV, FAST, Profile

pytestmark = pytest.mark.chain


async def agree_on_a_history(profile: Profile, seed: int, rounds: int) -> Town:
    """Play a history, and hold everything that is left of it against each other."""
    async with network(profile) as devnet:
        town = Town(devnet)
        before = await eth_balance(devnet.w3, town.relayer.address)
        history = await History.begin(town, seed)
        await history.play(rounds)
        print(f"seed {seed}: {', '.join(history.played)}; {dict(town.seen)}")
        await assert_ledgers_agree(town)
        await assert_points_agree(town, history)
        await history.close()
        await assert_points_agree(town, history)
        await assert_values_agree(town, history, before)
        follower = town.fresh_follower()
        await follower.sync()
        for person in history.people:
            await assert_maturities_agree(town, person)
            await assert_recovered(town, person, follower)
        return town


async def test_contracts_and_protocol_agree_on_a_history() -> None:
    town = await agree_on_a_history(FAST, seed=1, rounds=3)
    # A history in which little happens would show little.
    for kind in ("Deposited", "Transferred", "Skipped", "Unpaid", "Withdrawn", "Claimed"):
        assert town.seen[kind], f"{kind} never happened: {town.seen}"
    assert town.seen["Distributed"]


@pytest.mark.long
@pytest.mark.parametrize("profile", [DEV, FAST], ids=lambda profile: profile.name)
@pytest.mark.parametrize("seed", [2, 3, 4])
async def test_contracts_and_protocol_agree_on_long_histories(profile: Profile, seed: int) -> None:
    town = await agree_on_a_history(profile, seed, rounds=10)
    assert town.seen["ClaimSkipped"] or town.seen["Claimed"] > 1
