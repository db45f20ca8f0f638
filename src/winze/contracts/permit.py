"""A screener's permits: EIP-712 messages that let one deposit in (protocol §7)."""

from dataclasses import dataclass, field
from typing import Any, Final

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_keys.exceptions import BadSignature

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
_MOST_S: Final = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
"""Half of secp256k1's order: of the two signatures that are mirror images, contracts take one."""


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
    message = _message(
        chain_id, pool, depositor=depositor, value=value, inner=inner, deadline=deadline
    )
    signed = screener.sign_message(message)
    return SignedPermit(
        deadline=deadline,
        r=word(signed.r),
        vs=word((signed.v - _V_OFFSET) << _PARITY_BIT | signed.s),
    )


def permit_signer(
    chain_id: int,
    pool: EthAddress,
    permit: SignedPermit,
    *,
    depositor: EthAddress,
    value: int,
    inner: int,
) -> EthAddress | None:
    """Who signed `permit` for this deposit; None where the pool takes it for nobody's."""
    packed = int.from_bytes(permit.vs)
    parity, s = packed >> _PARITY_BIT, packed & ((1 << _PARITY_BIT) - 1)
    if s > _MOST_S:
        return None
    deadline = permit.deadline
    message = _message(
        chain_id, pool, depositor=depositor, value=value, inner=inner, deadline=deadline
    )
    vrs = _V_OFFSET + parity, int.from_bytes(permit.r), s
    try:
        return EthAddress(Account.recover_message(message, vrs))
    except BadSignature:
        return None


def _message(chain_id: int, pool: EthAddress, **fields: int | EthAddress) -> SignableMessage:
    domain: dict[str, Any] = {
        "name": "Winze",
        "version": "1",
        "chainId": chain_id,
        "verifyingContract": pool,
    }
    plain = {name: int(v) if isinstance(v, int) else v for name, v in fields.items()}
    return encode_typed_data(domain, _TYPES, plain)
