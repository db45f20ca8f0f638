# pragma version ~=0.4.3
"""
@title Groth16 verifier for one proof or a batch of them
@license AGPL-3.0-only
@notice Protocol §8. One contract per circuit, its verifying key fixed when it is deployed. A batch of N
        proofs costs N + 3 pairings: with random weights r_i the single check

          prod e(r_i A_i, B_i) . e(sum r_i alpha, -beta) . e(L, -gamma) . e(sum r_i C_i, -delta) = 1

        where L = sum_j (sum_i r_i x_ij) IC_j, holds for a false proof with probability 2^-128. The
        weights come from a hash of everything that is checked, so nobody can choose proofs whose
        errors cancel. The negations stand in the key, where they cost nothing.
@dev    `verify` answers False for a proof that does not hold and reverts for bytes that are no proof at
        all (a point off the curve). Callers must assert the answer.
"""

from . import types
from .interfaces import IVerifier

implements: IVerifier

# The order of the base field, in which coordinates of points are written.
BASE_ORDER: constant(uint256) = 21888242871839275222246405745257275088696311157297823662689037894645226208583
PAIRING: constant(address) = 0x0000000000000000000000000000000000000008
# A pair is a point of G1 (2 words) and one of G2 (4); one for each proof and three for the key.
PAIR_BYTES: constant(uint256) = 6 * 32
MAX_PAIRS: constant(uint256) = types.MAX_BATCH + 3

ALPHA: immutable(uint256[2])
# The constant pairs' second halves, already negated.
MINUS_BETA: immutable(uint256[4])
MINUS_GAMMA: immutable(uint256[4])
MINUS_DELTA: immutable(uint256[4])
IC: immutable(uint256[18])
public_inputs: public(immutable(uint256))


@deploy
def __init__(
    alpha: uint256[2],
    beta: uint256[4],
    gamma: uint256[4],
    delta: uint256[4],
    ic: DynArray[uint256[2], 9],
):
    """
    @dev Points of G2 come as the pairing precompile wants them: imaginary part before real part.
    @param ic One point for the constant 1 and one for each public input.
    """
    assert len(ic) >= 2, "verifier: no public inputs"
    ALPHA = alpha
    MINUS_BETA = self._negated(beta)
    MINUS_GAMMA = self._negated(gamma)
    MINUS_DELTA = self._negated(delta)
    points: uint256[18] = empty(uint256[18])
    for i: uint256 in range(len(ic), bound=9):
        points[2 * i] = ic[i][0]
        points[2 * i + 1] = ic[i][1]
    IC = points
    public_inputs = len(ic) - 1


