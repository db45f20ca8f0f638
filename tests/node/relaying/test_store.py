"""What a relayer promised, on disk: no request lost, none twice, no two that exclude each other."""

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.node.databases import allow_inserts, opened, refuse_inserts
from tests.node.relaying.requests import BAD, NOW, claim, counting, moving, paired, transfer
from winze.index import DatabaseFailed
from winze.node.relaying import RequestStore
from winze.node.relaying.store import Ending
from winze.protocol import ChainBlock, Timestamp
from winze.wire import Payout, Rejection, RelayRequest, RequestState, RequestStatus

HASH = bytes(range(32))


@pytest.fixture
def store(engine: Engine) -> RequestStore:
    return RequestStore(engine)


def take(store: RequestStore, *requests: RelayRequest, now: int = NOW) -> list[object]:
    """What the store makes of requests that come together: their states, or its refusals."""
    answers = store.add([(each, Timestamp(now)) for each in requests])
    return [each.state if isinstance(each, RequestStatus) else each for each in answers]


def ids(store: RequestStore, now: int = NOW, *, claims: bool = False) -> list[str]:
    """The requests that are due."""
    return [each.id for each in store.waiting(Timestamp(now), claims=claims, most=100)]


def test_what_was_taken_is_there_after_a_restart(tmp_path: Path, store: RequestStore) -> None:
    requests = [moving(), counting(), paired()]
    assert take(store, *requests) == [RequestState.RECEIVED] * 3
    again = RequestStore(opened(tmp_path))
    for request in requests:
        status = again.status(request.id)
        assert status is not None
        assert (status.state, status.received_at, status.batch) == (
            RequestState.RECEIVED,
            NOW,
            None,
        )
    batch = again.begin_batch([requests[0].id], NOW, claims=False)
    assert [each.request for each in again.of_batch(batch)] == [requests[0]]


def test_what_nobody_sent_is_not_known(store: RequestStore) -> None:
    assert store.status(moving().id) is None


def test_the_same_content_is_one_request_whatever_its_proof_and_its_time(
    store: RequestStore,
) -> None:
    request = moving()
    other = replace(request, transfer_proof=BAD)
    assert other.id == request.id
    assert take(store, request, request) == [RequestState.RECEIVED] * 2
    assert take(store, other, now=NOW + 50) == [RequestState.RECEIVED]
    assert ids(store) == [request.id]
    status = store.status(request.id)
    assert status is not None
    assert status.received_at == NOW


def test_a_request_on_its_way_or_done_stays_as_it_is(store: RequestStore) -> None:
    request = moving()
    take(store, request)
    batch = store.begin_batch([request.id], NOW, claims=False)
    store.mark_sent(batch, HASH)
    assert take(store, request) == [RequestState.SENT]
    store.end({request.id: Ending(RequestState.DONE, None, HASH, ChainBlock(7))})
    assert take(store, request) == [RequestState.DONE]
    assert ids(store) == []


CLAIM = claim()
MOVE = transfer()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (moving(nullifier1=5), moving(nullifier1=5)),
        (moving(nullifier1=5), moving(nullifier2=5)),
        (moving(nullifier2=5), moving(nullifier1=5)),
        (moving(nullifier2=5), moving(nullifier2=5)),
        (moving(nullifier1=5), paired(nullifier1=5)),
        (paired(CLAIM), paired(CLAIM)),
        (
            RelayRequest(claim=CLAIM, claim_proof=BAD),
            paired(replace(CLAIM, recipient=MOVE.relayer)),
        ),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_two_that_exclude_each_other_are_not_both_taken(
    store: RequestStore, first: RelayRequest, second: RelayRequest, *, together: bool
) -> None:
    arrivals = [[first, second]] if together else [[first], [second]]
    answers = list(chain(*(take(store, *each) for each in arrivals)))
    assert answers == [RequestState.RECEIVED, Rejection.IN_FLIGHT]
    assert store.status(second.id) is None


