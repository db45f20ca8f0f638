"""Taking a nonce: once for each name, together with what is sent, or not at all."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.contracts.refuse import deploy_refuse
from tests.node.databases import allow_inserts, locked, opened, refuse_inserts
from tests.node.sending.desk import KEY, Desk, desk, paying
from winze.contracts import FeePolicy, FeesTooHigh, TransactionReverted, current_fees
from winze.index import DatabaseFailed
from winze.node.database import reading
from winze.node.errors import OutboxBehind
from winze.node.sending import JobState, JobStore
from winze.node.sending.tables import jobs, versions

pytestmark = pytest.mark.chain


def stored(there: Desk) -> tuple[int, int]:
    """How many jobs and versions there are."""
    with reading(there.engine) as database:
        counts = [database.scalar(select(func.count()).select_from(t)) for t in (jobs, versions)]
    return counts[0] or 0, counts[1] or 0


async def test_a_name_takes_one_nonce_however_often_it_is_prepared(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        first = await outbox.prepare("job", paying(1))
        again = await outbox.prepare("job", paying(2))
        assert again == first
        assert (first.nonce, first.state, first.call.value) == (0, JobState.SENT, 1)
        assert stored(there) == (1, 1)


async def test_a_restarted_node_finds_what_was_prepared(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        first = await there.outbox().prepare("job", paying(1))
        assert await there.outbox().prepare("job", paying(2)) == first
        assert await there.outbox().transaction(first) == await there.outbox().transaction(first)


async def test_names_prepared_at_once_get_nonces_of_their_own(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        await there.chain.hold()
        names = [f"job-{n}" for n in range(6)]
        made = await asyncio.gather(*(outbox.prepare(name, paying()) for name in names * 2))
        assert sorted({each.id: each.nonce for each in made}.values()) == list(range(6))


async def test_a_name_that_is_settled_takes_a_new_turn(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        first = await there.done(outbox)
        second = await outbox.prepare("job", paying())
        assert (second.nonce, second.name) == (first.nonce + 1, "job")
        assert second.id != first.id


async def test_what_others_sent_from_the_key_is_stepped_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        await there.foreign(0)
        assert (await there.outbox().prepare("job", paying())).nonce == 1


async def test_a_refused_call_takes_no_nonce(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        refuse = await deploy_refuse(there.chain)
        outbox = there.outbox()
        with pytest.raises(TransactionReverted, match="never"):
            await outbox.prepare("job", refuse.call("with_reason"))
        assert stored(there) == (0, 0)
        assert (await outbox.prepare("job", paying())).nonce == 0


async def test_fees_above_the_ceiling_take_no_nonce_and_just_at_it_do(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        asked = await current_fees(there.chain.w3, FeePolicy(ceiling=10**12))
        base = (await there.chain.w3.eth.get_block("latest"))["baseFeePerGas"]
        least = base + asked.tip
        with pytest.raises(FeesTooHigh):
            await there.outbox(fees=FeePolicy(ceiling=least - 1)).prepare("job", paying())
        assert stored(there) == (0, 0)
        job = await there.outbox(fees=FeePolicy(ceiling=least)).prepare("job", paying())
        assert there.store().versions(job)[0].fees.most == least


@pytest.mark.parametrize("table", ["jobs", "versions"])
async def test_a_database_that_fails_in_between_leaves_neither_job_nor_nonce(
    tmp_path: Path, table: str
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        refuse_inserts(there.engine, table)
        with pytest.raises(DatabaseFailed):
            await outbox.prepare("job", paying())
        assert stored(there) == (0, 0)
        allow_inserts(there.engine)
        assert (await outbox.prepare("job", paying())).nonce == 0
        assert stored(there) == (1, 1)


async def test_a_signature_that_fails_leaves_neither_job_nor_nonce(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:

        def failing() -> None:
            raise ValueError("no signature")

        with pytest.raises(ValueError, match="no signature"):
            there.store().add("job", paying(), nonce=0, gas=1, sign=failing)  # type: ignore[arg-type]
        assert stored(there) == (0, 0)


async def test_a_locked_database_is_told_and_nothing_is_taken(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        store = JobStore(opened(tmp_path, busy=0), there.outbox().address)
        outbox = there.outbox()
        outbox._store = store
        with locked(there.engine), pytest.raises(DatabaseFailed):
            await outbox.prepare("job", paying())
        assert (await outbox.prepare("job", paying())).nonce == 0


async def test_nothing_new_is_prepared_while_the_chain_lacks_what_it_had(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        await there.done(outbox, "first")
        await there.chain.clock.reorganise(1)
        with pytest.raises(OutboxBehind) as behind:
            await outbox.prepare("second", paying())
        assert (behind.value.account, behind.value.nonce) == (outbox.address, 0)
        await outbox.heal()
        assert (await outbox.prepare("second", paying())).nonce == 1


async def test_another_keys_job_of_the_same_name_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    async with desk(tmp_path) as there:
        await there.chain.hold()
        old = await there.outbox(key=KEY).prepare("batch-1", paying())
        new = await there.outbox(key=KEY + 1).prepare("batch-1", paying())
        assert (old.account, new.account) == (
            there.outbox(key=KEY).address,
            there.outbox(key=KEY + 1).address,
        )
        assert await there.outbox(key=KEY).underway("batch-1") == old
        assert await there.outbox(key=KEY + 1).latest("batch-1") == new


async def test_no_picture_of_an_outbox_or_a_job_shows_a_key_or_what_it_signed(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as there:
        outbox = there.outbox()
        job = await outbox.prepare("job", paying())
        version = there.store().versions(job)[0]
        seen = f"{outbox!r} {outbox._signer!r} {job!r} {version!r}"
        assert outbox._signer._key.key.hex() not in seen
        assert version.raw.hex() not in seen
        assert str(version.raw) not in seen
