"""ITX of a closed day is sent by whoever asks for it, with that of the claims beside one's own."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.node.relaying.requests import GOOD, claim
from tests.node.town import Town, town
from tests.wallet.actions.books import REWARDS, Books, happened
from tests.wallet.actions.harbour import SEED, STRANGER, WALLET, KeyConnection, Killed
from winze.contracts import DISTRIBUTED_AT_ONCE, ItxToken
from winze.protocol import (
    ETHER,
    Field,
    Itx,
    Period,
    Points,
    Timestamp,
    Wei,
    period_at,
    period_start,
)
from winze.wallet import Holdings, Intent, IntentState, Journal, NotPossible, OwnClaim
from winze.wallet.actions import Distributions, Sending
from winze.wallet.actions.sending import REPLACED

pytestmark = pytest.mark.chain

ROW = DISTRIBUTED_AT_ONCE


@dataclass
class Mint:
    """Where ITX is sent from."""

    there: Town
    folder: Path
    period: Period = Period(0)  # noqa: RUF009 - immutable
    """In which the own claim counts."""

    def __post_init__(self) -> None:
        self.books = Books(seed=SEED)
        self.own = self.books.mined()

    def distributions(self, index: int = WALLET, dies: str = "") -> Distributions:
        """A wallet that has just started."""
        chain, journal = self.there.chain, self.journal()
        connection = KeyConnection(chain, index, dies)
        return Distributions(
            chain.network,
            chain.rewards,
            journal,
            unminted=self.unminted,
            sending=Sending(chain.w3, chain.network.profile, connection, journal),
        )

    def journal(self) -> Journal:
        """The journal, opened anew."""
        return Journal(self.folder / "journal", SEED)

    def unminted(self, period: Period) -> Sequence[Field]:
        """As the wallet's view has it."""
        return self.there.index.unminted(Period(period + 1)).get(period, ())

    async def claims(self, before: int = 0, after: int = 0) -> None:
        """The own claim counts, and so many others before and after it."""
        network = self.there.chain.network
        today = period_at(await self.there.now(), network.genesis, network.profile.period)
        self.period = Period(today + 1)
        await self.there.chain.clock.advance_to(
            period_start(self.period, network.genesis, network.profile.period)
        )
        made = [claim() for _ in range(before + 1 + after)]
        made[before] = claim(claim_id=int(self.own.claim_id), recipient=REWARDS)
        for start in range(0, len(made), 16):
            some = made[start : start + 16]
            await self.there.send(self.there.chain.rewards.claim(some, [GOOD] * len(some)))

    async def close(self, early: int = 0) -> None:
        """The day ends, or all of it but some seconds."""
        network = self.there.chain.network
        after = Period(self.period + 1)
        end = period_start(after, network.genesis, network.profile.period)
        await self.there.chain.clock.advance_to(Timestamp(end - early))

    async def holdings(self) -> Holdings:
        """What the chain tells now."""
        await self.there.follower.sync()
        chain, claim_id = self.there.chain, self.own.claim_id
        minted = happened() if await chain.rewards.distributed(claim_id) else None
        earned = Points(1)
        made = OwnClaim(claim_id, REWARDS, self.period, earned, earned, minted, happened())
        told = replace(self.books.holdings, now=await self.there.now())
        return replace(told, claims={claim_id: made})

    async def sent(self) -> Itx:
        """What the rewards address got."""
        chain = self.there.chain
        return await ItxToken(chain.w3, chain.network.itx).balance_of(REWARDS)

    async def carried(self, distributions: Distributions, intent: Intent) -> Intent:
        """Advance until it is over."""
        for _ in range(12):
            intent = await distributions.advance(intent, await self.holdings())
            if intent.state.over:
                return intent
            await self.there.chain.clock.mine()
        raise AssertionError(intent)


@pytest.fixture
async def mint(tmp_path: Path) -> AsyncIterator[Mint]:
    async with town(tmp_path) as there:
        yield Mint(there, tmp_path)


