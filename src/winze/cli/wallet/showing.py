"""Sessions, totals and movements as people see them on a terminal of 80 columns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..units import coins, duration, moment

if TYPE_CHECKING:
    from winze.wallet import AccountInfo, HistoryEntry, Offer, Session, Step, Wallet

EMPTY_PORTFOLIO: Final = (
    "No mining session yet. `winze mine 0.1` deposits 0.1 ETH and begins one; 0.1, 1, 10 and 100 "
    "ETH can be mined with."
)

_SHOWN: Final = 10**14
"""The smallest part of what is only estimated that is shown."""

_COLOURS: Final = {
    "Ready to Claim": "bold green",
    "Completed": "green",
    "Canceled": "dim",
    "Unpaid Claim Fee": "bold red",
    "Mining in Progress": "cyan",
}
_MARKS: Final = {"done": ("●", "green"), "now": ("◐", "yellow"), "to come": ("○", "dim")}

_COMMANDS: Final = {
    "PROVE": "winze prove {0}",
    "CANCEL": "winze session cancel {0} --to ADDRESS",
    "WITHDRAW": "winze session withdraw {0} --to ADDRESS",
    "REDEPOSIT": "winze session redeposit {0} --rewards ADDRESS",
    "CLAIM": "winze session claim {0}",
    "TOP_UP": "winze session top-up {0}",
    "REST": "winze session rest {0}",
    "WITHDRAW_ETH": "winze withdrawable pay {1}",
    "DISTRIBUTE": "winze distribute {0}",
    "BACKUP": "winze backup FILE",
}
"""What is typed for a button, by its name; of the session's number and its destination."""


def portfolio_view(wallet: "Wallet", shown: "Sequence[Session]") -> RenderableType:
    """The totals, and these sessions."""
    totals = wallet.portfolio()
    head = Table.grid(padding=(0, 3))
    head.add_row(
        *(Text(name, "dim") for name in ("locked", "ready", "ITX claimed", "ITX expected tonight"))
    )
    head.add_row(
        f"{coins(totals.locked)} ETH",
        Text(f"{coins(totals.ready)} ETH", "green" if totals.ready else ""),
        coins(totals.claimed),
        about(totals.expected),
    )
    parts: list[RenderableType] = [
        Text("Your Mining Portfolio", "bold"),
        Text("View and manage your mining sessions", "dim"),
        Padding(head, (1, 0)),
    ]
    parts.append(sessions_table(shown) if shown else Text(EMPTY_PORTFOLIO))
    return Group(*parts)


