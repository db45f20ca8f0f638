"""`winze session …`: what can be done with one mining session."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..output import show_json
from ..units import coins
from .arguments import At, Later, Number, Own, Rewards, RewardsNeeded, To, time_of
from .asking import confirm
from .checking import ALL_TO_ONE, Destinations, fee_rows, warnings_of, when_row
from .command import MINING, Call, acts, shows
from .doing import carry_out
from .following import synced
from .forms import session_form
from .mining import deposit_rows
from .showing import rewards, session_view

if TYPE_CHECKING:
    from winze.wallet import Proposal, Session

CANCELLING: Final = (
    "Your mining lock period is not yet complete. Cancelling now means you will miss out on any "
    "potential rewards."
)
CLAIM_FOLLOWS: Final = (
    "The claim follows by itself as soon as it can be made, while `winze watch` or any other "
    "command of the wallet runs. ITX is credited at the day's close, 00:00 UTC."
)
NO_GAS: Final = (
    "Insufficient Gas: you are required to transfer gas fees to cover for this transaction."
)
EXTRA: Final = (
    "This is an Extra Top-up ! Gas prices have increased significantly since your previous top-up."
)


def add(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help="See and steer one mining session.")
    shows(group, "show", "winze session show 0", "winze session show 0 --minimize", panel=None)(
        show
    )
    acts(
        group,
        "withdraw",
        "winze session withdraw 0 --to 0x… --later",
        "winze session withdraw 0 --to 0x… --rewards 0x… --wait",
    )(withdraw)
    acts(group, "cancel", "winze session cancel 0 --to 0x…")(cancel)
    acts(group, "redeposit", "winze session redeposit 0 --rewards 0x…")(redeposit)
    acts(group, "claim", "winze session claim 0 --wait")(claim)
    acts(group, "top-up", "winze session top-up 0", "winze session top-up 0 --deposit")(top_up)
    acts(group, "rest", "winze session rest 0", "winze session rest 0 --withdraw")(rest)
    app.add_typer(group, name="session", rich_help_panel=MINING)


async def show(
    call: Call,
    number: Number,
    minimize: Annotated[bool, typer.Option("--minimize", help="Without the timeline.")] = False,
) -> None:
    """View Mining Session: its figures, its timeline, and what can be done now."""
    await synced(call)
    session = call.wallet.session(number)
    if call.wants.as_json:
        show_json(session_form(session))
    else:
        call.told.print(session_view(session, detailed=not minimize))


async def withdraw(
    call: Call,
    number: Number,
    to: To,
    rewards: Rewards = None,
    later: Later = False,
    at: At = None,
    own: Own = False,
) -> None:
    """Withdraw and claim ITX reward, once the session has matured.

    Returns once it is handed over: before that nothing has happened, and from there on it is
    executed without this machine. With --wait, once the reward is claimed.
    """
    from winze.wallet import SessionState

    when, addresses = time_of(at, later=later), Destinations(call)
    goes = addresses.read(to)
    itx = goes if rewards is None else addresses.read(rewards)
    await synced(call)
    session = call.wallet.session(number)
    proposal = await call.wallet.propose.withdraw(number, goes, itx, when=when, relayed=not own)
    notes = [*addresses.notes, *warnings_of(proposal)]
    if rewards is None:
        notes.append(ALL_TO_ONE)
    confirm(call, "Confirm Withdrawal", _spend_rows(session, proposal), "Confirm", warnings=notes)
    await carry_out(call, proposal, {SessionState.COMPLETED}, goes_on=CLAIM_FOLLOWS)


async def cancel(call: Call, number: Number, to: To, own: Own = False) -> None:
    """Take the deposit back before its maturity, less the fee, and without a reward."""
    from winze.wallet import SessionState

    addresses = Destinations(call)
    goes = addresses.read(to)
    await synced(call)
    session = call.wallet.session(number)
    proposal = await call.wallet.propose.cancel(number, goes, relayed=not own)
    confirm(call, "Mining rule", [], "Yes, Proceed", warnings=[CANCELLING])
    notes = [*addresses.notes, *warnings_of(proposal)]
    rows = _spend_rows(session, proposal)
    confirm(call, "Cancel Mining", rows, "Cancel + Withdrawal", warnings=notes)
    await carry_out(call, proposal, {SessionState.CANCELED, SessionState.COMPLETED})


async def redeposit(call: Call, number: Number, rewards: RewardsNeeded, own: Own = False) -> None:
    """Redeposit and claim ITX reward: mine on with the same ETH as a new session."""
    from winze.wallet import InsufficientNotes, SessionState

    from ..errors import FeeNotCovered

    addresses = Destinations(call)
    itx = addresses.read(rewards)
    await synced(call)
    session = call.wallet.session(number)
    try:
        proposal = await call.wallet.propose.redeposit(number, itx, relayed=not own)
    except InsufficientNotes as problem:
        missing = coins(problem.needed - problem.available)
        raise FeeNotCovered(
            f"the main account does not cover the fee: {missing} ETH are missing; "
            f"`winze deposit {missing}` brings them; nothing moved"
        ) from None
    rows, notes = _spend_rows(session, proposal), [*addresses.notes, *warnings_of(proposal)]
    confirm(call, "Confirm Redeposit", rows, "Confirm", warnings=notes)
    await carry_out(call, proposal, {SessionState.COMPLETED}, goes_on=CLAIM_FOLLOWS)


async def claim(
    call: Call,
    number: Number,
    to: Rewards = None,
    later: Later = False,
    at: At = None,
    own: Own = False,
) -> None:
    """Claim Rewards: make or resume the claim of a withdrawn session."""
    from winze.wallet import Button, InsufficientNotes, SessionState

    from ..errors import FeeNotCovered

    when, addresses = time_of(at, later=later), Destinations(call)
    whom = None if to is None else addresses.read(to)
    await synced(call)
    session = call.wallet.session(number)
    shown = session.offer(Button.CLAIM)
    if shown is not None and shown.busy:
        call.told.print(shown.busy)
        await _wait_for(call, number)
        return
    try:
        proposal = await call.wallet.propose.claim(number, whom, when=when, relayed=not own)
    except InsufficientNotes as problem:
        raise FeeNotCovered(
            f"Insufficient balance to pay claim fee. {problem}. `winze session top-up {number}` "
            "brings it; nothing moved"
        ) from None
    rows = _claim_rows(session, proposal)
    notes = [*addresses.notes, *warnings_of(proposal)]
    confirm(call, "Claim Rewards", rows, "Claim", warnings=notes)
    await carry_out(call, proposal, {SessionState.COMPLETED})


async def top_up(
    call: Call,
    number: Number,
    deposit: Annotated[
        bool,
        typer.Option(
            "--deposit", help="From the connected wallet, which shows whose session it is."
        ),
    ] = False,
) -> None:
    """Top Up for Claim Fee, from the main account or by a deposit of the connected wallet."""
    from winze.wallet import SessionState

    await synced(call)
    session = call.wallet.session(number)
    if session.top_ups:
        confirm(call, "Extra Top-up", [], "Next", warnings=[EXTRA])
    propose = call.wallet.propose
    if deposit:
        proposal = await propose.top_up(number)
    else:
        proposal = await propose.move(number, await propose.top_up_amount())
    rows = [("Session", str(number)), *_top_up_rows(call, proposal)]
    confirm(call, "Top Up for Claim Fee", rows, "Send", warnings=[NO_GAS, *warnings_of(proposal)])
    await carry_out(call, proposal, {SessionState.COMPLETED}, goes_on=CLAIM_FOLLOWS)


async def rest(
    call: Call,
    number: Number,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="To the address used before: fixed.")
    ] = False,
    own: Own = False,
) -> None:
    """Withdraw Rest Amount: to the main account (private), or to the address used before."""
    await synced(call)
    session = call.wallet.session(number)
    propose = call.wallet.propose
    moved = propose.rest if withdraw else propose.sweep
    proposal = await moved(number, relayed=not own)
    to = session.destination or "" if withdraw else "the main account"
    rows = [
        ("Amount", f"{coins(proposal.amount)} ETH"),
        *fee_rows(proposal),
        ("From", f"session {number}"),
        ("To", to),
    ]
    confirm(call, "Withdraw Rest Amount", rows, "Confirm", warnings=warnings_of(proposal))
    await carry_out(call, proposal)


def _spend_rows(session: "Session", proposal: "Proposal") -> Iterator[tuple[str, str]]:
    intent = proposal.intent
    yield "Session", f"{session.number} ({coins(session.amount)} ETH)"
    if intent.onward is None:
        yield "You receive", f"{coins(proposal.amount)} ETH"
    else:
        yield "Mines on", f"{coins(session.amount)} ETH, as session {intent.onward}"
    yield from fee_rows(proposal)
    if int(intent.recipient, 16) and intent.onward is None:
        yield "Withdrawal address", intent.recipient
    if int(intent.rewards, 16):
        yield "Rewards address", intent.rewards
        yield "Est. ITX Rewards", rewards(session)
    yield from when_row(proposal)


def _claim_rows(session: "Session", proposal: "Proposal") -> Iterator[tuple[str, str]]:
    yield "Session", str(session.number)
    yield "Est. ITX Rewards", rewards(session)
    yield "Rewards address", proposal.intent.recipient
    yield from fee_rows(proposal)
    yield from when_row(proposal)


def _top_up_rows(call: Call, proposal: "Proposal") -> Iterator[tuple[str, str]]:
    if proposal.deposit is not None:
        yield from deposit_rows(proposal)
        yield "From", str(call.wallet.identity.address)
        return
    yield "Amount", f"{coins(proposal.amount)} ETH"
    yield from fee_rows(proposal)
    yield "From", "the main account"


async def _wait_for(call: Call, number: int) -> None:
    """Carry a claim on that is under way already."""
    from winze.wallet import SessionState

    from .following import session_in

    await call.wallet.step()
    if call.wants.wait:
        await session_in(call, number, {SessionState.COMPLETED})
    session = call.wallet.session(number)
    if call.wants.as_json:
        show_json({"intent": None, "session": session_form(session)})
    else:
        call.told.print(session_view(session, detailed=True))
