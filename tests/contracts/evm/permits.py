"""Screeners' permits, signed in whatever way a test wants."""

from dataclasses import dataclass, replace
from typing import Final, Self

from eth_account import Account
from eth_account.signers.local import LocalAccount
from py_ecc.secp256k1 import secp256k1

from tests.contracts.evm.chain import CHAIN_ID
from winze.contracts import sign_permit
from winze.protocol import EthAddress, Field, Timestamp, Wei, keccak, word

SCREENER: Final[LocalAccount] = Account.from_key(keccak(b"the screener"))
OTHER_SCREENER: Final[LocalAccount] = Account.from_key(keccak(b"another screener"))
ORDER: Final = secp256k1.N
_PARITY: Final = 1 << 255
_DOMAIN: Final = (
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_DEPOSIT: Final = b"Deposit(address depositor,uint256 value,uint256 inner,uint256 deadline)"


@dataclass(frozen=True)
class SignedFor:
    """A permit, and what it was signed for and by whom."""

    signer: EthAddress
    depositor: EthAddress
    value: int
    inner: int
    deadline: int
    r: int
    vs: int

    @classmethod
    def by(
        cls,
        screener: LocalAccount,
        pool: EthAddress,
        depositor: EthAddress,
        *,
        value: int,
        inner: int,
        deadline: int,
        chain_id: int = CHAIN_ID,
    ) -> Self:
        """As the product signs."""
        permit = sign_permit(
            screener,
            chain_id,
            pool,
            depositor=depositor,
            value=Wei(value),
            inner=Field(inner),
            deadline=Timestamp(deadline),
        )
        words = int.from_bytes(permit.r), int.from_bytes(permit.vs)
        signer = EthAddress(screener.address)
        return cls(signer, depositor, value, inner, deadline, *words)

    def signed_anew(self, screener: LocalAccount, message: bytes, nonce: int) -> Self:
        """Another signature of the same 32-byte message by the same key; both are valid."""
        x, y = secp256k1.multiply(secp256k1.G, nonce)
        key = int.from_bytes(screener.key)
        s = pow(nonce, -1, ORDER) * (int.from_bytes(message) + x * key) % ORDER
        parity = y % 2
        if s > ORDER // 2:
            s, parity = ORDER - s, 1 - parity
        return replace(self, r=x, vs=s | parity * _PARITY)

    @property
    def words(self) -> tuple[int, bytes, bytes]:
        """The pool's struct."""
        return self.deadline, self.r.to_bytes(32), self.vs.to_bytes(32)


def permit_digest(pool: EthAddress, signed: SignedFor) -> bytes:
    """What is signed, from EIP-712's text and not from the product's code."""
    domain = (_DOMAIN, b"Winze", b"1")
    separator = keccak(b"".join(map(keccak, domain)) + word(CHAIN_ID) + _padded(pool))
    numbers = signed.value, signed.inner, signed.deadline
    message = keccak(_DEPOSIT) + _padded(signed.depositor) + b"".join(map(word, numbers))
    return keccak(b"\x19\x01" + separator + keccak(message))


def _padded(address: EthAddress) -> bytes:
    return word(int.from_bytes(address.bytes20))
