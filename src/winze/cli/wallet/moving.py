"""The private balance: deposit, withdraw, send; what is withdrawable; and what a node should do."""

from typing import Annotated

import typer
from rich.text import Text

from ..output import show_json
from ..units import coins, from_coins
from .arguments import Address, At, Later, Number, Own, To, parser, time_of
from .asking import confirm
from .checking import Destinations, fee_rows, warnings_of, when_row
from .command import MINING, MOVING, Call, acts, shows
from .doing import carry_out
from .following import synced
from .mining import deposit_rows

_Amount = Annotated[
    int,
    typer.Argument(parser=parser(from_coins), metavar="AMOUNT", help="In ETH.", show_default=False),
]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    acts(app, "prove", "winze prove 0", panel=MINING)(prove)
    acts(app, "distribute", "winze distribute 0", panel=MINING)(distribute)
    acts(app, "deposit", "winze deposit 0.5", panel=MOVING)(deposit)
    acts(app, "withdraw", "winze withdraw 0.2 --to 0x… --later", panel=MOVING)(withdraw)
    acts(app, "send", 'winze send 0.1 --to winze1… --note "for lunch"', panel=MOVING)(send)
    group = typer.Typer(
        no_args_is_help=True, help="What waits for an address that refused a payment."
    )
    shows(group, "show", "winze withdrawable show 0x…", panel=None)(show)
    acts(group, "pay", "winze withdrawable pay 0x…")(pay)
    app.add_typer(group, name="withdrawable", rich_help_panel=MOVING)


async def deposit(call: Call, amount: _Amount) -> None:
    """Bring any amount from the connected wallet into the private balance."""
    from winze.protocol import Wei

    await synced(call)
    proposal = await call.wallet.propose.deposit(Wei(amount))
    confirm(call, "Confirm Deposit", deposit_rows(proposal), "Deposit")
    await carry_out(call, proposal)


async def withdraw(
    call: Call, amount: _Amount, to: To, later: Later = False, at: At = None, own: Own = False
) -> None:
    """Withdraw any amount of the private balance to an address."""
    from winze.protocol import Wei

    when, addresses = time_of(at, later=later), Destinations(call)
    goes = addresses.read(to)
    await synced(call)
    proposal = await call.wallet.propose.transfer_out(Wei(amount), goes, when=when, relayed=not own)
    notes = [*addresses.notes, *warnings_of(proposal)]
    rows = [
        ("Amount", f"{coins(proposal.amount)} ETH"),
        *fee_rows(proposal),
        ("Withdrawal address", str(proposal.intent.recipient)),
        *when_row(proposal),
    ]
    confirm(call, "Confirm Withdrawal", rows, "Confirm", warnings=notes)
    await carry_out(call, proposal)


async def send(
    call: Call,
    amount: _Amount,
    to: Annotated[str, typer.Option("--to", metavar="PRIVATE", help="A private address.")],
    note: Annotated[str, typer.Option(help="A note to yourself; it stays on this machine.")] = "",
) -> None:
    """Send privately to another wallet's private address."""
    from winze.protocol import Wei
    from winze.wallet import read_private_address

    whom = read_private_address(to, call.wallet.network)
    await synced(call)
    proposal = await call.wallet.propose.send(Wei(amount), whom, note)
    rows = [("Amount", f"{coins(proposal.amount)} ETH"), *fee_rows(proposal), ("To", to)]
    if note:
        rows.append(("Note to yourself", note))
    confirm(call, "Confirm Transfer", rows, "Send", warnings=warnings_of(proposal))
    await carry_out(call, proposal)


async def show(call: Call, account: Address) -> None:
    """Show what waits for an address. Bulk data tell: nobody learns that you asked."""
    whom = Destinations(call).read(account)
    await synced(call)
    waits = call.wallet.withdrawable(whom)
    if call.wants.as_json:
        show_json({"address": whom, "withdrawable": str(int(waits))})
        return
    call.told.print(Text(f"{coins(waits)} ETH wait for {whom}"), soft_wrap=True)
    if waits:
        call.told.print(Text(f"winze withdrawable pay {whom}"), soft_wrap=True)


async def pay(
    call: Call,
    account: Address,
    to: Annotated[
        str,
        typer.Option("--to", metavar="ADDRESS", help="Elsewhere, where ADDRESS is connected."),
    ] = "",
) -> None:
    """Withdraw ETH: have the connected wallet pay out what waits for an address."""
    addresses = Destinations(call)
    whom, goes = addresses.read(account), addresses.read(to) if to else None
    await synced(call)
    proposal = await call.wallet.propose.payout(whom, goes)
    rows = [("Amount", f"{coins(proposal.amount)} ETH"), ("To", str(proposal.intent.recipient))]
    notes = [*addresses.notes, *warnings_of(proposal)]
    confirm(call, "Withdraw ETH", rows, "Withdraw ETH", warnings=notes)
    await carry_out(call, proposal)


async def prove(call: Call, number: Number) -> None:
    """Prove it yourself: seal, draw and prove the blocks that hold a session's deposit.

    For when the network is slow; the connected wallet pays the gas. With --wait to the end.
    """
    from winze.wallet import SessionState

    await synced(call)
    proposal = call.wallet.propose.build(number)
    rows = [("Session", str(number)), ("Sent by", str(call.wallet.identity.address))]
    confirm(call, "Prove it yourself", rows, "Prove", warnings=warnings_of(proposal))
    over = set(SessionState) - {SessionState.DEPOSIT_PROCESSING}
    await carry_out(call, proposal, over)


async def distribute(call: Call, number: Number) -> None:
    """Send ITX yourself: have the ITX of a closed day sent, a session's and others' with it.

    For when no node does it; the connected wallet pays the gas for all of them.
    """
    await synced(call)
    proposal = await call.wallet.propose.distribute(number)
    rows = [
        ("Session", str(number)),
        ("Rewards address", str(proposal.intent.recipient)),
        ("Sent by", str(call.wallet.identity.address)),
    ]
    confirm(call, "Send ITX yourself", rows, "Send", warnings=warnings_of(proposal))
    await carry_out(call, proposal)
