"""The connected wallet: who signs, deposits, and pays for gas."""

from .connection import Connection, Raising
from .eip1193 import Eip1193
from .external import ExternalConnection
from .local import LocalConnection

__all__ = ["Connection", "Eip1193", "ExternalConnection", "LocalConnection", "Raising"]
