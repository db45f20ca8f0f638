"""For each circuit a true statement, with which imported keys are tried.

The story: somebody deposits 1 ETH in block 0, spends it in block 1 when every lock has ended, and
claims. Its secrets are public, and nothing of it is on any chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from winze.protocol import (
    ETHER,
    MEMOS_BYTES,
    BlockIndex,
    ChainBlock,
    ClaimTerms,
    ClaimWitness,
    Deposit,
    EthAddress,
    Field,
    Ledger,
    Note,
    Seconds,
    SpendingKey,
    SpentNote,
    Timestamp,
    TransferTerms,
    TransferWitness,
    Wei,
)

from .circuit import Circuit
from .witness import Signal, Witness, signals_of

_KEY: Final = SpendingKey(7)
_CHAIN_ID: Final = 1
_CONTRACT: Final = EthAddress("0x" + "11" * 20)
_SOMEBODY: Final = EthAddress("0x" + "22" * 20)
_LOCK_MIN, _LOCK_RANGE = Seconds(20), Seconds(30)
_DEPOSITED: Final = Timestamp(1000)
_SPENT: Final = Timestamp(1000 + _LOCK_MIN + _LOCK_RANGE)


@dataclass(frozen=True)
class Sample:
    """A true statement about a circuit."""

    signals: Mapping[str, Signal]
    """All input signals by name."""

    public: Sequence[int]
    """The public ones in the circuit's order."""


def sample(circuit: Circuit) -> Sample:
    """The true statement about `circuit` that belongs to the story above."""
    witness = _witness(circuit)
    return Sample(signals_of(witness), witness.statement.signals())


def _witness(circuit: Circuit) -> Witness:
    note = Note(Wei(ETHER), mineable=True, owner=_KEY.owner, blinding=Field(1))
    ledger = Ledger()
    (position,) = ledger.append(Deposit(note.word, note.inner))
    _prove_block(ledger, _DEPOSITED)
    transfer = TransferWitness(
        anchor=ledger.anchor,
        root=ledger.root,
        inputs=(
            SpentNote(note, _KEY, ledger.note_membership(position)),
            SpentNote(Note(Wei(0), mineable=False, owner=_KEY.owner, blinding=Field(2)), _KEY),
        ),
        outputs=(
            Note(Wei(ETHER // 2), mineable=False, owner=_KEY.owner, blinding=Field(3)),
            Note(Wei(ETHER // 4), mineable=False, owner=_KEY.owner, blinding=Field(4)),
        ),
        terms=TransferTerms(memos=bytes(MEMOS_BYTES), recipient=_SOMEBODY, amount=Wei(ETHER // 4)),
        chain_id=_CHAIN_ID,
        pool=_CONTRACT,
    )
    if circuit is Circuit.TRANSFER:
        return transfer
    ledger.append(transfer.statement.entry)
    _prove_block(ledger, _SPENT)
    if circuit is Circuit.BLOCK:
        return ledger.block_witness(BlockIndex(1))
    return ClaimWitness(
        anchor=ledger.anchor,
        root=ledger.root,
        note=note,
        spending_key=_KEY,
        note_place=ledger.note_membership(position),
        spend_place=ledger.spend_membership(transfer.statement.nullifier1),
        terms=ClaimTerms(_SOMEBODY),
        lock_min=_LOCK_MIN,
        lock_range=_LOCK_RANGE,
        chain_id=_CHAIN_ID,
        rewards=_CONTRACT,
    )


def _prove_block(ledger: Ledger, timestamp: Timestamp) -> None:
    ledger.seal(timestamp, ChainBlock(2))
    ledger.prove(Field(5))
