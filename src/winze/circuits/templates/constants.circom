pragma circom 2.2.0;

// The numbers of protocol §1 that the statements need. `tests/circuits` holds each of them against
// its home in `winze.protocol`; templates read them from here and write none of their own.

// Notes, and also spends, that one block holds; and the bits of a slot's number.
function SLOTS() { return 64; }
function SLOT_BITS() { return 6; }

// Levels from a leaf to its block's root: a slot has two leaves, its note's and its spend's.
function BLOCK_LEVELS() { return SLOT_BITS() + 1; }

// Levels of the tree of block headers.
function DEPTH() { return 26; }

// Every value is below 2^VALUE_BITS wei.
function VALUE_BITS() { return 96; }

// Added to the word of a note that may earn ITX, and to a ledger entry that is a deposit.
function MINEABLE() { return 1 << 128; }
function DEPOSIT() { return 1 << 129; }

// Bounds of the types Timestamp and Seconds.
function TIMESTAMP_BITS() { return 40; }
function SECONDS_BITS() { return 32; }

// The low bits of H2(header, blinding) from which a lock period is drawn (protocol §6.1).
function DRAW_BITS() { return 64; }
