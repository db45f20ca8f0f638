pragma circom 2.2.0;

include "comparators.circom";
include "poseidon.circom";
include "templates/constants.circom";
include "templates/ledger.circom";

// A block (protocol §4.1): appending this block's header moves the ledger from one root to the next,
// and the block's leaves are the ones that its entries on chain call for.
//
// Left to the contract: `old_root` is the ledger's root now; `index` is the next block's; `timestamp`
// and `entropy` are the sealed block's; `z` is drawn from the entries and `block_root`, so it is not
// known before both are fixed; `sum` is computed from the entries; every word of an entry and every
// public signal is below p.
template Block() {
    // ---- public, in the order of the contract's inputs (the order of declaration counts) ----

    // The ledger's root before and after.
    signal input old_root;
    signal input new_root;
    // The block's number, and what its header is made of.
    signal input index;
    signal input block_root;
    signal input timestamp;
    signal input entropy;
    // Where the entries, read as a polynomial, are evaluated; and the result.
    signal input z;
    signal input sum;

    // ---- private ----

    // A slot's note: a = DEPOSIT + word and b = inner of a deposit; a = 0 and b the commitment of a
    // private output; both 0 where there is none. s is a slot's spend, 0 where there is none.
    signal input a[SLOTS()];
    signal input b[SLOTS()];
    signal input s[SLOTS()];
    // The way from the header to the root.
    signal input siblings[DEPTH()];

    // ---- constraints ----

    signal leaves[2 * SLOTS()];
    signal private_output[SLOTS()];
    signal committed[SLOTS()];
    signal difference[SLOTS()];
    for (var i = 0; i < SLOTS(); i++) {
        // 1. The note's leaf is b where a is 0, and H2(a - DEPOSIT, b) elsewhere: the pool's own word
        //    is what the depositor's note is made of.
        private_output[i] <== IsZero()(a[i]);
        committed[i] <== Poseidon(2)([a[i] - DEPOSIT(), b[i]]);
        difference[i] <== private_output[i] * (b[i] - committed[i]);
        leaves[2 * i] <== committed[i] + difference[i];

        // 2. The spend's leaf is the nullifier.
        leaves[2 * i + 1] <== s[i];
    }

    // 3. The block's root is the root of these leaves.
    signal own_block_root <== MerkleRoot(BLOCK_LEVELS())(leaves);
    block_root === own_block_root;

    // 4. sum = Σ a_i z^(3i) + b_i z^(3i+1) + s_i z^(3i+2), from the highest power down. Since z was
    //    drawn after block_root was fixed, other entries would meet this sum with odds of 2^-182.
    signal partial[3 * SLOTS() + 1];
    partial[3 * SLOTS()] <== 0;
    for (var i = SLOTS() - 1; i >= 0; i--) {
        partial[3 * i + 2] <== partial[3 * i + 3] * z + s[i];
        partial[3 * i + 1] <== partial[3 * i + 2] * z + b[i];
        partial[3 * i] <== partial[3 * i + 1] * z + a[i];
    }
    sum === partial[0];

    // 5. Position `index`, below 2^26, holds 0 under old_root and the header under new_root, and the
    //    same siblings stand beside both ways: nothing else changes.
    signal bits[DEPTH()] <== Num2Bits(DEPTH())(index);
    signal before <== MerklePath(DEPTH())(0, bits, siblings);
    old_root === before;
    signal header <== Header()(block_root, timestamp, entropy);
    signal after <== MerklePath(DEPTH())(header, bits, siblings);
    new_root === after;
}

component main {
    public [old_root, new_root, index, block_root, timestamp, entropy, z, sum]
} = Block();
