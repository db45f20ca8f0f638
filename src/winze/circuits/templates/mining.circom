pragma circom 2.2.0;

include "poseidon.circom";
include "bits.circom";
include "constants.circom";

// How long a deposit stays (protocol §6.1).

// lock = lock_min + (low 64 bits of H2(header, blinding)) mod lock_range
//
// Left to the contract: `lock_min` and `lock_range` are the network's, and `lock_range` is not 0.
template LockPeriod() {
    signal input header;
    signal input blinding;
    signal input lock_min;
    signal input lock_range;
    signal output lock;

    // 1. The profile's numbers are below 2^32.
    Range(SECONDS_BITS())(lock_min);
    Range(SECONDS_BITS())(lock_range);

    // 2. The draw: what the block's hash and the owner's blinding make together.
    signal mixed <== Poseidon(2)([header, blinding]);
    signal draw <== LowBits(DRAW_BITS())(mixed);

    // 3. draw = quotient * lock_range + remainder. With the quotient below 2^64 and both others below
    //    2^32 the right side is below 2^97: it equals the draw as a number, not only modulo p.
    signal quotient <-- draw \ lock_range;
    signal remainder <-- draw % lock_range;
    Range(DRAW_BITS())(quotient);
    Range(SECONDS_BITS())(remainder);
    draw === quotient * lock_range + remainder;

    // 4. The remainder is below lock_range, which leaves one quotient.
    Below(SECONDS_BITS())(remainder, lock_range);

    lock <== lock_min + remainder;
}

// The spend's block is at or after the deposit's maturity.
template Stayed() {
    signal input deposited;
    signal input spent;
    signal input lock;

    // 1. Both are times below 2^40. The lock is a sum of two numbers below 2^32.
    Range(TIMESTAMP_BITS())(deposited);
    Range(TIMESTAMP_BITS())(spent);

    // 2. deposited + lock <= spent, both sides below 2^41.
    AtMost(TIMESTAMP_BITS() + 1)(deposited + lock, spent);
}
