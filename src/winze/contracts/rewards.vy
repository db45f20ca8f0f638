# pragma version ~=0.4.3
"""
@title Claims, points and the distribution of ITX
@license AGPL-3.0-only
@notice Protocol §6. A claim proves that its owner's mineable note stayed until its maturity; it earns
        points for its recipient in the period in which it lands, and when that period is over anyone
        can have the period's issuance shared out. What is proved stands in `circuits/claim.circom`. What
        that circuit leaves to this contract: that the root is known, that the value is a denomination,
        that each claim id is used once, the lock's bounds, and the context.
@dev    Nobody owns it, and nothing in it can be changed.
"""

from . import issuance as schedule
from . import mining
from . import types
from .interfaces import IItx
from .interfaces import IPool
from .interfaces import IRewards
from .interfaces import IVerifier

implements: IRewards


event Claimed:
    claim_id: indexed(uint256)
    recipient: indexed(address)
    period: indexed(uint256)
    points: uint256


event ClaimSkipped:
    claim_id: indexed(uint256)
    reason: uint256


event Distributed:
    period: indexed(uint256)
    recipient: indexed(address)
    amount: uint256


# Why a claim was passed over.
USED: constant(uint256) = 1
TOO_EARLY: constant(uint256) = 2
TOO_LATE: constant(uint256) = 3
NO_DENOMINATION: constant(uint256) = 4

verifier: public(immutable(address))
pool: public(immutable(address))
itx: public(immutable(address))
# Midnight UTC of the first day of issuance.
genesis: public(immutable(uint256))
period_seconds: public(immutable(uint256))
lock_min: public(immutable(uint256))
lock_range: public(immutable(uint256))

claimed: public(HashMap[uint256, bool])
# What a recipient has earned in a period and has not been minted yet.
points: public(HashMap[uint256, HashMap[address, uint256]])
# All that was earned in a period, minted or not.
total_points: public(HashMap[uint256, uint256])


@deploy
def __init__(
    verifier_: address,
    pool_: address,
    itx_: address,
    genesis_: uint256,
    period_seconds_: uint256,
    lock_min_: uint256,
    lock_range_: uint256,
):
    assert genesis_ % schedule.DAY == 0, "rewards: genesis is not a midnight"
    assert (
        period_seconds_ != 0 and schedule.DAY % period_seconds_ == 0
    ), "rewards: period does not divide a day"
    # The circuit compares both as 32-bit numbers.
    assert (
        lock_min_ < 2 ** 32 and lock_range_ != 0 and lock_range_ < 2 ** 32
    ), "rewards: lock out of bounds"
    verifier = verifier_
    pool = pool_
    itx = itx_
    genesis = genesis_
    period_seconds = period_seconds_
    lock_min = lock_min_
    lock_range = lock_range_


@external
@view
def issuance(period: uint256) -> uint256:
    """
    @notice The ITX that `period` issues if anybody claims in it.
    """
    return schedule._issuance(period, period_seconds)


@external
@view
def current_period() -> uint256:
    """
    @notice The period in which a claim would land now.
    """
    return self._period()


@external
@nonreentrant
def claim(
    claims: DynArray[types.Claim, types.MAX_BATCH],
    proofs: DynArray[uint256[8], types.MAX_BATCH],
):
    """
    @notice Count claims that their owners have proved. Open to everyone. What is wrong in itself reverts
            the call; what can change between simulation and inclusion skips one claim.
    """
    assert len(claims) != 0, "rewards: empty batch"
    assert len(claims) == len(proofs), "rewards: batch sizes differ"
    period: uint256 = self._period()
    self._check(claims, proofs)

    earned: uint256 = 0
    for i: uint256 in range(len(claims), bound=types.MAX_BATCH):
        reason: uint256 = self._reason_to_skip(claims[i])
        if reason != 0:
            log ClaimSkipped(claim_id=claims[i].claim_id, reason=reason)
            continue
        earns: uint256 = mining._points(claims[i].value)
        self.claimed[claims[i].claim_id] = True
        self.points[period][claims[i].recipient] += earns
        earned += earns
        log Claimed(
            claim_id=claims[i].claim_id,
            recipient=claims[i].recipient,
            period=period,
            points=earns,
        )
    if earned != 0:
        self.total_points[period] += earned


@external
@nonreentrant
def distribute(period: uint256, recipients: DynArray[address, types.MAX_RECIPIENTS]):
    """
    @notice Mint to each recipient the share of a period that is over. Open to everyone. Who has no points
            in it, or was minted already, is passed over.
    """
    assert self._period() > period, "rewards: period not over"
    total: uint256 = self.total_points[period]
    assert total != 0, "rewards: no claims"
    issued: uint256 = schedule._issuance(period, period_seconds)
    owners: DynArray[address, types.MAX_RECIPIENTS] = []
    amounts: DynArray[uint256, types.MAX_RECIPIENTS] = []
    for recipient: address in recipients:
        earned: uint256 = self.points[period][recipient]
        if earned == 0:
            continue
        self.points[period][recipient] = 0
        amount: uint256 = issued * earned // total
        owners.append(recipient)
        amounts.append(amount)
        log Distributed(period=period, recipient=recipient, amount=amount)
    if len(owners) != 0:
        extcall IItx(itx).mint(owners, amounts)


@internal
@view
def _check(
    claims: DynArray[types.Claim, types.MAX_BATCH],
    proofs: DynArray[uint256[8], types.MAX_BATCH],
):
    """
    @dev Revert if any claim is wrong in itself.
    """
    inputs: DynArray[uint256, types.MAX_INPUTS] = []
    # Wallets prove against the same few roots, so the last answer mostly serves for the next claim.
    known: uint256 = 0
    for i: uint256 in range(len(claims), bound=types.MAX_BATCH):
        root: uint256 = claims[i].root
        if i == 0 or root != known:
            assert staticcall IPool(pool).known_root(root), "rewards: unknown root"
            known = root
        assert claims[i].claim_id < types.FIELD_ORDER, "rewards: input out of field"
        assert claims[i].value < types.FIELD_ORDER, "rewards: input out of field"
        assert claims[i].recipient != empty(address), "rewards: zero recipient"
        inputs.append(root)
        inputs.append(claims[i].claim_id)
        inputs.append(claims[i].value)
        inputs.append(self._context(claims[i]))
        inputs.append(lock_min)
        inputs.append(lock_range)
    assert staticcall IVerifier(verifier).verify(proofs, inputs), "rewards: invalid proof"


@internal
@view
def _context(claim: types.Claim) -> uint256:
    """
    @dev What the owner bound to the proof, so that nobody can take the points (protocol §6.2).
    """
    return (
        convert(
            keccak256(
                abi_encode(chain.id, self, claim.recipient, claim.not_before, claim.deadline)
            ),
            uint256,
        )
        >> 8
    )


@internal
@view
def _reason_to_skip(claim: types.Claim) -> uint256:
    if self.claimed[claim.claim_id]:
        return USED
    if block.timestamp < claim.not_before:
        return TOO_EARLY
    if claim.deadline != 0 and block.timestamp > claim.deadline:
        return TOO_LATE
    if mining._points(claim.value) == 0:
        return NO_DENOMINATION
    return 0


@internal
@view
def _period() -> uint256:
    assert block.timestamp >= genesis, "rewards: before genesis"
    return unsafe_sub(block.timestamp, genesis) // period_seconds
