"""What the chain tells of one wallet: its notes, what spent them, and its claims.

Everything here follows from bulk data and the seed alone; whoever has both finds the same again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from winze.protocol import (
    Account,
    BlockIndex,
    ChainBlock,
    EthAddress,
    Field,
    Itx,
    Memo,
    Note,
    Period,
    Points,
    Position,
    Timestamp,
    Wei,
    claim_id,
    nullifier,
)


@dataclass(frozen=True)
class Happened:
    """Where and when the chain holds something."""

    chain_block: ChainBlock
    timestamp: Timestamp
    """The time of that chain block."""
    transaction: bytes
    """The 32-byte hash of the transaction that caused it."""


@dataclass(frozen=True)
class OwnNote:
    """A note of this wallet, where it stands, and how it came."""

    note: Note
    account: Account
    position: Position
    happened: Happened
    number: int | None = None
    """Which of its account's deposits it is, counted from 0; None for a transfer's output."""
    depositor: EthAddress | None = None
    """Who deposited it; zero for a redeposit; None for a transfer's output."""
    memo: Memo | None = None
    """What its sender said; None for a deposit."""

    @cached_property
    def nullifier(self) -> Field:
        """What marks it as spent."""
        return nullifier(self.account.spending_key, self.note.commitment, self.position)

    @cached_property
    def claim_id(self) -> Field:
        """What marks its reward as claimed."""
        return claim_id(self.account.spending_key, self.note.commitment, self.position)


@dataclass(frozen=True)
class OwnSpend:
    """An executed transfer that spent notes of this wallet."""

    inputs: tuple[OwnNote, ...]
    """The one or two notes that it spent."""
    recipient: EthAddress
    """Who got `amount`: the pool for a redeposit, zero where nothing left the private side."""
    amount: Wei
    """What left the private side beside the fee."""
    outputs: tuple[OwnNote, ...]
    """What came back to this wallet, without what is worth nothing."""
    rewards: EthAddress
    """The rewards address that its memo to oneself remembers; zero where it names none."""
    block: BlockIndex
    """The block of the ledger that holds its nullifiers."""
    happened: Happened
    outs: tuple[Field, Field]
    """The commitments of both outputs: no other transfer has them."""

    @property
    def unaccounted(self) -> Wei:
        """What its inputs held beyond what is known to have gone elsewhere.

        That is the fee, and what another wallet was sent privately: only the journal knows which.
        """
        kept = sum(own.note.value for own in self.outputs)
        return Wei(sum(own.note.value for own in self.inputs) - self.amount - kept)


@dataclass(frozen=True)
class OwnClaim:
    """A claim of this wallet that counted."""

    claim_id: Field
    recipient: EthAddress
    period: Period
    points: Points
    total_points: Points
    """Everybody's in that period, as far as is known."""
    minted: Happened | None
    """When its share was minted; None before."""
    happened: Happened


@dataclass(frozen=True)
class Holdings:
    """Everything that the chain tells of one wallet, at one moment of chain time."""

    now: Timestamp
    """The chain's time, up to which it was read."""
    proved: int
    """How many blocks of the ledger are proved: what they hold can be spent."""
    times: Mapping[BlockIndex, Timestamp]
    """The times of those proved blocks that hold a note or a spend of this wallet."""
    maturities: Mapping[Position, Timestamp]
    """When the spend of a mining note begins to earn, for those whose block is proved."""
    notes: Sequence[OwnNote]
    """All of them, spent or not, in the order of the chain."""
    spends: Sequence[OwnSpend]
    """What spent them, in the order of the chain."""
    claims: Mapping[Field, OwnClaim]
    """By claim id."""
    issued: Mapping[Period, Itx] = field(default_factory=dict)
    """What was issued in each period of a claim of this wallet."""
    points: Mapping[Period, Points] = field(default_factory=dict)
    """Everybody's points so far in the period of `now`; other periods may be named too."""
    withdrawable: Mapping[EthAddress, Wei] = field(default_factory=dict)
    """What waits for whom, of all addresses that were ever paid in vain."""

    @cached_property
    def _by_note(self) -> Mapping[Position, OwnSpend]:
        return {own.position: spend for spend in self.spends for own in spend.inputs}

    @cached_property
    def _by_account(self) -> Mapping[int, Sequence[OwnNote]]:
        by_account: defaultdict[int, list[OwnNote]] = defaultdict(list)
        for own in self.notes:
            by_account[own.account.index].append(own)
        return by_account

    def spend_of(self, own: OwnNote) -> OwnSpend | None:
        """What spent a note, executed though perhaps not proved; None where nothing did."""
        return self._by_note.get(own.position)

    def of_account(self, index: int) -> Sequence[OwnNote]:
        """The notes of one account, spent or not."""
        return self._by_account.get(index, ())

    def mined(self, index: int) -> OwnNote | None:
        """The mining deposit of a session: the account's first one that may earn."""
        return next((own for own in self.of_account(index) if own.note.mineable), None)

    def mines(self, own: OwnNote) -> bool:
        """Whether a note is the deposit of its account's session.

        Two machines that begin sessions at the same time, and cannot know of each other, may take
        the same account. The later deposit mines nothing then: it is part of what is left over.
        """
        mined = self.mined(own.account.index) if own.note.mineable else None
        return mined is not None and mined.position == own.position

    def spendable(self, index: int) -> Iterator[OwnNote]:
        """The account's notes that are not spent, worth something, and in a proved block."""
        for own in self.of_account(index):
            if self.spend_of(own) is None and own.position.block < self.proved and own.note.value:
                yield own

    def balance(self, index: int) -> Wei:
        """What the account can spend now."""
        return Wei(sum(own.note.value for own in self.spendable(index)))

    def coming(self, index: int) -> Wei:
        """What is the account's, but in no proved block yet."""
        return Wei(
            sum(
                own.note.value
                for own in self.of_account(index)
                if self.spend_of(own) is None and own.position.block >= self.proved
            )
        )

    def settled(self, index: int) -> bool:
        """Whether all notes of an account, and all that spent them, stand in proved blocks."""
        notes = self.of_account(index)
        spends = (spend for own in notes if (spend := self.spend_of(own)) is not None)
        blocks = [own.position.block for own in notes] + [spend.block for spend in spends]
        return all(block < self.proved for block in blocks)

    def spent_at(self, own: OwnNote) -> Timestamp | None:
        """The time of the proved block that holds the note's spend; None before that."""
        spend = self.spend_of(own)
        return None if spend is None else self.times.get(spend.block)
