# pragma version ~=0.4.3
"""
@title What a block's entries come to: their running digest, and the sum that a proof speaks of
@license AGPL-3.0-only
@notice Protocol §4.1. Whoever proves a block hands its entries over again, transfers and deposits apart,
        since rows of one length are read without checking each word's place. Bit `i` of `kinds` says
        which of the two operation `i` is.
"""

from . import types

# Added to a deposit's word, so that a deposit's entry is never 0 whatever its value, and can't be
# taken for a private output (protocol §4.1).
DEPOSIT: constant(uint256) = 2 ** 129
# Operations of a block at most: a deposit fills one of its 64 slots, a transfer two.
MAX_OPERATIONS: constant(uint256) = types.SLOTS


@internal
@pure
def _digest(block_: types.Block) -> bytes32:
    """
    @dev The running digest that these entries gave while their block was open. Another order of kinds
         gives another digest: a deposit hashes three words, a transfer five. Reverts where `kinds`
         asks for more of one kind than there are.
    """
    digest: bytes32 = empty(bytes32)
    transfers: uint256 = 0
    deposits: uint256 = 0
    kinds: uint256 = block_.kinds
    count: uint256 = unsafe_add(len(block_.transfers), len(block_.deposits))
    for i: uint256 in range(count, bound=MAX_OPERATIONS):
        if kinds & 1 == 1:
            digest = keccak256(abi_encode(digest, block_.transfers[transfers]))
            transfers = unsafe_add(transfers, 1)
        else:
            digest = keccak256(abi_encode(digest, block_.deposits[deposits]))
            deposits = unsafe_add(deposits, 1)
        kinds >>= 1
    return digest


@internal
@pure
def _sum(block_: types.Block, z: uint256) -> uint256:
    """
    @dev sum a_i z^(3i) + b_i z^(3i+1) + s_i z^(3i+2) over the slots (protocol §4.1), as A(y) + z B(y) +
         z^2 S(y) with y = z^3, each by Horner's rule from the last slot down. A deposit fills a and b
         of its slot; a transfer fills b of two slots and s of two. Empty slots cost nothing.
    """
    square: uint256 = uint256_mulmod(z, z, types.FIELD_ORDER)
    y: uint256 = uint256_mulmod(square, z, types.FIELD_ORDER)
    a: uint256 = 0
    b: uint256 = 0
    s: uint256 = 0
    transfers: uint256 = len(block_.transfers)
    deposits: uint256 = len(block_.deposits)
    left: uint256 = unsafe_add(transfers, deposits)
    for i: uint256 in range(left, bound=MAX_OPERATIONS):
        left = unsafe_sub(left, 1)
        if (block_.kinds >> left) & 1 == 1:
            transfers = unsafe_sub(transfers, 1)
            # out1, out2, nullifier1, nullifier2
            row: uint256[4] = block_.transfers[transfers]
            b = uint256_addmod(uint256_mulmod(b, y, types.FIELD_ORDER), row[1], types.FIELD_ORDER)
            b = uint256_addmod(uint256_mulmod(b, y, types.FIELD_ORDER), row[0], types.FIELD_ORDER)
            s = uint256_addmod(uint256_mulmod(s, y, types.FIELD_ORDER), row[3], types.FIELD_ORDER)
            s = uint256_addmod(uint256_mulmod(s, y, types.FIELD_ORDER), row[2], types.FIELD_ORDER)
            if a != 0:
                a = uint256_mulmod(
                    uint256_mulmod(a, y, types.FIELD_ORDER), y, types.FIELD_ORDER
                )
        else:
            deposits = unsafe_sub(deposits, 1)
            # entry, inner
            row: uint256[2] = block_.deposits[deposits]
            a = uint256_addmod(uint256_mulmod(a, y, types.FIELD_ORDER), row[0], types.FIELD_ORDER)
            b = uint256_addmod(uint256_mulmod(b, y, types.FIELD_ORDER), row[1], types.FIELD_ORDER)
    return uint256_addmod(
        uint256_addmod(a, uint256_mulmod(b, z, types.FIELD_ORDER), types.FIELD_ORDER),
        uint256_mulmod(s, square, types.FIELD_ORDER),
        types.FIELD_ORDER,
    )
