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
initializes: ledger[ownable := ownable]
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
    limits.paused,
    limits.screener,
    limits.permit_used,
    limits.set_screener,
    limits.set_caps,
    limits.set_paused,
    ledger.root,
    ledger.root_after,
    ledger.sealed,
    ledger.open_block,
    ledger.proved,
    ledger.seal_interval,
    ledger.seal_interval_bounds,
    ledger.set_seal_interval,
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
    recipient: address
    nullifier1: uint256
    nullifier2: uint256
    out1: uint256
    out2: uint256
    amount: uint256
    memos: bytes32[types.MEMOS_WORDS]


event Skipped:
    nullifier1: indexed(uint256)
    nullifier2: uint256
    reason: uint256


# What an executed transfer pays, and to whom.
struct Payment:
    recipient: address
    amount: uint256
    relayer: address
    fee: uint256


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
    limits.__init__()
    ledger.__init__(block_verifier_, empty_root, seal_interval, min_interval, max_interval)
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
    limits._admit(msg.sender, msg.value, inner, permit)
    ledger._store(ledger._deposited(ledger._load(), word, inner))
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
    inputs: DynArray[uint256[types.MAX_PUBLIC], types.MAX_BATCH] = []
    payments: DynArray[Payment, types.MAX_BATCH] = []
    open: ledger.Open = ledger._load()
    # Wallets prove under the same few roots, so the last one mostly serves for the next transfer.
    anchor: uint256 = 0
    root: uint256 = 0
    for i: uint256 in range(len(transfers), bound=types.MAX_BATCH):
        t: types.Transfer = transfers[i]
        if i == 0 or t.anchor != anchor:
            anchor = t.anchor
            root = ledger._root_after(anchor, open.proved)
            assert root != 0, "pool: unknown root"
        inputs.append(self._statement(t, root))
        reason: uint256 = self._reason_to_skip(t)
        if reason != 0:
            log Skipped(nullifier1=t.nullifier1, nullifier2=t.nullifier2, reason=reason)
            continue
        # Everything is recorded before anybody is paid. It is recorded before the proofs are checked,
        # too: without them, nothing of this call stays.
        self.spent[t.nullifier1] = True
        self.spent[t.nullifier2] = True
        open = ledger._transferred(open, [t.out1, t.out2, t.nullifier1, t.nullifier2])
        log Transferred(
            recipient=t.terms.recipient,
            nullifier1=t.nullifier1,
            nullifier2=t.nullifier2,
            out1=t.out1,
            out2=t.out2,
            amount=t.terms.amount,
            memos=t.terms.memos,
        )
        if t.terms.recipient == self:
            word: uint256 = unsafe_add(t.terms.amount, ledger.MINEABLE)
            open = ledger._deposited(open, word, t.terms.inner)
            log Deposited(depositor=empty(address), word=word, inner=t.terms.inner)
        payments.append(
            Payment(
                recipient=t.terms.recipient,
                amount=t.terms.amount,
                relayer=t.terms.relayer,
                fee=t.terms.fee,
            )
        )
    assert staticcall VERIFIER.verify(proofs, inputs), "pool: invalid proof"
    ledger._store(open)
    self._pay(payments)


@internal
@view
def _statement(t: types.Transfer, root: uint256) -> uint256[types.MAX_PUBLIC]:
    """
    @dev What a proof has to say of this transfer, in the order of the circuit's public signals; reverts
         if the transfer is wrong in itself.
    """
    assert (
        t.nullifier1 < types.FIELD_ORDER
        and t.nullifier2 < types.FIELD_ORDER
        and t.out1 < types.FIELD_ORDER
        and t.out2 < types.FIELD_ORDER
    ), "pool: input out of field"
    assert t.terms.amount < 2 ** 96, "pool: amount too large"
    assert t.terms.fee < 2 ** 96, "pool: fee too large"
    assert t.terms.relayer != self, "pool: relayer is the pool"
    if t.terms.recipient == self:
        assert mining._points(t.terms.amount) != 0, "pool: not a mineable amount"
        assert t.terms.inner < types.FIELD_ORDER, "pool: inner out of field"
    else:
        assert t.terms.inner == 0, "pool: inner set"
        assert (
            t.terms.amount == 0 or t.terms.recipient != empty(address)
        ), "pool: zero recipient"
    # p - amount - fee, reduced: both are far below p, and a sum of 0 must not become p itself.
    leaving: uint256 = unsafe_add(t.terms.amount, t.terms.fee)
    context: bytes32 = keccak256(abi_encode(chain.id, self, t.terms))
    return [
        root,
        unsafe_sub(types.FIELD_ORDER, leaving) if leaving != 0 else 0,
        convert(context, uint256) >> 8,
        t.nullifier1,
        t.nullifier2,
        t.out1,
        t.out2,
        0,
    ]


@internal
@view
def _reason_to_skip(t: types.Transfer) -> uint256:
    if self.spent[t.nullifier1] or self.spent[t.nullifier2]:
        return SPENT
    if block.timestamp < t.terms.not_before:
        return TOO_EARLY
    if t.terms.deadline != 0 and block.timestamp > t.terms.deadline:
        return TOO_LATE
    if t.terms.claim_id != 0 and not staticcall IRewards(rewards).claimed(t.terms.claim_id):
        return UNCLAIMED
    return 0


@internal
def _pay(payments: DynArray[Payment, types.MAX_BATCH]):
    """
    @dev Pay recipients and relayers. A run of transfers with the same relayer pays it at once.
    """
    payee: address = empty(address)
    owed: uint256 = 0
    for payment: Payment in payments:
        if payment.recipient != self:
            payouts._pay(payment.recipient, payment.amount)
        relayer: address = payment.relayer
        if relayer == empty(address):
            relayer = msg.sender
        if relayer != payee:
            payouts._pay(payee, owed)
            payee = relayer
            owed = 0
        owed = unsafe_add(owed, payment.fee)  # at most 16 fees below 2^96
    payouts._pay(payee, owed)
