# pragma version ~=0.4.3
"""
@title Claims and the transfers that pay for them, in one transaction
@license AGPL-3.0-only
@notice Protocol §7. A relayer who makes a claim is paid by a fee transfer that is only good for a claim
        that was made. The same note can be promised to two relayers; this contract spares the second
        one the claim that nobody would pay for. It keeps nothing, and may do nothing that others may not.
"""

from . import types
from .interfaces import IPool
from .interfaces import IRewards

POOL: immutable(IPool)
REWARDS: immutable(IRewards)

# Nullifiers of the fee transfers accepted so far in this transaction.
promised: transient(HashMap[uint256, bool])


@deploy
def __init__(pool_: address, rewards_: address):
    POOL = IPool(pool_)
    REWARDS = IRewards(rewards_)


@external
@payable
def __default__():
    """
    @dev Takes the fees of transfers that name no relayer: for the pool, this contract is the caller.
    """
    pass


@external
@view
def pool() -> address:
    return POOL.address


@external
@view
def rewards() -> address:
    return REWARDS.address


@external
@nonreentrant
def relay(
    claims: DynArray[types.Claim, types.MAX_BATCH],
    claim_proofs: DynArray[uint256[8], types.MAX_BATCH],
    transfers: DynArray[types.Transfer, types.MAX_BATCH],
    transfer_proofs: DynArray[uint256[8], types.MAX_BATCH],
):
    """
    @notice Make the claims whose fees will be paid, then execute all transfers.
    @param transfers Where `transfers[i]` names the claim id of `claims[i]`, it pays for that claim, which
           is dropped if the transfer can't be executed any more. Other transfers pay for no claim here.
    """
    assert len(claims) == len(claim_proofs), "relay: batch sizes differ"
    payable_claims: DynArray[types.Claim, types.MAX_BATCH] = []
    payable_proofs: DynArray[uint256[8], types.MAX_BATCH] = []
    for i: uint256 in range(len(claims), bound=types.MAX_BATCH):
        if i < len(transfers) and transfers[i].terms.claim_id == claims[i].claim_id:
            if not self._can_pay(transfers[i]):
                continue
            self.promised[transfers[i].nullifier1] = True
            self.promised[transfers[i].nullifier2] = True
        payable_claims.append(claims[i])
        payable_proofs.append(claim_proofs[i])

    if len(payable_claims) != 0:
        extcall REWARDS.claim(payable_claims, payable_proofs)
    if len(transfers) != 0:
        extcall POOL.execute(transfers, transfer_proofs)
    if self.balance != 0:
        assert raw_call(
            msg.sender, b"", value=self.balance, revert_on_failure=False
        ), "relay: the caller refuses its fees"


@internal
@view
def _can_pay(transfer: types.Transfer) -> bool:
    if self.promised[transfer.nullifier1] or self.promised[transfer.nullifier2]:
        return False
    if block.timestamp < transfer.terms.not_before:
        return False
    if transfer.terms.deadline != 0 and block.timestamp > transfer.terms.deadline:
        return False
    if staticcall POOL.spent(transfer.nullifier1):
        return False
    return not staticcall POOL.spent(transfer.nullifier2)
