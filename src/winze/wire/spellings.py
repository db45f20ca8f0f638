"""How a value is spelled on the wire, in exactly one way: as JSON, and as bytes of a fixed size.

Each spelling also describes itself in JSON Schema, so that what is published is what is read.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Protocol

from winze.protocol import EthAddress, Field, InvalidEthAddress, Timestamp, Wei

from .errors import InvalidForm
from .forms import shown

_HEX: Final = re.compile(r"0x[0-9a-f]*")
_ADDRESS_BYTES: Final = 20
_NOBODY: Final = EthAddress.zero()


class Spelling(Protocol):
    """How the values of one kind are spelled; a refusal is a `InvalidForm` that names the field."""

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON form, in JSON Schema."""

    def check(self, name: str, value: Any) -> None:
        """Refuse what has no spelling."""

    def write(self, value: Any) -> Any:
        """The JSON form of `value`."""

    def read(self, name: str, form: Any) -> Any:
        """The value that the JSON form stands for."""


class FixedSize(Spelling, Protocol):
    """A spelling that is one in bytes too."""

    @property
    def size(self) -> int:
        """How many bytes a value takes."""

    def encode(self, value: Any) -> bytes:
        """The bytes of `value`."""

    def decode(self, data: bytes) -> Any:
        """The value that these `size` bytes stand for, checked by nobody yet."""


@dataclass(frozen=True)
class Integer:
    """A number from 0 up to, but not including, `bound`, which is 2^53 at most: a JSON integer."""

    bound: int
    what: str

    @cached_property
    def size(self) -> int:
        """Bytes that the largest takes."""
        return ((self.bound - 1).bit_length() + 7) // 8

    @property
    def schema(self) -> dict[str, Any]:
        """An integer in its range."""
        return {
            "type": "integer",
            "minimum": 0,
            "maximum": self.bound - 1,
            "description": self.what,
        }

    def check(self, name: str, value: Any) -> None:
        """Refuse what is no whole number, or out of range."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidForm(name, f"must be an integer, not {shown(value)}")
        if not 0 <= value < self.bound:
            raise InvalidForm(
                name, f"must be at least 0 and below {self.bound}; {int(value)} is not"
            )

    def write(self, value: int) -> int:
        """A plain integer."""
        return int(value)

    def read(self, name: str, form: Any) -> int:
        """The integer itself."""
        self.check(name, form)
        return int(form)

    def encode(self, value: int) -> bytes:
        """Big-endian."""
        return int(value).to_bytes(self.size)

    def decode(self, data: bytes) -> int:
        """Big-endian."""
        return int.from_bytes(data)


@dataclass(frozen=True)
class Number(Integer):
    """A number that may pass 2^53, where other languages' JSON would round it: a decimal text."""

    @cached_property
    def _digits(self) -> int:
        return len(str(self.bound - 1))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"0|[1-9][0-9]{{0,{self._digits - 1}}}")

    @property
    def schema(self) -> dict[str, Any]:
        """A text of digits; that the largest is `bound` - 1 cannot be said in a pattern."""
        what = f"{self.what}: decimal, below {self.bound}"
        return {"type": "string", "pattern": f"^({self._pattern.pattern})$", "description": what}

    def write(self, value: int) -> str:  # type: ignore[override]  # the other form is the point
        """Decimal digits without leading zeros."""
        return str(int(value))

    def read(self, name: str, form: Any) -> int:
        """The number that the digits stand for."""
        if not isinstance(form, str) or not self._pattern.fullmatch(form):
            raise InvalidForm(
                name,
                f"must be a text of at most {self._digits} decimal digits without leading zeros, "
                f"not {shown(form)}",
            )
        number = int(form)
        self.check(name, number)
        return number


