"""Commands that show something: portfolio, address, history, sync, withdrawable."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer
from rich.text import Text

from ..output import show_json
from ..units import coins, moment
from .command import MINING, MOVING, Call, shows
from .following import synced
from .forms import account_form, entry_form, portfolio_form
from .showing import accounts_table, history_table, portfolio_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winze.wallet import HistoryEntry

_Shown = TypeVar("_Shown")

PAGE: Final = 20
"""Sessions, or movements, on a page."""

EMPTY_HISTORY: Final = (
    "Nothing yet. `winze deposit 0.5` brings something into the private balance, and `winze "
    "address` shows where others can send to."
)
_KINDS: Final = ("all", "deposit", "withdraw", "send", "receive")

_Page = Annotated[int, typer.Option(min=1, help="Which page.")]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    shows(app, "portfolio", "winze portfolio", "winze portfolio --json", panel=MINING)(portfolio)
    shows(app, "address", "winze address", "winze address --list")(address)
    shows(
        app,
        "history",
        "winze history --kind receive",
        "winze history --csv history.csv",
        panel=MOVING,
    )(history)
    shows(app, "sync", "winze sync")(sync)


async def portfolio(call: Call, page: _Page = 1) -> None:
    """Your Mining Portfolio: all sessions, the newest first, and their totals."""
    await synced(call)
    if call.wants.as_json:
        show_json(portfolio_form(call.wallet, call.wallet.portfolio()))
        return
    sessions = call.wallet.sessions()
    call.told.print(portfolio_view(call.wallet, _paged(sessions, page)))
    _tell_page(call, page, len(sessions))


async def address(
    call: Call,
    all_accounts: Annotated[
        bool, typer.Option("--list", help="View Address List: every account, used and unused.")
    ] = False,
) -> None:
    """Where you can be paid, and what the private balance is; --list looks at the chain anew."""
    await synced(call)
    wallet, prefix = call.wallet, call.wallet.network.address_prefix
    if call.wants.as_json:
        form = {
            "network": wallet.network.name,
            "ethereum": wallet.identity.address,
            "private": wallet.address,
            "balance": str(int(wallet.balance)),
            "coming": str(int(wallet.coming)),
        }
        listed = [account_form(each, prefix) for each in wallet.accounts()]
        show_json({**form, "accounts": listed} if all_accounts else form)
        return
    told = call.told
    told.print(Text(f"Ethereum address  {wallet.identity.address}"), soft_wrap=True)
    told.print(Text(f"Private address   {wallet.address}"), soft_wrap=True)
    told.print(Text(f"Private balance   {coins(wallet.balance)} ETH"))
    if wallet.coming:
        told.print(Text(f"Coming            {coins(wallet.coming)} ETH, once proved"))
    if all_accounts:
        told.print()
        told.print(accounts_table(wallet.accounts(), prefix))


async def history(
    call: Call,
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(_KINDS)}.")] = "all",
    csv: Annotated[
        Path | None, typer.Option(help="Write it as CSV to this file, which must not exist.")
    ] = None,
    page: _Page = 1,
) -> None:
    """What came into the private balance and left it, top-ups included, mining not."""
    if kind not in _KINDS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(_KINDS)}")
    await synced(call)
    found = [each for each in call.wallet.history() if kind in {"all", each.kind.name.lower()}]
    if csv is not None:
        _write_csv(csv, found)
        call.told.print(Text(f"{len(found)} movements are in {csv}"), soft_wrap=True)
    if call.wants.as_json:
        show_json([entry_form(each) for each in found])
    elif csv is None:
        shown = _paged(found, page)
        call.told.print(history_table(shown) if shown else Text(EMPTY_HISTORY))
        _tell_page(call, page, len(found))


async def sync(call: Call) -> None:
    """Read the chain up to now; nothing is sent, and nothing is asked that shows who you are."""
    await synced(call)
    holdings = call.wallet.holdings
    if call.wants.as_json:
        show_json({"time": int(holdings.now), "proved": holdings.proved})
        return
    call.told.print(Text(f"read up to {moment(holdings.now)}; {holdings.proved} blocks are proved"))


def _write_csv(path: Path, entries: "Sequence[HistoryEntry]") -> None:
    from winze.files import write_atomically
    from winze.wallet import to_csv

    if path.exists():
        raise typer.BadParameter(f"{path} exists already: name another file")
    write_atomically(path, to_csv(entries).encode())


def _paged(shown: "Sequence[_Shown]", page: int) -> "Sequence[_Shown]":
    return shown[(page - 1) * PAGE : page * PAGE]


def _tell_page(call: Call, page: int, count: int) -> None:
    pages = -(-count // PAGE)
    if pages > 1:
        call.told.print(Text(f"page {page} of {pages}; --page shows another", "dim"))