@pytest.mark.parametrize("state", [RequestState.FAILED, RequestState.SKIPPED])
def test_what_failed_lets_another_one_publish_its_words(
    store: RequestStore, state: RequestState
) -> None:
    counted = claim()
    first, second = paired(counted, nullifier1=5), paired(counted, nullifier1=5)
    take(store, first)
    store.end({first.id: Ending(state, "spent: by another")})
    assert take(store, second, first) == [RequestState.RECEIVED, Rejection.IN_FLIGHT]


def test_what_failed_may_be_sent_again_and_begins_anew(store: RequestStore) -> None:
    request = moving()
    take(store, request)
    batch = store.begin_batch([request.id], NOW, claims=False)
    store.put_back([request.id], Timestamp(NOW + 100))
    store.end({request.id: Ending(RequestState.FAILED, "bad_proof: no", HASH, ChainBlock(3))})
    assert take(store, request, request, now=NOW + 5) == [RequestState.RECEIVED] * 2
    assert store.status(request.id) == RequestStatus(
        id=request.id,
        state=RequestState.RECEIVED,
        received_at=Timestamp(NOW + 5),
        not_before=Timestamp(0),
        deadline=Timestamp(0),
    )
    assert ids(store, NOW + 5) == [request.id]
    batch = store.begin_batch([request.id], NOW, claims=False)
    assert [each.tries for each in store.of_batch(batch)] == [0]
    assert take(store, moving(nullifier1=request.transfer.nullifier1)) == [  # type: ignore[union-attr]
        Rejection.IN_FLIGHT
    ]


def test_what_is_done_keeps_its_words(store: RequestStore) -> None:
    request = moving(nullifier1=5)
    take(store, request)
    store.end({request.id: Ending(RequestState.DONE, None, HASH, ChainBlock(7))})
    assert take(store, moving(nullifier1=5)) == [Rejection.IN_FLIGHT]


@pytest.mark.parametrize("table", ["requests", "reserved"])
def test_requests_that_come_together_are_stored_all_or_none(
    engine: Engine, store: RequestStore, table: str
) -> None:
    requests = [moving() for _ in range(3)]
    refuse_inserts(engine, table)
    with pytest.raises(DatabaseFailed):
        take(store, *requests)
    assert [store.status(each.id) for each in requests] == [None] * 3
    allow_inserts(engine)
    assert take(store, *requests) == [RequestState.RECEIVED] * 3


def test_hundreds_that_come_together_are_stored_together(store: RequestStore) -> None:
    assert take(store, *(paired() for _ in range(256))) == [RequestState.RECEIVED] * 256
    assert store.counts() == {RequestState.RECEIVED: 256, RequestState.SENT: 0}


# -- batches ------------------------------------------------------------------------------------


def test_a_request_waits_for_its_time_and_not_longer(store: RequestStore) -> None:
    request = moving(not_before=NOW + 10)
    take(store, request)
    assert ids(store, NOW + 9) == []
    assert ids(store, NOW + 10) == [request.id]


def test_a_pair_waits_for_the_later_of_its_times_and_ends_at_the_earlier(
    store: RequestStore,
) -> None:
    request = paired(
        claim(not_before=NOW + 5, deadline=NOW + 40), not_before=NOW + 10, deadline=NOW + 30
    )
    take(store, request)
    status = store.status(request.id)
    assert status is not None
    assert (status.not_before, status.deadline) == (NOW + 10, NOW + 30)
    assert ids(store, NOW + 9, claims=True) == []
    assert ids(store, NOW + 10, claims=True) == [request.id]


def test_the_oldest_wait_first_and_no_more_than_asked_for(store: RequestStore) -> None:
    requests = [moving() for _ in range(4)]
    for age, request in enumerate(requests):
        take(store, request, now=NOW + age)
    found = store.waiting(Timestamp(NOW + 9), claims=False, most=3)
    assert [each.id for each in found] == [each.id for each in requests[:3]]


def test_claims_and_transfers_wait_apart(store: RequestStore) -> None:
    moved, counted, pair = moving(), counting(), paired()
    take(store, moved, counted, pair)
    assert ids(store) == [moved.id]
    assert sorted(ids(store, claims=True)) == sorted([counted.id, pair.id])


