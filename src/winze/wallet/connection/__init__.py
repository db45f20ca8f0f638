"""The connected wallet: who signs, deposits, and pays for gas."""

from .connection import Connection

__all__ = ["Connection"]
