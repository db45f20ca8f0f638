"""A witness as the file that groth16py reads, in memory alone.

The format is snarkjs's `.wtns`, version 2: a section with the field and the number of elements, and
a section with the elements.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from winze.protocol import FIELD_ORDER

FILES_IN_MEMORY: Final = hasattr(os, "memfd_create")
"""Whether this system has files that never reach a disk; Linux does."""

_VERSION: Final = 2
_ELEMENT_BYTES: Final = 32


@contextmanager
def witness_file(elements: bytes | bytearray) -> Iterator[str]:
    """The path of a file in memory with this witness, which is gone afterwards.

    Private keys stand in a witness. The file has no name: the path leads through this process,
    and is open to nobody who could not read the process's memory as well.

    Args:
        elements: 32 bytes each, little endian.

    Raises:
        OSError: there is no memory for it.
    """
    descriptor = os.memfd_create("witness")
    with os.fdopen(descriptor, "wb") as file:
        file.write(_header(len(elements)))
        file.write(elements)
        file.flush()
        yield f"/proc/self/fd/{descriptor}"


def _header(size: int) -> bytes:
    """What stands before `size` bytes of elements."""
    field = struct.pack("<I", _ELEMENT_BYTES) + FIELD_ORDER.to_bytes(_ELEMENT_BYTES, "little")
    about = field + struct.pack("<I", size // _ELEMENT_BYTES)
    return b"wtns" + struct.pack("<II", _VERSION, 2) + _section(1, about) + _section_head(2, size)


def _section(number: int, content: bytes) -> bytes:
    return _section_head(number, len(content)) + content


def _section_head(number: int, size: int) -> bytes:
    return struct.pack("<IQ", number, size)
