"""What a reorganisation, or a lost database, took from a key: brought back, or its nonce used."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from tests.contracts.refuse import deploy_refuse
from tests.node.sending.desk import CALM, HASTY, Desk, desk, paying
from winze.contracts import FeePolicy
from winze.node.database import writing
from winze.node.errors import OutboxBehind
from winze.node.sending import Job, JobState, Outbox
from winze.node.sending.tables import jobs, versions

pytestmark = pytest.mark.chain


async def test_where_nothing_is_missing_nothing_is_done(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        await outbox.heal()
        job = await there.done(outbox)
        await outbox.heal()
        waiting = await outbox.prepare("next", paying())
        await outbox.heal()
        assert there.store().unsettled() == [waiting]
        assert len(there.store().versions(job)) == 1


async def test_a_settled_job_that_was_taken_back_is_done_again_under_its_own_nonce(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        job = await there.done(outbox)
        await there.chain.clock.reorganise(1)
        assert await there.paid() == 0
        await outbox.heal()
        reopened = there.store().job(job.id)
        assert (reopened.state, reopened.nonce, reopened.transaction) == (JobState.SENT, 0, None)
        assert await outbox.forsaken() == [reopened]
        settled = await outbox.follow(reopened)
        assert (settled.state, settled.transaction) == (JobState.DONE, job.transaction)
        assert await there.paid() == 1
        assert await there.chain.nonce(outbox.address) == 1


async def test_several_that_were_taken_back_come_back_in_their_order(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        done = [await there.done(outbox, f"job-{n}", value=n) for n in (1, 2, 3)]
        await there.chain.clock.reorganise(3)
        for job in done:
            await outbox.heal()
            assert (await there.outbox().follow(job)).state is JobState.DONE
        await outbox.heal()
        assert await there.paid() == 1 + 2 + 3
        assert await there.chain.nonce(outbox.address) == 3


async def test_a_node_that_died_after_a_reorganisation_heals_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        job = await there.done(there.outbox())
        await there.chain.clock.reorganise(1)
        again = there.outbox()
        with pytest.raises(OutboxBehind):
            await again.prepare("next", paying())
        await again.heal()
        assert (await again.follow(job)).state is JobState.DONE
        assert (await again.prepare("next", paying())).nonce == 1


async def test_a_node_that_died_while_it_healed_goes_on(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        job = await there.done(outbox)
        await there.chain.clock.reorganise(1)
        there.store().reopen(job)  # and the end of the process, before anything was sent
        again = there.outbox()
        await again.heal()
        assert await again.forsaken() == [there.store().job(job.id)]
        assert (await again.follow(job)).state is JobState.DONE
        assert await there.paid() == 1


async def test_a_job_that_makes_no_sense_any_more_becomes_one_that_does_nothing(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        refuse = await deploy_refuse(there.chain)
        outbox = there.outbox()
        job = await outbox.prepare("job", refuse.call("once"))
        await outbox.broadcast(job)
        job = await outbox.follow(job)
        await there.chain.clock.reorganise(1)
        await there.chain.force(refuse.call("once"), sender=2)
        await outbox.heal()
        settled = await there.outbox().follow(job)
        assert settled.state is JobState.REVERTED
        assert settled.reason is not None
        assert "could not be made again" in settled.reason
        made = there.store().versions(job)
        assert [each.cancels for each in made] == [False, True]
        assert made[1].fees.most * 100 >= made[0].fees.most * 110
        assert settled.transaction == made[1].transaction
        assert (await outbox.prepare("next", paying())).nonce == 1


async def test_a_canceled_job_that_was_taken_back_stays_canceled(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        refuse = await deploy_refuse(there.chain)
        outbox = there.outbox()
        job = await outbox.prepare("job", refuse.call("once"))
        await outbox.broadcast(job)
        job = await outbox.follow(job)
        await there.chain.clock.reorganise(1)
        await there.chain.force(refuse.call("once"), sender=2)
        for _ in range(2):
            await outbox.heal()
            job = await outbox.follow(job)
            assert job.state is JobState.REVERTED
            await there.chain.clock.reorganise(1)
        assert [each.cancels for each in there.store().versions(job)] == [False, True]


async def test_what_replaces_a_canceled_version_does_nothing_either(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox(HASTY)
        job, _ = await _displaced(there, outbox)
        await there.chain.hold()
        await outbox.heal()
        for _ in range(2):
            assert not await outbox._look(job)
        cancels = [each.cancels for each in there.store().versions(job)]
        assert len(cancels) > 2
        assert cancels == [False] + [True] * (len(cancels) - 1)
        await there.chain.clock.mine()
        assert (await outbox.follow(job)).state is JobState.REVERTED
        assert await there.paid() == 0


async def test_the_nonce_of_a_foreign_transaction_that_was_taken_back_is_used_for_nothing(
    tmp_path: Path,
) -> None:
    """The displaced job has been done by another one meanwhile, and must not be done twice."""
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        job, again = await _displaced(there, outbox)
        await outbox.heal()
        assert (await outbox.follow(job)).state is JobState.REVERTED
        await outbox.heal()
        assert (await outbox.follow(again)).state is JobState.DONE
        assert await there.paid() == 1


async def _displaced(there: Desk, outbox: Outbox) -> tuple[Job, Job]:
    """A job whose nonce was taken, and the one in its place; then the chain takes back all."""
    job = await outbox.prepare("job", paying())
    await there.foreign(job.nonce)
    job = await outbox.follow(job)
    assert job.state is JobState.DISPLACED
    again = await there.done(outbox)
    await there.chain.clock.reorganise(2)
    assert await there.paid() == 0
    return job, again


async def test_a_hole_that_a_lost_database_left_is_filled_and_not_before_its_time(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        outbox = there.outbox()
        lost = await outbox.prepare("lost", paying(7))
        await outbox.broadcast(lost)
        transaction = await outbox.transaction(lost)
        with writing(there.engine) as database:
            database.execute(delete(versions))
            database.execute(delete(jobs))
        waiting = await outbox.prepare("job", paying())
        assert waiting.nonce == 1
        await outbox.broadcast(waiting)
        await there.drop(transaction)
        calm = there.outbox(CALM)
        await calm.heal()
        await calm.heal()
        assert there.store().unsettled() == [waiting]
        with pytest.raises(OutboxBehind):
            await calm.prepare("next", paying())
        hasty = there.outbox(replace(CALM, patience=0))
        await hasty.heal()
        filling = there.store().at_nonce(0)
        assert filling is not None
        await there.chain.let_go()
        assert (await hasty.follow(filling)).state is JobState.REVERTED
        assert (await hasty.follow(waiting)).state is JobState.DONE
        assert await there.paid() == 1


async def test_patience_with_a_hole_begins_anew_when_it_was_closed_in_between(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        await there.foreign(0)
        await there.done(outbox)
        await there.chain.clock.reorganise(2)
        await outbox.heal()
        assert outbox._hole is not None
        await there.foreign(0)
        await outbox.heal()  # brings back the job
        await outbox.heal()
        assert outbox._hole is None


async def test_a_dearer_transaction_that_does_nothing_respects_no_ceiling_but_once(
    tmp_path: Path,
) -> None:
    """A nonce must not stay open: the first filler may exceed the ceiling by one raise."""
    async with desk(tmp_path) as there:
        job = await there.done(there.outbox())
        first = there.store().versions(job)[0].fees
        policy = FeePolicy(ceiling=first.most)
        outbox = there.outbox(HASTY, fees=policy)
        await there.chain.clock.reorganise(1)
        await there.chain.hold()
        there.store().settle(job, JobState.DISPLACED, None)
        await outbox.heal()
        for _ in range(3):
            await outbox._look(job)
        made = there.store().versions(job)
        assert len(made) == 2
        assert made[1].fees.most * 100 <= first.most * policy.raise_percent + 100
