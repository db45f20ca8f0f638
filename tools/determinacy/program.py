"""What a circuit's witness program tells about names (circom's WebAssembly).

Its data hold a table of 256 inputs, each with the hash of its name, its first signal and its size,
and right after it the list of the signals that the compiler kept, one for each wire.
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise

DATA_SECTION = 11
TABLE_BYTES = 256 * 16
MORE = 0x80
"""The bit of a byte that says that the number goes on."""

Segment = tuple[int, bytes]
"""Where in memory some data belong, and the data."""


def input_signals(program: bytes, names: Sequence[str]) -> dict[str, range]:
    """The signals of each input of these names.

    Raises:
        ValueError: the circuit has no input of such a name, or others too.
    """
    table = _tables(program)[0]
    entries = {
        hashed: range(first, first + size)
        for hashed, first, size in struct.iter_unpack("<QII", table)
        if size
    }
    found: dict[str, range] = {}
    for name in names:
        if _name_hash(name) not in entries:
            raise ValueError(f"the circuit has no input {name}")
        found[name] = entries[_name_hash(name)]
    if len(entries) != len(found):
        raise ValueError(f"the circuit has {len(entries)} inputs, {len(found)} were named")
    return found


def kept_signals(program: bytes, wires: int) -> tuple[int, ...]:
    """The signal that each wire holds.

    Raises:
        ValueError: the program has another number of wires.
    """
    kept = _tables(program)[1]
    if len(kept) != 4 * wires:
        raise ValueError(f"the witness program has {len(kept) // 4} wires, the key {wires}")
    return struct.unpack(f"<{wires}I", kept)


def _tables(program: bytes) -> tuple[bytes, bytes]:
    segments = sorted(_segments(program))
    for (start, table), (next_start, kept) in pairwise(segments):
        if len(table) == TABLE_BYTES and next_start >= start + TABLE_BYTES:
            return table, kept
    raise ValueError("the witness program has no table of inputs")


def _segments(program: bytes) -> Iterator[Segment]:
    at = 8
    while at < len(program):
        section = program[at]
        size, at = _leb(program, at + 1)
        if section == DATA_SECTION:
            yield from _data(program, at)
        at += size


def _data(program: bytes, at: int) -> Iterator[Segment]:
    count, at = _leb(program, at)
    for _ in range(count):
        # A flag, `i32.const`, the address, `end`, and the length before the data.
        _, at = _leb(program, at)
        address, at = _leb(program, at + 1)
        size, at = _leb(program, at + 1)
        yield address, program[at : at + size]
        at += size


def _leb(program: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, in groups of 7 bits, and where it ends."""
    value = shift = 0
    while True:
        byte = program[at]
        value |= (byte & ~MORE) << shift
        at, shift = at + 1, shift + 7
        if not byte & MORE:
            return value, at


def _name_hash(name: str) -> int:
    """FNV-1a of 64 bits, which circom's programs use."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return value
