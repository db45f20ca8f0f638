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
MAX_WORDS: constant(uint256) = 128
MAX_INPUTS: constant(uint256) = 128
MAX_RECIPIENTS: constant(uint256) = 64

FIELD_ORDER: constant(uint256) = 21888242871839275222246405745257275088548364400416034343698204186575808495617
# Two memos of 114 bytes each, one for either output (protocol §5).
MEMOS_SIZE: constant(uint256) = 228


# A transfer as its owner proved it (protocol §5). From `recipient` on, everything is bound to the
# proof by its context.
struct Transfer:
    root: uint256
    nullifier1: uint256
    nullifier2: uint256
    out1: uint256
    out2: uint256
    recipient: address
    amount: uint256
    fee: uint256
    relayer: address
    not_before: uint256
    deadline: uint256
    claim_id: uint256
    inner: uint256
    memos: Bytes[MEMOS_SIZE]


# A claim as its owner proved it (protocol §6.2).
struct Claim:
    root: uint256
    claim_id: uint256
    value: uint256
    recipient: address
    not_before: uint256
    deadline: uint256


# A sealed block with its entries (protocol §4). Bit `i` of `kinds` is set where operation `i` is a
# transfer, which has four words (out1, out2, nullifier1, nullifier2), and clear where it is a deposit,
# which has two (entry, inner).
struct Block:
    index: uint256
    timestamp: uint256
    draw: uint256
    block_root: uint256
    new_root: uint256
    kinds: uint256
    words: DynArray[uint256, MAX_WORDS]


# A screener's permission for one deposit (protocol §7), with its EIP-2098 compact signature.
struct Permit:
    deadline: uint256
    r: bytes32
    vs: bytes32
