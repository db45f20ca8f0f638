"""What became of a request, as a relayer tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

from winze.protocol import ChainBlock, Timestamp

from .forms import read_json, read_object, write_json
from .spellings import Bytes, Choice, Integer, Spelling, Text, moment

REQUEST_ID: Final = Text("[0-9a-f]{64}", "By what the request is known")
"""How a request's id is spelled."""


class RequestState(StrEnum):
    """How far a request came. The last three are final, but for a reorganisation of the chain."""

    RECEIVED = "received"
    """Accepted and stored; it waits for its time and its batch."""

    SENT = "sent"
    """In a transaction that is on its way."""

    DONE = "done"
    """Executed, in a block that is confirmed."""

    SKIPPED = "skipped"
    """Passed over by the contracts, or dropped before: nothing moved."""

    FAILED = "failed"
    """It can never be executed: nothing moved."""

    @property
    def final(self) -> bool:
        """Whether nothing more will be tried."""
        return self not in {RequestState.RECEIVED, RequestState.SENT}


class Payout(StrEnum):
    """Where an executed withdrawal's amount went."""

    PAID = "paid"
    """To its recipient."""

    WITHDRAWABLE = "withdrawable"
    """The recipient refused it: it waits in the withdrawable state."""


class Rejection(StrEnum):
    """Why a request was not accepted. Nothing of it is kept, and it may be sent again."""

    MALFORMED = "malformed"
    WRONG_CHAIN = "wrong_chain"
    BAD_PROOF = "bad_proof"
    SPENT = "spent"
    IN_FLIGHT = "in_flight"
    UNKNOWN_ANCHOR = "unknown_anchor"
    ANCHOR_NOT_FINAL = "anchor_not_final"
    FEE_TOO_LOW = "fee_too_low"
    WRONG_RELAYER = "wrong_relayer"
    TOO_LATE = "too_late"
    TOO_FAR = "too_far"
    NO_DENOMINATION = "no_denomination"
    CLAIMED = "claimed"
    MEMOS_SIZE = "memos_size"
    CLAIM_MISSING = "claim_missing"
    FEE_MISMATCH = "fee_mismatch"
    BUSY = "busy"


STATUS_FIELDS: Final[Mapping[str, Spelling]] = MappingProxyType(
    {
        "id": REQUEST_ID,
        "state": Choice(RequestState, "How far it came"),
        "received_at": moment("When it was accepted"),
        "not_before": moment("The first second of execution, or 0 for any"),
        "deadline": moment("The last second of execution, or 0 for none"),
    }
)
"""The fields that every status has."""

MAY_BE_ABSENT: Final[Mapping[str, Spelling]] = MappingProxyType(
    {
        "reason": Text("[^\\x00-\\x1f]{1,300}", "Why it was skipped or failed"),
        "transaction": Bytes(32, "The hash of the transaction that holds it"),
        "chain_block": Integer(1 << 53, "The chain block of that transaction"),
        "batch": Integer(1 << 53, "The number of the relayer's batch that holds it"),
        "payout": Choice(Payout, "Where the amount of an executed withdrawal went"),
    }
)
"""The fields that stand there once they are known."""


@dataclass(frozen=True)
class RequestStatus:
    """How one request stands; what is not known yet, or never will be, is None."""

    id: str
    """By what the request is known: see `RelayRequest.id`."""

    state: RequestState
    """How far it came."""

    received_at: Timestamp
    """When it was accepted, in chain time."""

    not_before: Timestamp
    """The first second of its execution; 0 means any."""

    deadline: Timestamp
    """The last second of its execution; 0 means none."""

    reason: str | None = None
    """Why it was skipped or failed, in words."""

    transaction: bytes | None = None
    """The 32-byte hash of the transaction that holds it."""

    chain_block: ChainBlock | None = None
    """The chain block of that transaction."""

    batch: int | None = None
    """The number of the relayer's batch that holds it."""

    payout: Payout | None = None
    """Where the amount of an executed withdrawal went; None for anything else."""

    @property
    def form(self) -> dict[str, Any]:
        """It as a JSON object."""
        form = {name: each.write(getattr(self, name)) for name, each in STATUS_FIELDS.items()}
        for name, spelling in MAY_BE_ABSENT.items():
            value = getattr(self, name)
            if value is not None:
                form[name] = spelling.write(value)
        return form

    def to_json(self) -> str:
        """It as JSON text."""
        return write_json(self.form)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The status that JSON text stands for.

        Raises:
            InvalidForm: a field is missing, unknown, or not spelled as it must be.
        """
        form = read_object("status", read_json(text), tuple(STATUS_FIELDS), MAY_BE_ABSENT)
        spellings = {**STATUS_FIELDS, **MAY_BE_ABSENT}
        found = {name: spellings[name].read(name, value) for name, value in form.items()}
        for name, kind in _KINDS.items():
            if name in found:
                found[name] = kind(found[name])
        return cls(**found)


_KINDS: Final[Mapping[str, Any]] = {
    "received_at": Timestamp,
    "not_before": Timestamp,
    "deadline": Timestamp,
    "chain_block": ChainBlock,
}
