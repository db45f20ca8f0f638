"""Statements to prove without any chain: what a full block and its owner's notes would be."""

from dataclasses import dataclass
from typing import Final

from winze.protocol import (
    ETHER,
    MAIN_PROFILE,
    OUTPUT_BLINDING_BITS,
    SLOTS,
    Account,
    BlockIndex,
    BlockWitness,
    ChainBlock,
    ClaimTerms,
    ClaimWitness,
    Deposit,
    EthAddress,
    Field,
    Ledger,
    Memo,
    Note,
    Position,
    Seed,
    Spend,
    SpentNote,
    Timestamp,
    TransferTerms,
    TransferWitness,
    ViewingKey,
    Wei,
    keccak,
    keccak_field,
    nullifier,
    seal_memos,
)

_CHAIN_ID: Final = 1
_POOL: Final = EthAddress.from_bytes(keccak(b"pool")[:20])
_REWARDS: Final = EthAddress.from_bytes(keccak(b"rewards")[:20])
_PAYEE: Final = EthAddress.from_bytes(keccak(b"payee")[:20])
_VALUE: Final = Wei(ETHER // 10)
_FEE: Final = Wei(5 * 10**14)
_BEGUN: Final = Timestamp(1_800_000_000)
_DRAW: Final = ChainBlock(1)
_TRANSFERS: Final = SLOTS // 2
"""A block is full with so many: each takes two slots of either kind."""


@dataclass(frozen=True)
class Statements:
    """One witness of each circuit, none of them easier than usual."""

    transfer: TransferWitness
    """Two notes spent, both from the ledger."""

    claim: ClaimWitness
    block: BlockWitness
    """A full block: 64 notes, 64 spends."""


def example() -> Statements:
    """A block of 64 mining deposits, and a full block of transfers that spends one of them."""
    account = Seed(keccak(b"benchmark")).mining(0)
    notes = [account.deposit_note(number, _VALUE, mineable=True) for number in range(SLOTS)]
    ledger = Ledger()
    for note in notes:
        ledger.append(Deposit(note.word, note.inner))
    ledger.seal(_BEGUN, _DRAW)
    ledger.prove(_field("entropy", 0))
    for spend in _spends(account, notes[0]):
        ledger.append(spend)
    late = Timestamp(_BEGUN + MAIN_PROFILE.lock_max)
    block = ledger.seal(late, _DRAW)
    ledger.fix_entropy(block.index, _field("entropy", 1))
    witness = ledger.block_witness(block.index)
    ledger.prove(_field("entropy", 1))
    return Statements(
        _transfer(ledger, account, notes[1:3]), _claim(ledger, account, notes[0]), witness
    )


def memos(viewing: ViewingKey) -> bytes:
    """The memos of a transfer, both sealed to `viewing`."""
    memo = Memo(_VALUE, Field(_field("blinding", 0) >> (256 - OUTPUT_BLINDING_BITS)))
    return seal_memos([(memo, viewing.public)] * 2, keccak(b"ephemeral"))


def _spends(account: Account, note: Note) -> list[Spend]:
    """So many transfers that they fill a block, of which the first spends `note`."""
    words = [[_field("word", 4 * number + i) for i in range(4)] for number in range(_TRANSFERS)]
    words[0][2] = nullifier(account.spending_key, note.commitment, Position(0))
    return [Spend(*each) for each in words]


def _transfer(ledger: Ledger, account: Account, notes: list[Note]) -> TransferWitness:
    one, other = (
        SpentNote(note, account.spending_key, ledger.note_membership(position))
        for note in notes
        for position in ledger.note_positions(note.commitment)
    )
    change = Note(Wei(_VALUE - _FEE), mineable=False, owner=account.owner, blinding=Field(1))
    nothing = Note(Wei(0), mineable=False, owner=account.owner, blinding=Field(2))
    return TransferWitness(
        anchor=ledger.anchor,
        root=ledger.root,
        inputs=(one, other),
        outputs=(change, nothing),
        terms=TransferTerms(
            memos=memos(ViewingKey(keccak(b"viewing"))),
            recipient=_PAYEE,
            amount=_VALUE,
            fee=_FEE,
            relayer=_PAYEE,
        ),
        chain_id=_CHAIN_ID,
        pool=_POOL,
    )


def _claim(ledger: Ledger, account: Account, note: Note) -> ClaimWitness:
    position = Position.at(BlockIndex(0), 0)
    published = nullifier(account.spending_key, note.commitment, position)
    return ClaimWitness(
        anchor=ledger.anchor,
        root=ledger.root,
        note=note,
        spending_key=account.spending_key,
        note_place=ledger.note_membership(position),
        spend_place=ledger.spend_membership(published),
        terms=ClaimTerms(_PAYEE),
        lock_min=MAIN_PROFILE.lock_min,
        lock_range=MAIN_PROFILE.lock_range,
        chain_id=_CHAIN_ID,
        rewards=_REWARDS,
    )


def _field(label: str, number: int) -> Field:
    """An element that looks random and is the same each time."""
    return keccak_field(f"{label} {number}".encode())
