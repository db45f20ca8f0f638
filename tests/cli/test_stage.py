"""The demo's stage: what people's wallets do not carry out ends the story, and says why."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from winze.cli.demo.stage import BATCH_WAIT, Stage
from winze.cli.errors import RequestNotDone
from winze.protocol import Timestamp
from winze.wallet import Intent, IntentKind, IntentState, NoNode

INTENT = Intent("1" * 32, IntentKind.WITHDRAW, Timestamp(5))


class Somebody:
    """Somebody whose wallet comes to one state after the other, each with a look at the chain."""

    def __init__(self, *states: IntentState, deaf: int = 0) -> None:
        self.states, self.deaf = [IntentState.PLANNED, *states], deaf
        self.wallet = self

    def newest(self, intent: Intent) -> Intent:
        return intent.but(state=self.states[0], reason="somebody was faster")

    async def step(self) -> None:
        if self.deaf:
            self.deaf -= 1
            raise NoNode({"http://node": "it is behind"})
        if self.states[1:]:
            del self.states[0]


class Alone(Stage):
    """A stage with nothing on it but a clock."""

    def __init__(self) -> None:
        self.moved: list[int] = []
        clock = SimpleNamespace(advance=self._advance)
        timeline = SimpleNamespace(waiting=lambda _: nullcontext())
        parts: Any = (SimpleNamespace(clock=clock), timeline)
        self.devnet, self.timeline = parts

    async def _advance(self, seconds: int) -> None:
        self.moved.append(seconds)


async def test_time_passes_once_when_all_is_handed_over() -> None:
    stage = Alone()
    fast: Any = Somebody(IntentState.LEAVING, IntentState.LEAVING, IntentState.DONE)
    slow: Any = Somebody(*[IntentState.LEAVING] * 4, IntentState.DONE, deaf=2)
    await stage.carried_out((fast, INTENT), (slow, INTENT))
    assert stage.moved == [BATCH_WAIT]
    assert fast.newest(INTENT).state is slow.newest(INTENT).state is IntentState.DONE


async def test_what_fails_ends_the_story() -> None:
    failing: Any = Somebody(IntentState.LEAVING, IntentState.FAILED)
    with pytest.raises(RequestNotDone, match="withdraw: somebody was faster"):
        await Alone().carried_out((failing, INTENT))
