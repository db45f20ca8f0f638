"""The JSON of the wallet's commands. Its shapes are documented in docs/guide.md.

Amounts are strings of wei (or of ITX's smallest unit), times are seconds of Unix time or null, and
states are spelled in lower case with underscores.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winze.wallet import (
        AccountInfo,
        Event,
        HistoryEntry,
        Intent,
        Portfolio,
        Session,
        Wallet,
    )


def session_form(session: "Session") -> dict[str, Any]:
    """One session."""
    return {
        "number": session.number,
        "amount": str(int(session.amount)),
        "state": session.state.name.lower(),
        "badge": session.badge,
        "message": session.message,
        "waits_for": session.waits_for,
        "begun_at": int(session.begun_at),
        "maturity": _time(session.maturity),
        "remaining": None if session.remaining is None else int(session.remaining),
        "withdrawn_amount": _amount(session.withdrawn_amount),
        "destination": session.destination,
        "onward": session.onward,
        "rewards": session.rewards,
        "estimate": str(int(session.estimate)),
        "final": session.final,
        "rest": str(int(session.rest)),
        "withdrawable": str(int(session.withdrawable)),
        "top_ups": session.top_ups,
        "lost": list(session.lost),
        "buttons": [
            {
                "button": each.button.name.lower(),
                "label": each.label,
                "enabled": each.enabled,
                "why_not": each.why_not,
            }
            for each in session.buttons
        ],
        "timeline": [
            {
                "step": step.name.name.lower(),
                "state": step.state.value.replace(" ", "_"),
                "time": _time(step.time),
                "transaction": step.transaction or None,
            }
            for step in session.timeline
        ],
    }


def portfolio_form(wallet: "Wallet", totals: "Portfolio") -> dict[str, Any]:
    """All sessions and their totals."""
    return {
        "time": int(wallet.now),
        "locked": str(int(totals.locked)),
        "ready": str(int(totals.ready)),
        "itx_claimed": str(int(totals.claimed)),
        "itx_expected": str(int(totals.expected)),
        "sessions": [session_form(each) for each in wallet.sessions()],
    }


def intent_form(intent: "Intent") -> dict[str, Any]:
    """Something that was asked for."""
    return {
        "id": intent.id,
        "kind": intent.kind.value,
        "state": intent.state.value,
        "reason": intent.reason,
        "session": session_number(intent.account),
        "amount": str(int(intent.amount)),
        "fee": str(int(intent.fee)),
        "recipient": _address(intent.recipient),
        "rewards": _address(intent.rewards),
        "private": intent.private or None,
        "onward": intent.onward,
        "not_before": int(intent.not_before) or None,
        "deadline": int(intent.deadline) or None,
        "transactions": [each.hash for each in intent.transactions if each.hash],
    }


def event_form(event: "Event") -> dict[str, Any]:
    """Something that happened, one line of `winze watch --json`."""
    return {"event": type(event).__name__.lower(), "intent": intent_form(event.intent)}


def entry_form(entry: "HistoryEntry") -> dict[str, Any]:
    """One line of the history."""
    return {
        "kind": entry.kind.name.lower(),
        "time": int(entry.time),
        "amount": _amount(entry.amount),
        "fee": _amount(entry.fee),
        "total": str(int(entry.total)),
        "counterparty": entry.counterparty or None,
        "session": entry.session,
        "note": entry.text,
        "transaction": entry.transaction or None,
        "pending": entry.pending,
        "lost": list(entry.lost),
    }


def account_form(info: "AccountInfo", prefix: str) -> dict[str, Any]:
    """One account of the address list."""
    return {
        "session": session_number(info.index),
        "address": info.address.encode(prefix),
        "used": info.used,
        "balance": str(int(info.balance)),
        "coming": str(int(info.coming)),
    }


def session_number(account: int) -> int | None:
    """The session that an account belongs to; None for the main account."""
    from winze.protocol import MAIN_ACCOUNT

    return None if account == MAIN_ACCOUNT else account


def _amount(amount: int | None) -> str | None:
    return None if amount is None else str(int(amount))


def _time(time: int | None) -> int | None:
    return None if time is None else int(time)


def _address(address: str) -> str | None:
    return address if int(address, 16) else None
