"""Claims that must be refused, each beside the one rule that it breaks."""

from tests.circuits.drafts import ETHER, ClaimDraft
from tests.circuits.places import Sealed
from tests.circuits.rules import (
    ANY_KIND_0,
    ANY_KIND_1,
    VALUE_BOUND,
    Forgery,
    Rule,
    chosen,
)
from winze.protocol import MINEABLE

NOTES, LEDGER, MINING = (f"templates/{name}.circom" for name in ("notes", "ledger", "mining"))

# ---- the note and its claim id ----

IS_MINEABLE = Rule(
    "claim.circom",
    "signal commitment <== OwnedNote()(spending_key, value, 1, blinding);",
    """signal mineable <-- 0;
    signal commitment <== OwnedNote()(spending_key, value, mineable, blinding);""",
)
CLAIM_ID = Rule("claim.circom", "claim_id === own_claim_id;")
OTHER_POSITION = ClaimDraft(claimed_position=1)
OTHER_CLAIM_ID = Forgery(
    "the claim id of another position",
    CLAIM_ID,
    OTHER_POSITION,
    steps=(
        Rule(
            "claim.circom",
            "signal own_claim_id <== ClaimId()(spending_key, commitment, position);",
            "signal own_claim_id <-- claim_id;",
        ),
        Rule(
            NOTES,
            "claim_id <== Poseidon(4)([spending_key, commitment, position, 1]);",
            f"claim_id <-- {OTHER_POSITION.signals()['claim_id']};",
        ),
    ),
)

# ---- where it stands, and its spend ----

NOTE_STANDS = Rule("claim.circom", "root === note_root;")
SPEND_STANDS = Rule("claim.circom", "root === spend_root;")
STANDS_NOWHERE = Forgery(
    "a note that stands nowhere",
    NOTE_STANDS,
    ClaimDraft(deposits=False),
    steps=(
        Rule(
            "claim.circom",
            """(header, note_root) <== Membership(0)(
        commitment, position, leaf_siblings, timestamp, entropy, header_siblings
    );""",
            f"header <-- {ClaimDraft(deposits=False).deposit.header}; note_root <-- root;",
        ),
    ),
)
STRANGERS_SPEND = ClaimDraft(spent_key=99)
FOREIGN_SPEND = Forgery(
    "a stranger's spend",
    SPEND_STANDS,
    STRANGERS_SPEND,
    steps=(
        Rule(
            "claim.circom",
            "signal nullifier <== Nullifier()(spending_key, commitment, position);",
            f"signal nullifier <-- {STRANGERS_SPEND.nullifier};",
        ),
        Rule(
            "claim.circom",
            """(spend_header, spend_root) <== Membership(1)(
        nullifier, spend_position, spend_leaf_siblings, spend_timestamp, spend_entropy,
        spend_header_siblings
    );""",
            "spend_header <-- 0; spend_root <-- root;",
        ),
    ),
)

# ---- its stay ----

MATURE = Rule(MINING, "AtMost(TIMESTAMP_BITS() + 1)(deposited + lock, spent);")
TOO_EARLY = Forgery(
    "a spend one second before maturity",
    MATURE,
    ClaimDraft(late=-1),
    steps=(
        Rule("templates/bits.circom", "Range(bits)(b - a);"),
        Rule(
            "claim.circom",
            "signal lock <== LockPeriod()(header, blinding, lock_min, lock_range);",
            "signal lock <-- lock_min;",
        ),
        Rule("claim.circom", "Stayed()(timestamp, spend_timestamp, lock);"),
    ),
)


def _backdated() -> Forgery:
    """A deposit that says it was sealed an hour before its block was."""
    draft = ClaimDraft()
    told = draft.deposited - 3600
    early = ClaimDraft(late=-1, changes={"timestamp": told})
    sealed = draft.deposited + draft.lock - 1
    spend = Sealed({early.spend_leaf: early.nullifier}, sealed, 42)
    headers = chosen("timestamp", {told: draft.deposit.header, sealed: spend.header})
    return Forgery(
        "a deposit dated an hour before its block",
        Rule(
            LEDGER,
            "header <== Header()(block_root, timestamp, entropy);",
            f"header <-- {headers};",
        ),
        early,
        steps=(
            Rule(
                LEDGER,
                "header <== Poseidon(3)([block_root, timestamp, entropy]);",
                f"header <-- {headers};",
            ),
        ),
    )


# ---- bounds of times ----

DEPOSITED_BOUND = Rule(MINING, "Range(TIMESTAMP_BITS())(deposited);")
SPENT_BOUND = Rule(MINING, "Range(TIMESTAMP_BITS())(spent);")
LOCK_MIN_BOUND = Rule(MINING, "Range(SECONDS_BITS())(lock_min);")
LOCK_RANGE_BOUND = Rule(MINING, "Range(SECONDS_BITS())(lock_range);")

CLAIMS = (
    TOO_EARLY,
    _backdated(),
    Forgery("a note that is not mineable", IS_MINEABLE, ClaimDraft(word=ETHER)),
    Forgery("a value of 2^96", VALUE_BOUND, ClaimDraft(value=1 << 96, word=(1 << 96) + MINEABLE)),
    STANDS_NOWHERE,
    Forgery("a nullifier taken for the note", ANY_KIND_1, ClaimDraft(leaf=9)),
    OTHER_CLAIM_ID,
    FOREIGN_SPEND,
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