async def test_it_can_be_sent_from_the_second_on_in_which_the_day_is_over(mint: Mint) -> None:
    await mint.claims()
    await mint.close(early=1)
    with pytest.raises(NotPossible, match="not over"):
        mint.distributions().plan(0, await mint.holdings())
    await mint.there.chain.clock.mine()
    distributions = mint.distributions()
    plan = distributions.plan(0, await mint.holdings())
    assert (plan.account, plan.recipient, plan.relayed) == (0, REWARDS, False)
    done = await mint.carried(distributions, plan)
    assert done.state is IntentState.DONE
    assert mint.journal().get(done.id) == done
    assert await mint.sent() > 0
    with pytest.raises(NotPossible, match="sent already"):
        distributions.plan(0, await mint.holdings())
    with pytest.raises(NotPossible, match="not claimed"):
        distributions.plan(1, await mint.holdings())


@pytest.mark.parametrize(
    ("before", "after", "first", "count"),
    [(1, 1, 0, 3), (ROW - 1, 1, 0, ROW), (ROW, 1, ROW, 2)],
)
async def test_the_claims_of_its_row_are_sent_with_it(
    mint: Mint, before: int, after: int, first: int, count: int
) -> None:
    await mint.claims(before, after)
    await mint.close()
    everybody = mint.unminted(mint.period)
    distributions = mint.distributions()
    plan, holdings = distributions.plan(0, await mint.holdings()), await mint.holdings()
    among = distributions.among(plan, holdings)
    assert among == everybody[first : first + count]
    assert mint.own.claim_id in among
    await mint.carried(distributions, plan)
    rewards = mint.there.chain.rewards
    assert [each for each in everybody if await rewards.distributed(each)] == list(among)


async def test_what_somebody_else_had_sent_is_done(mint: Mint) -> None:
    await mint.claims()
    await mint.close()
    distributions = mint.distributions()
    plan = distributions.plan(0, await mint.holdings())
    rewards = mint.there.chain.rewards
    await mint.there.send(rewards.distribute(mint.period, [mint.own.claim_id]))
    done = await mint.carried(distributions, plan)
    assert (done.state, done.transactions) == (IntentState.DONE, ())


async def test_a_claim_that_the_chain_has_taken_back_is_waited_for(mint: Mint) -> None:
    await mint.claims()
    await mint.close()
    distributions, known = mint.distributions(), await mint.holdings()
    plan = distributions.plan(0, known)
    waits = await distributions.advance(plan, replace(known, claims={}))
    assert (waits.state, waits.transactions) == (IntentState.PLANNED, ())
    assert "taken back" in waits.reason
    assert (await mint.carried(distributions, waits)).state is IntentState.DONE


@pytest.mark.parametrize("dies", ["before preparing", "prepared", "before sending", "sent"])
async def test_killed_at_any_point_it_is_sent_once(mint: Mint, dies: str) -> None:
    await mint.claims(before=1)
    await mint.close()
    distributions = mint.distributions(dies=dies)
    plan = distributions.plan(0, await mint.holdings())
    distributions._journal.put(plan)
    with pytest.raises(Killed):
        await distributions.advance(plan, await mint.holdings())
    left = mint.journal().get(plan.id)
    assert left is not None
    done = await mint.carried(mint.distributions(STRANGER), left)  # whoever is connected then
    assert done.state is IntentState.DONE
    assert await mint.sent() > 0


async def test_a_nonce_that_was_used_otherwise_ends_it_and_nothing_is_sent(mint: Mint) -> None:
    await mint.claims()
    await mint.close()
    distributions = mint.distributions(dies="before sending")
    plan = distributions.plan(0, await mint.holdings())
    with pytest.raises(Killed):
        await distributions.advance(plan, await mint.holdings())
    deposit = mint.there.chain.pool.deposit(Field(9), Wei(ETHER), mine=False)
    await mint.there.send(deposit, WALLET)
    over = await mint.carried(mint.distributions(), plan)
    assert (over.state, over.reason) == (IntentState.FAILED, REPLACED)
    assert await mint.sent() == 0
