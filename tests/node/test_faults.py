"""A node that people use while everything around it breaks: nobody loses a wei."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
import pytest_asyncio

from tests.node.faults import harm, lies, misfortune
from tests.node.faults.desk import Refusal
from tests.node.faults.poison import (
    POISONS,
    out_of_time,
    poisoned,
    proved_for_elsewhere,
)
from tests.node.faults.proxy import Asked
from tests.node.faults.stage import Stage, stage
from winze.contracts import GWEI
from winze.protocol import DAY, Proved, Seconds, Timestamp, Transferred
from winze.wire import Rejection, RequestState

pytestmark = [pytest.mark.chain, pytest.mark.asyncio(loop_scope="module")]

SEND = harm.SEND
MONTHS = 100 * DAY
PATIENCE = 240.0
"""Seconds in which a node comes to a step, however busy the machine is."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def play(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("faults")) as found:
        await found.village.arrive(sessions=3, purses=9)
        yield found


async def test_everybody_gets_what_they_want(play: Stage) -> None:
    village = play.village
    village.want(1, "cancel")
    await village.until_matured()
    assert len(village.want(5, "withdraw", "redeposit", "give", "pay_a_refuser")) == 5
    await village.pursue()
    await village.until_proved()
    assert village.want(1, "claim")
    await play.check()


async def test_killed_when_the_chain_has_a_batch_and_the_node_does_not_know(play: Stage) -> None:
    async def kill(_: Asked) -> None:
        await play.node.kill()

    play.village.want(2, "pay")
    with play.proxy.suffering(harm.once(SEND, harm.after(SEND, kill))):
        async with play.village.pursuing():
            assert await play.node.until_gone(PATIENCE)
            await play.node.start()
    await play.check()


async def test_killed_at_some_steps_one_life_after_the_other(play: Stage) -> None:
    play.village.want(1, "pay")
    async with play.village.pursuing():
        for step in ("relay:prepare:end", "relay:settle:begin", "submit:broadcast:end"):
            await play.node.crash_at(step)
            assert await play.node.until_gone(PATIENCE), step
        await play.node.restart()
    await play.check()


async def test_transactions_are_dropped_doubled_and_their_answers_lost(play: Stage) -> None:
    faults = [harm.drop_transaction, harm.only(harm.lose_the_answer, SEND), harm.send_twice]
    with ExitStack() as suffering:
        for fault in faults:
            suffering.enter_context(play.proxy.suffering(harm.once(SEND, fault)))
        play.village.want(3, "pay", "give")
        await play.check()


async def test_the_chain_is_slow_refuses_and_is_gone(play: Stage) -> None:
    play.village.want(2, "pay")
    async with play.village.pursuing():
        for fault in (harm.slow(0.5), harm.status(429), harm.status(500), harm.error(), harm.lose):
            with play.proxy.suffering(fault):
                await asyncio.sleep(1)
        async with play.proxy.down():
            await asyncio.sleep(2)
    await play.check()


async def test_the_chain_lies(play: Stage) -> None:
    play.village.want(2, "pay", "give")
    async with play.village.pursuing():
        for fault in (
            lies.without_logs(),
            lies.with_logs_twice(),
            lies.wrong_states(play.devnet.network.pool),
            lies.foreign_hashes(),
            lies.stale_head(4),
            lies.swapped_receipts(),
        ):
            with play.proxy.suffering(fault):
                await asyncio.sleep(1.5)
    await play.check()


async def test_the_chain_takes_back_a_batch_and_a_proof(play: Stage) -> None:
    for kind in (Transferred, Proved):
        before = await play.count(kind)
        play.village.want(1, "pay")
        async with play.village.pursuing():
            await play.take_back(await play.until(kind, before))
    await play.check()


async def test_the_database_is_locked_the_disk_is_full_and_the_clock_jumps(play: Stage) -> None:
    play.village.want(2, "pay", "give")
    async with play.village.pursuing():
        async with play.node.database_locked():
            await asyncio.sleep(3)
        async with play.node.disk_full():
            await asyncio.sleep(2)
        await play.devnet.clock.advance(Seconds(2 * DAY))
    assert play.node.running
    await play.check()


async def test_gas_is_dear_for_a_while(play: Stage) -> None:
    async with misfortune.spike(play, 50 * GWEI):
        play.village.want(1, "pay")
        await play.village.pursue()
    await play.check()


async def test_poisoned_requests_are_refused_and_never_stored(play: Stage) -> None:
    village, desk = play.village, play.node.desk
    (errand,) = village.want(1, "pay")
    good = await village.prepare(errand)
    before = play.node.rows("select count(*) from requests")
    for name, (_, codes) in POISONS.items():
        with pytest.raises(Refusal) as refused:
            await desk.submit_text(poisoned(good, name))
        assert refused.value.code in codes, (name, refused.value)
    witness = errand.attempts[0].witness
    now = await play.devnet.clock.now()
    for bad, code in (
        (proved_for_elsewhere(witness), Rejection.BAD_PROOF),
        (out_of_time(witness, deadline=Timestamp(now - 1)), Rejection.TOO_LATE),
        (out_of_time(witness, not_before=Timestamp(now + MONTHS)), Rejection.TOO_FAR),
    ):
        with pytest.raises(Refusal) as refused:
            await desk.submit(bad)
        assert refused.value.code == code
    assert play.node.rows("select count(*) from requests") == before
    await play.check()
    again = out_of_time(witness, deadline=Timestamp(now + MONTHS))
    with pytest.raises(Refusal) as refused:
        await desk.submit(again)
    assert refused.value.code == Rejection.SPENT
    assert (await desk.submit(good)).state is RequestState.DONE


async def test_a_race_costs_a_batch_one_request_and_no_other(play: Stage) -> None:
    village = play.village
    raced, *_ = village.want(3, "pay")
    raced.expected = RequestState.SKIPPED
    await village.prepare(raced)
    rival = village.wishes.rival(raced)
    village.errands.append(rival)
    request = await village.prepare(rival)
    assert request.transfer is not None
    assert request.transfer_proof is not None
    call = village.place.pool.execute([request.transfer], [request.transfer_proof])

    async def overtake(_: Asked) -> None:
        await village.place.sender(rival.user.number).send(call)

    with play.proxy.suffering(harm.once(SEND, harm.before(SEND, overtake))):
        await play.check()
