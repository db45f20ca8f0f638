"""Transfers: what moves, under which terms, and the statement that is proved (protocol §5).

Three views of one thing: `TransferWitness` is what its owner knows, `TransferStatement` what the
proof shows, and `Transfer` what anybody submits to the pool.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Self

from .encoding import WORD_BYTES, EthAddress
from .entries import LeafKind, Spend
from .errors import InvalidStatement
from .membership import Membership
from .memo import MEMOS_BYTES
from .mining import DENOMINATIONS
from .note import Note, SpendingKey, nullifier
from .statement import check_owner, check_place, check_value, check_window, context_of
from .types import BlockIndex, Field, Position, Timestamp, Wei

_NOBODY: Final = EthAddress.zero()
_NOTHING: Final = Wei(0)
_ANY_TIME: Final = Timestamp(0)
_NONE: Final = Field(0)


@dataclass(frozen=True)
class TransferTerms:
    """What the pool is asked to do; the proof binds every word of it."""

    memos: bytes
    """What is said to the outputs' receivers; see `seal_memos`."""

    recipient: EthAddress = _NOBODY
    """Who gets `amount`; the pool itself for a redeposit."""

    amount: Wei = _NOTHING
    """What leaves the private side beside the fee."""

    fee: Wei = _NOTHING
    """What the relayer gets."""

    relayer: EthAddress = _NOBODY
    """Who gets the fee; the zero address leaves it to whoever calls."""

    not_before: Timestamp = _ANY_TIME
    """The first second of execution."""

    deadline: Timestamp = _ANY_TIME
    """The last second of execution; 0 means none."""

    claim_id: Field = _NONE
    """A claim that must have been made before; 0 means none."""

    inner: Field = _NONE
    """The new deposit's `inner` in a redeposit, else 0."""

    def context(self, chain_id: int, pool: EthAddress) -> Field:
        """The field element through which the proof binds these terms to one pool."""
        return _context(chain_id, pool, self)

    @property
    def public_amount(self) -> Field:
        """`-(amount + fee)` in the field: what the transfer adds to the private side."""
        return Field.reduce(-(self.amount + self.fee))

    def check(self, pool: EthAddress) -> None:
        """Refuse what the pool would revert, or could never execute.

        Raises:
            InvalidStatement: the message says which term breaks which rule.
        """
        check_value("amount", self.amount)
        check_value("fee", self.fee)
        check_window(self.not_before, self.deadline)
        if len(self.memos) != MEMOS_BYTES:
            raise InvalidStatement(f"memos take {MEMOS_BYTES} bytes; {len(self.memos)} were given")
        if self.relayer == pool:
            raise InvalidStatement(f"the pool {pool} cannot be the relayer of its own transfer")
        if self.recipient == pool:
            self._check_redeposit()
        elif self.inner != 0:
            raise InvalidStatement(f"inner is for redeposits; {self.inner} goes with a payment")
        elif self.recipient.is_zero and self.amount != 0:
            raise InvalidStatement(f"{self.amount} wei need a recipient; the zero address is none")

    def _check_redeposit(self) -> None:
        if self.amount not in DENOMINATIONS:
            allowed = ", ".join(str(value) for value in DENOMINATIONS)
            raise InvalidStatement(
                f"a redeposit moves {allowed} wei; {self.amount} is none of them"
            )


@dataclass(frozen=True)
class SpentNote:
    """An input of a transfer: a note, its key, and its place in the ledger.

    A *dummy* fills an unused input: value 0, no place, and a fresh blinding, for its nullifier is
    published like any other and must never repeat.
    """

    note: Note
    spending_key: SpendingKey
    membership: Membership | None = field(default=None, repr=False)

    @property
    def position(self) -> Position:
        """Where it stands; a dummy is said to stand at 0."""
        return Position(0) if self.membership is None else self.membership.position

    @cached_property
    def nullifier(self) -> Field:
        """What is published when it is spent."""
        return nullifier(self.spending_key, self.note.commitment, self.position)

    def check(self, root: Field, name: str) -> None:
        """Refuse an input that the circuit would refuse.

        Raises:
            InvalidStatement: `name` and the broken rule.
        """
        check_value(f"{name}'s value", self.note.value)
        check_owner(self.note, self.spending_key, name)
        if self.note.value == 0:
            return  # the circuit leaves the place of a worthless note open
        if self.membership is None:
            raise InvalidStatement(f"{name} is worth {self.note.value} wei, so it needs its place")
        check_place(self.membership, LeafKind.NOTE, self.note.commitment, root, name)


@dataclass(frozen=True)
class TransferStatement:
    """The public side of a transfer's proof."""

    root: Field
    public_amount: Field
    context: Field
    nullifier1: Field
    nullifier2: Field
    out1: Field
    out2: Field

    def signals(self) -> list[int]:
        """The public signals in the circuit's order."""
        return [
            self.root,
            self.public_amount,
            self.context,
            self.nullifier1,
            self.nullifier2,
            self.out1,
            self.out2,
        ]

    @property
    def entry(self) -> Spend:
        """What the ledger records once it is executed."""
        return Spend(self.out1, self.out2, self.nullifier1, self.nullifier2)


