"""`winze watch`: carries everything on that was begun, and shows how it goes."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from ..output import show_json
from ..units import coins, moment
from .command import MINING, Call, shows
from .following import session_in
from .forms import session_form
from .showing import portfolio_view, session_view

if TYPE_CHECKING:
    from winze.wallet import Session, SessionState


def add(app: typer.Typer) -> None:
    """Add the command."""
    shows(
        app,
        "watch",
        "winze watch",
        "winze watch 0 --until ready",
        "winze watch --json",
        panel=MINING,
    )(watch)


async def watch(
    call: Call,
    number: Annotated[
        int | None, typer.Argument(min=0, max=255, metavar="[SESSION]", show_default=False)
    ] = None,
    until: Annotated[
        str,
        typer.Option(help="End once the session is there: mining, ready, completed, canceled …"),
    ] = "",
) -> None:
    """Carry on by itself everything that was begun, claims included, and show how it goes.

    It runs until Ctrl-C, at which nothing is lost. With --until it ends once the session is in that
    state. With --json each change of a session is a line of JSON.
    """
    if until:
        if number is None:
            raise typer.BadParameter("--until is said of one session: name it")
        session = await session_in(call, number, _states(until))
        if call.wants.as_json:
            show_json(session_form(session))
        else:
            call.told.print(session_view(session, detailed=True))
    elif call.wants.as_json or not call.told.is_terminal:
        await _lines(call, number)
    else:
        await _screen(call, number)


async def _screen(call: Call, number: int | None) -> None:
    with Live(console=call.told, auto_refresh=False, screen=False) as live:
        async for problem in _beats(call):
            live.update(_picture(call, number, problem), refresh=True)


def _picture(call: Call, number: int | None, problem: str) -> RenderableType:
    wallet = call.wallet
    if number is None:
        shown: RenderableType = portfolio_view(wallet, wallet.sessions()[:20])
    else:
        shown = session_view(wallet.session(number), detailed=True)
    now = Text(f"\nthe chain at {moment(wallet.now)}; Ctrl-C ends, and nothing is lost", "dim")
    return Group(shown, Text(f"\n{problem}", "red"), now) if problem else Group(shown, now)


async def _lines(call: Call, number: int | None) -> None:
    """A line for each change."""
    known: dict[int, Any] = {}
    async for problem in _beats(call):
        if problem:
            call.told.print(Text(problem), soft_wrap=True)
        for session in reversed(call.wallet.sessions()):
            told = session.state, session.waits_for, session.message
            if number in {None, session.number} and known.get(session.number) != told:
                known[session.number] = told
                _tell(call, session)


def _tell(call: Call, session: "Session") -> None:
    if call.wants.as_json:
        typer.echo(json.dumps(session_form(session)))
        return
    waits = f", waits for {session.waits_for}" if session.waits_for else ""
    line = f"{moment(call.wallet.now)}  session {session.number}, {coins(session.amount)} ETH: "
    call.told.print(Text(f"{line}{session.badge}{waits}"), soft_wrap=True)


async def _beats(call: Call) -> Any:
    """Step again and again; what went wrong at a step, or nothing."""
    from winze.contracts import RpcError
    from winze.wallet import NotSynced, WalletError

    while True:
        problem = ""
        try:
            await call.wallet.step()
        except (WalletError, RpcError) as error:
            problem = f"tries again: {error}"
        try:
            _ = call.wallet.now
        except NotSynced:
            call.told.print(Text(problem), soft_wrap=True)
        else:
            yield problem
        await asyncio.sleep(call.wallet.pace)


def _states(text: str) -> "set[SessionState]":
    """The states in which a session has come so far.

    Raises:
        typer.BadParameter: there is no such state.
    """
    from winze.wallet import SessionState

    names = {each.name.lower(): each for each in SessionState}
    state = names.get(text.replace("-", "_"))
    if state is None:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(names)}")
    ends = {SessionState.COMPLETED, SessionState.CANCELED}
    later = list(SessionState)[list(SessionState).index(state) :]
    return {state, *ends} if state in ends else {*later}
