"""How a request stands is told in one form, without what is not known."""

import json
from typing import Any

import pytest

from winze.protocol import ChainBlock, Timestamp
from winze.wire import InvalidForm, Payout, RequestState, RequestStatus

FRESH = RequestStatus(
    "ab" * 32, RequestState.RECEIVED, Timestamp(5), not_before=Timestamp(0), deadline=Timestamp(9)
)
DONE = RequestStatus(
    "cd" * 32,
    RequestState.DONE,
    Timestamp(5),
    not_before=Timestamp(0),
    deadline=Timestamp(0),
    reason="as asked",
    transaction=b"\x07" * 32,
    chain_block=ChainBlock(12),
    batch=3,
    payout=Payout.WITHDRAWABLE,
)


@pytest.mark.parametrize("status", [FRESH, DONE])
def test_a_status_is_read_again(status: RequestStatus) -> None:
    assert RequestStatus.from_json(status.to_json()) == status


def test_what_is_not_known_is_left_out() -> None:
    assert set(json.loads(FRESH.to_json())) == {
        *("id", "state", "received_at", "not_before", "deadline")
    }


@pytest.mark.parametrize(
    ("state", "final"),
    [("received", False), ("sent", False), ("done", True), ("skipped", True), ("failed", True)],
)
def test_the_last_states_are_final(state: str, *, final: bool) -> None:
    assert RequestState(state).final is final


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("id", "AB" * 32),
        ("id", "ab" * 31),
        ("state", "lost"),
        ("state", 1),
        ("state", []),
        ("received_at", "5"),
        ("transaction", "07" * 32),
        ("payout", None),
        ("reason", ""),
        ("batch", -1),
        ("more", 1),
    ],
)
def test_another_spelling_is_refused(field: str, wrong: Any) -> None:
    form = json.loads(DONE.to_json()) | {field: wrong}
    with pytest.raises(InvalidForm, match=field):
        RequestStatus.from_json(json.dumps(form))
