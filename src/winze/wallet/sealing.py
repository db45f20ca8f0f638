"""Sealing bytes with a passphrase, for what lies on a disk or is carried away.

A seal begins with a header: what it is, in which version, and what the passphrase's hash costs. The
header is authenticated with the content, so nothing of it can be changed unnoticed.
"""

import struct
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import Aead
from nacl.utils import random

from .errors import SealUnreadable, WrongPassphrase

_MAGIC: Final = b"winze-sealed"
_VERSION: Final = 1
_HEADER: Final = struct.Struct(f">{len(_MAGIC)}sBBI{argon2id.SALTBYTES}s")
"""Magic, version, passes, memory in KiB, salt."""

_KIB: Final = 1 << 10
_MOST_PASSES: Final = 16
_MOST_KIB: Final = 1 << 20
"""A forged header must not have its reader spend more than 1 GiB, or minutes."""


@dataclass(frozen=True)
class Cost:
    """What each guess of a passphrase costs (Argon2id)."""

    passes: int
    """How often the memory is gone through."""
    kib: int
    """The memory, in KiB."""

    def covers(self, other: "Cost") -> bool:
        """Whether it is nowhere below `other`."""
        return self.passes >= other.passes and self.kib >= other.kib


COST: Final = Cost(passes=3, kib=1 << 18)
"""256 MiB gone through three times: somewhat more than RFC 9106 asks for, and about a second."""


@dataclass(frozen=True)
class Lock:
    """How a passphrase becomes the key of one seal."""

    cost: Cost
    salt: bytes

    @classmethod
    def new(cls, cost: Cost) -> Self:
        """A lock that no other seal has."""
        return cls(cost, random(argon2id.SALTBYTES))

    @classmethod
    def of(cls, sealed: bytes) -> Self:
        """The lock of a seal.

        Raises:
            SealUnreadable: it is no seal, or a newer program's.
        """
        header = sealed[: _HEADER.size]
        if len(header) < _HEADER.size or not header.startswith(_MAGIC):
            raise SealUnreadable("this was not sealed by Winze: choose another file")
        _, version, passes, kib, salt = _HEADER.unpack(header)
        if version != _VERSION:
            raise SealUnreadable(
                f"this was sealed in version {version} and version {_VERSION} is understood: open "
                "it with a newer Winze"
            )
        if not (1 <= passes <= _MOST_PASSES and argon2id.MEMLIMIT_MIN // _KIB <= kib <= _MOST_KIB):
            raise SealUnreadable(f"no Winze seals with {passes} passes over {kib} KiB: damaged")
        return cls(Cost(passes, kib), salt)

    def key(self, passphrase: str) -> bytes:
        """The key that the passphrase gives; secret, and slow to find."""
        # One text has several encodings, and which of them a keyboard makes depends on the machine.
        text = unicodedata.normalize("NFKC", passphrase).encode()
        passes, memory = self.cost.passes, self.cost.kib * _KIB
        return argon2id.kdf(Aead.KEY_SIZE, text, self.salt, opslimit=passes, memlimit=memory)

    def seal(self, content: bytes, key: bytes) -> bytes:
        """The content, readable only with the key."""
        header = _HEADER.pack(_MAGIC, _VERSION, self.cost.passes, self.cost.kib, self.salt)
        return header + bytes(Aead(key).encrypt(content, header))


def opened_with_key(sealed: bytes, key: bytes) -> bytes:
    """What was sealed.

    Raises:
        WrongPassphrase: the key is another one, or the seal is damaged.
    """
    try:
        return bytes(Aead(key).decrypt(sealed[_HEADER.size :], sealed[: _HEADER.size]))
    except (CryptoError, ValueError):  # ValueError: shorter than any seal
        raise WrongPassphrase("the passphrase is another one, or the file is damaged") from None


def sealed_with_passphrase(content: bytes, passphrase: str, cost: Cost = COST) -> bytes:
    """The content, readable only with the passphrase.

    Raises:
        WrongPassphrase: it is empty.
    """
    if not passphrase:
        raise WrongPassphrase("an empty passphrase protects nothing: choose one of several words")
    lock = Lock.new(cost)
    return lock.seal(content, lock.key(passphrase))


def opened_with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """What was sealed.

    Raises:
        SealUnreadable: it is no seal, or a newer program's.
        WrongPassphrase: it was sealed with another passphrase, or is damaged.
    """
    return opened_with_key(sealed, Lock.of(sealed).key(passphrase))
