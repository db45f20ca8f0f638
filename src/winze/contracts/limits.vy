# pragma version ~=0.4.3
"""
@title What the owner may set, and the deposits it lets in
@license AGPL-3.0-only
@notice Protocol §7. The owner can set the screener and two caps, and pause deposits. Nothing here touches a transfer, a claim, or a withdrawal.
"""

from snekmate.auth import ownable
from snekmate.utils import ecdsa
from snekmate.utils import eip712_domain_separator
from . import types

uses: ownable
initializes: eip712_domain_separator

exports: eip712_domain_separator.eip712Domain

# Values and caps are below 2^96 wei; a cap of 2^96 - 1 is no cap.
MAX_VALUE: constant(uint256) = 2 ** 96 - 1
PERMIT_TYPE: constant(bytes32) = keccak256(
    "Deposit(address depositor,uint256 value,uint256 inner,uint256 deadline)"
)


event ScreenerSet:
    screener: indexed(address)


event CapsSet:
    deposit_cap: uint256
    balance_cap: uint256


event PausedSet:
    paused: bool


# Everything a deposit must read, in one word. `screened` says whether `screener` need be read at all.
struct Limits:
    deposit_cap: uint256
    balance_cap: uint256
    paused: bool
    screened: bool


# deposit cap (96 bits), balance cap (96), paused (1), screened (1).
packed: uint256
screener: public(address)
permit_used: public(HashMap[bytes32, bool])


@deploy
def __init__():
    eip712_domain_separator.__init__("Winze", "1")
    self._store(
        Limits(deposit_cap=MAX_VALUE, balance_cap=MAX_VALUE, paused=False, screened=False)
    )


@external
@view
def deposit_cap() -> uint256:
    return self._load().deposit_cap


@external
@view
def balance_cap() -> uint256:
    return self._load().balance_cap


@external
@view
def paused() -> bool:
    return self._load().paused


@external
@nonreentrant
def set_screener(screener: address):
    """
    @notice Require permits signed by `screener` for deposits; the zero address ends screening.
    """
    ownable._check_owner()
    limits: Limits = self._load()
    limits.screened = screener != empty(address)
    self._store(limits)
    self.screener = screener
    log ScreenerSet(screener=screener)


@external
@nonreentrant
def set_caps(deposit_cap: uint256, balance_cap: uint256):
    """
    @notice Cap a single deposit and the pool's balance after it. 2^96 - 1 is no cap.
    """
    ownable._check_owner()
    assert deposit_cap <= MAX_VALUE and balance_cap <= MAX_VALUE, "pool: cap out of bounds"
    limits: Limits = self._load()
    limits.deposit_cap = deposit_cap
    limits.balance_cap = balance_cap
    self._store(limits)
    log CapsSet(deposit_cap=deposit_cap, balance_cap=balance_cap)


@external
@nonreentrant
def set_paused(paused: bool):
    """
    @notice Pause or resume deposits. Spending and claiming go on.
    """
    ownable._check_owner()
    limits: Limits = self._load()
    limits.paused = paused
    self._store(limits)
    log PausedSet(paused=paused)


@internal
def _admit(
    depositor: address, amount: uint256, inner: uint256, permit: types.Permit
):
    """
    @dev Let a deposit in, or revert. `self.balance` already holds its amount.
    """
    limits: Limits = self._load()
    assert not limits.paused, "pool: deposits paused"
    assert amount <= limits.deposit_cap, "pool: above the deposit cap"
    assert self.balance <= limits.balance_cap, "pool: above the balance cap"
    if limits.screened:
        self._use_permit(depositor, amount, inner, permit)


@internal
def _use_permit(depositor: address, amount: uint256, inner: uint256, permit: types.Permit):
    assert block.timestamp <= permit.deadline, "pool: permit expired"
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(
        keccak256(abi_encode(PERMIT_TYPE, depositor, amount, inner, permit.deadline))
    )
    signer: address = ecdsa._try_recover_r_vs(
        digest, convert(permit.r, uint256), convert(permit.vs, uint256)
    )
    # The screener is not zero here, so a failed recovery never passes for it.
    assert signer == self.screener, "pool: permit not by the screener"
    # The message is what is used up, not the signature, which could be written in another form.
    assert not self.permit_used[digest], "pool: permit used"
    self.permit_used[digest] = True


@internal
@view
def _load() -> Limits:
    packed: uint256 = self.packed
    return Limits(
        deposit_cap=packed & MAX_VALUE,
        balance_cap=(packed >> 96) & MAX_VALUE,
        paused=(packed >> 192) & 1 == 1,
        screened=(packed >> 193) & 1 == 1,
    )


@internal
def _store(limits: Limits):
    self.packed = (
        limits.deposit_cap
        | (limits.balance_cap << 96)
        | (convert(limits.paused, uint256) << 192)
        | (convert(limits.screened, uint256) << 193)
    )
