"""Looking into rows that are still bytes, where reading each of thousands would take seconds."""

from collections.abc import Iterator
from dataclasses import fields

from winze.protocol import Field, Position
from winze.wire import BlockRows, Row, TransferRow


def column(row: type[Row], name: str, body: bytes) -> list[bytes]:
    """One column of rows of one kind, in their order."""
    place = [each.name for each in fields(row)].index(name)
    start = row.width_before(name)
    end = start + row.COLUMNS[place].width
    return [body[at + start : at + end] for at in range(0, len(body), row.SIZE)]


def nullifiers(block: BlockRows) -> Iterator[bytes]:
    """What a block spends, in the order of its slots."""
    first = column(TransferRow, "nullifier1", block.transfers)
    second = column(TransferRow, "nullifier2", block.transfers)
    for pair in zip(first, second, strict=True):
        yield from pair


def spent_in(block: BlockRows, nullifier: Field) -> Position | None:
    """Where a nullifier stands in a block; None where it does not."""
    wanted = nullifier.to_bytes(32, "big")
    for slot, found in enumerate(nullifiers(block)):
        if found == wanted:
            return Position.at(block.index, slot)
    return None
