"""The quantities of the protocol, each a type of its own (protocol §1).

Each is an `int`, checked when made, so that arithmetic, encoding and comparison work as usual,
while a function that asks for `Wei` is not given `Seconds` without the type checker noticing. The
result of arithmetic is a plain `int` and has to be made into a quantity again, which checks it.
"""

from typing import ClassVar, Final, Self

from .errors import OutOfRange

FIELD_ORDER: Final = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""`p`, the order of BN254's scalar field."""

SLOTS: Final = 64
"""Notes, and also spends, that one block holds."""

DEPTH: Final = 26
"""Depth of the tree of block headers."""

VALUE_BITS: Final = 96
"""Every value, amount and fee is below 2^96 wei."""


class Quantity(int):
    """A whole number from 0 up to, but not including, its type's `bound`."""

    bound: ClassVar[int]

    def __new__(cls, value: int) -> Self:
        """Check `value` and wrap it.

        Raises:
            OutOfRange: `value` is negative, or not below `bound`.
            TypeError: `value` is not an integer; a float would lose wei silently.
        """
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{cls.__name__} takes an integer, not {type(value).__name__}")
        if not 0 <= value < cls.bound:
            raise OutOfRange(cls.__name__, value, cls.bound)
        return super().__new__(cls, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self)})"

    __str__ = int.__repr__


class Field(Quantity):
    """An element of `F`, BN254's scalar field."""

    bound = FIELD_ORDER

    @classmethod
    def reduce(cls, value: int) -> Self:
        """The element that `value` stands for modulo `p`; for hashes and differences."""
        return cls(value % FIELD_ORDER)


class Wei(Quantity):
    """An amount of ETH in wei, below 2^96."""

    bound = 1 << VALUE_BITS


class Itx(Quantity):
    """An amount of ITX in its smallest unit (10^-18 ITX)."""

    bound = 1 << 256


class Points(Quantity):
    """Mining points (protocol §6.3)."""

    bound = 1 << 128


class Timestamp(Quantity):
    """A moment of chain time: unix seconds."""

    bound = 1 << 40


class Seconds(Quantity):
    """A duration in seconds."""

    bound = 1 << 32


class BlockIndex(Quantity):
    """The index of a block of the ledger (not of the chain)."""

    bound = 1 << DEPTH


class Position(Quantity):
    """Where a note stands in the ledger: `block * SLOTS + slot`."""

    bound = SLOTS << DEPTH

    @classmethod
    def at(cls, block: BlockIndex, slot: int) -> Self:
        """The position of `slot` (0 to `SLOTS` - 1) in `block`."""
        if not 0 <= slot < SLOTS:
            raise OutOfRange("slot", slot, SLOTS)
        return cls(block * SLOTS + slot)

    @property
    def block(self) -> BlockIndex:
        """The block that holds it."""
        return BlockIndex(self // SLOTS)

    @property
    def slot(self) -> int:
        """Its slot inside the block."""
        return self % SLOTS


class ChainBlock(Quantity):
    """The number of a block of the chain (not of the ledger)."""

    bound = 1 << 64


class Period(Quantity):
    """The index of a reward period, counted from genesis (protocol §6.3)."""

    bound = 1 << 64
