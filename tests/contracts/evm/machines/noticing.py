"""What was special about an accepted call, so that a run can tell which dangers it really met."""

from collections.abc import Iterator

from winze.protocol import (
    SLOTS,
    ClaimSkipped,
    Deposited,
    Event,
    Events,
    Ledger,
    Sealed,
    Skipped,
    Transferred,
    Unpaid,
)


def noticed(name: str, events: Events, ledger: Ledger, *, paused: bool) -> Iterator[str]:
    """Each special thing, in words; the ledger is as the call of this name left it."""
    if paused:
        yield f"{name} while deposits are paused"
    before: Event | None = None
    for event in events:
        match event:
            case Sealed():
                entries = ledger.blocks[event.index].entries
                taken = max(len(entries.commitments), len(entries.nullifiers))
                yield "block sealed full" if taken >= SLOTS - 1 else "block sealed when due"
                if isinstance(before, Transferred):
                    yield "batch went over the end of a block"
            case Deposited() if event.depositor.is_zero:
                yield "redeposit"
                if isinstance(before, Sealed):
                    yield "redeposit in the block after its transfer's"
            case Skipped():
                yield f"transfer skipped: {event.reason.name}"
            case ClaimSkipped():
                yield f"claim skipped: {event.reason.name}"
            case Unpaid():
                yield "payment refused by its recipient"
        before = event
