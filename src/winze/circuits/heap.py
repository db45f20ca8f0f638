"""Giving memory back to the system."""

import ctypes


def return_free_memory() -> None:
    """Give the system back what was freed; elsewhere than with glibc, do nothing.

    Compiling a program and reading a key each free some 70 MB that glibc would keep until the
    process ends, and a wallet may stay open for weeks. A block's proof frees 150 MB, which glibc
    would keep for each thread that ever made one. Giving it back takes some hundredths of a second.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(ctypes.c_size_t(0))
