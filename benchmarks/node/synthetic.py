"""A history of any length, made of nothing: what a pool could have announced, without any proof.

Its notes belong to nobody and its transfers were never proved: the *stub verifier* accepted them.
All else is as on a chain: entries, digests, draws, block roots and roots fit each other, so a
follower reads it, compares it and finds it right. The same seed gives the same history.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from winze.chain import ChainChanged, Header, Logged, Record, Store
from winze.contracts import ContractEvent
from winze.protocol import (
    DENOMINATIONS,
    MEMOS_BYTES,
    MINEABLE,
    SLOTS,
    Block,
    BlockIndex,
    ChainBlock,
    Claimed,
    Deposit,
    Deposited,
    Distributed,
    EthAddress,
    Field,
    Ledger,
    Proved,
    Sealed,
    Spend,
    Timestamp,
    Transferred,
    Wei,
    draw_entropy,
    keccak,
    word,
)

FIRST: Final = ChainBlock(1)
"""The first chain block that holds an event."""

_BEGUN: Final = 1_800_000_000
_BLOCK_SECONDS: Final = 12
_DEPOSITS: Final = 16
"""Of a ledger's block; transfers fill the rest."""
_BATCH: Final = 12
_BATCHES: Final = (SLOTS - _DEPOSITS) // (2 * _BATCH)
_CLAIMS: Final = 8
_BLOCKS_A_PERIOD: Final = 32
_VALUES: Final = tuple(DENOMINATIONS)
_FIELD_BITS: Final = 253
"""Numbers of so many bits are all elements of the field."""


@dataclass(frozen=True)
class Piece:
    """What one block of the ledger, from its first entry to its proof, adds to a store."""

    records: tuple[Record, ...]
    cursor: Header
    proved: tuple[Block, ...]


def fill(store: Store, notes: int, seed: int = 1) -> Ledger:
    """Extend an empty store by a history of at least `notes` notes; its ledger is returned."""
    history = Synthetic(seed)
    for piece in history.pieces(notes):
        store.extend(piece.records, piece.cursor, piece.proved)
    return history.ledger


class Synthetic:
    """Makes one history. Each block holds 16 deposits and 24 transfers, and 8 claims go by."""

    def __init__(self, seed: int = 1) -> None:
        self.ledger: Final = Ledger()
        self._random = Random(seed)  # noqa: S311 - no secret: the same history every time
        self._number = FIRST
        self._records: list[Record] = []

    def pieces(self, notes: int) -> Iterator[Piece]:
        """Full blocks until there are at least `notes` notes, made as they are asked for."""
        for _ in range(-(-notes // SLOTS)):
            yield self._piece()

    def _piece(self) -> Piece:
        index = self.ledger.open_index
        for _ in range(_DEPOSITS):
            self._announce(self._deposit(), index)
            self._next_chain_block()
        for _ in range(_BATCHES):
            for _ in range(_BATCH):
                self._announce(self._transfer(), index)
            self._next_chain_block()
        self._rewards(index)
        block = self._seal_and_prove()
        records, self._records = tuple(self._records), []
        cursor = header(self._number)
        self._next_chain_block()
        return Piece(records, cursor, (block,))

    def _deposit(self) -> Deposited:
        value = self._random.choice(_VALUES)
        event = Deposited(self._account(), MINEABLE + value, self._field())
        self.ledger.append(Deposit(Field(event.word), Field(event.inner)))
        return event

    def _transfer(self) -> Transferred:
        spend = Spend(self._field(), self._field(), self._field(), self._field())
        self.ledger.append(spend)
        return Transferred(
            recipient=self._account(),
            nullifier1=spend.nullifier1,
            nullifier2=spend.nullifier2,
            out1=spend.out1,
            out2=spend.out2,
            amount=Wei(self._random.choice(_VALUES)),
            memos=self._random.randbytes(MEMOS_BYTES),
        )

    def _rewards(self, index: BlockIndex) -> None:
        """Claims of one period, and in its last block what mints them all."""
        period, place = divmod(index, _BLOCKS_A_PERIOD)
        for _ in range(_CLAIMS):
            points = DENOMINATIONS[self._random.choice(_VALUES)]
            self._announce(Claimed(self._field(), self._account(), period, points))
        self._next_chain_block()
        if place == _BLOCKS_A_PERIOD - 1:
            everybody = (1 << _CLAIMS * _BLOCKS_A_PERIOD) - 1
            self._announce(Distributed(period, 0, everybody))
            self._next_chain_block()

    def _seal_and_prove(self) -> Block:
        draw = ChainBlock(self._number + 1)
        block = self.ledger.seal(header(self._number).timestamp, draw)
        sealed = Sealed(block.index, block.digest, block.timestamp, block.draw)
        self._announce(sealed, block.index)
        self._number = ChainBlock(draw + 1)
        entropy = draw_entropy(header(draw).hash, block.index)
        root = self.ledger.prove(entropy)
        proved = Proved(block.index, block.root, entropy, root)
        self._announce(proved, block.index)
        return self.ledger.blocks[block.index]

    def _announce(self, event: ContractEvent, touches: BlockIndex | None = None) -> None:
        at = header(self._number)
        transaction = keccak(at.hash + word(len(self._records)))
        logged = Logged(event, at.number, at.hash, transaction)
        self._records.append(Record(logged, at.timestamp, touches))

    def _next_chain_block(self) -> None:
        self._number = ChainBlock(self._number + 1)

    def _field(self) -> Field:
        return Field(self._random.getrandbits(_FIELD_BITS))

    def _account(self) -> EthAddress:
        return EthAddress.from_bytes(self._random.randbytes(20))


class SyntheticSource:
    """A chain that holds such a history, read as a `Source` is."""

    def __init__(self, notes: int, history: Synthetic | None = None) -> None:
        """Make the history, which takes a few seconds for each ten thousand notes."""
        history = history or Synthetic()
        pieces = list(history.pieces(notes))
        self.records: Final = [record for piece in pieces for record in piece.records]
        self.ledger: Final = history.ledger
        self._head = pieces[-1].cursor.number

    async def head(self) -> ChainBlock:
        """See `Source`."""
        return self._head

    async def header(self, number: ChainBlock) -> Header:
        """See `Source`."""
        if number > self._head:
            raise ChainChanged(f"the chain has no block {number}")
        return header(number)

    async def headers(self, numbers: Sequence[ChainBlock]) -> Sequence[Header]:
        """See `Source`."""
        return [await self.header(number) for number in numbers]

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        """See `Source`."""
        low = bisect_right(self.records, first - 1, key=_number)
        high = bisect_right(self.records, last, key=_number)
        return [record.logged for record in self.records[low:high]]

    async def root(self, at: ChainBlock) -> Field:
        """See `Source`."""
        until = self.records[: bisect_right(self.records, at, key=_number)]
        proofs = (each.logged.event for each in reversed(until))
        last = next((event for event in proofs if isinstance(event, Proved)), None)
        return Field(last.root) if last else self.ledger.root_at(0)

    async def sealed(self, index: BlockIndex, at: ChainBlock) -> bytes:
        """See `Source`; known after the last chain block only, where every block is proved."""
        assert at == self._head, "a synthetic chain shows its last state only"
        return self.ledger.open.digest if index == self.ledger.open_index else bytes(32)


def header(number: ChainBlock) -> Header:
    """The chain block of this number: 12 seconds after the one before."""
    timestamp = Timestamp(_BEGUN + _BLOCK_SECONDS * number)
    return Header(number, keccak(b"synthetic" + word(number)), timestamp)


def _number(record: Record) -> ChainBlock:
    return record.logged.block
