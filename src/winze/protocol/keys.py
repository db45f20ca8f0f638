"""All of a wallet's keys, from one signature (protocol §2).

    seed          = HKDF(r ‖ s, "winze/1/seed" ‖ chain id ‖ pool address)
    spending key  = HKDF(seed, "winze/1/spending" ‖ account) mod p
    viewing key   = HKDF(seed, "winze/1/viewing")
    deposits      = HKDF(seed, "winze/1/deposits" ‖ account)
    blinding n    = HKDF(deposits, "winze/1/blinding" ‖ n) mod p

HKDF is RFC 5869's with SHA-256 and no salt; what stands behind its comma is the `info`. The chain
id takes 32 bytes, an address 20, an account 2 and n 4, all big-endian. 32 bytes are drawn, or 48
where they are reduced mod p, which leaves a bias below 2^-128.

Changing any of this loses people's funds: it is fixed, and the tests' vectors hold it.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from .encoding import EthAddress, word
from .errors import InvalidKey, OutOfRange
from .note import Note, SpendingKey
from .signature import canonical_signature
from .types import FIELD_ORDER, Field, Wei
from .viewing import ViewingKey

MINING_ACCOUNTS: Final = 256
"""Mining accounts of one wallet, numbered from 0; each serves one session."""

MAIN_ACCOUNT: Final = 0xFFFF
"""The main account's number."""

_SECRET_BYTES: Final = 32
_WIDE_BYTES: Final = 48
_ACCOUNT_BYTES: Final = 2
_DEPOSIT_BYTES: Final = 4

_SEED_LABEL: Final = b"winze/1/seed"
_SPENDING_LABEL: Final = b"winze/1/spending"
_VIEWING_LABEL: Final = b"winze/1/viewing"
_DEPOSITS_LABEL: Final = b"winze/1/deposits"
_BLINDING_LABEL: Final = b"winze/1/blinding"


@dataclass(frozen=True)
class Account:
    """One account of a wallet: what spends its notes, and the blindings of its deposits."""

    index: int
    """0 to 255 for a mining account, `MAIN_ACCOUNT` for the main one."""

    spending_key: SpendingKey
    """Spends every note of this account; prints masked."""

    deposits: bytes = field(repr=False)
    """The secret behind the blindings of this account's deposits."""

    @cached_property
    def owner(self) -> Field:
        """The owner key `P` in this account's notes."""
        return self.spending_key.owner

    def deposit_blinding(self, number: int) -> Field:
        """The blinding of this account's deposit `number`, counted from 0.

        Raises:
            OutOfRange: `number` is negative or takes more than 32 bits.
        """
        bound = 1 << (8 * _DEPOSIT_BYTES)
        if not 0 <= number < bound:
            raise OutOfRange("deposit number", number, bound)
        suffix = number.to_bytes(_DEPOSIT_BYTES, "big")
        return Field(_element(self.deposits, _BLINDING_LABEL + suffix))

    def deposit_note(self, number: int, value: Wei, *, mineable: bool) -> Note:
        """The note that deposit `number` of `value` makes.

        Raises:
            OutOfRange: as for `deposit_blinding`.
        """
        return Note(value, mineable, self.owner, self.deposit_blinding(number))


@dataclass(frozen=True)
class Seed:
    """The secret from which a wallet's keys on one network are derived."""

    secret: bytes = field(repr=False)
    """32 bytes."""

    def __post_init__(self) -> None:
        """Check the size.

        Raises:
            InvalidKey: `secret` is not 32 bytes long.
        """
        if len(self.secret) != _SECRET_BYTES:
            raise InvalidKey(f"a seed has {_SECRET_BYTES} bytes, not {len(self.secret)}")

    @cached_property
    def main(self) -> Account:
        """The account that receives, pays fees and is nobody's session."""
        return self.account(MAIN_ACCOUNT)

    def mining(self, session: int) -> Account:
        """The account of one mining session.

        Raises:
            OutOfRange: `session` is not 0 to 255.
        """
        if not 0 <= session < MINING_ACCOUNTS:
            raise OutOfRange("mining account", session, MINING_ACCOUNTS)
        return self.account(session)

    def account(self, index: int) -> Account:
        """The account number `index`.

        Raises:
            OutOfRange: `index` is neither 0 to 255 nor `MAIN_ACCOUNT`.
        """
        if not is_account(index):
            raise OutOfRange("account", index, MINING_ACCOUNTS)
        suffix = index.to_bytes(_ACCOUNT_BYTES, "big")
        return Account(
            index,
            SpendingKey(_element(self.secret, _SPENDING_LABEL + suffix)),
            _derive(self.secret, _DEPOSITS_LABEL + suffix, _SECRET_BYTES),
        )

    @cached_property
    def viewing(self) -> ViewingKey:
        """The key that opens the memos to all of the wallet's accounts."""
        return ViewingKey(_derive(self.secret, _VIEWING_LABEL, _SECRET_BYTES))

    def __repr__(self) -> str:
        return "Seed(****)"


def is_account(index: int) -> bool:
    """Whether `index` names an account: 0 to 255, or `MAIN_ACCOUNT`."""
    return 0 <= index < MINING_ACCOUNTS or index == MAIN_ACCOUNT


def seed_from_signature(signature: bytes, chain_id: int, pool: EthAddress) -> Seed:
    """The seed of the wallet that signed `sign_in_message`, for the pool on that chain.

    Chain and pool are bound in, so that keys never repeat across networks.

    Raises:
        InvalidSignature: `signature` has the wrong size or form (see `canonical_signature`).
        OutOfRange: `chain_id` takes more than 256 bits.
    """
    info = _SEED_LABEL + word(chain_id) + pool.bytes20
    return Seed(_derive(canonical_signature(signature), info, _SECRET_BYTES))


def _element(secret: bytes, info: bytes) -> int:
    return int.from_bytes(_derive(secret, info, _WIDE_BYTES), "big") % FIELD_ORDER


def _derive(secret: bytes, info: bytes, size: int) -> bytes:
    # With its default of one key the library returns bytes; its type also covers several.
    return cast("bytes", HKDF(secret, size, b"", SHA256, context=info))
