"""Batches: what goes into them, what they leave out, and what became of it, on a real chain."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.relaying.requests import BAD, GOOD, MINER, claim, moving, paired
from tests.node.town import RELAYER, Town, paid, town
from winze.contracts import ContractCall
from winze.devnet import deploy_refuser
from winze.node.relaying import Batch, Relayer
from winze.node.relaying.store import Ending
from winze.protocol import ChainBlock, EthAddress, Timestamp
from winze.wire import Payout, RelayRequest, RequestState, RequestStatus

pytestmark = pytest.mark.chain

PAYEE = EthAddress("0x" + "0c" * 20)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as there:
        yield there


def state(there: Town, request: RelayRequest) -> RequestStatus:
    status = there.store.status(request.id)
    assert status is not None
    return status


async def batch_of(there: Town, *requests: RelayRequest) -> Batch:
    """A batch of these."""
    await there.take(*requests)
    claims = requests[0].claim is not None
    return there.store.begin_batch([r.id for r in requests], await there.now(), claims=claims)


async def composed(there: Town, batch: Batch) -> ContractCall | None:
    """The call that carries a batch out."""
    return await there.relayer().compose(batch, await there.head())


def holds(call: ContractCall | None, request: RelayRequest) -> bool:
    """Whether a call carries a request out."""
    assert call is not None
    assert request.transfer is not None
    return request.transfer.nullifier1.to_bytes(32) in call.data


async def carried_out(there: Town, batch: Batch) -> bytes:
    """Compose, send and settle a batch."""
    call = await composed(there, batch)
    assert call is not None
    transaction = await there.send(call, RELAYER)
    await there.relayer().settle(batch, await there.head())
    return transaction


# -- gathering ----------------------------------------------------------------------------------


def gathered(there: Town, relayer: Relayer, now: int) -> list[int]:
    """How large the batches are that are begun now."""
    begun = relayer.gather(Timestamp(now))
    return [len(there.store.of_batch(batch)) for batch in begun]


async def test_a_full_batch_goes_at_once_and_one_that_is_not_waits(there: Town) -> None:
    relayer, now = there.relayer(wait=10), await there.now()
    there.store.add([(moving(), now) for _ in range(15)])
    assert gathered(there, relayer, now + 9) == []
    there.store.add([(moving(), Timestamp(now + 1))])
    assert gathered(there, relayer, now + 1) == [16]


async def test_the_seventeenth_waits_for_its_own_time(there: Town) -> None:
    relayer, now = there.relayer(wait=10), await there.now()
    there.store.add([(moving(), now) for _ in range(16)])
    there.store.add([(moving(), Timestamp(now + 5))])
    assert gathered(there, relayer, now + 5) == [16]
    assert gathered(there, relayer, now + 14) == []
    assert gathered(there, relayer, now + 15) == [1]


async def test_a_request_waits_so_long_and_not_a_second_longer(there: Town) -> None:
    relayer, now = there.relayer(wait=10), await there.now()
    there.store.add([(moving(), now)])
    assert gathered(there, relayer, now + 9) == []
    assert gathered(there, relayer, now + 10) == [1]
    assert gathered(there, relayer, now + 100) == []


async def test_what_came_early_waits_from_its_first_second_on(there: Town) -> None:
    relayer, now = there.relayer(wait=10), await there.now()
    there.store.add([(moving(not_before=now + 100), now)])
    assert gathered(there, relayer, now + 99) == []
    assert gathered(there, relayer, now + 109) == []
    assert gathered(there, relayer, now + 110) == [1]


async def test_many_that_wait_go_in_several_batches_at_once(there: Town) -> None:
    now = await there.now()
    there.store.add([(moving(), now) for _ in range(40)] + [(paired(), now) for _ in range(2)])
    assert gathered(there, there.relayer(wait=10), now + 10) == [16, 16, 8, 2]


async def test_what_is_too_late_ends_when_the_index_has_read_beyond_its_last_second(
    there: Town,
) -> None:
    now = await there.now()
    late = moving(deadline=now + 5)
    there.store.add([(late, now)])
    await there.relayer().expire(Timestamp(now + 5))
    assert state(there, late).state is RequestState.RECEIVED
    await there.relayer().expire(Timestamp(now + 6))
    status = state(there, late)
    assert status.state is RequestState.SKIPPED
    assert (status.reason or "").startswith("too_late")


async def test_what_somebody_carried_out_in_its_last_second_was_not_too_late(there: Town) -> None:
    request = paid(deadline=await there.now() + 100)
    await there.take(request)
    transaction = await there.execute(request)
    await there.relayer().expire(Timestamp(await there.now() + 200))
    status = state(there, request)
    assert (status.state, status.transaction) == (RequestState.DONE, transaction)


# -- composing ----------------------------------------------------------------------------------


async def test_a_batch_of_sixteen_is_carried_out(there: Town) -> None:
    requests = [paid() for _ in range(16)]
    transaction = await carried_out(there, await batch_of(there, *requests))
    for request in requests:
        status = state(there, request)
        assert (status.state, status.transaction) == (RequestState.DONE, transaction)
        assert status.chain_block == await there.source.head()
        assert status.payout is None
    assert there.store.open_batches() == []


async def test_claims_and_what_pays_for_them_are_carried_out_together(there: Town) -> None:
    requests = [paired(fee=10**12) for _ in range(2)]
    await carried_out(there, await batch_of(there, *requests))
    for request in requests:
        assert state(there, request).state is RequestState.DONE
        assert request.claim is not None
        assert await there.chain.rewards.claimed(request.claim.claim_id)  # type: ignore[arg-type]


async def test_claims_alone_are_carried_out_and_known_by_their_recipient(there: Town) -> None:
    mine = RelayRequest(claim=claim(), claim_proof=GOOD)
    theirs = RelayRequest(claim=claim(recipient=PAYEE), claim_proof=GOOD)
    batch = await batch_of(there, mine, theirs)
    assert theirs.claim is not None
    other = claim(claim_id=theirs.claim.claim_id, recipient=MINER)
    await there.send(there.chain.rewards.claim([other], [GOOD]))
    await carried_out(there, batch)
    assert state(there, mine).state is RequestState.DONE
    status = state(there, theirs)
    assert status.state is RequestState.SKIPPED
    assert (status.reason or "").startswith("claimed")


async def test_what_was_spent_by_another_transfer_is_ended_and_the_others_go(there: Town) -> None:
    good, robbed = paid(), paid()
    batch = await batch_of(there, good, robbed)
    assert robbed.transfer is not None
    await there.execute(paid(nullifier2=robbed.transfer.nullifier2))
    call = await composed(there, batch)
    assert holds(call, good)
    assert not holds(call, robbed)
    status = state(there, robbed)
    assert status.state is RequestState.SKIPPED
    assert (status.reason or "").startswith("spent")


async def test_what_somebody_else_carried_out_is_done(there: Town) -> None:
    request = paid(recipient=PAYEE, amount=5)
    batch = await batch_of(there, request)
    transaction = await there.execute(request)
    assert await composed(there, batch) is None
    status = state(there, request)
    assert (status.state, status.transaction, status.payout) == (
        RequestState.DONE,
        transaction,
        Payout.PAID,
    )


async def test_what_the_head_has_executed_and_the_index_not_read_waits_for_it(there: Town) -> None:
    request = paid()
    batch = await batch_of(there, request)
    assert request.transfer is not None
    await there.chain.sender(2).send(there.chain.pool.execute([request.transfer], [GOOD]))
    assert await composed(there, batch) is None
    status = state(there, request)
    assert (status.state, status.batch) == (RequestState.RECEIVED, None)
    await there.follower.sync()
    again = there.store.begin_batch([request.id], await there.now(), claims=False)
    assert [each.tries for each in there.store.of_batch(again)] == [0]
    assert await composed(there, again) is None
    assert state(there, request).state is RequestState.DONE


async def test_what_is_too_early_is_put_back_and_its_last_second_before_is_not_enough(
    there: Town,
) -> None:
    now = await there.now()
    early = paid(not_before=now + 50)
    await there.chain.clock.advance_to(Timestamp(now + 49))
    batch = await batch_of(there, early)
    assert await composed(there, batch) is None
    assert state(there, early).batch is None
    await there.chain.clock.reach(Timestamp(now + 50))
    again = there.store.begin_batch([early.id], await there.now(), claims=False)
    assert holds(await composed(there, again), early)


@pytest.mark.parametrize(("left", "goes"), [(1, True), (0, False)])
async def test_what_has_no_second_left_after_the_head_is_not_sent(
    there: Town, left: int, *, goes: bool
) -> None:
    request = paid(deadline=await there.now() + 50)
    batch = await batch_of(there, request)
    await there.chain.clock.advance_to(Timestamp(state(there, request).deadline - left))
    call = await composed(there, batch)
    assert (call is not None) is goes
    assert (state(there, request).batch is not None) is goes


async def test_what_stands_on_a_block_that_is_not_proved_any_more_is_put_back(there: Town) -> None:
    await there.prove_block()
    on_the_second = paid(anchor=1)
    batch = await batch_of(there, on_the_second)
    await there.undo(1)
    assert there.follower.ledger.proved == 1
    assert await composed(there, batch) is None
    status = state(there, on_the_second)
    assert (status.state, status.batch) == (RequestState.RECEIVED, None)


async def test_what_the_node_has_not_seen_undone_is_put_back_too(there: Town) -> None:
    await there.prove_block()
    on_the_second = paid(anchor=1)
    batch = await batch_of(there, on_the_second)
    await there.chain.clock.reorganise(1)
    assert there.follower.ledger.proved == 2
    assert await composed(there, batch) is None
    status = state(there, on_the_second)
    assert (status.state, status.batch) == (RequestState.RECEIVED, None)
    # It is not to blame, so that counts as no try.
    again = there.store.begin_batch([on_the_second.id], await there.now(), claims=False)
    assert [each.tries for each in there.store.of_batch(again)] == [0]


async def test_a_proof_that_does_not_hold_any_more_ends_its_request_alone(there: Town) -> None:
    good, bad = paid(), paid(BAD)
    call = await composed(there, await batch_of(there, good, bad))
    assert holds(call, good)
    assert not holds(call, bad)
    status = state(there, bad)
    assert status.state is RequestState.FAILED
    assert (status.reason or "").startswith("bad_proof")


async def test_the_one_that_the_contracts_refuse_is_found_by_simulation(there: Town) -> None:
    """The prover believes what the contract does not: nobody knows why, and one pays for it."""
    good, bad, fine = paid(), paid(BAD), paid()
    batch = await batch_of(there, good, bad, fine)
    there.prover.verify = lambda *_: True  # type: ignore[method-assign]
    call = await composed(there, batch)
    assert holds(call, good)
    assert holds(call, fine)
    assert not holds(call, bad)
    status = state(there, bad)
    assert (status.state, status.batch) == (RequestState.RECEIVED, None)
    await carried_out(there, batch)
    assert state(there, good).state is RequestState.DONE


async def test_a_request_that_is_left_out_again_and_again_is_tried_later_and_given_up(
    there: Town,
) -> None:
    bad = paid(BAD)
    await there.take(bad)
    there.prover.verify = lambda *_: True  # type: ignore[method-assign]
    now, pauses = await there.now(), []
    while state(there, bad).state is RequestState.RECEIVED:
        assert len(pauses) <= 12
        batch = there.store.begin_batch([bad.id], Timestamp(0), claims=False)
        (stored,) = there.store.of_batch(batch)
        pauses.append(stored.due - now)
        head = await there.head()
        now = head.timestamp
        assert await there.relayer().compose(batch, head) is None
    assert pauses[1:8] == [4, 8, 16, 32, 64, 128, 256]
    assert max(pauses) == 600
    assert len(pauses) == 13
    status = state(there, bad)
    assert status.state is RequestState.FAILED
    assert (status.reason or "").startswith("given_up")


async def test_a_batch_of_which_nothing_is_left_has_no_call(there: Town) -> None:
    request = paid()
    batch = await batch_of(there, request)
    there.store.end({request.id: Ending(RequestState.FAILED, "given_up: enough")})
    assert await composed(there, batch) is None


# -- settling -----------------------------------------------------------------------------------


async def test_a_refused_payment_is_told_as_withdrawable_and_another_as_paid(there: Town) -> None:
    refuser = await deploy_refuser(there.chain.sender(3))
    refused = paid(recipient=refuser.address, amount=5)
    taken = paid(recipient=PAYEE, amount=5)
    await carried_out(there, await batch_of(there, refused, taken))
    assert state(there, refused).payout is Payout.WITHDRAWABLE
    assert state(there, taken).payout is Payout.PAID
    assert await there.chain.pool.withdrawable(refuser.address) == 5


async def test_a_redeposit_is_no_payout(there: Town) -> None:
    tenth = 10**17
    again = paid(recipient=there.chain.network.pool, amount=tenth, inner=3)
    await carried_out(there, await batch_of(there, again))
    status = state(there, again)
    assert (status.state, status.payout) == (RequestState.DONE, None)


async def test_what_a_race_skipped_is_ended_and_what_a_batch_left_out_is_put_back(
    there: Town,
) -> None:
    done, robbed, left_out = paid(), paid(), paid()
    batch = await batch_of(there, done, robbed, left_out)
    call = await there.relayer().compose(batch, await there.head())
    assert call is not None
    assert robbed.transfer is not None
    await there.execute(done, paid(nullifier1=robbed.transfer.nullifier1))
    await there.relayer().settle(batch, await there.head())
    assert [state(there, each).state for each in (done, robbed, left_out)] == [
        RequestState.DONE,
        RequestState.SKIPPED,
        RequestState.RECEIVED,
    ]
    assert state(there, left_out).batch is None
    assert there.store.open_batches() == []


async def test_to_settle_twice_changes_nothing(there: Town) -> None:
    request = paid()
    batch = await batch_of(there, request)
    await carried_out(there, batch)
    before = state(there, request)
    await there.relayer().settle(batch, await there.head())
    assert state(there, request) == before


# -- reorganisations ----------------------------------------------------------------------------


async def test_what_a_reorganisation_undid_waits_again_and_what_it_did_not_stays(
    there: Town,
) -> None:
    early, late = paid(), paid()
    await carried_out(there, await batch_of(there, early))
    await carried_out(there, await batch_of(there, late))
    await there.undo(1)
    await there.relayer().reconsider(ChainBlock(0), await there.now())
    assert state(there, early).state is RequestState.DONE
    status = state(there, late)
    assert (status.state, status.transaction, status.batch) == (RequestState.RECEIVED, None, None)
    again = there.store.begin_batch([late.id], await there.now(), claims=False)
    await carried_out(there, again)
    assert state(there, late).state is RequestState.DONE


async def test_what_came_back_in_another_block_tells_the_new_one(there: Town) -> None:
    request = paid()
    await carried_out(there, await batch_of(there, request))
    before = state(there, request)
    await there.undo(1)
    await there.chain.clock.mine(3)
    transaction = await there.execute(request)
    await there.relayer().reconsider(ChainBlock(0), await there.now())
    status = state(there, request)
    assert (status.state, status.transaction) == (RequestState.DONE, transaction)
    assert (status.chain_block or 0) > (before.chain_block or 0)


async def test_what_a_reorganisation_let_another_transfer_spend_is_skipped(there: Town) -> None:
    request = paid()
    await carried_out(there, await batch_of(there, request))
    await there.undo(1)
    assert request.transfer is not None
    await there.execute(paid(nullifier1=request.transfer.nullifier1))
    await there.relayer().reconsider(ChainBlock(0), await there.now())
    assert state(there, request).state is RequestState.SKIPPED


async def test_what_was_done_before_is_not_looked_at_again(there: Town) -> None:
    request = paid()
    await carried_out(there, await batch_of(there, request))
    block = state(there, request).chain_block
    assert block is not None
    await there.undo(1)
    await there.relayer().reconsider(ChainBlock(block + 1), await there.now())
    assert state(there, request).state is RequestState.DONE
    await there.relayer().reconsider(block, await there.now())
    assert state(there, request).state is RequestState.RECEIVED
