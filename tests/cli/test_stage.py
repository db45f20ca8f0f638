"""The demo's stage and its node: what is not carried out ends the story, and says why."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from tests.wire.requests import BOTH
from winze.cli.demo.stage import BATCH_WAIT, Stage
from winze.cli.errors import RequestNotDone
from winze.protocol import Timestamp
from winze.wire import RelayRequest, RequestState, RequestStatus


class Node:
    """Says of every request what a test wants, one answer after the other."""

    def __init__(self, *answers: RequestStatus | None) -> None:
        self.answers = list(answers)
        self.submitted: list[RelayRequest] = []

    async def submit(self, request: RelayRequest) -> None:
        self.submitted.append(request)

    async def request_status(self, request_id: str) -> RequestStatus | None:
        assert request_id == BOTH.id
        return self.answers.pop(0)


class Alone(Stage):
    """A stage with nothing on it but a node and a clock."""

    def __init__(self, node: Node) -> None:
        self.moved: list[int] = []
        clock = SimpleNamespace(advance=self._advance)
        timeline = SimpleNamespace(waiting=lambda _: nullcontext())
        parts: Any = (SimpleNamespace(clock=clock), node, timeline)
        self.devnet, self.node, self.timeline = parts

    async def _advance(self, seconds: int) -> None:
        self.moved.append(seconds)


def status(state: RequestState, reason: str | None = None) -> RequestStatus:
    return RequestStatus(BOTH.id, state, Timestamp(5), Timestamp(0), Timestamp(0), reason)


async def test_time_passes_until_the_node_has_carried_a_request_out() -> None:
    states = RequestState.RECEIVED, RequestState.SENT, RequestState.DONE
    stage = Alone(node := Node(*map(status, states)))
    await stage.hand_over(BOTH)
    assert node.submitted == [BOTH]
    assert node.answers == []
    assert stage.moved == [BATCH_WAIT]


@pytest.mark.parametrize("state", [RequestState.SKIPPED, RequestState.FAILED])
async def test_a_request_that_is_not_carried_out_ends_the_story(state: RequestState) -> None:
    node = Node(status(RequestState.SENT), status(state, "spent: somebody was faster"))
    with pytest.raises(RequestNotDone, match=f"{BOTH.id}: spent: somebody was faster"):
        await Alone(node).hand_over(BOTH)


async def test_a_request_that_the_node_has_forgotten_ends_the_story() -> None:
    with pytest.raises(RequestNotDone, match="it does not say why"):
        await Alone(Node(None)).hand_over(BOTH)
