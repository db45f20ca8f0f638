# pragma version ~=0.4.3
"""
@title What callers hand to the pool, the rewards and the relay
@license AGPL-3.0-only
@notice Every amount is in wei and every time in unix seconds. A number that a proof speaks of is an
        element of the scalar field of BN254.
"""

# Limits of one call. Sixteen proofs share one pairing check (protocol §8); four full blocks are as
# much calldata as a transaction comfortably carries.
MAX_BATCH: constant(uint256) = 16
MAX_BLOCKS: constant(uint256) = 4
MAX_RECIPIENTS: constant(uint256) = 64
# Slots of a block, each for one note and one spend.
SLOTS: constant(uint256) = 64
# Public inputs that a proof has at most; a row of them that needs fewer ends in zeros.
MAX_PUBLIC: constant(uint256) = 8

FIELD_ORDER: constant(uint256) = 21888242871839275222246405745257275088548364400416034343698204186575808495617
# Words of the memos of a transfer's two outputs (protocol §5).
MEMOS_WORDS: constant(uint256) = 5


# What the owner of a transfer bound to its proof (protocol §5).
struct TransferTerms:
    recipient: address
    amount: uint256
    fee: uint256
    relayer: address
    not_before: uint256
    deadline: uint256
    claim_id: uint256
    inner: uint256
    memos: bytes32[MEMOS_WORDS]


# A transfer as its owner proved it (protocol §5), under the root that stood after block `anchor`.
struct Transfer:
    anchor: uint256
    nullifier1: uint256
    nullifier2: uint256
    out1: uint256
    out2: uint256
    terms: TransferTerms


# What the owner of a claim bound to its proof (protocol §6.2).
struct ClaimTerms:
    recipient: address
    not_before: uint256
    deadline: uint256


# A claim as its owner proved it (protocol §6.2), under the root that stood after block `anchor`.
struct Claim:
    anchor: uint256
    claim_id: uint256
    value: uint256
    terms: ClaimTerms


# A sealed block with its entries (protocol §4.1). Bit `i` of `kinds` is set where operation `i` is the
# next of the transfers, each out1, out2, nullifier1, nullifier2, and clear where it is the next of the
# deposits, each entry, inner.
struct Block:
    index: uint256
    timestamp: uint256
    draw: uint256
    block_root: uint256
    new_root: uint256
    kinds: uint256
    transfers: DynArray[uint256[4], SLOTS // 2]
    deposits: DynArray[uint256[2], SLOTS]


# What the token mints to one recipient, in its smallest unit.
struct Share:
    recipient: address
    amount: uint256


# A screener's permission for one deposit (protocol §7), with its EIP-2098 compact signature.
struct Permit:
    deadline: uint256
    r: bytes32
    vs: bytes32
