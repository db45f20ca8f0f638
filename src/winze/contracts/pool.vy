# pragma version ~=0.4.3
"""
@title The shielded pool
@license AGPL-3.0-only
@notice Holds everybody's ETH. A deposit makes a note; a transfer spends two notes, makes two, and may pay
        out (protocol §5). What is proved stands in `circuits/transfer.circom`. What that circuit leaves
        to this contract: that the root is known, that amount and fee are below 2^96 so that they can't
        wrap around the field, that each nullifier is spent once, and the context.
@dev    Nobody can upgrade, drain or freeze it. The owner's powers are those of `limits.vy`.
"""

from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from . import ledger
from . import limits
from . import mining
from . import payouts
from . import types
from .interfaces import IPool
from .interfaces import IRewards
from .interfaces import IVerifier

implements: IPool

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: limits[ownable := ownable]
initializes: ledger
initializes: payouts

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
    ownable_2step.renounce_ownership,
    limits.eip712Domain,
    limits.deposit_cap,
    limits.balance_cap,
    limits.seal_interval,
    limits.seal_interval_bounds,
    limits.paused,
    limits.screener,
    limits.permit_used,
    limits.set_screener,
    limits.set_caps,
    limits.set_seal_interval,
    limits.set_paused,
    ledger.root,
    ledger.known_root,
    ledger.sealed,
    ledger.open_block,
    ledger.proved,
    ledger.seal,
    ledger.redraw,
    ledger.prove,
    payouts.withdrawable,
    payouts.withdraw,
)


event Deposited:
    depositor: indexed(address)
    word: uint256
    inner: uint256


event Transferred:
    nullifier1: indexed(uint256)
    nullifier2: indexed(uint256)
    recipient: indexed(address)
    out1: uint256
    out2: uint256
    amount: uint256
    fee: uint256
    relayer: address
    memos: Bytes[types.MEMOS_SIZE]


event Skipped:
    nullifier1: indexed(uint256)
    nullifier2: uint256
    reason: uint256


# Why a transfer was passed over. Each is something that can change between the moment a relayer
# simulates a batch and the moment it is included.
SPENT: constant(uint256) = 1
TOO_EARLY: constant(uint256) = 2
TOO_LATE: constant(uint256) = 3
UNCLAIMED: constant(uint256) = 4

VERIFIER: immutable(IVerifier)
rewards: public(immutable(address))
transfer_verifier: public(immutable(address))
block_verifier: public(immutable(address))

spent: public(HashMap[uint256, bool])


@deploy
def __init__(
    transfer_verifier_: address,
    block_verifier_: address,
    rewards_: address,
    empty_root: uint256,
    seal_interval: uint256,
    min_interval: uint256,
    max_interval: uint256,
):
    """
    @param rewards_ The rewards' address, which is deployed later: each names the other.
    @param empty_root The root of the empty header tree.
    """
    ownable.__init__()
    ownable_2step.__init__()
    limits.__init__(seal_interval, min_interval, max_interval)
    ledger.__init__(block_verifier_, empty_root)
    VERIFIER = IVerifier(transfer_verifier_)
    transfer_verifier = transfer_verifier_
    block_verifier = block_verifier_
    rewards = rewards_


@external
@payable
@nonreentrant
def deposit(inner: uint256, mine: bool, permit: types.Permit = empty(types.Permit)):
    """
    @notice Make a note of the ETH sent along. Whoever knows the secrets behind `inner` owns it.
    @param inner H2(owner key, blinding).
    @param mine Whether the note may earn ITX; takes exactly 0.1, 1, 10 or 100 ETH.
    @param permit The screener's permission, where a screener is set.
    """
    # A zero value has no use and would make an entry that says nothing. The upper bound keeps a word
    # apart from its marks and sums apart from the field's order.
    assert msg.value != 0, "pool: value is zero"
    assert msg.value < 2 ** 96, "pool: value too large"
    # An inner at or above the order has no proof: the block that holds it could never be proved.
    assert inner < types.FIELD_ORDER, "pool: inner out of field"
    word: uint256 = msg.value
    if mine:
        assert mining._points(msg.value) != 0, "pool: not a mineable amount"
        word = unsafe_add(word, ledger.MINEABLE)
    rules: limits.Limits = limits._load()
    limits._admit(rules, msg.sender, msg.value, inner, permit)
    ledger._store(ledger._deposited(ledger._load(), word, inner, rules.seal_interval))
    log Deposited(depositor=msg.sender, word=word, inner=inner)


