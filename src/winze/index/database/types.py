"""The types of columns: numbers too long for SQL are big-endian bytes, which sort as they do."""

from typing import Any, Final

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

from winze.protocol import EthAddress, Wei

Number: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A number below 2^63. SQLite's integers are as long, and only they can be a table's own order."""


class Uint256(TypeDecorator[int]):
    """A number of 256 bits."""

    impl = LargeBinary(32)
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> bytes | None:
        """As 32 bytes."""
        return None if value is None else int(value).to_bytes(32, "big")

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> int | None:
        """As a plain number."""
        return None if value is None else int.from_bytes(value, "big")


class WeiAmount(TypeDecorator[Wei]):
    """An amount of ETH."""

    impl = LargeBinary(12)
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> bytes | None:
        """As 12 bytes."""
        return None if value is None else Wei(value).to_bytes(12, "big")

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> Wei | None:
        """As the quantity."""
        return None if value is None else Wei(int.from_bytes(value, "big"))


class Address(TypeDecorator[EthAddress]):
    """An Ethereum address."""

    impl = LargeBinary(20)
    cache_ok = True

    def process_bind_param(self, value: EthAddress | None, _dialect: Dialect) -> bytes | None:
        """As 20 bytes."""
        return None if value is None else value.bytes20

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> EthAddress | None:
        """In its checksummed spelling."""
        return None if value is None else EthAddress.from_bytes(value)


class Hash(TypeDecorator[bytes]):
    """32 bytes that a hash function gave."""

    impl = LargeBinary(32)
    cache_ok = True
