"""Following what was begun: live on a terminal, a line for each change elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from ..units import coins, duration, moment
from .command import Call
from .showing import timeline_view

if TYPE_CHECKING:
    from winze.wallet import Event, Intent, Progress, Session, SessionState

MAY_CLOSE: Final = "Handed over: from here this terminal may be closed."
_SYNC_TOLD_AFTER: Final = 1.0
"""Seconds that reading the chain may take before it is told."""


class _Line:
    """What is waited for and since when, drawn anew each time."""

    def __init__(self, what: str, left: str, since: float) -> None:
        self._what, self._left, self._since = what, left, since
        self._spinner = Spinner("dots")

    def __rich__(self) -> RenderableType:
        """The line as it is now."""
        passed = self._left or f"  ({duration(int(monotonic() - self._since))} so far)"
        self._spinner.update(text=Text(f"{self._what}{passed}"))
        return self._spinner


class Screen:
    """What is shown while something is waited for; used as `with Screen(console) as screen`."""

    def __init__(self, console: Console) -> None:
        self._console, self._live = console, None
        if console.is_terminal:
            self._live = Live(console=console, refresh_per_second=8, transient=True)
        self._since = monotonic()
        self._last = ""

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self, line: str) -> None:
        """A line that stays."""
        self._console.print(Text(line), soft_wrap=True)

    def waits(self, what: str, view: RenderableType | None = None, left: str = "") -> None:
        """What is waited for now and how long still, below a picture of how it stands."""
        if what != self._last:
            self._since, self._last = monotonic(), what
            if self._live is None:
                self.tell(f"… {what}")
        if self._live is not None:
            line = _Line(what, left, self._since)
            self._live.update(line if view is None else Group(view, line))

    def reads(self, progress: "Progress") -> None:
        """Told how far the reading of the chain is; short ones are not worth a word."""
        if self._live is not None and monotonic() - self._since > _SYNC_TOLD_AFTER:
            told = f"{progress.step.value}: {progress.done} of {progress.of}"
            self._live.update(Spinner("dots", Text(told)))


async def synced(call: Call) -> None:
    """Read the chain, and tell of it where it takes long."""
    with Screen(call.told) as screen:
        await call.wallet.sync(screen.reads)


async def handed_over(call: Call, intent: "Intent") -> "Intent":
    """Carry an intent on until it is handed over, or over."""
    from winze.wallet import IntentState

    def left(newest: "Intent") -> bool:
        return newest.state is not IntentState.PLANNED

    return await _followed(call, intent, left)


async def finished(call: Call, intent: "Intent") -> "Intent":
    """Carry an intent on until it is over."""
    return await _followed(call, intent, lambda newest: newest.state.over)


async def _followed(call: Call, intent: "Intent", reached: Callable[["Intent"], bool]) -> "Intent":
    """Tell what happens to an intent until it has come so far.

    Raises:
        NotDone: it failed, and nothing moved.
    """
    with Screen(call.told) as screen:
        async for event in call.wallet.follow(intent, reached):
            if event.intent.id == intent.id:
                tell(screen, event)
    return require_not_failed(call, intent)


def require_not_failed(call: Call, intent: "Intent") -> "Intent":
    """The newest version of what was begun.

    Raises:
        NotDone: it failed, and nothing moved.
    """
    from winze.wallet import IntentState, NotDone

    newest = call.wallet.journal.get(intent.id) or intent
    if newest.state is IntentState.FAILED:
        raise NotDone(f"{newest.reason}; nothing moved")
    return newest


def tell(screen: Screen, event: "Event") -> None:
    """Show an event."""
    from winze.wallet import Asking, Finished, HandedOver, Planned, Proving, Waiting

    match event:
        case Planned():
            screen.waits("written down; nothing has left this machine yet")
        case Proving():
            screen.waits("generating the proof: about a second")
        case Asking():
            screen.waits("the connected wallet sends it")
        case HandedOver():
            screen.tell(f"● {MAY_CLOSE}")
        case Waiting():
            until = "" if event.until is None else f", until {moment(event.until, utc=True)}"
            screen.waits(f"waits for {event.what}{until}")
        case Finished():
            screen.tell("● Done: the chain shows it.")
        case _:
            screen.waits("it is over")


async def session_in(
    call: Call, number: int, states: "Collection[SessionState]", *, after: "Intent | None" = None
) -> "Session":
    """Carry everything on until a session is in one of these states, and show its timeline.

    Args:
        call: Who waits.
        number: The session's.
        states: What is waited for.
        after: What is to bring it there.

    Raises:
        NotDone: that failed, and nothing moved.
        FeeNotCovered: its claim waits for a top-up, which only its owner can make.
    """
    from winze.wallet import SessionState

    from ..errors import FeeNotCovered

    with Screen(call.told) as screen:
        told: set[str] = set()
        async for session in _looks(call, number, screen):
            for step in session.timeline:
                if step.state.value == "done" and step.name.value not in told:
                    told.add(step.name.value)
                    screen.tell(f"● {step.name.value}" + _dated(step.time))
            if session.state in states:
                return session
            if after is not None:
                require_not_failed(call, after)
            if session.state is SessionState.UNPAID_CLAIM_FEE:
                raise FeeNotCovered(f"{session.message} `winze session top-up {number}` does.")
            left = f", {duration(session.remaining)} left" if session.remaining else ""
            screen.waits(_told_of(session), timeline_view(session.timeline), left)
    raise AssertionError(number)  # pragma: no cover - looking has no end


async def _looks(call: Call, number: int, screen: Screen) -> "AsyncIterator[Session]":
    """A session, again and again; what cannot be asked now is asked again."""
    from winze.contracts import RpcError
    from winze.wallet import NoNode

    while True:
        try:
            await call.wallet.step()
        except (NoNode, RpcError) as problem:
            screen.waits(f"tries again, since nobody answers: {problem}")
        else:
            yield call.wallet.session(number)
        await asyncio.sleep(call.wallet.pace)


def _told_of(session: "Session") -> str:
    waits = f": waits for {session.waits_for}" if session.waits_for else ""
    return f"{coins(session.amount)} ETH, {session.badge}{waits}"


def _dated(time: int | None) -> str:
    return "" if time is None else f", {moment(time)}"
