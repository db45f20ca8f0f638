"""Entries, ledgers and sessions for the tests of everything that stands on them."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.protocol.strategies import fields, values
from winze.protocol import (
    ETHER,
    FIELD_ORDER,
    MEMOS_BYTES,
    MINEABLE,
    ChainBlock,
    ClaimTerms,
    ClaimWitness,
    Deposit,
    Entry,
    EthAddress,
    Field,
    Ledger,
    Note,
    Seconds,
    Spend,
    SpendingKey,
    SpentNote,
    Timestamp,
    TransferTerms,
    TransferWitness,
    Wei,
    lock_period,
    nullifier,
)

CHAIN_ID = 31337
POOL = EthAddress("0x" + "a1" * 20)
REWARDS = EthAddress("0x" + "b2" * 20)
ALICE = EthAddress("0x" + "01" * 20)
BOB = EthAddress("0x" + "02" * 20)
RELAYER = EthAddress("0x" + "03" * 20)
NOBODY = EthAddress.zero()
MEMOS = bytes(range(MEMOS_BYTES))
LOCK_MIN, LOCK_RANGE = Seconds(20), Seconds(30)

deposits = st.builds(
    lambda value, mineable, inner: Deposit(Field(value + MINEABLE * mineable), inner),
    values.filter(bool),
    st.booleans(),
    fields,
)
spends = st.lists(st.integers(1, FIELD_ORDER - 1), min_size=4, max_size=4, unique=True).map(
    lambda words: Spend(*map(Field, words))
)


entry_lists = st.lists(deposits | spends, max_size=12)


def spend_number(number: int) -> Spend:
    """A spend whose four words no other number has."""
    return Spend(*(Field(1000 + 10 * number + i) for i in range(1, 5)))


def seal_and_prove(ledger: Ledger, timestamp: int = 1000, entropy: int = 7) -> None:
    """Close the open block and have it proved."""
    ledger.seal(Timestamp(timestamp), ChainBlock(50))
    ledger.prove(Field(entropy))


def ledger_of(*blocks: list[Entry]) -> Ledger:
    """A ledger of proved blocks, 1000 seconds apart, with different entropies."""
    ledger = Ledger()
    for number, entries in enumerate(blocks):
        for entry in entries:
            ledger.append(entry)
        seal_and_prove(ledger, 1000 * (number + 1), 7 + number)
    return ledger


def note_of(
    key: SpendingKey, value: int = ETHER, blinding: int = 5, *, mineable: bool = False
) -> Note:
    """A note of `key`."""
    return Note(Wei(value), mineable, key.owner, Field(blinding))


def deposit_of(note: Note) -> Deposit:
    """The deposit that makes `note`."""
    return Deposit(note.word, note.inner)


@dataclass(frozen=True)
class Wallet:
    """Two notes of two accounts in a proved block: 3 ETH that may mine, and 2 that may not."""

    ledger: Ledger
    keys: tuple[SpendingKey, SpendingKey]
    notes: tuple[Note, Note]

    @classmethod
    def new(cls) -> "Wallet":
        keys = SpendingKey(111), SpendingKey(222)
        notes = note_of(keys[0], 3 * ETHER, mineable=True), note_of(keys[1], 2 * ETHER, 6)
        other = note_of(SpendingKey(333), 7)
        ledger = ledger_of([deposit_of(other)], [deposit_of(note) for note in notes])
        return cls(ledger, keys, notes)

    def spent(self, number: int) -> SpentNote:
        """Note `number` as an input."""
        note = self.notes[number]
        (position,) = self.ledger.note_positions(note.commitment)
        return SpentNote(note, self.keys[number], self.ledger.note_membership(position))

    def transfer(self, **changes: object) -> TransferWitness:
        """5 ETH become 1 for Bob, 0.5 for the relayer, and 3.5 in two notes; `changes` replace."""
        terms = TransferTerms(
            recipient=BOB, amount=Wei(ETHER), fee=Wei(ETHER // 2), relayer=RELAYER, memos=MEMOS
        )
        parts = {
            "anchor": self.ledger.anchor,
            "root": self.ledger.root,
            "inputs": (self.spent(0), self.spent(1)),
            "outputs": (note_of(self.keys[0], 3 * ETHER, 8), note_of(self.keys[1], ETHER // 2, 9)),
            "terms": terms,
            "chain_id": CHAIN_ID,
            "pool": POOL,
        }
        terms_changes = {name: changes.pop(name) for name in [*changes] if name not in parts}
        parts["terms"] = replace(terms, **terms_changes)
        return TransferWitness(**(parts | changes))  # type: ignore[arg-type]


def dummy(key: SpendingKey, blinding: int = 99) -> SpentNote:
    """An input worth nothing."""
    return SpentNote(note_of(key, 0, blinding), key)


@dataclass(frozen=True)
class Session:
    """A mining deposit in block 1 and its spend in block 2, `late` seconds after maturity."""

    ledger: Ledger
    key: SpendingKey
    note: Note
    late: int

    DEPOSITED_AT = 2000

    @classmethod
    def new(cls, late: int = 0, value: int = ETHER, *, mineable: bool = True) -> "Session":
        key = SpendingKey(444)
        note = note_of(key, value, mineable=mineable)
        ledger = ledger_of([deposit_of(note_of(SpendingKey(1), 5))])
        (position,) = ledger.append(deposit_of(note))
        seal_and_prove(ledger, cls.DEPOSITED_AT, 31)
        header = ledger.blocks[1].header
        maturity = cls.DEPOSITED_AT + lock_period(header, note.blinding, LOCK_MIN, LOCK_RANGE)
        burned = nullifier(key, note.commitment, position)
        ledger.append(Spend(Field(91), Field(92), Field(93), burned))
        seal_and_prove(ledger, maturity + late, 32)
        return cls(ledger, key, note, late)

    @property
    def nullifier(self) -> Field:
        (position,) = self.ledger.note_positions(self.note.commitment)
        return nullifier(self.key, self.note.commitment, position)

    def claim(self, **changes: object) -> ClaimWitness:
        """Alice's claim; `changes` replace its parts."""
        (position,) = self.ledger.note_positions(self.note.commitment)
        parts = {
            "anchor": self.ledger.anchor,
            "root": self.ledger.root,
            "note": self.note,
            "spending_key": self.key,
            "note_place": self.ledger.note_membership(position),
            "spend_place": self.ledger.spend_membership(self.nullifier),
            "terms": ClaimTerms(ALICE),
            "lock_min": LOCK_MIN,
            "lock_range": LOCK_RANGE,
            "chain_id": CHAIN_ID,
            "rewards": REWARDS,
        }
        return ClaimWitness(**(parts | changes))  # type: ignore[arg-type]
