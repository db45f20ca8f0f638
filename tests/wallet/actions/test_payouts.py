"""What a recipient refused is paid out by whoever sends it, and never elsewhere."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.node.town import Town, paid, town
from tests.wallet.actions.harbour import SEED, STRANGER, WALLET, KeyConnection, Killed
from winze.contracts import eth_balance, request
from winze.devnet import deploy_refuser, funded_account
from winze.protocol import EthAddress, Wei
from winze.wallet import Holdings, Intent, IntentState, Journal
from winze.wallet.actions import Payouts, Sending
from winze.wallet.actions.sending import REPLACED
from winze.wallet.errors import PayoutRefused

pytestmark = pytest.mark.chain

WAITING: Final = Wei(10**15)
OWN: Final = EthAddress(funded_account(WALLET).address)
ELSEWHERE: Final = EthAddress("0x" + "0c" * 20)
REFUSES: Final = "0x60006000fd"


@dataclass
class Window:
    """Where payouts are asked for."""

    there: Town
    folder: Path

    def payouts(self, index: int = WALLET, dies: str = "") -> Payouts:
        """A wallet that has just started."""
        chain = self.there.chain
        connection, journal = KeyConnection(chain, index, dies), self.journal()
        sending = Sending(chain.w3, chain.network.profile, connection, journal)
        return Payouts(chain.pool, connection, journal, sending=sending)

    def journal(self) -> Journal:
        """The journal, opened anew."""
        return Journal(self.folder / "journal", SEED)

    async def holdings(self, *accounts: EthAddress) -> Holdings:
        """What the chain tells now of these accounts."""
        pool = self.there.chain.pool
        waits = {each: await pool.withdrawable(each) for each in accounts}
        return Holdings(
            now=await self.there.now(),
            proved=1,
            times={},
            maturities={},
            notes=(),
            spends=(),
            claims={},
            withdrawable={each: amount for each, amount in waits.items() if amount},
        )

    async def refuse(self, account: EthAddress) -> None:
        """Pay somebody who refuses just now, and accepts later."""
        w3 = self.there.chain.w3
        await request(w3, "refusing", "anvil_setCode", account, REFUSES)
        await self.there.execute(paid(recipient=account, amount=int(WAITING)))
        await request(w3, "accepting", "anvil_setCode", account, "0x")

    async def carried(self, payouts: Payouts, intent: Intent, account: EthAddress) -> Intent:
        """Advance until it is over."""
        for _ in range(12):
            intent = await payouts.advance(intent, await self.holdings(account))
            if intent.state.over:
                return intent
            await self.there.chain.clock.mine()
        raise AssertionError(intent)


@pytest.fixture
async def window(tmp_path: Path) -> AsyncIterator[Window]:
    async with town(tmp_path) as there:
        yield Window(there, tmp_path)


async def test_it_is_paid_to_whom_it_waits_for_by_anybodys_key(window: Window) -> None:
    await window.refuse(ELSEWHERE)
    for index in (WALLET, STRANGER):
        plan = window.payouts(index).plan(ELSEWHERE, await window.holdings(ELSEWHERE))
        assert (plan.amount, plan.recipient) == (WAITING, ELSEWHERE)
    payouts = window.payouts(STRANGER)
    intent = plan
    intent = await window.carried(payouts, intent, ELSEWHERE)
    assert intent.state is IntentState.DONE
    assert window.journal().get(intent.id) == intent
    assert await eth_balance(window.there.chain.w3, ELSEWHERE) == WAITING


async def test_only_the_account_itself_sends_it_elsewhere(window: Window) -> None:
    await window.refuse(OWN)
    holdings = await window.holdings(OWN, ELSEWHERE)
    with pytest.raises(PayoutRefused, match="only if"):
        window.payouts(STRANGER).plan(OWN, holdings, ELSEWHERE)
    with pytest.raises(PayoutRefused, match="zero address"):
        window.payouts().plan(OWN, holdings, EthAddress.zero())
    with pytest.raises(PayoutRefused, match="nothing waits"):
        window.payouts().plan(ELSEWHERE, holdings)
    payouts = window.payouts()
    plan = payouts.plan(OWN, holdings, ELSEWHERE)
    intent = await window.carried(payouts, plan, OWN)
    assert intent.state is IntentState.DONE
    assert await eth_balance(window.there.chain.w3, ELSEWHERE) == WAITING


async def test_who_still_refuses_is_told_and_nothing_is_sent(window: Window) -> None:
    refuser = (await deploy_refuser(window.there.chain.sender(3))).address
    await window.there.execute(paid(recipient=refuser, amount=5))
    payouts = window.payouts()
    plan = payouts.plan(refuser, await window.holdings(refuser))
    intent = await window.carried(payouts, plan, refuser)
    assert intent.state is IntentState.FAILED
    assert "payment refused" in intent.reason
    assert await window.there.chain.nonce(OWN) == 0


async def test_killed_at_any_point_it_is_paid_once(window: Window) -> None:
    for number, dies in enumerate(("before preparing", "prepared", "before sending", "sent"), 1):
        await window.refuse(ELSEWHERE)
        payouts = window.payouts(dies=dies)
        intent = payouts.plan(ELSEWHERE, await window.holdings(ELSEWHERE))
        payouts._journal.put(intent)
        with pytest.raises(Killed):
            await payouts.advance(intent, await window.holdings(ELSEWHERE))
        again = window.payouts(STRANGER)  # whoever is connected then, the first key's is sent
        left = again._journal.get(intent.id)
        assert left is not None
        intent = await window.carried(again, left, ELSEWHERE)
        assert intent.state is IntentState.DONE
        assert await eth_balance(window.there.chain.w3, ELSEWHERE) == number * WAITING


async def test_what_somebody_else_had_paid_out_is_done(window: Window) -> None:
    await window.refuse(ELSEWHERE)
    payouts = window.payouts()
    intent = payouts.plan(ELSEWHERE, await window.holdings(ELSEWHERE))
    await window.there.send(window.there.chain.pool.withdraw(ELSEWHERE, ELSEWHERE))
    intent = await window.carried(payouts, intent, ELSEWHERE)
    assert (intent.state, intent.transactions) == (IntentState.DONE, ())


async def test_a_nonce_that_was_used_otherwise_ends_it(window: Window) -> None:
    await window.refuse(ELSEWHERE)
    payouts = window.payouts(dies="before sending")
    intent = payouts.plan(ELSEWHERE, await window.holdings(ELSEWHERE))
    with pytest.raises(Killed):
        await payouts.advance(intent, await window.holdings(ELSEWHERE))
    deposit = window.there.chain.pool.deposit(SEED.main.owner, Wei(5), mine=False)
    await window.there.send(deposit, WALLET)
    intent = await window.carried(window.payouts(), intent, ELSEWHERE)
    assert (intent.state, intent.reason) == (IntentState.FAILED, REPLACED)
    assert await window.there.chain.pool.withdrawable(ELSEWHERE) == WAITING
