"""Intents: what a person asked for, and what of it has left, or may have left, the machine.

An intent is never the truth about what happened: that is the chain. It says what was meant, so that
whoever starts again goes on instead of beginning anew, and it holds what the chain does not know: a
planned address, a time, a note to oneself.
"""

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Self

from winze.protocol import MAIN_ACCOUNT, EthAddress, Timestamp, Wei
from winze.wire import RelayRequest

_NOBODY: Final = EthAddress.zero()
_NOTHING: Final = Wei(0)


class IntentKind(StrEnum):
    """What a person can ask for."""

    MINE = "mine"
    """Deposit a denomination from the connected wallet into a new mining account."""
    DEPOSIT = "deposit"
    """Deposit any amount from the connected wallet into the main account."""
    TOP_UP = "top_up"
    """Deposit into a mining account what its claim's fee takes."""
    WITHDRAW = "withdraw"
    """Spend a matured mining note to an address; its claim follows."""
    CANCEL = "cancel"
    """Spend a mining note before its maturity; nothing is claimed."""
    REDEPOSIT = "redeposit"
    """Make a matured mining note a new deposit inside the pool; its claim follows."""
    CLAIM = "claim"
    """Claim the reward of a session."""
    REST = "rest"
    """Withdraw what is left in a mining account to the address used before."""
    SWEEP = "sweep"
    """Move what is left in a mining account to the main account."""
    MOVE = "move"
    """Move from the main account to a mining account: a private top-up."""
    MERGE = "merge"
    """Make one note of two."""
    TRANSFER_OUT = "transfer_out"
    """Withdraw any amount from the main account to an address."""
    SEND = "send"
    """Pay somebody privately."""
    PAYOUT = "payout"
    """Pay out what waits in the withdrawable state."""
    BUILD = "build"
    """Seal, draw and prove blocks oneself."""
    DISTRIBUTE = "distribute"
    """Have the ITX of a claim sent, and of others' with it, once their day is over."""


DEPOSITS: Final = frozenset({IntentKind.MINE, IntentKind.DEPOSIT, IntentKind.TOP_UP})
"""What a transaction of the connected wallet's does."""

OF_A_DEPOSIT: Final = frozenset({IntentKind.WITHDRAW, IntentKind.CANCEL, IntentKind.REDEPOSIT})
"""What spends a session's deposit: one of them at most is ever executed."""

TRANSFERS: Final = frozenset(
    {
        *(IntentKind.WITHDRAW, IntentKind.CANCEL, IntentKind.REDEPOSIT, IntentKind.CLAIM),
        *(IntentKind.REST, IntentKind.SWEEP, IntentKind.MOVE, IntentKind.MERGE),
        *(IntentKind.TRANSFER_OUT, IntentKind.SEND),
    }
)
"""What a relayer, or anybody, executes by a proof."""


class IntentState(StrEnum):
    """How far an intent came."""

    PLANNED = "planned"
    """Written down; nothing has left the machine."""
    LEAVING = "leaving"
    """What it takes may have left the machine; whether it arrived, the chain or a node tells."""
    DONE = "done"
    """The chain shows it."""
    FAILED = "failed"
    """It can never happen any more, and nothing of it moved; `reason` says why."""

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done for it."""
        return self in {IntentState.DONE, IntentState.FAILED}


@dataclass(frozen=True)
class SentTransaction:
    """A transaction of the connected wallet's that was, or may have been, sent."""

    nonce: int
    """The sender's nonce that it uses, or would have used."""
    hash: str | None = None
    """Its hash in hex with 0x; None while an external wallet has not told it."""
    raw: str | None = field(default=None, repr=False)
    """What is sent, in hex with 0x, where we signed it ourselves."""


