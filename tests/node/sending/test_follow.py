"""Seeing a job into a confirmed block: repeated, replaced, displaced, refused, restarted."""

from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account
from prometheus_client import generate_latest

from tests.contracts.refuse import deploy_refuse
from tests.node.sending.desk import CALM, HASTY, KEY, PAYEE, desk, following, paying, soon
from winze.contracts import GWEI, FeePolicy, request
from winze.devnet import set_balance
from winze.node.errors import JobOfAnotherKey
from winze.node.sending import JobState, JobStore, Outbox
from winze.protocol import ETHER, EthAddress, Wei

pytestmark = pytest.mark.chain


async def test_a_job_that_is_in_a_block_is_done_and_says_where(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        job = await there.done(there.outbox())
        versions = there.store().versions(job)
        assert (job.state, job.reason) == (JobState.DONE, None)
        assert job.transaction == versions[0].transaction
        assert job.chain_block == await there.chain.clock.height()
        assert await there.paid() == 1
        counted = generate_latest(there.metrics.registry).decode()
        assert 'winze_transactions_total{action="paying",state="done"} 1.0' in counted


@pytest.mark.parametrize("confirmations", [1, 3])
async def test_it_is_settled_at_the_confirmations_asked_for_and_not_one_block_earlier(
    tmp_path: Path, confirmations: int
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox(replace(CALM, confirmations=confirmations))
        job = await outbox.prepare("job", paying())
        await outbox.broadcast(job)
        await soon(lambda: _included(there.paid()))
        if confirmations > 1:
            await there.chain.clock.mine(confirmations - 1)
        assert not await outbox._look(job)
        assert there.store().job(job.id).state is JobState.SENT
        await there.chain.clock.mine()
        assert await outbox._look(job)
        assert there.store().job(job.id).state is JobState.DONE


async def _included(paid: object) -> bool:
    return await paid == 1  # type: ignore[misc]


async def test_what_was_prepared_is_sent_by_a_restarted_node_that_never_broadcast_it(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        job = await there.outbox().prepare("job", paying())
        settled = await there.outbox().follow(job)
        assert settled.state is JobState.DONE
        assert await there.paid() == 1


async def test_what_was_broadcast_twice_happens_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        job = await there.outbox().prepare("job", paying())
        await there.outbox().broadcast(job)
        again = there.outbox()
        await again.broadcast_number(job.id)
        await again.follow_number(job.id)
        assert await there.paid() == 1
        assert there.store().job(job.id).state is JobState.DONE


async def test_a_settled_job_is_followed_again_without_harm(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        job = await there.done(there.outbox())
        assert await there.outbox().follow(job) == job
        assert len(there.store().versions(job)) == 1


async def test_what_the_chain_lost_is_repeated_unchanged(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox()
        job = await outbox.prepare("job", paying())
        await outbox.broadcast(job)
        transaction = await outbox.transaction(job)
        await there.drop(transaction)
        assert not await there.waits(transaction)
        async with following(outbox, job) as task:
            await soon(lambda: there.waits(transaction))
            await there.chain.clock.mine()
            assert (await task).transaction == transaction
        assert len(there.store().versions(job)) == 1


async def test_what_is_stuck_is_replaced_under_the_same_nonce_by_what_pays_more(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox(HASTY)
        job = await outbox.prepare("job", paying())
        await outbox.broadcast(job)
        async with following(outbox, job) as task:
            await soon(lambda: _count(there.store(), job.id, 2))
            await soon(lambda: there.waits(there.store().versions(job)[1].transaction))
            await there.chain.clock.mine()
            settled = await task
        first, second = there.store().versions(job)[:2]
        assert second.fees.most * 100 >= first.fees.most * 110
        assert second.fees.tip * 100 >= first.fees.tip * 110
        assert settled.transaction != first.transaction
        assert await there.chain.nonce(outbox.address) == 1
        assert await there.paid() == 1


async def _count(store: JobStore, number: int, least: int) -> bool:
    return len(store.versions(store.job(number))) >= least


async def test_whichever_version_the_chain_took_settles_the_job(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox(HASTY)
        job = await outbox.prepare("job", paying())
        first = await outbox.transaction(job)
        await outbox.broadcast(job)
        await there.chain.clock.mine()
        # A node that died between storing the dearer version and sending it.
        dearer = await outbox._signer.dearer(there.store().versions(job)[0].fees)
        there.store().add_version(job, outbox._signer.version(job.call, 0, job.gas, dearer))
        settled = await there.outbox().follow(job)
        assert settled.transaction == first
        assert await there.paid() == 1


async def test_a_version_that_was_stored_and_not_sent_is_sent_after_a_restart(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox()
        job = await outbox.prepare("job", paying())
        await outbox.broadcast(job)
        dearer = await outbox._signer.dearer(there.store().versions(job)[0].fees)
        version = outbox._signer.version(job.call, 0, job.gas, dearer)
        there.store().add_version(job, version)
        again = there.outbox()
        async with following(again, job) as task:
            await soon(lambda: there.waits(version.transaction))
            await there.chain.clock.mine()
            assert (await task).transaction == version.transaction


@pytest.mark.parametrize(("room", "versions"), [(0, 2), (-1, 1)])
async def test_a_replacement_is_made_up_to_the_ceiling_and_not_beyond(
    tmp_path: Path, room: int, versions: int
) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox()
        job = await outbox.prepare("job", paying())
        await outbox.broadcast(job)
        dearer = await outbox._signer.dearer(there.store().versions(job)[0].fees)
        ceiling = FeePolicy(ceiling=dearer.most + room)
        stingy = there.outbox(HASTY, fees=ceiling)
        for _ in range(3):
            assert not await stingy._look(job)
        found = there.store().versions(job)
        assert len(found) == versions
        assert all(each.fees.most <= ceiling.ceiling for each in found)
        await there.chain.clock.mine()
        assert (await stingy.follow(job)).state is JobState.DONE


async def test_a_spike_of_fees_is_waited_out_with_what_was_sent(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox(HASTY, fees=FeePolicy(ceiling=4 * GWEI))
        job = await outbox.prepare("job", paying())
        await there.chain.hold()
        await request(there.chain.w3, "", "anvil_setNextBlockBaseFeePerGas", hex(50 * GWEI))
        await there.chain.clock.mine()
        await outbox.broadcast(job)
        async with following(outbox, job) as task:
            await there.chain.clock.mine()
            assert await there.paid() == 0
            await request(there.chain.w3, "", "anvil_setNextBlockBaseFeePerGas", hex(GWEI))
            await there.chain.clock.mine()
            await there.chain.let_go()
            assert (await task).state is JobState.DONE
        assert all(each.fees.most <= 4 * GWEI for each in there.store().versions(job))


async def test_a_key_without_funds_sends_as_soon_as_it_has_some(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        key = Account.from_key(b"\x07" * 32)
        account = EthAddress(key.address)
        outbox = there.outbox_of(key)
        job = await outbox.prepare("job", paying(0))
        await outbox.broadcast(job)
        assert await there.chain.nonce(account) == 0
        await set_balance(there.chain.w3, account, Wei(ETHER))
        assert (await outbox.follow(job)).state is JobState.DONE


async def test_a_refusal_in_the_block_is_recorded_with_its_reason(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        refuse = await deploy_refuse(there.chain)
        outbox = there.outbox()
        job = await outbox.prepare("job", refuse.call("once"))
        await there.chain.force(refuse.call("once"), sender=2)
        await outbox.broadcast(job)
        settled = await outbox.follow(job)
        assert (settled.state, settled.reason) == (JobState.REVERTED, "refuse: used")
        assert settled.transaction == await outbox.transaction(job)
        assert (await outbox.prepare("next", paying())).nonce == 1


async def test_a_foreign_transaction_that_took_the_nonce_displaces_the_job(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        job = await outbox.prepare("job", paying())
        await there.foreign(job.nonce)
        settled = await outbox.follow(job)
        assert (settled.state, settled.transaction, settled.chain_block) == (
            JobState.DISPLACED,
            None,
            None,
        )
        assert settled.reason
        again = await there.done(outbox)
        assert (again.state, again.nonce) == (JobState.DONE, 1)
        assert await there.paid() == 5 + 1
        assert await outbox.latest("job") == again


async def test_a_nonce_is_lost_at_the_confirmations_asked_for_and_not_one_block_earlier(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox(replace(CALM, confirmations=2))
        job = await outbox.prepare("job", paying())
        await there.foreign(job.nonce)
        await there.chain.clock.mine()
        assert not await outbox._look(job)
        await there.chain.clock.mine()
        assert await outbox._look(job)
        assert there.store().job(job.id).state is JobState.DISPLACED


async def test_a_foreign_transaction_that_a_reorganisation_takes_back_displaces_nothing(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox(replace(CALM, confirmations=2))
        job = await outbox.prepare("job", paying())
        await there.foreign(job.nonce)
        assert not await outbox._look(job)
        await there.chain.clock.reorganise(1)
        await outbox.broadcast(job)
        await there.chain.clock.mine(3)
        assert (await outbox.follow(job)).state is JobState.DONE
        assert await there.paid() == 1


async def test_what_a_reorganisation_took_back_before_it_was_settled_is_sent_again(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox(replace(CALM, confirmations=2))
        job = await outbox.prepare("job", paying())
        await outbox.broadcast(job)
        await there.chain.clock.mine()
        assert not await outbox._look(job)
        await there.chain.clock.reorganise(2)
        assert await there.paid() == 0
        assert not await outbox._look(job)
        await soon(lambda: _included(there.paid()))
        await there.chain.clock.mine(2)
        settled = await outbox.follow(job)
        assert settled.state is JobState.DONE
        assert await there.chain.nonce(outbox.address) == 1


async def test_the_job_of_a_key_that_was_changed_is_not_followed_with_another(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        job = await there.outbox(key=KEY).prepare("job", paying())
        new = there.outbox(HASTY, key=KEY + 1)
        with pytest.raises(JobOfAnotherKey, match=str(job.account)):
            await new.follow(job)
        assert len(there.store().versions(job)) == 1
        assert await there.paid(PAYEE) == 0


async def test_jobs_that_nobody_follows_are_told(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox()
        jobs = [await outbox.prepare(f"job-{n}", paying()) for n in range(2)]
        assert await outbox.forsaken() == []  # who prepared them follows them soon
        outbox = there.outbox()
        assert await outbox.forsaken() == jobs
        async with following(outbox, jobs[0]):
            await soon(lambda: _only(outbox, jobs[1].id))
        assert await outbox.forsaken() == jobs
        for job in jobs:
            await outbox.broadcast(job)
        await there.chain.clock.mine()
        for job in jobs:
            await outbox.follow(job)
        assert await outbox.forsaken() == []


async def _only(outbox: Outbox, number: int) -> bool:
    return [job.id for job in await outbox.forsaken()] == [number]


async def test_nothing_is_remembered_of_what_is_settled(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox()
        done, displaced = [await outbox.prepare(name, paying()) for name in ("done", "displaced")]
        await outbox.broadcast(done)
        await there.foreign(displaced.nonce)
        assert [await outbox._look(job) for job in (done, displaced)] == [False, False]
        assert outbox._since
        await there.chain.clock.mine()
        assert [await outbox._look(job) for job in (done, displaced)] == [True, True]
        assert not outbox._since
