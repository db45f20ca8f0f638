"""What a wallet does on a chain in memory, without proofs."""

from collections.abc import Sequence
from dataclasses import replace

from tests.chain.fakes import Act, World
from tests.protocol.worlds import SETUP
from winze.protocol import (
    NOTHING_TO_SAY,
    Claimed,
    EthAddress,
    Event,
    Field,
    Memo,
    Note,
    Seed,
    Transfer,
    ViewingKey,
    Wei,
    points,
    seal_memos,
)
from winze.wallet import OwnNote

NOBODY = EthAddress.zero()
_CLOSED = ViewingKey(bytes([4]) * 32).public


def deposited(note: Note, depositor: EthAddress) -> Act:
    """A note that somebody makes in the open."""
    return lambda world: world.pool.deposit(
        replace(world.call, caller=depositor), note.value, note.inner, mine=note.mineable
    )


def memos_to(
    seed: Seed, first: Memo | None, second: Memo | None = None, ephemeral: int = 3
) -> bytes:
    """Memos of which the seed's owner gets those that are there; the others say nothing."""
    told = [
        (memo, seed.viewing.public) if memo else (NOTHING_TO_SAY, _CLOSED)
        for memo in (first, second)
    ]
    return seal_memos(told, bytes([ephemeral % 256]) * 32)


def moved(
    nullifiers: Sequence[int],
    outs: Sequence[int],
    memos: bytes,
    *,
    recipient: EthAddress = NOBODY,
    amount: int = 0,
    inner: int = 0,
) -> Act:
    """A transfer that is executed."""

    def act(world: World) -> Sequence[Event]:
        transfer = Transfer(
            anchor=max(world.pool.proved - 1, 0),
            nullifier1=nullifiers[0],
            nullifier2=nullifiers[1],
            out1=outs[0],
            out2=outs[1],
            recipient=recipient,
            amount=amount,
            fee=0,
            relayer=NOBODY,
            not_before=0,
            deadline=0,
            claim_id=0,
            inner=inner,
            memos=memos,
        )
        return world.pool.execute(world.call, [transfer], [True])

    return act


def spent(
    own: OwnNote,
    seed: Seed,
    change: int = 0,
    *,
    to: EthAddress = NOBODY,
    rewards: EthAddress = NOBODY,
    onward: Note | None = None,
) -> Act:
    """A note of ours is spent as wallets do it: what is left goes back to its account."""
    blinding = Field(own.position + 77)
    kept = Note(Wei(change), mineable=False, owner=own.account.owner, blinding=blinding)
    memo = Memo(kept.value, blinding, rewards)
    away = int(own.note.value) - change
    return moved(
        (own.nullifier, 5_000_000 + own.position),
        (kept.commitment, 6_000_000 + own.position),
        memos_to(seed, memo, ephemeral=own.position + 9),
        recipient=SETUP.address if onward else to,
        amount=away if onward or to != NOBODY else 0,
        inner=onward.inner if onward else 0,
    )


def claimed(own: OwnNote, recipient: EthAddress, period: int) -> Act:
    """The reward of a note is claimed."""
    return lambda _: (Claimed(own.claim_id, recipient, period, points(own.note.value)),)