@dataclass(frozen=True)
class Intent:
    """One thing that a person asked for. Immutable: the journal keeps each new version."""

    id: str
    """32 hex digits, drawn at random."""
    kind: IntentKind
    created_at: Timestamp
    """Chain time."""
    state: IntentState = IntentState.PLANNED
    account: int = MAIN_ACCOUNT
    """The account that it is about: a session's mining account, or the main one."""
    amount: Wei = _NOTHING
    """What is deposited, paid or moved, without fees."""
    fee: Wei = _NOTHING
    """What the relayer is paid, where one is."""
    recipient: EthAddress = _NOBODY
    """Who gets the amount; for a claim, who gets the ITX."""
    rewards: EthAddress = _NOBODY
    """Where a withdrawal's or redeposit's rewards shall go later; zero where nothing follows."""
    source: EthAddress = _NOBODY
    """Whose withdrawable ETH is paid out, for `PAYOUT`."""
    private: str = ""
    """The private address that is paid, for `SEND`."""
    text: str = field(default="", repr=False)
    """A note to oneself, which stays on the machine."""
    deposit_number: int | None = None
    """Which of the account's deposits it makes; for `REDEPOSIT`, of the account `onward`."""
    onward: int | None = None
    """The mining account of the session that a redeposit begins."""
    not_before: Timestamp = Timestamp(0)  # noqa: RUF009 - immutable
    deadline: Timestamp = Timestamp(0)  # noqa: RUF009 - immutable
    request: RelayRequest | None = field(default=None, repr=False)
    """What is handed over, proofs included. Its nullifiers decide what became of it."""
    earlier: tuple[int, ...] = field(default=(), repr=False)
    """The first output of each request that was given up for another one: whoever has such a
    request may execute it all the same, and then the intent is done."""
    relayed: bool = True
    """Whether a relayer carries it out; else the connected wallet sends it."""
    node: str = field(default="", repr=False)
    """The address of the node that it was handed to; empty before."""
    transactions: tuple[SentTransaction, ...] = ()
    """What the connected wallet sent for it, the newest last."""
    reason: str = ""
    """Why it failed, or what it waits for, in words."""
    settled_at: Timestamp = Timestamp(0)  # noqa: RUF009 - immutable
    """Chain time at which it was over; 0 before."""

    @property
    def made(self) -> tuple[int, ...]:
        """The first output of each request that was ever made for it; no other transfer has it."""
        transfer = None if self.request is None else self.request.transfer
        return self.earlier if transfer is None else (*self.earlier, int(transfer.out1))

    def but(self, **changes: Any) -> Self:
        """It with some fields changed."""
        return replace(self, **changes)

    def ended(self, state: IntentState, now: Timestamp, reason: str = "") -> Self:
        """It as DONE or FAILED at this chain time; `reason` says why it failed."""
        return self.but(state=state, settled_at=now, reason=reason)

    def to_json(self) -> str:
        """It as JSON text, for the journal."""
        form = {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}
        return json.dumps(form, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The intent that `to_json` made this text of."""
        form = json.loads(text)
        sent = tuple(SentTransaction(**each) for each in form.pop("transactions"))
        request = form.pop("request")
        return cls(
            id=form.pop("id"),
            kind=IntentKind(form.pop("kind")),
            state=IntentState(form.pop("state")),
            created_at=Timestamp(form.pop("created_at")),
            amount=Wei(form.pop("amount")),
            fee=Wei(form.pop("fee")),
            recipient=EthAddress(form.pop("recipient")),
            rewards=EthAddress(form.pop("rewards")),
            source=EthAddress(form.pop("source", _NOBODY)),
            not_before=Timestamp(form.pop("not_before")),
            deadline=Timestamp(form.pop("deadline")),
            settled_at=Timestamp(form.pop("settled_at")),
            request=None if request is None else RelayRequest.decode(bytes.fromhex(request)),
            transactions=sent,
            earlier=tuple(form.pop("earlier", ())),
            **form,
        )


def _plain(value: object) -> Any:
    match value:
        case RelayRequest():
            return value.encode().hex()
        case tuple():
            return [vars(each) if isinstance(each, SentTransaction) else each for each in value]
        case bool():
            return value
        case int():
            return int(value)
        case str():
            return str(value)
        case _:
            return value
