pragma circom 2.2.0;

include "bitify.circom";

// Bounds. A field has no order: "less than" is said by counting bits, and holds only for numbers
// whose own bits are counted too.

// `in` is below 2^bits.
template Range(bits) {
    // 2^bits must not exceed p, or a number would have two decompositions.
    assert(bits < 254);
    signal input in;

    signal decomposed[bits] <== Num2Bits(bits)(in);
}

// a <= b, for a and b that the caller has shown to be below 2^bits: the difference of two such
// numbers is then either below 2^bits or, being negative, within 2^bits of p.
template AtMost(bits) {
    assert(bits < 253);
    signal input a;
    signal input b;

    Range(bits)(b - a);
}

// a < b, for a and b that the caller has shown to be below 2^bits.
template Below(bits) {
    assert(bits < 253);
    signal input a;
    signal input b;

    Range(bits)(b - a - 1);
}

// The low bits of `in`'s one representative below p. The decomposition is strict (254 bits held
// against p), or a prover could add p and choose between two values of the low bits.
template LowBits(bits) {
    signal input in;
    signal output low;

    signal decomposed[254] <== Num2Bits_strict()(in);
    signal kept[bits];
    for (var i = 0; i < bits; i++) {
        kept[i] <== decomposed[i];
    }
    low <== Bits2Num(bits)(kept);
}

// Makes `in` part of the statement where no other constraint mentions it. A public signal that no
// constraint uses could be exchanged without touching the proof.
template Bind() {
    signal input in;

    signal square <== in * in;
}
