"""Claims: the statement that a mining note stayed until its maturity (protocol §6.2).

As with transfers, `ClaimWitness` is what the owner knows, `ClaimStatement` what the proof shows,
and `Claim` what anybody submits to `Rewards`.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Self

from .encoding import EthAddress
from .entries import LeafKind
from .errors import InvalidStatement
from .membership import Membership
from .mining import lock_period, maturity
from .note import Note, SpendingKey, claim_id, nullifier
from .statement import check_owner, check_place, check_value, check_window, context_of
from .types import BlockIndex, Field, Seconds, Timestamp

_ANY_TIME: Final = Timestamp(0)


@dataclass(frozen=True)
class ClaimTerms:
    """Who earns the points, and when the claim may be made; the proof binds it."""

    recipient: EthAddress
    """Who is credited, and later minted ITX."""

    not_before: Timestamp = _ANY_TIME
    """The first second of execution."""

    deadline: Timestamp = _ANY_TIME
    """The last second of execution; 0 means none."""

    def context(self, chain_id: int, rewards: EthAddress) -> Field:
        """The field element through which the proof binds these terms to one contract."""
        return _context(chain_id, rewards, self)

    def check(self) -> None:
        """Refuse what `Rewards` would revert, or could never execute.

        Raises:
            InvalidStatement: nobody is credited, or the times exclude each other.
        """
        if self.recipient.is_zero:
            raise InvalidStatement("a claim credits an address; the zero address is none")
        check_window(self.not_before, self.deadline)


@dataclass(frozen=True)
class ClaimStatement:
    """The public side of a claim's proof."""

    root: Field
    claim_id: Field
    value: Field
    context: Field
    lock_min: Field
    lock_range: Field

    def signals(self) -> list[int]:
        """The public signals in the circuit's order."""
        return [
            self.root,
            self.claim_id,
            self.value,
            self.context,
            self.lock_min,
            self.lock_range,
        ]


@dataclass(frozen=True)
class ClaimWitness:
    """Everything that the proof of one claim needs; checked when made.

    Raises:
        InvalidStatement: no proof could exist, or `Rewards` would revert; the message names the
            value and the rule.
    """

    anchor: BlockIndex
    """The block after which the root stood under which note and spend are proved."""

    root: Field
    """That root."""

    note: Note = field(repr=False)
    spending_key: SpendingKey = field(repr=False)
    note_place: Membership = field(repr=False)
    spend_place: Membership = field(repr=False)
    terms: ClaimTerms
    lock_min: Seconds
    lock_range: Seconds
    chain_id: int
    rewards: EthAddress

    def __post_init__(self) -> None:
        self.terms.check()
        check_value("the note's value", self.note.value)
        check_owner(self.note, self.spending_key, "the note")
        if not self.note.mineable:
            raise InvalidStatement(f"the note of {self.note.value} wei is no mining deposit")
        check_place(self.note_place, LeafKind.NOTE, self.note.commitment, self.root, "the note")
        check_place(self.spend_place, LeafKind.SPEND, self.nullifier, self.root, "its nullifier")
        if self.spend_place.timestamp < self.maturity:
            raise InvalidStatement(
                f"the note was spent at {self.spend_place.timestamp}, before its maturity "
                f"{self.maturity}: the session is canceled and earns nothing"
            )

    @cached_property
    def nullifier(self) -> Field:
        """What its spend published."""
        return nullifier(self.spending_key, self.note.commitment, self.note_place.position)

    @cached_property
    def maturity(self) -> Timestamp:
        """The first second at which a spend still earns."""
        header = self.note_place.header(self.note.commitment)
        lock = lock_period(header, self.note.blinding, self.lock_min, self.lock_range)
        return maturity(self.note_place.timestamp, lock)

    @cached_property
    def statement(self) -> ClaimStatement:
        """The public side."""
        return ClaimStatement(
            root=self.root,
            claim_id=claim_id(self.spending_key, self.note.commitment, self.note_place.position),
            value=Field(self.note.value),
            context=self.terms.context(self.chain_id, self.rewards),
            lock_min=Field(self.lock_min),
            lock_range=Field(self.lock_range),
        )

    @property
    def claim(self) -> "Claim":
        """What is submitted to `Rewards` beside the proof."""
        return Claim.of(self.anchor, self.statement, self.terms)


@dataclass(frozen=True)
class Claim:
    """A claim as it is submitted: what the contract's own struct holds, nothing checked."""

    anchor: int
    claim_id: int
    value: int
    recipient: EthAddress
    not_before: int
    deadline: int

    @classmethod
    def of(cls, anchor: BlockIndex, statement: ClaimStatement, terms: ClaimTerms) -> Self:
        """The claim that a proof of `statement` under `terms` belongs to."""
        return cls(
            anchor=anchor,
            claim_id=statement.claim_id,
            value=statement.value,
            recipient=terms.recipient,
            not_before=terms.not_before,
            deadline=terms.deadline,
        )

    @property
    def struct(self) -> tuple[Any, ...]:
        """It as the ABI of `Rewards` has it: the terms stand together."""
        terms = self.recipient, self.not_before, self.deadline
        return self.anchor, self.claim_id, self.value, terms

    def statement(
        self,
        chain_id: int,
        rewards: EthAddress,
        lock: tuple[Seconds, Seconds],
        root: Field,
    ) -> ClaimStatement:
        """What its proof has to show, as `Rewards` works it out.

        Args:
            chain_id: The chain that the contract is on.
            rewards: Its address.
            lock: The network's `lock_min` and `lock_range`.
            root: The root that stood after block `anchor`.

        Raises:
            OutOfRange: claim id or value is not below `p`, or a time not a 256-bit word.
        """
        return ClaimStatement(
            root=root,
            claim_id=Field(self.claim_id),
            value=Field(self.value),
            context=_context(chain_id, rewards, self),
            lock_min=Field(lock[0]),
            lock_range=Field(lock[1]),
        )


def _context(chain_id: int, rewards: EthAddress, terms: ClaimTerms | Claim) -> Field:
    """The context as `Rewards` works it out from a claim's terms."""
    return context_of(chain_id, rewards, terms.recipient, terms.not_before, terms.deadline)
