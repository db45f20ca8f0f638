"""Memos: what a sender tells the receivers about a transfer's outputs (protocol §5).

    memos  = ephemeral public key (32) ‖ box of the first output ‖ box of the second
    box    = crypto_box(value (12 bytes) ‖ blinding (16) ‖ rewards (20), nonce), with its tag (16)
    nonce  = the first 24 bytes of blake2b over ephemeral key, receiver's key, output's number

This is libsodium's `crypto_box_seal` but for two boxes that share one ephemeral key: half the work
for whoever looks for their own, and fewer bytes on the chain. Equal receivers share a secret, and
the number keeps their nonces apart. The ephemeral secret is handed in, so that the protocol stays
free of randomness; the caller draws a new one for each transfer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from nacl.bindings import crypto_box_SEALBYTES
from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey

from .encoding import ADDRESS_BYTES, EthAddress
from .errors import InvalidKey, InvalidMemo
from .types import VALUE_BITS, Field, Wei
from .viewing import VIEWING_KEY_BYTES, ViewingKey, ViewingPublicKey

OUTPUTS: Final = 2
"""Outputs of a transfer, each with its memo."""

OUTPUT_BLINDING_BITS: Final = 128
"""Bits of a private output's blinding: more than anybody can try, and few to write down."""

_VALUE_BYTES: Final = VALUE_BITS // 8
_BLINDING_BYTES: Final = OUTPUT_BLINDING_BITS // 8
_TAG_BYTES: Final = crypto_box_SEALBYTES - VIEWING_KEY_BYTES  # a seal is a key and a tag
_BOX_BYTES: Final = _VALUE_BYTES + _BLINDING_BYTES + ADDRESS_BYTES + _TAG_BYTES

MEMOS_BYTES: Final = VIEWING_KEY_BYTES + OUTPUTS * _BOX_BYTES
"""The exact size of a transfer's memos, 160: five words."""


@dataclass(frozen=True)
class Memo:
    """What the receiver of an output must know to spend it.

    Which of the receiver's accounts owns it is not said: only one makes the commitment.

    Raises:
        InvalidMemo: `blinding` has more than 128 bits.
    """

    value: Wei
    """The output's value."""

    blinding: Field = field(repr=False)
    """The output's blinding."""

    rewards: EthAddress = field(default_factory=EthAddress.zero)
    """In a withdrawal's memo to oneself the planned rewards address, else zero."""

    def __post_init__(self) -> None:
        if self.blinding >> OUTPUT_BLINDING_BITS:
            raise InvalidMemo(
                f"a memo has room for a blinding of {OUTPUT_BLINDING_BITS} bits; draw one below "
                f"2^{OUTPUT_BLINDING_BITS}"
            )


NOTHING_TO_SAY: Final = Memo(Wei(0), Field(0))
"""The memo of an output that nobody needs to find; seal it to a key that nobody keeps."""


def seal_memos(memos: Sequence[tuple[Memo, ViewingPublicKey]], ephemeral_secret: bytes) -> bytes:
    """The 160 bytes of which each receiver can open one box, and nobody else any.

    Args:
        memos: What to say to whom about the first output and about the second.
        ephemeral_secret: 32 bytes from a cryptographic source, used for this transfer alone.

    Raises:
        InvalidKey: `ephemeral_secret` is not 32 bytes long.
        InvalidMemo: there are not two memos.
    """
    if len(ephemeral_secret) != VIEWING_KEY_BYTES:
        raise InvalidKey(
            f"an ephemeral secret has {VIEWING_KEY_BYTES} bytes, not {len(ephemeral_secret)}"
        )
    if len(memos) != OUTPUTS:
        raise InvalidMemo(f"a transfer has {OUTPUTS} memos, not {len(memos)}")
    secret = PrivateKey(ephemeral_secret)
    ephemeral = bytes(secret.public_key)
    boxes = [
        Box(secret, PublicKey(receiver))
        .encrypt(_to_plain(memo), _nonce(ephemeral, receiver, number))
        .ciphertext
        for number, (memo, receiver) in enumerate(memos)
    ]
    return ephemeral + b"".join(boxes)


def open_memos(sealed: bytes, viewing: ViewingKey) -> tuple[Memo | None, Memo | None]:
    """What `sealed` says of either output, or None where that is not for `viewing`.

    Anybody can seal anything to a public key, and whatever a box holds reads as a memo: each of
    its parts has just the bits that its quantity may have. So a note is real only when its rebuilt
    commitment is in the ledger.

    Raises:
        InvalidMemo: `sealed` is not 160 bytes long, so it comes from no transfer.
    """
    if len(sealed) != MEMOS_BYTES:
        raise InvalidMemo(f"sealed memos have {MEMOS_BYTES} bytes, not {len(sealed)}")
    ephemeral, boxes = sealed[:VIEWING_KEY_BYTES], sealed[VIEWING_KEY_BYTES:]
    try:
        shared = Box(PrivateKey(viewing.secret), PublicKey(ephemeral))
    except CryptoError:  # a point that shares no secret with anybody
        return None, None
    return (
        _open(shared, boxes[:_BOX_BYTES], _nonce(ephemeral, viewing.public, 0)),
        _open(shared, boxes[_BOX_BYTES:], _nonce(ephemeral, viewing.public, 1)),
    )


def memos_for(
    sealed: Sequence[bytes], viewing: ViewingKey
) -> dict[int, tuple[Memo | None, Memo | None]]:
    """Those of many transfers' memos that say something to `viewing`, by their place.

    Raises:
        InvalidMemo: some are not 160 bytes long.
    """
    opened = ((place, open_memos(each, viewing)) for place, each in enumerate(sealed))
    return {place: memos for place, memos in opened if memos != (None, None)}


def _open(shared: Box, box: bytes, nonce: bytes) -> Memo | None:
    try:
        return _from_plain(shared.decrypt(box, nonce))
    except CryptoError:  # sealed to somebody else, for the other output, or not at all
        return None


def _nonce(ephemeral: bytes, receiver: bytes, number: int) -> bytes:
    return blake2b(ephemeral + receiver + bytes([number]), digest_size=Box.NONCE_SIZE).digest()


def _to_plain(memo: Memo) -> bytes:
    return (
        memo.value.to_bytes(_VALUE_BYTES, "big")
        + memo.blinding.to_bytes(_BLINDING_BYTES, "big")
        + memo.rewards.bytes20
    )


def _from_plain(plain: bytes) -> Memo:
    value, rest = plain[:_VALUE_BYTES], plain[_VALUE_BYTES:]
    blinding, rewards = rest[:_BLINDING_BYTES], rest[_BLINDING_BYTES:]
    return Memo(
        Wei(int.from_bytes(value, "big")),
        Field(int.from_bytes(blinding, "big")),
        EthAddress.from_bytes(rewards),
    )