@external
@nonreentrant
def execute(
    transfers: DynArray[types.Transfer, types.MAX_BATCH],
    proofs: DynArray[uint256[8], types.MAX_BATCH],
):
    """
    @notice Execute transfers that their owners have proved. Open to everyone. What is wrong in itself
            reverts the call; what can change between simulation and inclusion skips one transfer.
    """
    assert len(transfers) != 0, "pool: empty batch"
    assert len(transfers) == len(proofs), "pool: batch sizes differ"
    self._check(transfers, proofs)

    # Everything is recorded before anybody is paid.
    interval: uint256 = limits._load().seal_interval
    open: ledger.Open = ledger._load()
    done: bool[types.MAX_BATCH] = empty(bool[types.MAX_BATCH])
    for i: uint256 in range(len(transfers), bound=types.MAX_BATCH):
        reason: uint256 = self._reason_to_skip(transfers[i])
        if reason != 0:
            log Skipped(
                nullifier1=transfers[i].nullifier1,
                nullifier2=transfers[i].nullifier2,
                reason=reason,
            )
            continue
        done[i] = True
        self.spent[transfers[i].nullifier1] = True
        self.spent[transfers[i].nullifier2] = True
        open = ledger._transferred(
            open,
            transfers[i].out1,
            transfers[i].out2,
            transfers[i].nullifier1,
            transfers[i].nullifier2,
            interval,
        )
        log Transferred(
            nullifier1=transfers[i].nullifier1,
            nullifier2=transfers[i].nullifier2,
            recipient=transfers[i].recipient,
            out1=transfers[i].out1,
            out2=transfers[i].out2,
            amount=transfers[i].amount,
            fee=transfers[i].fee,
            relayer=transfers[i].relayer,
            memos=transfers[i].memos,
        )
        if transfers[i].recipient == self:
            word: uint256 = unsafe_add(transfers[i].amount, ledger.MINEABLE)
            open = ledger._deposited(open, word, transfers[i].inner, interval)
            log Deposited(depositor=empty(address), word=word, inner=transfers[i].inner)
    ledger._store(open)

    # A run of transfers with the same payee is paid its fees at once.
    payee: address = empty(address)
    owed: uint256 = 0
    for i: uint256 in range(len(transfers), bound=types.MAX_BATCH):
        if not done[i]:
            continue
        if transfers[i].recipient != self:
            payouts._pay(transfers[i].recipient, transfers[i].amount)
        relayer: address = transfers[i].relayer
        if relayer == empty(address):
            relayer = msg.sender
        if relayer != payee:
            payouts._pay(payee, owed)
            payee = relayer
            owed = 0
        owed += transfers[i].fee
    payouts._pay(payee, owed)


@internal
@view
def _check(
    transfers: DynArray[types.Transfer, types.MAX_BATCH],
    proofs: DynArray[uint256[8], types.MAX_BATCH],
):
    """
    @dev Revert if any transfer is wrong in itself.
    """
    inputs: DynArray[uint256, types.MAX_INPUTS] = []
    for i: uint256 in range(len(transfers), bound=types.MAX_BATCH):
        root: uint256 = transfers[i].root
        amount: uint256 = transfers[i].amount
        fee: uint256 = transfers[i].fee
        assert ledger.known_root[root], "pool: unknown root"
        assert (
            transfers[i].nullifier1 < types.FIELD_ORDER
            and transfers[i].nullifier2 < types.FIELD_ORDER
            and transfers[i].out1 < types.FIELD_ORDER
            and transfers[i].out2 < types.FIELD_ORDER
        ), "pool: input out of field"
        assert amount < 2 ** 96, "pool: amount too large"
        assert fee < 2 ** 96, "pool: fee too large"
        assert len(transfers[i].memos) == types.MEMOS_SIZE, "pool: memos size"
        assert transfers[i].relayer != self, "pool: relayer is the pool"
        if transfers[i].recipient == self:
            assert mining._points(amount) != 0, "pool: not a mineable amount"
            assert transfers[i].inner < types.FIELD_ORDER, "pool: inner out of field"
        else:
            assert transfers[i].inner == 0, "pool: inner set"
            assert (
                amount == 0 or transfers[i].recipient != empty(address)
            ), "pool: zero recipient"
        inputs.append(root)
        # p - amount - fee, reduced: both are far below p, and a sum of 0 must not become p itself.
        spent: uint256 = unsafe_add(amount, fee)
        inputs.append(unsafe_sub(types.FIELD_ORDER, spent) if spent != 0 else 0)
        inputs.append(self._context(transfers[i]))
        inputs.append(transfers[i].nullifier1)
        inputs.append(transfers[i].nullifier2)
        inputs.append(transfers[i].out1)
        inputs.append(transfers[i].out2)
    assert staticcall VERIFIER.verify(proofs, inputs), "pool: invalid proof"


@internal
@view
def _context(transfer: types.Transfer) -> uint256:
    """
    @dev What the owner bound to the proof, so that nobody can pay it elsewhere (protocol §5).
    """
    return (
        convert(
            keccak256(
                abi_encode(
                    chain.id,
                    self,
                    transfer.recipient,
                    transfer.amount,
                    transfer.fee,
                    transfer.relayer,
                    transfer.not_before,
                    transfer.deadline,
                    transfer.claim_id,
                    transfer.inner,
                    keccak256(transfer.memos),
                )
            ),
            uint256,
        )
        >> 8
    )


@internal
@view
def _reason_to_skip(transfer: types.Transfer) -> uint256:
    if self.spent[transfer.nullifier1] or self.spent[transfer.nullifier2]:
        return SPENT
    if block.timestamp < transfer.not_before:
        return TOO_EARLY
    if transfer.deadline != 0 and block.timestamp > transfer.deadline:
        return TOO_LATE
    if transfer.claim_id != 0 and not staticcall IRewards(rewards).claimed(transfer.claim_id):
        return UNCLAIMED
    return 0
