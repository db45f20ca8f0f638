"""The container that circom and snarkjs write their files in: numbered sections, each with a size.

`.r1cs` and `.zkey` files share it. All numbers are little-endian. Nothing of a file is believed
before its sections fill it exactly.
"""

import struct
from pathlib import Path
from typing import Final

_HEADER: Final = struct.Struct("<4sII")
_SECTION: Final = struct.Struct("<IQ")


class Reader:
    """Reads a section from its beginning, and refuses to read beyond its end."""

    def __init__(self, content: memoryview) -> None:
        self._content, self._place = content, 0

    def take(self, size: int) -> memoryview:
        """The next `size` bytes.

        Raises:
            ValueError: there are fewer.
        """
        taken = self._content[self._place : self._place + size]
        if len(taken) != size:
            raise ValueError(f"a section ends {size - len(taken)} bytes early")
        self._place += size
        return taken

    def number(self, size: int = 4) -> int:
        """The next `size` bytes as a number.

        Raises:
            ValueError: there are fewer.
        """
        return int.from_bytes(self.take(size), "little")

    def end(self) -> None:
        """Make sure that all is read.

        Raises:
            ValueError: something is left.
        """
        if left := len(self._content) - self._place:
            raise ValueError(f"a section has {left} bytes too many")


def read_sections(path: Path, kind: bytes) -> dict[int, memoryview]:
    """The sections of the file at `path`, by their numbers.

    Args:
        path: The file.
        kind: The four bytes that it begins with.

    Raises:
        ValueError: it is another kind of file, or its sections do not fill it exactly.
        OSError: it cannot be read.
    """
    content = memoryview(path.read_bytes())
    if len(content) < _HEADER.size or bytes(content[:4]) != kind:
        raise ValueError(f"it is no .{kind.decode()} file")
    _, version, count = _HEADER.unpack_from(content)
    if version != 1:
        raise ValueError(f"it is a .{kind.decode()} file of version {version}; 1 is understood")
    sections: dict[int, memoryview] = {}
    place = _HEADER.size
    for _ in range(count):
        if place + _SECTION.size > len(content):
            raise ValueError("it is cut short")
        number, size = _SECTION.unpack_from(content, place)
        place += _SECTION.size
        if place + size > len(content):
            raise ValueError("it is cut short")
        if number in sections:
            raise ValueError(f"it has section {number} twice")
        sections[number] = content[place : place + size]
        place += size
    if place != len(content):
        raise ValueError(f"it has {len(content) - place} bytes too many")
    return sections


def section(sections: dict[int, memoryview], number: int) -> memoryview:
    """Section `number`.

    Raises:
        ValueError: there is none.
    """
    if number not in sections:
        raise ValueError(f"it has no section {number}")
    return sections[number]