def test_a_request_is_in_one_batch_at_a_time(store: RequestStore) -> None:
    one, two = moving(), moving()
    take(store, one, two)
    first = store.begin_batch([one.id], NOW, claims=False)
    second = store.begin_batch([one.id, two.id], NOW, claims=False)
    assert [each.request.id for each in store.of_batch(first)] == [one.id]
    assert [each.request.id for each in store.of_batch(second)] == [two.id]
    assert ids(store) == []
    assert store.open_batches() == [first, second]
    assert store.batch(second.id) == second
    store.close_batch(first)
    assert store.open_batches() == [second]
    assert (first.job, second.job) == (f"batch-{first.id}", f"batch-{second.id}")


def test_a_batch_knows_what_it_is_through_a_restart(tmp_path: Path, store: RequestStore) -> None:
    pair = paired()
    take(store, pair)
    batch = store.begin_batch([pair.id], NOW, claims=True)
    again = RequestStore(opened(tmp_path))
    assert again.open_batches() == [batch]
    assert again.batch(batch.id).claims


def test_what_was_sent_tells_its_transaction_and_its_batch(store: RequestStore) -> None:
    request = moving()
    take(store, request)
    batch = store.begin_batch([request.id], NOW, claims=False)
    store.mark_sent(batch, HASH)
    status = store.status(request.id)
    assert status is not None
    assert (status.state, status.transaction, status.batch) == (RequestState.SENT, HASH, batch.id)
    assert store.counts() == {RequestState.RECEIVED: 0, RequestState.SENT: 1}


@pytest.mark.parametrize("tried", [True, False])
def test_what_is_put_back_waits_again_as_if_it_had_not_been_sent(
    store: RequestStore, *, tried: bool
) -> None:
    request = moving()
    take(store, request)
    batch = store.begin_batch([request.id], NOW, claims=False)
    store.mark_sent(batch, HASH)
    store.put_back([request.id], Timestamp(NOW + 4), tried=tried)
    assert store.of_batch(batch) == []
    assert ids(store, NOW + 3) == []
    assert ids(store, NOW + 4) == [request.id]
    status = store.status(request.id)
    assert status is not None
    assert (status.state, status.transaction, status.batch) == (RequestState.RECEIVED, None, None)
    batch = store.begin_batch([request.id], NOW, claims=False)
    assert [each.tries for each in store.of_batch(batch)] == [int(tried)]


def test_what_ended_is_out_of_its_batch_and_tells_how(store: RequestStore) -> None:
    request = moving()
    take(store, request)
    batch = store.begin_batch([request.id], NOW, claims=False)
    ending = Ending(RequestState.DONE, None, HASH, ChainBlock(7), Payout.WITHDRAWABLE)
    store.end({request.id: ending})
    assert store.of_batch(batch) == []
    status = store.status(request.id)
    assert status is not None
    assert (status.state, status.transaction, status.chain_block, status.payout) == (
        RequestState.DONE,
        HASH,
        7,
        Payout.WITHDRAWABLE,
    )


def test_only_what_waits_outside_of_batches_expires_after_its_last_second(
    store: RequestStore,
) -> None:
    free, batched = moving(deadline=NOW + 10), moving(deadline=NOW + 10)
    take(store, free, batched, moving())
    store.begin_batch([batched.id], NOW, claims=False)
    assert store.expired(Timestamp(NOW + 10)) == []
    assert [each.request.id for each in store.expired(Timestamp(NOW + 11))] == [free.id]


def test_what_was_done_is_found_from_its_chain_block_on(store: RequestStore) -> None:
    early, late, waiting = moving(), moving(), moving()
    take(store, early, late, waiting)
    store.end({early.id: Ending(RequestState.DONE, None, HASH, ChainBlock(6))})
    store.end({late.id: Ending(RequestState.DONE, None, HASH, ChainBlock(7))})
    assert [each.request.id for each in store.done_since(ChainBlock(7))] == [late.id]
    assert len(store.done_since(ChainBlock(6))) == 2
