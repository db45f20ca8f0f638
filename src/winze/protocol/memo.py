"""Memos: what a sender tells a receiver about an output, sealed to the viewing key (protocol §5).

    memo      = sealed box over value (12 bytes) ‖ blinding (32) ‖ account (2) ‖ rewards (20)
    sealed    = ephemeral public key (32) ‖ crypto_box(plain, nonce), which adds a tag (16)
    nonce     = the first 24 bytes of blake2b over ephemeral and receiver's public key

This is libsodium's `crypto_box_seal`, with the ephemeral secret handed in where libsodium draws
it, so that the protocol stays free of randomness. The caller draws a new secret for each memo.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from nacl.bindings import crypto_box_SEALBYTES
from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey, SealedBox

from .encoding import ADDRESS_BYTES, EthAddress
from .errors import InvalidKey, InvalidMemo, OutOfRange
from .keys import MAIN_ACCOUNT, is_account
from .types import VALUE_BITS, Field, Wei
from .viewing import VIEWING_KEY_BYTES, ViewingKey, ViewingPublicKey

_VALUE_BYTES: Final = VALUE_BITS // 8
_BLINDING_BYTES: Final = 32
_ACCOUNT_BYTES: Final = 2
_PLAIN_BYTES: Final = _VALUE_BYTES + _BLINDING_BYTES + _ACCOUNT_BYTES + ADDRESS_BYTES

MEMO_BYTES: Final = _PLAIN_BYTES + crypto_box_SEALBYTES
"""A sealed memo's exact size, 114: the pool accepts no other."""


@dataclass(frozen=True)
class Memo:
    """What the receiver of an output must know to spend it."""

    value: Wei
    """The output's value."""

    blinding: Field = field(repr=False)
    """The output's blinding."""

    account: int = MAIN_ACCOUNT
    """The receiver's account that owns the output."""

    rewards: EthAddress = field(default_factory=EthAddress.zero)
    """In a withdrawal's memo to oneself the planned rewards address, else zero."""

    def __post_init__(self) -> None:
        """Check the account.

        Raises:
            InvalidMemo: `account` names no account.
        """
        if not is_account(self.account):
            raise InvalidMemo(f"a memo's account is 0 to 255 or {MAIN_ACCOUNT}, not {self.account}")


def seal_memo(memo: Memo, viewing: ViewingPublicKey, ephemeral_secret: bytes) -> bytes:
    """The 114 bytes that only the holder of `viewing`'s secret can open.

    Args:
        memo: What to say.
        viewing: The receiver's viewing key.
        ephemeral_secret: 32 bytes from a cryptographic source, used for this memo alone.

    Raises:
        InvalidKey: `ephemeral_secret` is not 32 bytes long.
    """
    return _seal(_to_plain(memo), viewing, ephemeral_secret)


def blank_memo(ephemeral_secret: bytes, receiver_secret: bytes) -> bytes:
    """A memo with nothing to say: sealed to a key that nobody keeps, like any other to the eye.

    Args:
        ephemeral_secret: 32 bytes from a cryptographic source, used for this memo alone.
        receiver_secret: 32 more, to be forgotten.

    Raises:
        InvalidKey: either secret is not 32 bytes long.
    """
    return _seal(bytes(_PLAIN_BYTES), ViewingKey(receiver_secret).public, ephemeral_secret)


def open_memo(sealed: bytes, viewing: ViewingKey) -> Memo | None:
    """What `sealed` says, or None where it was not sealed to `viewing` or says nothing sound.

    Anybody can seal anything to a public key, so content outside the protocol's bounds is treated
    as a stranger's memo. A note is real only when its rebuilt commitment is in the ledger.

    Raises:
        InvalidMemo: `sealed` is not 114 bytes long, so it comes from no transfer.
    """
    if len(sealed) != MEMO_BYTES:
        raise InvalidMemo(f"a sealed memo has {MEMO_BYTES} bytes, not {len(sealed)}")
    try:
        return _from_plain(SealedBox(PrivateKey(viewing.secret)).decrypt(sealed))
    except (CryptoError, OutOfRange, InvalidMemo):
        return None


def _seal(plain: bytes, receiver: ViewingPublicKey, ephemeral_secret: bytes) -> bytes:
    if len(ephemeral_secret) != VIEWING_KEY_BYTES:
        raise InvalidKey(
            f"an ephemeral secret has {VIEWING_KEY_BYTES} bytes, not {len(ephemeral_secret)}"
        )
    secret = PrivateKey(ephemeral_secret)
    ephemeral = bytes(secret.public_key)
    nonce = blake2b(ephemeral + receiver, digest_size=Box.NONCE_SIZE).digest()
    return ephemeral + Box(secret, PublicKey(receiver)).encrypt(plain, nonce).ciphertext


def _to_plain(memo: Memo) -> bytes:
    return (
        memo.value.to_bytes(_VALUE_BYTES, "big")
        + memo.blinding.to_bytes(_BLINDING_BYTES, "big")
        + memo.account.to_bytes(_ACCOUNT_BYTES, "big")
        + memo.rewards.bytes20
    )


def _from_plain(plain: bytes) -> Memo:
    value, rest = plain[:_VALUE_BYTES], plain[_VALUE_BYTES:]
    blinding, rest = rest[:_BLINDING_BYTES], rest[_BLINDING_BYTES:]
    account, rewards = rest[:_ACCOUNT_BYTES], rest[_ACCOUNT_BYTES:]
    return Memo(
        Wei(int.from_bytes(value, "big")),
        Field(int.from_bytes(blinding, "big")),
        int.from_bytes(account, "big"),
        EthAddress.from_bytes(rewards),
    )
