"""Witnesses that must be refused, each beside the one rule that it breaks.

Every forgery breaks a single rule of its circuit: the circuit refuses it, and the same circuit
without that rule accepts it. `test_refusals.py` shows the first, `test_rules.py` the second.
"""

from dataclasses import dataclass

from tests.circuits.drafts import (
    ETHER,
    MIXED_SLOTS,
    BlockDraft,
    ClaimDraft,
    Input,
    TransferDraft,
    deposit_slot,
)
from tests.circuits.places import hash_of
from winze.circuits import Circuit
from winze.protocol import DEPOSIT, FIELD_ORDER, MINEABLE

WORTHLESS = Input(22, 0, blinding=6)
FORGERS_KEY = 999
STRANGERS_NOTE = Input(11, 8 * ETHER)
STRANGERS_DUMMY = Input(11, 0, blinding=6, block=5)


@dataclass(frozen=True)
class Rule:
    """A rule of a circuit, as text, and what stands there where the rule is gone."""

    file: str
    text: str
    without: str = ""
    """Where the rule computes something, the same left to the prover."""


@dataclass(frozen=True)
class Forgery:
    """A witness that breaks one rule."""

    name: str
    rule: Rule
    draft: TransferDraft | ClaimDraft | BlockDraft


VALUE_BOUND = Rule("templates/notes.circom", "Range(VALUE_BITS())(value);")
MINEABLE_BIT = Rule("templates/notes.circom", "mineable * (mineable - 1) === 0;")
OWNER = Rule(
    "templates/notes.circom",
    "signal owner <== Poseidon(1)([spending_key]);",
    f"signal owner <-- {hash_of(11)};",
)
POSITION_BITS = Rule(
    "templates/ledger.circom",
    "signal bits[SLOT_BITS() + DEPTH()] <== Num2Bits(SLOT_BITS() + DEPTH())(position);",
    """signal low <-- position & ((1 << 32) - 1);
    signal bits[SLOT_BITS() + DEPTH()] <== Num2Bits(SLOT_BITS() + DEPTH())(low);""",
)
KIND = "right[0] <== kind;"
ANY_KIND_0 = Rule("templates/ledger.circom", KIND, "right[0] <-- 0;")
ANY_KIND_1 = Rule("templates/ledger.circom", KIND, "right[0] <-- 1;")

MEMBER = Rule("transfer.circom", "(root - found[i]) * value[i] === 0;")
OWN_NULLIFIER = Rule("transfer.circom", "nullifier[i] === spent[i];")
DIFFERENT = Rule("transfer.circom", "(nullifier[0] - nullifier[1]) * difference_inverse === 1;")
OUTPUTS = Rule("transfer.circom", "out[i] === made[i];")
BALANCE = Rule(
    "transfer.circom",
    "value[0] + value[1] + public_amount === out_value[0] + out_value[1];",
)

TRANSFERS = (
    Forgery(
        "an input worth 2^96",
        VALUE_BOUND,
        TransferDraft(first=Input(11, 1 << 96), out_values=((1 << 96) - 1, 0)),
    ),
    Forgery(
        "an output worth 2^96",
        VALUE_BOUND,
        TransferDraft(
            first=Input(11, (1 << 96) - 1),
            second=Input(22, 1, block=9),
            out_values=(1 << 96, 0),
        ),
    ),
    Forgery(
        "outputs that wrap around the field",
        VALUE_BOUND,
        TransferDraft(out_values=(1000 * ETHER, FIELD_ORDER - 996 * ETHER)),
    ),
    Forgery(
        "a mineable that turns a note of 3 wei into one of 3 ETH",
        MINEABLE_BIT,
        TransferDraft(
            first=Input(11, 3 * ETHER, mineable=(3 - 3 * ETHER) * pow(MINEABLE, -1, FIELD_ORDER))
        ),
    ),
    Forgery(
        "a stranger's note under a key of the forger's own",
        OWNER,
        TransferDraft(
            first=STRANGERS_NOTE,
            second=STRANGERS_DUMMY,
            changes={
                "spending_key": [FORGERS_KEY, 11],
                "nullifier": [
                    hash_of(FORGERS_KEY, STRANGERS_NOTE.commitment, STRANGERS_NOTE.position),
                    STRANGERS_DUMMY.nullifier,
                ],
            },
        ),
    ),
    Forgery("notes that stand nowhere", MEMBER, TransferDraft(leaves=False)),
    Forgery("another root", MEMBER, TransferDraft(changes={"root": 1})),
    Forgery(
        "a nullifier taken for a note",
        ANY_KIND_1,
        TransferDraft(first=Input(11, 2 * ETHER, leaf=1), second=WORTHLESS),
    ),
    Forgery(
        "the nullifier of another position",
        OWN_NULLIFIER,
        TransferDraft(first=Input(11, 2 * ETHER, published_position=1)),
    ),
    Forgery(
        "a stranger's nullifier from a dummy",
        OWN_NULLIFIER,
        TransferDraft(
            second=WORTHLESS,
            changes={"nullifier": [TransferDraft().first.nullifier, STRANGERS_NOTE.nullifier]},
        ),
    ),
    Forgery(
        "a position with another multiple of 2^32",
        POSITION_BITS,
        TransferDraft(
            first=Input(11, 2 * ETHER, block=1, leaf=0, published_position=64 + (1 << 32)),
            second=Input(22, 0, block=1, leaf=2),
            changes={"position": [64 + (1 << 32), 65]},
        ),
    ),
    Forgery("one note twice", DIFFERENT, TransferDraft(second=TransferDraft().first)),
    Forgery(
        "a mineable output",
        OUTPUTS,
        TransferDraft(out_words=(MINEABLE + 1 * ETHER, 3 * ETHER)),
    ),
    Forgery(
        "one wei more than there was",
        BALANCE,
        TransferDraft(changes={"public_amount": FIELD_ORDER - ETHER - 1}),
    ),
)

