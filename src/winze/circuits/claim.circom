pragma circom 2.2.0;

include "templates/bits.circom";
include "templates/constants.circom";
include "templates/ledger.circom";
include "templates/mining.circom";
include "templates/notes.circom";

// A claim (protocol §6.2): a mining deposit stayed for its lock period, told without telling which.
//
// Left to the contract: `root` is a root of the ledger; `claim_id` is new and is recorded; `value` is
// a denomination, so not 0; `lock_min` and `lock_range` are the network's and `lock_range` is not 0;
// every public signal is below p; `context` is the hash of whom the claim is for and when.
template Claim() {
    // ---- public, in the order of the contract's inputs (the order of declaration counts) ----

    // The ledger's root that the note and its spend are proved under.
    signal input root;
    // What the note leaves behind when it is claimed.
    signal input claim_id;
    // The note's value, from which the contract gives points.
    signal input value;
    // Hash of chain, rewards contract, recipient and times.
    signal input context;
    // The network's lock period: at least lock_min, less than lock_min + lock_range, in seconds.
    signal input lock_min;
    signal input lock_range;

    // ---- private: the note ----

    // Secret of the note's account; and the note's own random value.
    signal input spending_key;
    signal input blinding;
    // Where the note stands; see Membership. `timestamp` is when its block was sealed.
    signal input position;
    signal input leaf_siblings[BLOCK_LEVELS()];
    signal input timestamp;
    signal input entropy;
    signal input header_siblings[DEPTH()];

    // ---- private: its spend ----

    // Where its nullifier stands; `spend_timestamp` is when that block was sealed.
    signal input spend_position;
    signal input spend_leaf_siblings[BLOCK_LEVELS()];
    signal input spend_timestamp;
    signal input spend_entropy;
    signal input spend_header_siblings[DEPTH()];

    // ---- constraints ----

    // 1. A mineable note of this value belongs to the one who knows `spending_key`.
    signal commitment <== OwnedNote()(spending_key, value, 1, blinding);

    // 2. It stands in the ledger as a note.
    signal header;
    signal note_root;
    (header, note_root) <== Membership(0)(
        commitment, position, leaf_siblings, timestamp, entropy, header_siblings
    );
    root === note_root;

    // 3. Its claim id is its own, so that it earns once.
    signal own_claim_id <== ClaimId()(spending_key, commitment, position);
    claim_id === own_claim_id;

    // 4. Its nullifier stands in the ledger as a spend.
    signal nullifier <== Nullifier()(spending_key, commitment, position);
    signal spend_header;
    signal spend_root;
    (spend_header, spend_root) <== Membership(1)(
        nullifier, spend_position, spend_leaf_siblings, spend_timestamp, spend_entropy,
        spend_header_siblings
    );
    root === spend_root;

    // 5. The spend's block is at or after the note's maturity.
    signal lock <== LockPeriod()(header, blinding, lock_min, lock_range);
    Stayed()(timestamp, spend_timestamp, lock);

    // 6. The context is part of what is proved.
    Bind()(context);
}

component main {public [root, claim_id, value, context, lock_min, lock_range]} = Claim();
