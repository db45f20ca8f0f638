pragma circom 2.2.0;

include "poseidon.circom";
include "bitify.circom";
include "constants.circom";

// Blocks, headers, and the tree over them (protocol §4).

// The root that `node` leads to. `right[i]` is 1 where the node of level i is the right child; the
// caller has shown these to be bits.
template MerklePath(levels) {
    signal input node;
    signal input right[levels];
    signal input siblings[levels];
    signal output root;

    signal nodes[levels + 1];
    signal shift[levels];
    nodes[0] <== node;
    for (var i = 0; i < levels; i++) {
        shift[i] <== right[i] * (siblings[i] - nodes[i]);
        nodes[i + 1] <== Poseidon(2)([nodes[i] + shift[i], siblings[i] - shift[i]]);
    }
    root <== nodes[levels];
}

// The root of a full binary tree.
template MerkleRoot(levels) {
    signal input leaves[1 << levels];
    signal output root;

    // A heap: node 1 is the root, node i has the children 2i and 2i + 1.
    signal nodes[2 << levels];
    nodes[0] <== 0;
    for (var i = 0; i < 1 << levels; i++) {
        nodes[(1 << levels) + i] <== leaves[i];
    }
    for (var i = (1 << levels) - 1; i > 0; i--) {
        nodes[i] <== Poseidon(2)([nodes[2 * i], nodes[2 * i + 1]]);
    }
    root <== nodes[1];
}

// A block's header: H3(block_root, timestamp, entropy).
template Header() {
    signal input block_root;
    signal input timestamp;
    signal input entropy;
    signal output header;

    header <== Poseidon(3)([block_root, timestamp, entropy]);
}

// Where `leaf` stands: it is a note (kind 0) or a spend (kind 1) of the block with this `header`, in
// the ledger with this `root`, at this `position`.
template Membership(kind) {
    signal input leaf;
    signal input position;
    signal input leaf_siblings[BLOCK_LEVELS()];
    signal input timestamp;
    signal input entropy;
    signal input header_siblings[DEPTH()];
    signal output header;
    signal output root;

    // 1. The position is block * SLOTS + slot: its bits are the path's own, so that a leaf has one
    //    position only. 32 bits, far below p: the decomposition is unique.
    signal bits[SLOT_BITS() + DEPTH()] <== Num2Bits(SLOT_BITS() + DEPTH())(position);

    // 2. In the block, slot i has its note at leaf 2i and its spend at leaf 2i + 1: the lowest bit is
    //    the kind, a constant, so neither is ever taken for the other.
    signal right[BLOCK_LEVELS()];
    right[0] <== kind;
    for (var i = 0; i < SLOT_BITS(); i++) {
        right[i + 1] <== bits[i];
    }
    signal block_root <== MerklePath(BLOCK_LEVELS())(leaf, right, leaf_siblings);

    // 3. The block's header carries the time that the leaf is proven to have.
    header <== Header()(block_root, timestamp, entropy);

    // 4. The header stands in the ledger.
    signal above[DEPTH()];
    for (var i = 0; i < DEPTH(); i++) {
        above[i] <== bits[SLOT_BITS() + i];
    }
    root <== MerklePath(DEPTH())(header, above, header_siblings);
}
