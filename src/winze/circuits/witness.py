"""From the protocol's witnesses to the circuits' signals, by name.

The names are those of the `signal input` lines of `transfer.circom`, `claim.circom` and
`block.circom`. Private values pass through here: nothing is kept, printed, or put in a message.
"""

from collections.abc import Sequence

from winze.protocol import (
    BLOCK_DEPTH,
    DEPTH,
    BlockStatement,
    BlockWitness,
    ClaimStatement,
    ClaimWitness,
    Field,
    LeafKind,
    Membership,
    Position,
    SpentNote,
    Timestamp,
    TransferStatement,
    TransferWitness,
)

from .circuit import Circuit

Witness = TransferWitness | ClaimWitness | BlockWitness
"""What can be proved."""

Statement = TransferStatement | ClaimStatement | BlockStatement
"""What a proof shows."""

Signal = int | Sequence["Signal"]
"""A signal's value: a number, or an array of such."""

Signals = dict[str, Signal]
"""A circuit's inputs, public and private, by name."""

_NOWHERE = Membership(
    kind=LeafKind.NOTE,
    position=Position(0),
    leaf_siblings=(Field(0),) * BLOCK_DEPTH,
    timestamp=Timestamp(0),
    entropy=Field(0),
    header_siblings=(Field(0),) * DEPTH,
)
"""The place of a dummy, which the circuit leaves free; `SpentNote.position` says 0 too."""


def circuit_of(subject: Witness | Statement) -> Circuit:
    """The circuit that a witness or a statement belongs to."""
    match subject:
        case TransferWitness() | TransferStatement():
            return Circuit.TRANSFER
        case ClaimWitness() | ClaimStatement():
            return Circuit.CLAIM
        case BlockWitness() | BlockStatement():
            return Circuit.BLOCK


def signals_of(witness: Witness) -> Signals:
    """All input signals of the witness's circuit."""
    match witness:
        case TransferWitness():
            return transfer_signals(witness)
        case ClaimWitness():
            return claim_signals(witness)
        case BlockWitness():
            return block_signals(witness)


def transfer_signals(witness: TransferWitness) -> Signals:
    """The input signals of `transfer.circom`."""
    statement = witness.statement
    return {
        "root": statement.root,
        "public_amount": statement.public_amount,
        "context": statement.context,
        "nullifier": [statement.nullifier1, statement.nullifier2],
        "out": [statement.out1, statement.out2],
        **_side_by_side([_spent_note_signals(spent) for spent in witness.inputs]),
        "out_value": [note.value for note in witness.outputs],
        "out_inner": [note.inner for note in witness.outputs],
    }


def claim_signals(witness: ClaimWitness) -> Signals:
    """The input signals of `claim.circom`."""
    statement = witness.statement
    spend = _membership_signals(witness.spend_place)
    return {
        "root": statement.root,
        "claim_id": statement.claim_id,
        "value": statement.value,
        "context": statement.context,
        "lock_min": statement.lock_min,
        "lock_range": statement.lock_range,
        "spending_key": witness.spending_key,
        "blinding": witness.note.blinding,
        **_membership_signals(witness.note_place),
        **{f"spend_{name}": value for name, value in spend.items()},
    }


def block_signals(witness: BlockWitness) -> Signals:
    """The input signals of `block.circom`."""
    statement = witness.statement
    return {
        "old_root": statement.old_root,
        "new_root": statement.new_root,
        "index": statement.index,
        "block_root": statement.block_root,
        "timestamp": statement.timestamp,
        "entropy": statement.entropy,
        "z": statement.z,
        "sum": statement.sum,
        "a": witness.slots.a,
        "b": witness.slots.b,
        "s": witness.slots.s,
        "siblings": witness.header_siblings,
    }


def _spent_note_signals(spent: SpentNote) -> Signals:
    return {
        "spending_key": spent.spending_key,
        "value": spent.note.value,
        "mineable": int(spent.note.mineable),
        "blinding": spent.note.blinding,
        **_membership_signals(spent.membership or _NOWHERE),
    }


def _membership_signals(place: Membership) -> Signals:
    return {
        "position": place.position,
        "leaf_siblings": place.leaf_siblings,
        "timestamp": place.timestamp,
        "entropy": place.entropy,
        "header_siblings": place.header_siblings,
    }


def _side_by_side(inputs: Sequence[Signals]) -> Signals:
    """The signals of several inputs as one: each name with an array, one element for each input."""
    return {name: [signals[name] for signals in inputs] for name in inputs[0]}