@external
@view
def verify(
    proofs: DynArray[uint256[8], types.MAX_BATCH],
    inputs: DynArray[uint256[types.MAX_PUBLIC], types.MAX_BATCH],
) -> bool:
    """
    @notice Whether every proof holds for its public inputs.
    @param proofs Each a(2) b(4) c(2).
    @param inputs The public inputs of each proof, and zeros up to the end of the row.
    """
    count: uint256 = len(proofs)
    width: uint256 = public_inputs
    assert count != 0, "verifier: no proofs"
    assert len(inputs) == count, "verifier: wrong number of inputs"

    # For one proof the weight is 1 and no randomness is needed.
    seed: bytes32 = empty(bytes32)
    if count != 1:
        seed = keccak256(abi_encode(proofs, inputs))

    pairs: uint256[6][MAX_PAIRS] = empty(uint256[6][MAX_PAIRS])
    sums: uint256[types.MAX_PUBLIC] = empty(uint256[types.MAX_PUBLIC])
    c_sum: uint256[2] = empty(uint256[2])
    total: uint256 = 0
    for i: uint256 in range(count, bound=types.MAX_BATCH):
        proof: uint256[8] = proofs[i]
        row: uint256[types.MAX_PUBLIC] = inputs[i]
        a: uint256[2] = [proof[0], proof[1]]
        c: uint256[2] = [proof[6], proof[7]]
        weight: uint256 = 1
        if i != 0:
            weight = convert(keccak256(abi_encode(seed, i)), uint256) >> 128
            a = ecmul(a, weight)
            c = ecadd(c_sum, ecmul(c, weight))
        c_sum = c
        pairs[i] = [a[0], a[1], proof[2], proof[3], proof[4], proof[5]]
        total = unsafe_add(total, weight)  # below 16 * 2^128
        # An input at or above the order is an alias of another one.
        if (
            row[0] >= types.FIELD_ORDER
            or row[1] >= types.FIELD_ORDER
            or row[2] >= types.FIELD_ORDER
            or row[3] >= types.FIELD_ORDER
            or row[4] >= types.FIELD_ORDER
            or row[5] >= types.FIELD_ORDER
            or row[6] >= types.FIELD_ORDER
            or row[7] >= types.FIELD_ORDER
        ):
            return False
        # Written out: a loop over the row would cost three times as much.
        sums = [
            uint256_addmod(sums[0], uint256_mulmod(row[0], weight, types.FIELD_ORDER), types.FIELD_ORDER),
            uint256_addmod(sums[1], uint256_mulmod(row[1], weight, types.FIELD_ORDER), types.FIELD_ORDER),
            uint256_addmod(sums[2], uint256_mulmod(row[2], weight, types.FIELD_ORDER), types.FIELD_ORDER),
            uint256_addmod(sums[3], uint256_mulmod(row[3], weight, types.FIELD_ORDER), types.FIELD_ORDER),
            uint256_addmod(sums[4], uint256_mulmod(row[4], weight, types.FIELD_ORDER), types.FIELD_ORDER),
            uint256_addmod(sums[5], uint256_mulmod(row[5], weight, types.FIELD_ORDER), types.FIELD_ORDER),
            uint256_addmod(sums[6], uint256_mulmod(row[6], weight, types.FIELD_ORDER), types.FIELD_ORDER),
            uint256_addmod(sums[7], uint256_mulmod(row[7], weight, types.FIELD_ORDER), types.FIELD_ORDER),
        ]

    alpha: uint256[2] = ALPHA
    linear: uint256[2] = [IC[0], IC[1]]
    if count != 1:
        alpha = ecmul(alpha, total)
        linear = ecmul(linear, total)
    for j: uint256 in range(types.MAX_PUBLIC):
        if j >= width:
            if sums[j] != 0:
                return False  # something stands where no input is read
            continue
        k: uint256 = unsafe_add(unsafe_add(j, j), 2)
        linear = ecadd(linear, ecmul([IC[k], IC[unsafe_add(k, 1)]], sums[j]))

    beta: uint256[4] = MINUS_BETA
    gamma: uint256[4] = MINUS_GAMMA
    delta: uint256[4] = MINUS_DELTA
    pairs[count] = [alpha[0], alpha[1], beta[0], beta[1], beta[2], beta[3]]
    pairs[count + 1] = [linear[0], linear[1], gamma[0], gamma[1], gamma[2], gamma[3]]
    pairs[count + 2] = [c_sum[0], c_sum[1], delta[0], delta[1], delta[2], delta[3]]

    success: bool = False
    answer: Bytes[32] = b""
    success, answer = raw_call(
        PAIRING,
        slice(abi_encode(pairs), 0, (count + 3) * PAIR_BYTES),
        max_outsize=32,
        is_static_call=True,
        revert_on_failure=False,
    )
    return success and convert(answer, uint256) == 1


@internal
@pure
def _negated(g2: uint256[4]) -> uint256[4]:
    # A verifying key's points are never the point at infinity, so neither y is taken from itself: a
    # zero part of y must stay zero, since the base order itself is no canonical coordinate.
    y: uint256[2] = [g2[2], g2[3]]
    for k: uint256 in range(2):
        if y[k] != 0:
            y[k] = BASE_ORDER - y[k]
    return [g2[0], g2[1], y[0], y[1]]
