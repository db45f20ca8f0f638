"""From the pool's events to the ledger that they describe."""

from collections.abc import Iterable

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


def replay(ledger: Ledger, events: Iterable[ContractEvent]) -> None:
    """Apply events that were applied before and found right, for instance those of a store.

    The trees of proved blocks, which are most of the work, are not built once more: that the last
    root is right shows that every block's is.

    Raises:
        LedgerMismatch: the events contradict each other.
        ProtocolError: one could not have happened.
    """
    last: Proved | None = None
    for event in events:
        if isinstance(event, Proved):
            last = event
            if event.index != ledger.proved:
                raise _other_root(event, ledger.proved)
            ledger.prove_again(Field(event.entropy), Field(event.block_root))
        else:
            apply(ledger, event)
    if last is not None and last.root != ledger.root:
        raise _other_root(last, ledger.proved - 1)


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
        raise _other_root(event, index)
    return index


def _other_root(event: Proved, index: int) -> LedgerMismatch:
    return LedgerMismatch(
        f"the chain's block {event.index} was proved with another root than the chain's events "
        f"give for block {index}"
    )
