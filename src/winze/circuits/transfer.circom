pragma circom 2.2.0;

include "templates/bits.circom";
include "templates/constants.circom";
include "templates/ledger.circom";
include "templates/notes.circom";

// A transfer (protocol §5): two notes are spent, two are made, and what is missing between them
// leaves the pool. The two inputs may belong to different accounts.
//
// Left to the contract: `root` is a root of the ledger; the nullifiers are new and are recorded; the
// outputs are appended; every public signal is below p; `public_amount` is p - amount - fee (or 0),
// with amount and fee each below 2^96; `context` is the hash of what the transfer was made for.
//
// Not proved: an output's `inner` has no constraint of its own. A sender can only make it somebody's
// note or nobody's, and pays for both.
template Transfer() {
    // ---- public, in the order of the contract's inputs (the order of declaration counts) ----

    // The ledger's root that both inputs are proved under.
    signal input root;
    // What enters the pool, modulo p: minus the amount paid out and the fee.
    signal input public_amount;
    // Hash of chain, pool, recipient, amount, fee, relayer, times, claim, redeposit and memos.
    signal input context;
    // What the inputs leave behind, so that they are never spent again.
    signal input nullifier[2];
    // Commitments of the notes that are made.
    signal input out[2];

    // ---- private: the notes spent ----

    // Secret of the note's account; and what the note says.
    signal input spending_key[2];
    signal input value[2];
    signal input mineable[2];
    signal input blinding[2];
    // Where the note stands; see Membership. Free for a dummy.
    signal input position[2];
    signal input leaf_siblings[2][BLOCK_LEVELS()];
    signal input timestamp[2];
    signal input entropy[2];
    signal input header_siblings[2][DEPTH()];

    // ---- private: the notes made ----

    signal input out_value[2];
    signal input out_inner[2];

    // ---- constraints ----

    signal commitment[2];
    signal header[2];
    signal found[2];
    signal spent[2];
    for (var i = 0; i < 2; i++) {
        // 1. The input is a note of the one who knows `spending_key`, its value in bounds.
        commitment[i] <== OwnedNote()(spending_key[i], value[i], mineable[i], blinding[i]);

        // 2. It stands in the ledger as a note, or its value is 0: then it is a dummy, which moves
        //    nothing and may stand nowhere.
        (header[i], found[i]) <== Membership(0)(
            commitment[i], position[i], leaf_siblings[i], timestamp[i], entropy[i], header_siblings[i]
        );
        (root - found[i]) * value[i] === 0;

        // 3. Its nullifier is its own, a dummy's too: else a dummy could burn a stranger's note.
        spent[i] <== Nullifier()(spending_key[i], commitment[i], position[i]);
        nullifier[i] === spent[i];
    }

    // 4. The nullifiers differ: one note is not counted twice.
    signal difference_inverse <-- 1 / (nullifier[0] - nullifier[1]);
    (nullifier[0] - nullifier[1]) * difference_inverse === 1;

    // 5. The outputs' values are in bounds, and never mineable: only a deposit can be.
    signal word[2];
    signal made[2];
    for (var i = 0; i < 2; i++) {
        word[i] <== Word()(out_value[i], 0);
        made[i] <== Commitment()(word[i], out_inner[i]);
        out[i] === made[i];
    }

    // 6. Nothing appears and nothing is lost. Both sides are below 2^97 but for `public_amount`, so
    //    that with amount + fee below 2^97 they are equal as numbers.
    value[0] + value[1] + public_amount === out_value[0] + out_value[1];

    // 7. The context is part of what is proved.
    Bind()(context);
}

component main {public [root, public_amount, context, nullifier, out]} = Transfer();
