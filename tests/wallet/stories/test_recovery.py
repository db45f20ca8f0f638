"""Everything local is gone: what signature and chain alone tell, and what a backup adds."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.networks import make_blocks_for_transactions_only
from tests.wallet.camp import Camp, camp, new_address
from tests.wallet.stories.telling import LONG_LOCKS
from winze.protocol import ETHER, EthAddress, PrivateAddress, Timestamp, Wei
from winze.wallet import (
    Backup,
    EntryKind,
    HistoryEntry,
    IntentState,
    Session,
    SessionState,
    Wallet,
)
from winze.wallet.actions import Proposal
from winze.wallet.sealing import COST
from winze.wallet.sessions.history import LOST_PAYMENT

pytestmark = pytest.mark.chain

TENTH = Wei(ETHER // 10)
LITTLE = Wei(ETHER // 100)
TEA = "for the tea"


async def handed_over(wallet: Wallet, proposal: Proposal) -> None:
    """Begin it, and carry on until it has left the machine."""
    intent = await wallet.begin(proposal)
    left = wallet.follow(intent, lambda newest: newest.state is not IntentState.PLANNED)
    async with aclosing(left):  # type: ignore[type-var]
        async for _ in left:
            pass


async def settled(wallet: Wallet) -> Wallet:
    """The wallet, once all that is its own can be spent."""
    while wallet.coming or any(
        each.block >= wallet.holdings.proved for each in wallet.holdings.spends
    ):
        await wallet.step()
        await asyncio.sleep(wallet.pace)
    return wallet


async def private_address(wallet: Wallet) -> PrivateAddress:
    return PrivateAddress.decode(wallet.address, wallet.network.address_prefix)


async def play(town: Camp, ann: Wallet, bob: Wallet, rewards: Sequence[EthAddress]) -> None:
    """Five sessions, of which one each is claimed, cancelled, promised, ready and locked."""
    await ann.carry_out(await ann.propose.deposit(Wei(TENTH)))
    for _ in range(3):
        await ann.begin(await ann.propose.mine(TENTH))
    for number in range(3):
        await ann.wait(number, SessionState.MINING, SessionState.READY)
    await town.skip(town.devnet.network.profile.lock_min + town.devnet.network.profile.lock_range)
    await ann.wait(0, SessionState.READY)
    await ann.withdraw(0, new_address(), rewards[0])
    await ann.wait(0, SessionState.COMPLETED)
    await settled(ann)
    await ann.carry_out(await ann.propose.move(0, LITTLE))
    await settled(ann)
    await ann.carry_out(await ann.propose.sweep(0))
    await settled(ann)
    await ann.carry_out(await ann.propose.send(LITTLE, await private_address(bob), TEA))
    await bob.carry_out(await bob.propose.deposit(LITTLE))
    await settled(bob)
    await bob.carry_out(await bob.propose.send(LITTLE // 2, await private_address(ann)))
    await settled(ann)
    tomorrow = Timestamp(ann.now + LONG_LOCKS.period)
    promise = await ann.propose.withdraw(1, new_address(), rewards[1], when=tomorrow)
    await handed_over(ann, promise)
    cancelled = await ann.mine(TENTH)
    await ann.wait(cancelled.number, SessionState.MINING)
    await settled(ann)
    await ann.carry_out(await ann.propose.cancel(cancelled.number, new_address()))
    await ann.wait(cancelled.number, SessionState.CANCELED)
    await ann.mine(Wei(ETHER))
    await ann.wait(4, SessionState.MINING)


async def stand_still(town: Camp, wallet: Wallet) -> None:
    """From now on nothing happens on the chain by itself; what happened is in proved blocks."""
    await settled(wallet)
    await make_blocks_for_transactions_only(town.devnet.w3)
    before = None
    while before != wallet.now:  # until its node has read the last block too
        before = wallet.now
        await asyncio.sleep(2)
        await wallet.sync()


def without_journal(entry: HistoryEntry) -> HistoryEntry:
    """How an entry reads once the journal is lost."""
    if entry.kind is not EntryKind.SEND or entry.session is not None:
        return entry
    return replace(entry, amount=None, fee=None, counterparty="", text="", lost=LOST_PAYMENT)


def by_number(sessions: Sequence[Session]) -> dict[int, Session]:
    return {each.number: each for each in sessions}


async def test_a_machine_is_lost_and_another_shows_the_same_but_for_what_the_chain_never_knew(
    tmp_path: Path,
) -> None:
    rewards = [new_address(), new_address()]
    async with (
        camp(tmp_path, LONG_LOCKS) as town,  # a cancellation takes less
        town.wallet("ann", 0) as ann,
        town.wallet("bob", 1) as bob,
    ):
        await play(town, ann, bob, rewards)
        await stand_still(town, ann)
        states = {each.number: each.state for each in ann.sessions()}
        assert states == {
            0: SessionState.COMPLETED,
            1: SessionState.WITHDRAWAL_PROCESSING,
            2: SessionState.READY,
            3: SessionState.CANCELED,
            4: SessionState.MINING,
        }
        await compare_without_journal(town, ann)
        await compare_with_backup(town, ann)


async def compare_without_journal(town: Camp, ann: Wallet) -> None:
    async with town.wallet("ann", 0, home="another") as found:
        assert found.now == ann.now
        assert found.address == ann.address
        assert (found.balance, found.coming) == (ann.balance, ann.coming)
        assert found.accounts() == ann.accounts()
        assert found.holdings == ann.holdings
        known, seen = by_number(ann.sessions()), by_number(found.sessions())
        promised, unpromised = known.pop(1), seen.pop(1)
        assert seen == known
        # What was handed over and is not executed, nobody but the journal and the relayer knows.
        assert unpromised.state is SessionState.READY
        assert (unpromised.amount, unpromised.maturity) == (promised.amount, promised.maturity)
        assert promised.rewards is not None
        assert unpromised.rewards is None
        assert found.history() == [without_journal(each) for each in ann.history()]
        assert any(each.lost == LOST_PAYMENT for each in found.history())
        assert any(each.text == TEA for each in ann.history())
        before, after = ann.portfolio(), found.portfolio()
        assert replace(after, ready=Wei(after.ready - TENTH)) == before


async def compare_with_backup(town: Camp, ann: Wallet) -> None:
    content = Backup.of(ann.identity, ann.network, ann.journal.intents()).sealed("secret", COST)
    async with town.wallet("ann", 0, home="a third") as restored:
        backup = Backup.opened(content, "secret")
        assert backup.identity == ann.identity
        assert backup.restore(restored.journal) == len(ann.journal.intents())
        await restored.sync()
        assert restored.sessions() == ann.sessions()
        assert restored.history() == ann.history()
        assert restored.portfolio() == ann.portfolio()
        assert restored.journal.intents() == ann.journal.intents()
