"""From the pool's events to the ledger that they describe."""

from winze.contracts import ContractEvent
from winze.protocol import (
    BlockIndex,
    ChainBlock,
    Deposit,
    Deposited,
    Field,
    Ledger,
    Proved,
    Redrawn,
    Sealed,
    Spend,
    Timestamp,
    Transferred,
)

from .errors import LedgerMismatch


def apply(ledger: Ledger, event: ContractEvent) -> BlockIndex | None:
    """Apply one event to the ledger, and check what it says of it.

    Returns:
        The block that it concerns; None where it concerns none.

    Raises:
        LedgerMismatch: the event contradicts those before it.
        ProtocolError: the event could not have happened.
    """
    match event:
        case Deposited(word=word, inner=inner):
            index = ledger.open_index
            ledger.append(Deposit(Field(word), Field(inner)))
            return index
        case Transferred():
            index = ledger.open_index
            ledger.append(_spend(event))
            return index
        case Sealed():
            return _seal(ledger, event)
        case Redrawn(index=index, draw=draw):
            return ledger.redraw(BlockIndex(index), ChainBlock(draw)).index
        case Proved():
            return _prove(ledger, event)
        case _:
            return None


def _spend(event: Transferred) -> Spend:
    return Spend(
        Field(event.out1), Field(event.out2), Field(event.nullifier1), Field(event.nullifier2)
    )


def _seal(ledger: Ledger, event: Sealed) -> BlockIndex:
    block = ledger.seal(Timestamp(event.timestamp), ChainBlock(event.draw))
    if (block.index, block.digest) != (event.index, event.digest):
        raise LedgerMismatch(
            f"block {event.index} was sealed over other entries than the {len(block.entries)} that "
            f"the chain's events give for block {block.index}"
        )
    return block.index


def _prove(ledger: Ledger, event: Proved) -> BlockIndex:
    index = BlockIndex(ledger.proved)
    root = ledger.prove(Field(event.entropy))
    if (index, root, ledger.blocks[index].root) != (event.index, event.root, event.block_root):
        raise LedgerMismatch(
            f"the chain's block {event.index} was proved with another root than the chain's events "
            f"give for block {index}"
        )
    return index
