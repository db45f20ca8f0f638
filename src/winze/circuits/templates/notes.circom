pragma circom 2.2.0;

include "poseidon.circom";
include "bits.circom";
include "constants.circom";

// Notes and what is derived from them (protocol §3).

// The word of a note: what the pool says about it, value and mineability.
template Word() {
    signal input value;
    signal input mineable;
    signal output word;

    // 1. The value is below 2^96: sums of four values stay far below p, and no value reaches into
    //    the bit that says `mineable`.
    Range(VALUE_BITS())(value);

    // 2. `mineable` is a bit.
    mineable * (mineable - 1) === 0;

    // 3. Together they are the word, one word for each pair.
    word <== value + MINEABLE() * mineable;
}

// A note's commitment, from the pool's half (`word`) and the owner's half (`inner`).
template Commitment() {
    signal input word;
    signal input inner;
    signal output commitment;

    commitment <== Poseidon(2)([word, inner]);
}

// The commitment of a note whose owner's secret is known: only its owner can open it.
template OwnedNote() {
    signal input spending_key;
    signal input value;
    signal input mineable;
    signal input blinding;
    signal output commitment;

    // 1. The owner's key P = H1(sk).
    signal owner <== Poseidon(1)([spending_key]);

    // 2. inner = H2(P, blinding).
    signal inner <== Poseidon(2)([owner, blinding]);

    // 3. commitment = H2(word, inner), with a word in bounds.
    signal word <== Word()(value, mineable);
    commitment <== Commitment()(word, inner);
}

// Published when a note is spent: H3(sk, commitment, position).
template Nullifier() {
    signal input spending_key;
    signal input commitment;
    signal input position;
    signal output nullifier;

    nullifier <== Poseidon(3)([spending_key, commitment, position]);
}

// Published when a note is claimed: H4(sk, commitment, position, 1). Another arity than the
// nullifier's, so neither tells anything about the other.
template ClaimId() {
    signal input spending_key;
    signal input commitment;
    signal input position;
    signal output claim_id;

    claim_id <== Poseidon(4)([spending_key, commitment, position, 1]);
}
