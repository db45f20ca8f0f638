"""Carrying a confirmed proposal out as far as its caller wants, and telling the result."""

from typing import TYPE_CHECKING

from rich.text import Text

from ..output import show_json
from .command import Call
from .following import Screen, finished, handed_over, session_in
from .forms import intent_form, session_form, session_number
from .showing import session_view

if TYPE_CHECKING:
    from collections.abc import Collection

    from winze.wallet import Intent, Proposal, SessionState


async def carry_out(
    call: Call, proposal: "Proposal", then: "Collection[SessionState]" = (), *, goes_on: str = ""
) -> None:
    """Begin what was confirmed, until it is handed over; with --wait to its end.

    Args:
        call: Who wants it.
        proposal: What was confirmed.
        then: The states of its session that are its end; none where it ends with itself.
        goes_on: What is told of what goes on by itself.
    """
    intent = await handed_over(call, await call.wallet.begin(proposal))
    number = session_number(intent.account)
    if call.wants.wait and then and number is not None:
        await session_in(call, number, then, after=intent)
    elif call.wants.wait:
        intent = await finished(call, intent)
    elif goes_on:
        Screen(call.told).tell(goes_on)
    result(call, call.wallet.journal.get(intent.id) or intent)


def result(call: Call, intent: "Intent") -> None:
    """Tell how something stands that was asked for, with its session where it has one."""
    number = session_number(intent.account)
    session = None
    if number is not None:
        session = next((each for each in call.wallet.sessions() if each.number == number), None)
    if call.wants.as_json:
        form = None if session is None else session_form(session)
        show_json({"intent": intent_form(intent), "session": form})
    elif session is not None:
        call.told.print(session_view(session, detailed=True))
    else:
        call.told.print(Text(f"{intent.kind.value}: {intent.state.value}"))
