"""Everything that a follower shows and remembers, to compare two of them."""

from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource
from winze.chain import Follower, MemoryStore
from winze.protocol import Field, Ledger


def ledger_picture(ledger: Ledger) -> dict[str, object]:
    """All of a ledger."""
    ledger.note_positions(Field(0))  # looks up every note
    return {
        "blocks": list(ledger.blocks),
        "open": ledger.open,
        "proved": ledger.proved,
        "root": ledger.root,
        "roots": [ledger.root_at(size) for size in range(ledger.proved + 1)],
        "headers": len(ledger._headers),
        "notes": {note: tuple(places) for note, places in ledger._notes.items()},
        "spends": dict(ledger._spends),
    }


def picture(follower: Follower) -> dict[str, object]:
    """All of a follower."""
    return ledger_picture(follower.ledger) | {
        "records": list(follower.records()),
        "cursor": follower.cursor,
    }


def follower_of(
    chain: FakeChain, confirmations: int = 0, store: MemoryStore | None = None, looks: int = 1
) -> tuple[Follower, FakeSource]:
    """A follower of a fake chain, and the source through which it reads."""
    source = FakeSource(chain)
    follower = Follower(source, DEPLOYED, confirmations=confirmations, store=store, looks=looks)
    return follower, source


async def fresh_picture(chain: FakeChain, confirmations: int = 0) -> dict[str, object]:
    """What somebody sees who reads the chain as it is now, from its beginning."""
    follower, _ = follower_of(chain, confirmations)
    await follower.sync()
    return picture(follower)