@dataclass(frozen=True)
class Address:
    """An Ethereum address with its checksum (EIP-55)."""

    what: str
    size: int = _ADDRESS_BYTES

    @property
    def schema(self) -> dict[str, Any]:
        """0x and 40 hex digits, whose capitals are the checksum."""
        what = f"{self.what}: an Ethereum address, spelled with its checksum (EIP-55)"
        return {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$", "description": what}

    def check(self, name: str, value: Any) -> None:
        """Refuse what is no `EthAddress`."""
        if not isinstance(value, EthAddress):
            raise InvalidForm(name, f"must be an Ethereum address, not {shown(value)}")

    def write(self, value: EthAddress) -> str:
        """With its checksum."""
        return str(value)

    def read(self, name: str, form: Any) -> EthAddress:
        """The address, if it is spelled with its checksum."""
        if form == _NOBODY:
            return _NOBODY  # most requests name it, and a checksum costs a hash
        if not isinstance(form, str):
            raise InvalidForm(name, f"must be an Ethereum address, not {shown(form)}")
        try:
            address = EthAddress(form)
        except InvalidEthAddress as problem:
            raise InvalidForm(
                name,
                f"must be an Ethereum address (0x and 40 hex digits) with its checksum, not "
                f"{shown(form)}",
            ) from problem
        if address != form:
            raise InvalidForm(name, f"must be spelled with its checksum: {address}")
        return address

    def encode(self, value: EthAddress) -> bytes:
        """The 20 bytes it stands for."""
        return value.bytes20

    def decode(self, data: bytes) -> EthAddress:
        """The address of 20 bytes."""
        return EthAddress.from_bytes(data)


@dataclass(frozen=True)
class Bytes:
    """So many bytes: 0x and lower-case hex digits."""

    size: int
    what: str

    @property
    def schema(self) -> dict[str, Any]:
        """0x and the digits of just that size."""
        pattern = f"^0x[0-9a-f]{{{2 * self.size}}}$"
        return {"type": "string", "pattern": pattern, "description": self.what}

    def check(self, name: str, value: Any) -> None:
        """Refuse another size."""
        if not isinstance(value, bytes) or len(value) != self.size:
            size = len(value) if isinstance(value, bytes) else type(value).__name__
            raise InvalidForm(name, f"must be {self.size} bytes; {size} is not")

    def write(self, value: bytes) -> str:
        """0x and its digits."""
        return "0x" + value.hex()

    def read(self, name: str, form: Any) -> bytes:
        """The bytes that the digits stand for."""
        digits = 2 * self.size
        if not isinstance(form, str) or len(form) != 2 + digits or not _HEX.fullmatch(form):
            raise InvalidForm(name, f"must be {self.size} bytes: 0x and {digits} lower-case digits")
        return bytes.fromhex(form[2:])

    def encode(self, value: bytes) -> bytes:
        """Themselves."""
        return bytes(value)

    def decode(self, data: bytes) -> bytes:
        """Themselves."""
        return data


@dataclass(frozen=True)
class Text:
    """A text that matches a pattern as a whole."""

    pattern: str
    what: str

    @property
    def schema(self) -> dict[str, Any]:
        """The pattern."""
        return {"type": "string", "pattern": f"^{self.pattern}$", "description": self.what}

    def check(self, name: str, value: Any) -> None:
        """Refuse what does not match."""
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise InvalidForm(name, f"must match {self.pattern}; {shown(value)} does not")

    def write(self, value: str) -> str:
        """Itself."""
        return str(value)

    def read(self, name: str, form: Any) -> str:
        """Itself."""
        self.check(name, form)
        return str(form)


@dataclass(frozen=True)
class Choice:
    """One of an enumeration's texts."""

    kind: type[StrEnum]
    what: str

    @property
    def schema(self) -> dict[str, Any]:
        """The texts."""
        return {
            "type": "string",
            "enum": [str(each) for each in self.kind],
            "description": self.what,
        }

    def check(self, name: str, value: Any) -> None:
        """Refuse what is none of them."""
        if value not in list(self.kind):
            raise InvalidForm(name, f"must be one of {', '.join(self.kind)}; {shown(value)} is not")

    def write(self, value: StrEnum) -> str:
        """Its text."""
        return str(value)

    def read(self, name: str, form: Any) -> StrEnum:
        """The one of that text."""
        self.check(name, form)
        return self.kind(form)


def element(what: str) -> Number:
    """An element of the field (protocol §1)."""
    return Number(Field.bound, what)


def wei(what: str) -> Number:
    """An amount of ETH in wei."""
    return Number(Wei.bound, f"{what}, in wei")


def moment(what: str) -> Integer:
    """A moment of chain time."""
    return Integer(Timestamp.bound, f"{what}, in unix seconds of chain time")
