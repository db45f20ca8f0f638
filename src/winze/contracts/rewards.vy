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
    word: uint256
    minted: uint256


# A claim as it was counted; see `records`.
struct Record:
    recipient: address
    points: uint256
    period: uint256
    number: uint256


# Why a claim was passed over.
USED: constant(uint256) = 1
TOO_EARLY: constant(uint256) = 2
TOO_LATE: constant(uint256) = 3
NO_DENOMINATION: constant(uint256) = 4

# The halves of a word of `periods`.
ADDRESS_MASK: constant(uint256) = 2 ** 160 - 1
POINTS_MASK: constant(uint256) = 2 ** 128 - 1
ONE_CLAIM: constant(uint256) = 2 ** 128

verifier: public(immutable(address))
pool: public(immutable(address))
itx: public(immutable(address))
# Midnight UTC of the first day of issuance.
genesis: public(immutable(uint256))
period_seconds: public(immutable(uint256))
lock_min: public(immutable(uint256))
lock_range: public(immutable(uint256))

# How a claim was counted, by its claim id: recipient (160 bits), points (8), its number in
# its period (32) and the period plus one (56), from the lowest bit up. 0 where the claim id is not
# used, which so belongs to no period.
records: HashMap[uint256, uint256]
# By period: all points that were earned in it (128 bits) and how many claims earned them (128).
periods: HashMap[uint256, uint256]
# By period: bit `number % 256` of word `number // 256` is set once that claim's share was minted.
minted: HashMap[uint256, HashMap[uint256, uint256]]


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
@view
def claimed(claim_id: uint256) -> bool:
    """
    @notice Whether a claim was made under this id.
    """
    return self.records[claim_id] != 0


@external
@view
def distributed(claim_id: uint256) -> bool:
    """
    @notice Whether the share of the claim made under this id was minted.
    """
    record: Record = self._record(claim_id)
    word: uint256 = self.minted[record.period][record.number // 256]
    return record.recipient != empty(address) and (word >> record.number % 256) & 1 == 1


@external
@view
def record(claim_id: uint256) -> Record:
    """
    @notice How a claim was counted. Where there is none, the recipient is zero.
    """
    return self._record(claim_id)


@external
@view
def total_points(period: uint256) -> uint256:
    """
    @notice All that was earned in a period, minted or not.
    """
    return self.periods[period] & POINTS_MASK


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
    before: uint256 = self.periods[period]
    totals: uint256 = before
    inputs: DynArray[uint256[types.MAX_PUBLIC], types.MAX_BATCH] = []
    # Wallets prove under the same few roots, so the last one mostly serves for the next claim.
    anchor: uint256 = 0
    root: uint256 = 0
    for i: uint256 in range(len(claims), bound=types.MAX_BATCH):
        c: types.Claim = claims[i]
        if i == 0 or c.anchor != anchor:
            anchor = c.anchor
            root = staticcall IPool(pool).root_after(anchor)
            assert root != 0, "rewards: unknown root"
        inputs.append(self._statement(c, root))
        earned: uint256 = mining._points(c.value)
        reason: uint256 = self._reason_to_skip(c, earned)
        if reason != 0:
            log ClaimSkipped(claim_id=c.claim_id, reason=reason)
            continue
        # Without the proofs, which are checked below, nothing of this call stays.
        self.records[c.claim_id] = (
            convert(c.terms.recipient, uint256)
            | (earned << 160)
            | ((totals >> 128) << 168)
            | (unsafe_add(period, 1) << 200)
        )
        totals = unsafe_add(totals, unsafe_add(earned, ONE_CLAIM))
        log Claimed(
            claim_id=c.claim_id, recipient=c.terms.recipient, period=period, points=earned
        )
    assert staticcall IVerifier(verifier).verify(proofs, inputs), "rewards: invalid proof"
    if totals != before:
        self.periods[period] = totals


@external
@nonreentrant
def distribute(period: uint256, claim_ids: DynArray[uint256, types.MAX_RECIPIENTS]):
    """
    @notice Mint the shares that these claims earned in a period that is over. Open to everyone. A claim
            that was not made in this period, or whose share was minted already, is passed over.
    """
    assert self._period() > period, "rewards: period not over"
    total: uint256 = self.periods[period] & POINTS_MASK
    assert total != 0, "rewards: no claims"
    issued: uint256 = schedule._issuance(period, period_seconds)
    shares: DynArray[uint256, types.MAX_RECIPIENTS] = []
    # Claims mostly come in the order of their numbers, so one word mostly serves for the next claim.
    at: uint256 = 0
    before: uint256 = self.minted[period][at]
    word: uint256 = before
    for claim_id: uint256 in claim_ids:
        record: uint256 = self.records[claim_id]
        if record >> 200 != unsafe_add(period, 1):
            continue
        number: uint256 = (record >> 168) & (2 ** 32 - 1)
        if number >> 8 != at:
            self._mark(period, at, before, word)
            at = number >> 8
            before = self.minted[period][at]
            word = before
        bit: uint256 = 1 << (number & 255)
        if word & bit != 0:
            continue
        word |= bit
        # Neither overflows: points are at most 16, and no period issues 2^96.
        earned: uint256 = (record >> 160) & (2 ** 8 - 1)
        share: uint256 = unsafe_div(unsafe_mul(issued, earned), total)
        shares.append((record & ADDRESS_MASK) | (share << 160))
    self._mark(period, at, before, word)
    if len(shares) != 0:
        extcall IItx(itx).mint(shares)


@internal
def _mark(period: uint256, at: uint256, before: uint256, word: uint256):
    """
    @dev Write down which claims of this word are minted now.
    """
    if word != before:
        self.minted[period][at] = word
        log Distributed(period=period, word=at, minted=word ^ before)


@internal
@view
def _statement(c: types.Claim, root: uint256) -> uint256[types.MAX_PUBLIC]:
    """
    @dev What a proof has to say of this claim, in the order of the circuit's public signals; reverts if
         the claim is wrong in itself.
    """
    assert c.claim_id < types.FIELD_ORDER, "rewards: input out of field"
    assert c.value < types.FIELD_ORDER, "rewards: input out of field"
    assert c.terms.recipient != empty(address), "rewards: zero recipient"
    context: bytes32 = keccak256(abi_encode(chain.id, self, c.terms))
    return [
        root,
        c.claim_id,
        c.value,
        convert(context, uint256) >> 8,
        lock_min,
        lock_range,
        0,
        0,
    ]


@internal
@view
def _reason_to_skip(c: types.Claim, earned: uint256) -> uint256:
    if self.records[c.claim_id] != 0:
        return USED
    if block.timestamp < c.terms.not_before:
        return TOO_EARLY
    if c.terms.deadline != 0 and block.timestamp > c.terms.deadline:
        return TOO_LATE
    if earned == 0:
        return NO_DENOMINATION
    return 0


@internal
@view
def _record(claim_id: uint256) -> Record:
    packed: uint256 = self.records[claim_id]
    return Record(
        recipient=convert(packed & (2 ** 160 - 1), address),
        points=(packed >> 160) & (2 ** 8 - 1),
        period=unsafe_sub(max(packed >> 200, 1), 1),
        number=(packed >> 168) & (2 ** 32 - 1),
    )


@internal
@view
def _period() -> uint256:
    assert block.timestamp >= genesis, "rewards: before genesis"
    return unsafe_sub(block.timestamp, genesis) // period_seconds