@dataclass(frozen=True)
class TransferWitness:
    """Everything that the proof of one transfer needs; checked when made.

    Raises:
        InvalidStatement: no proof could exist, or the pool would revert; the message names the
            value and the rule.
    """

    anchor: BlockIndex
    """The block after which the root stood under which the inputs are proved."""

    root: Field
    """That root."""

    inputs: tuple[SpentNote, SpentNote] = field(repr=False)
    outputs: tuple[Note, Note] = field(repr=False)
    terms: TransferTerms
    chain_id: int
    pool: EthAddress

    def __post_init__(self) -> None:
        self.terms.check(self.pool)
        for number, spent in enumerate(self.inputs, start=1):
            spent.check(self.root, f"input {number}")
        for number, note in enumerate(self.outputs, start=1):
            check_value(f"output {number}'s value", note.value)
            if note.mineable:
                raise InvalidStatement(f"output {number} is mineable; only deposits can be")
        self._check_balance()
        if self.inputs[0].nullifier == self.inputs[1].nullifier:
            raise InvalidStatement("both inputs are the same note; their nullifiers must differ")

    def _check_balance(self) -> None:
        available = sum(spent.note.value for spent in self.inputs)
        kept = sum(note.value for note in self.outputs)
        needed = kept + self.terms.amount + self.terms.fee
        if available != needed:
            raise InvalidStatement(
                f"the inputs are worth {available} wei, but outputs ({kept}), amount "
                f"({self.terms.amount}) and fee ({self.terms.fee}) make {needed}"
            )

    @cached_property
    def statement(self) -> TransferStatement:
        """The public side."""
        return TransferStatement(
            root=self.root,
            public_amount=self.terms.public_amount,
            context=self.terms.context(self.chain_id, self.pool),
            nullifier1=self.inputs[0].nullifier,
            nullifier2=self.inputs[1].nullifier,
            out1=self.outputs[0].commitment,
            out2=self.outputs[1].commitment,
        )

    @property
    def transfer(self) -> "Transfer":
        """What is submitted to the pool beside the proof."""
        return Transfer.of(self.anchor, self.statement, self.terms)


@dataclass(frozen=True)
class Transfer:
    """A transfer as it is submitted: what the pool's own struct holds, nothing checked.

    Whoever calls may write any number there; `PoolModel` says what the pool makes of it.
    """

    anchor: int
    nullifier1: int
    nullifier2: int
    out1: int
    out2: int
    recipient: EthAddress
    amount: int
    fee: int
    relayer: EthAddress
    not_before: int
    deadline: int
    claim_id: int
    inner: int
    memos: bytes

    @classmethod
    def of(cls, anchor: BlockIndex, statement: TransferStatement, terms: TransferTerms) -> Self:
        """The transfer that a proof of `statement` under `terms` belongs to."""
        return cls(
            anchor=anchor,
            nullifier1=statement.nullifier1,
            nullifier2=statement.nullifier2,
            out1=statement.out1,
            out2=statement.out2,
            recipient=terms.recipient,
            amount=terms.amount,
            fee=terms.fee,
            relayer=terms.relayer,
            not_before=terms.not_before,
            deadline=terms.deadline,
            claim_id=terms.claim_id,
            inner=terms.inner,
            memos=terms.memos,
        )

    @property
    def struct(self) -> tuple[Any, ...]:
        """It as the pool's ABI has it: the terms, of which the context is made, stand together."""
        return (
            self.anchor,
            self.nullifier1,
            self.nullifier2,
            self.out1,
            self.out2,
            (*_words(self), _in_words(self.memos)),
        )

    def statement(self, chain_id: int, pool: EthAddress, root: Field) -> TransferStatement:
        """What its proof has to show, as the pool works it out.

        Args:
            chain_id: The chain that the pool is on.
            pool: Its address.
            root: The root that stood after block `anchor`.

        Raises:
            OutOfRange: a nullifier or output is not below `p`, or a term not a 256-bit word.
        """
        return TransferStatement(
            root=root,
            public_amount=Field.reduce(-(self.amount + self.fee)),
            context=_context(chain_id, pool, self),
            nullifier1=Field(self.nullifier1),
            nullifier2=Field(self.nullifier2),
            out1=Field(self.out1),
            out2=Field(self.out2),
        )


def _context(chain_id: int, pool: EthAddress, terms: TransferTerms | Transfer) -> Field:
    """The context as the pool works it out from a transfer's terms."""
    memos = (int.from_bytes(part) for part in _in_words(terms.memos))
    return context_of(chain_id, pool, *_words(terms), *memos)


def _words(terms: TransferTerms | Transfer) -> tuple[int | EthAddress, ...]:
    """The terms before the memos, in the order of the pool's struct."""
    return (
        terms.recipient,
        terms.amount,
        terms.fee,
        terms.relayer,
        terms.not_before,
        terms.deadline,
        terms.claim_id,
        terms.inner,
    )


def _in_words(memos: bytes) -> tuple[bytes, ...]:
    return tuple(memos[at : at + WORD_BYTES] for at in range(0, len(memos), WORD_BYTES))
