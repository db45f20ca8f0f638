"""`winze mine`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..units import coins, from_coins
from .arguments import parser
from .asking import confirm
from .command import MINING, Call, acts
from .doing import carry_out
from .following import synced

if TYPE_CHECKING:
    from winze.wallet import Proposal

LOCK_NOTE: Final = "The exact lock period will be confirmed when mining begins."
AMOUNTS: Final = "0.1 · 1 · 10 · 100 (ETH)"
GOES_ON: Final = "The deposit is sealed and proved by the network; `winze watch` shows how it goes."


def add(app: typer.Typer) -> None:
    """Add the command."""
    acts(app, "mine", "winze mine 0.1", "winze mine 1 --yes --wait", panel=MINING)(mine)


async def mine(
    call: Call,
    amount: Annotated[
        int,
        typer.Argument(
            parser=parser(from_coins),
            metavar="[0.1|1|10|100]",
            help="Amount to deposit, in ETH; asked for if it is left out.",
            show_default=False,
        ),
    ] = 0,
) -> None:
    """Deposit 0.1, 1, 10 or 100 ETH, and mine with it.

    Returns once the deposit is sent; with --wait, once its lock has begun. Closing the terminal at
    any point loses nothing.
    """
    from winze.protocol import DENOMINATIONS, Wei
    from winze.wallet import DepositRefused, SessionState

    value = amount or _asked_amount()
    if value not in DENOMINATIONS:
        raise DepositRefused(f"{coins(value)} ETH cannot mine; choose one of {AMOUNTS}")
    await synced(call)
    proposal = await call.wallet.propose.mine(Wei(value))
    confirm(call, "Confirm Deposit", deposit_rows(proposal), "Mine")
    over = set(SessionState) - {SessionState.DEPOSIT_PROCESSING}
    await carry_out(call, proposal, over, goes_on=GOES_ON)


def deposit_rows(proposal: "Proposal") -> Iterator[tuple[str, str]]:
    """What the confirmation of a deposit shows."""
    plan = proposal.deposit
    assert plan is not None  # noqa: S101 - deposits are planned as such
    yield "Amount to deposit", f"{coins(plan.amount)} ETH"
    if plan.lock:
        yield "Mining lock period", plan.lock
        yield "", LOCK_NOTE
    yield "Network fee", f"{coins(plan.cost.likely)} ETH (at most {coins(plan.cost.most)})"
    yield "Total", f"{coins(plan.total)} ETH"
    if plan.points is not None:
        yield "Points", f"{int(plan.points):,}"
        yield "Today's issuance", f"{coins(plan.issuance)} ITX, shared by all who claim today"


def _asked_amount() -> int:
    try:
        found: int = typer.prompt(
            f"Amount to deposit {AMOUNTS}", value_proc=parser(from_coins), err=True
        )
    except typer.Abort:
        raise typer.BadParameter(f"say how much: {AMOUNTS}") from None
    return found