def sessions_table(sessions: "Iterable[Session]") -> Table:
    """One line for each session."""
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("ETH", justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("begun", no_wrap=True)
    table.add_column("next", overflow="fold")
    for each in sessions:
        table.add_row(
            str(each.number),
            coins(each.amount),
            badge(each),
            moment(each.begun_at)[:16],
            next_step(each),
        )
    return table


def badge(session: "Session") -> Text:
    """The label of a session's state, coloured."""
    return Text(session.badge, _COLOURS.get(session.badge, "yellow"))


def next_step(session: "Session") -> str:
    """The remaining time, what is waited for, or what can be done."""
    if session.remaining:
        return f"{duration(session.remaining)} left"
    if session.waits_for:
        return f"waits for {session.waits_for}"
    named = [each.label for each in session.buttons if each.enabled]
    return " or ".join(named[:2])


def session_view(session: "Session", *, detailed: bool) -> RenderableType:
    """Everything about one session, and what can be typed next."""
    head = Text(f"Session {session.number}  ", "bold") + badge(session)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, told in _facts(session):
        table.add_row(name, Text(told))
    parts: list[RenderableType] = [head, Padding(table, (1, 0))]
    if detailed:
        parts.append(Padding(timeline_view(session.timeline), (0, 0, 1, 0)))
    if session.message:
        parts.append(Text(session.message, "yellow"))
    parts.extend(Text(f"! lost with the journal: {each}", "yellow") for each in session.lost)
    parts.extend(button_line(session, each) for each in session.buttons)
    return Group(*parts)


def _facts(session: "Session") -> Iterator[tuple[str, str]]:
    yield "Deposit amount", f"{coins(session.amount)} ETH"
    yield "Est. ITX Rewards", rewards(session)
    if session.remaining:
        yield "Remaining Time", duration(session.remaining)
    yield "Begun", moment(session.begun_at, utc=True)
    if session.maturity is not None:
        yield "Matures", moment(session.maturity, utc=True)
    if session.withdrawn_amount is not None:
        yield "Withdrawal amount", f"{coins(session.withdrawn_amount)} ETH"
    if session.destination is not None:
        yield "Withdrawal address", session.destination
    if session.onward is not None:
        yield "Redeposited as", f"session {session.onward}"
    if session.rewards is not None:
        yield "Rewards address", session.rewards
    if session.rest:
        yield "Left over", f"{coins(session.rest)} ETH"
    if session.withdrawable:
        yield "Withdrawable ETH", f"{coins(session.withdrawable)} ETH"
    if session.waits_for:
        yield "Waits for", session.waits_for


def timeline_view(steps: "Iterable[Step]") -> RenderableType:
    """Each step with its state and time, its transaction's hash whole on a line of its own."""
    lines = []
    for step in steps:
        mark, colour = _MARKS[step.state.value]
        time = "" if step.time is None else moment(step.time)
        lines.append(Text.assemble((mark, colour), f" {step.name.value:<26}", (time, "dim")))
        if step.transaction:
            lines.append(Text(f"  {step.transaction}", "dim"))
    return Group(*lines)


def button_line(session: "Session", offer: "Offer") -> Text:
    """A button: its label, and what is typed for it or why it cannot be pressed."""
    if not offer.enabled:
        return Text(f"{offer.label}: {offer.why_not or 'it goes on by itself'}", "dim")
    typed = _COMMANDS[offer.button.name].format(session.number, session.destination or "ADDRESS")
    return Text.assemble((offer.label, "bold"), f"  {typed}")


def history_table(entries: "Iterable[HistoryEntry]") -> Table:
    """One movement a line, with its other side below it."""
    table = Table(show_edge=False, pad_edge=False)
    for name in ("time", "kind"):
        table.add_column(name, no_wrap=True)
    table.add_column("ETH", justify="right", no_wrap=True)
    table.add_column("with", overflow="fold")
    for each in entries:
        amount = each.total if each.amount is None else each.amount
        kind = Text(each.kind.value + (" (pending)" if each.pending else ""))
        table.add_row(moment(each.time)[:16], kind, coins(amount), _other_side(each))
    return table


def _other_side(entry: "HistoryEntry") -> str:
    parts = [entry.counterparty] if entry.counterparty else []
    if entry.session is not None:
        parts.append(f"session {entry.session}")
    if entry.fee:
        parts.append(f"fee {coins(entry.fee)}")
    if entry.text:
        parts.append(f'"{entry.text}"')
    parts.extend(f"lost: {each}" for each in entry.lost)
    return "\n".join(parts)


def accounts_table(infos: "Iterable[AccountInfo]", prefix: str) -> Table:
    """The address list: every account with its address below it."""
    from .forms import session_number

    table = Table(show_edge=False, pad_edge=False)
    table.add_column("account", no_wrap=True)
    table.add_column("ETH", justify="right")
    table.add_column("address", overflow="fold")
    for each in infos:
        number = session_number(each.index)
        name = "main" if number is None else f"session {number}"
        coming = f"\n+ {coins(each.coming)} coming" if each.coming else ""
        style = "" if each.used else "dim"
        balance = coins(each.balance) + coming if each.used else "unused"
        table.add_row(name, balance, each.address.encode(prefix), style=style)
    return table


def rewards(session: "Session") -> str:
    """What a session earns: exact once its day has closed, about before."""
    if session.final:
        return f"{coins(session.estimate)} ITX"
    return f"{about(session.estimate)} ITX, as things stand today"


def about(amount: int) -> str:
    """An amount that is only estimated, to four decimals."""
    rounded = coins(amount // _SHOWN * _SHOWN)
    return rounded if amount % _SHOWN == 0 else f"about {rounded}"