CLAIM_ID = Rule("claim.circom", "claim_id === own_claim_id;")
NOTE_STANDS = Rule("claim.circom", "root === note_root;")
SPEND_STANDS = Rule("claim.circom", "root === spend_root;")
IS_MINEABLE = Rule(
    "claim.circom",
    "signal commitment <== OwnedNote()(spending_key, value, 1, blinding);",
    """signal mineable <-- 0;
    signal commitment <== OwnedNote()(spending_key, value, mineable, blinding);""",
)
MATURE = Rule("templates/mining.circom", "AtMost(TIMESTAMP_BITS() + 1)(deposited + lock, spent);")
DEPOSITED_BOUND = Rule("templates/mining.circom", "Range(TIMESTAMP_BITS())(deposited);")
SPENT_BOUND = Rule("templates/mining.circom", "Range(TIMESTAMP_BITS())(spent);")
LOCK_MIN_BOUND = Rule("templates/mining.circom", "Range(SECONDS_BITS())(lock_min);")
LOCK_RANGE_BOUND = Rule("templates/mining.circom", "Range(SECONDS_BITS())(lock_range);")

CLAIMS = (
    Forgery("a spend one second before maturity", MATURE, ClaimDraft(late=-1)),
    Forgery("a note that is not mineable", IS_MINEABLE, ClaimDraft(word=ETHER)),
    Forgery("a value of 2^96", VALUE_BOUND, ClaimDraft(value=1 << 96, word=(1 << 96) + MINEABLE)),
    Forgery("a note that stands nowhere", NOTE_STANDS, ClaimDraft(deposits=False)),
    Forgery("a nullifier taken for the note", ANY_KIND_1, ClaimDraft(leaf=9)),
    Forgery("the claim id of another position", CLAIM_ID, ClaimDraft(claimed_position=1)),
    Forgery("a stranger's spend", SPEND_STANDS, ClaimDraft(spent_key=99)),
    Forgery("a note taken for the spend", ANY_KIND_0, ClaimDraft(spend_leaf=126)),
    Forgery(
        "a deposit before the beginning of time",
        DEPOSITED_BOUND,
        ClaimDraft(deposited=-1000, lock_min=2000),
    ),
    Forgery("a spend beyond all timestamps", SPENT_BOUND, ClaimDraft(spent=1 << 40)),
    Forgery("a lock_min beyond all durations", LOCK_MIN_BOUND, ClaimDraft(lock_min=1 << 32)),
    Forgery("a lock_range beyond all durations", LOCK_RANGE_BOUND, ClaimDraft(lock_range=1 << 32)),
)

BLOCK_ROOT = Rule("block.circom", "block_root === own_block_root;")
IS_ZERO = Rule(
    "block.circom",
    "private_output[i] <== IsZero()(a[i]);",
    "private_output[i] <-- (a[i] == 0 && b[i] != 502) ? 1 : 0;",
)
SUM = Rule("block.circom", "sum === partial[0];")
INDEX_BITS = Rule(
    "block.circom",
    "signal bits[DEPTH()] <== Num2Bits(DEPTH())(index);",
    """signal low <-- index & ((1 << 26) - 1);
    signal bits[DEPTH()] <== Num2Bits(DEPTH())(low);""",
)
EMPTY_BEFORE = Rule("block.circom", "old_root === before;")
HEADER_AFTER = Rule("block.circom", "new_root === after;")


BLOCKS = (
    Forgery(
        "a deposit taken for a private output",
        BLOCK_ROOT,
        BlockDraft(slots=((DEPOSIT + ETHER, 501, 501), *MIXED_SLOTS[1:])),
    ),
    Forgery(
        "a private output taken for a deposit",
        IS_ZERO,
        BlockDraft(slots=(MIXED_SLOTS[0], (0, 502, hash_of(-DEPOSIT, 502)), MIXED_SLOTS[2])),
    ),
    Forgery(
        "a deposit of more than the pool saw",
        SUM,
        BlockDraft(
            slots=(deposit_slot(2 * ETHER, 501), *MIXED_SLOTS[1:]),
            summed=(deposit_slot(ETHER, 501), *MIXED_SLOTS[1:]),
        ),
    ),
    Forgery("spends in another order", SUM, BlockDraft(summed_spends=(602, 601))),
    Forgery("a spend left out", SUM, BlockDraft(spends=(601,), summed_spends=(601, 602))),
    Forgery(
        "an index with another multiple of 2^26",
        INDEX_BITS,
        BlockDraft(changes={"index": 5 + (1 << 26)}),
    ),
    Forgery("a place that is taken", EMPTY_BEFORE, BlockDraft(replaced=999)),
    Forgery("another root before", EMPTY_BEFORE, BlockDraft(changes={"old_root": 1})),
    Forgery("another root after", HEADER_AFTER, BlockDraft(changes={"new_root": 1})),
    Forgery("another time than the header's", HEADER_AFTER, BlockDraft(changes={"timestamp": 9})),
)

FORGERIES = {Circuit.TRANSFER: TRANSFERS, Circuit.CLAIM: CLAIMS, Circuit.BLOCK: BLOCKS}
