"""A screener's permits: EIP-712 messages that let one deposit in (protocol §7)."""

from dataclasses import dataclass, field
from typing import Any, Final

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount

from winze.protocol import EthAddress, Field, Timestamp, Wei, word

_TYPES: Final = {
    "Deposit": [
        {"name": "depositor", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "inner", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}
_V_OFFSET: Final = 27
_PARITY_BIT: Final = 255


@dataclass(frozen=True)
class SignedPermit:
    """A permit with its compact signature (EIP-2098), as the pool takes it."""

    deadline: Timestamp
    """The last second at which it holds."""

    r: bytes = field(repr=False)
    """The signature's first half, 32 bytes."""

    vs: bytes = field(repr=False)
    """Its second half, with the parity in the highest bit, 32 bytes."""


def sign_permit(
    screener: LocalAccount,
    chain_id: int,
    pool: EthAddress,
    *,
    depositor: EthAddress,
    value: Wei,
    inner: Field,
    deadline: Timestamp,
) -> SignedPermit:
    """The permit of `screener` for one deposit of `value` to `inner` by `depositor`."""
    domain: dict[str, Any] = {
        "name": "Winze",
        "version": "1",
        "chainId": chain_id,
        "verifyingContract": pool,
    }
    message = {
        "depositor": depositor,
        "value": int(value),
        "inner": int(inner),
        "deadline": int(deadline),
    }
    signed = screener.sign_message(encode_typed_data(domain, _TYPES, message))
    return SignedPermit(
        deadline=deadline,
        r=word(signed.r),
        vs=word((signed.v - _V_OFFSET) << _PARITY_BIT | signed.s),
    )
