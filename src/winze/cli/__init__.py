"""The commands of Winze."""

from .app import main

__all__ = ["main"]
