"""The table of the builder: proofs of blocks, which are dear to make."""

from typing import Final

from sqlalchemy import Column, Float, LargeBinary, String, Table

from ..database import Number, metadata

proofs: Final = Table(
    "proofs",
    metadata,
    Column("statement", String(64), primary_key=True, comment="the public signals, hashed"),
    Column("block", Number, nullable=False, index=True),
    Column("proof", LargeBinary(256), nullable=False),
    Column("seconds", Float, nullable=False, comment="that it took"),
)
"""Proofs of blocks."""
