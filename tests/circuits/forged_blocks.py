"""Blocks that must be refused, each beside the one rule that it breaks."""

from typing import cast

from tests.circuits.drafts import ETHER, MIXED_SLOTS, BlockDraft, deposit_slot
from tests.circuits.places import hash_of
from tests.circuits.rules import Forgery, Rule, chosen
from winze.protocol import DEPOSIT, FIELD_ORDER, SLOTS

BLOCK, LEDGER = "block.circom", "templates/ledger.circom"


def public(draft: BlockDraft, name: str) -> int:
    """A public signal of `draft`."""
    return cast("int", draft.signals()[name])


# ---- its leaves ----

BLOCK_ROOT = Rule(BLOCK, "block_root === own_block_root;")
TAKEN_AS_OUTPUT = BlockDraft(slots=((DEPOSIT + ETHER, 501, 501), *MIXED_SLOTS[1:]))
TAKEN_ROOT = public(TAKEN_AS_OUTPUT, "block_root")
LEAVES = {501: 501, 502: 502, 503: MIXED_SLOTS[2][2]}
"""What the forged deposit, the private output and the honest deposit leave, by their b."""
DEPOSIT_AS_OUTPUT = Forgery(
    "a deposit taken for a private output",
    BLOCK_ROOT,
    TAKEN_AS_OUTPUT,
    steps=(
        Rule(
            BLOCK,
            "committed[i] <== Poseidon(2)([a[i] - DEPOSIT(), b[i]]);",
            f"committed[i] <-- {chosen('b[i]', LEAVES)};",
        ),
        Rule(
            BLOCK,
            "leaves[2 * i] <== committed[i] + difference[i];",
            f"leaves[2 * i] <-- {chosen('b[i]', LEAVES)};",
        ),
        Rule(
            BLOCK,
            "signal own_block_root <== MerkleRoot(BLOCK_LEVELS())(leaves);",
            "signal own_block_root <-- block_root;",
        ),
        Rule(
            LEDGER,
            "nodes[(1 << levels) + i] <== leaves[i];",
            "nodes[(1 << levels) + i] <-- i == 0 ? 501 : leaves[i];",
        ),
        Rule(
            LEDGER,
            "nodes[i] <== Poseidon(2)([nodes[2 * i], nodes[2 * i + 1]]);",
            f"nodes[i] <-- {TAKEN_ROOT};",
        ),
        Rule(LEDGER, "root <== nodes[1];", f"root <-- {TAKEN_ROOT};"),
    ),
)
OUTPUT_AS_DEPOSIT = Forgery(
    "a private output taken for a deposit",
    Rule(
        BLOCK,
        "private_output[i] <== IsZero()(a[i]);",
        "private_output[i] <-- (a[i] == 0 && b[i] != 502) ? 1 : 0;",
    ),
    BlockDraft(slots=(MIXED_SLOTS[0], (0, 502, hash_of(-DEPOSIT, 502)), MIXED_SLOTS[2])),
    steps=(
        Rule(
            BLOCK,
            "difference[i] <== private_output[i] * (b[i] - committed[i]);",
            "difference[i] <-- b[i] == 502 ? 0 : private_output[i] * (b[i] - committed[i]);",
        ),
    ),
)
OTHER_SPENDS = Forgery(
    "spends in the leaves that are not those of the slots",
    Rule(
        BLOCK,
        "leaves[2 * i + 1] <== s[i];",
        f"leaves[2 * i + 1] <-- {chosen('s[i]', {601: 602, 602: 601})};",
    ),
    BlockDraft(
        summed_spends=(602, 601),
        changes={"s": [602, 601, *[0] * (SLOTS - 2)]},
    ),
)

# ---- the entries on chain ----

SUM = Rule(BLOCK, "sum === partial[0];")
RICHER = (deposit_slot(2 * ETHER, 501), *MIXED_SLOTS[1:])
MORE_THAN_SEEN = BlockDraft(slots=RICHER, summed=(deposit_slot(ETHER, 501), *MIXED_SLOTS[1:]))
HEAD_START = (public(MORE_THAN_SEEN, "sum") - public(BlockDraft(slots=RICHER), "sum")) * pow(
    MORE_THAN_SEEN.z, -3 * SLOTS, FIELD_ORDER
)
RICHER_DEPOSIT = Forgery(
    "a deposit of more than the pool saw",
    SUM,
    MORE_THAN_SEEN,
    steps=(
        Rule(
            BLOCK,
            "partial[3 * SLOTS()] <== 0;",
            f"partial[3 * SLOTS()] <-- {HEAD_START % FIELD_ORDER};",
        ),
        Rule(
            BLOCK,
            "partial[3 * i + 2] <== partial[3 * i + 3] * z + s[i];",
            "partial[3 * i + 2] <-- ((sum - a[0]) / z - b[0]) / z;",
        ),
        Rule(
            BLOCK,
            "partial[3 * i + 1] <== partial[3 * i + 2] * z + b[i];",
            "partial[3 * i + 1] <-- (sum - a[0]) / z;",
        ),
        Rule(
            BLOCK,
            "partial[3 * i] <== partial[3 * i + 1] * z + a[i];",
            "partial[3 * i] <-- sum;",
        ),
    ),
)

# ---- its place in the ledger ----

INDEX_BITS = Rule(
    BLOCK,
    "signal bits[DEPTH()] <== Num2Bits(DEPTH())(index);",
    """signal low <-- index & ((1 << 26) - 1);
    signal bits[DEPTH()] <== Num2Bits(DEPTH())(low);""",
)
EMPTY_BEFORE = Rule(BLOCK, "old_root === before;")
HEADER_AFTER = Rule(BLOCK, "new_root === after;")
OTHER_TIME = BlockDraft(changes={"timestamp": 9})
OTHER_HEADER = hash_of(public(OTHER_TIME, "block_root"), 1000, 43)

BLOCKS = (
    DEPOSIT_AS_OUTPUT,
    OUTPUT_AS_DEPOSIT,
    OTHER_SPENDS,
    RICHER_DEPOSIT,
    Forgery("spends in another order", SUM, BlockDraft(summed_spends=(602, 601))),
    Forgery("a spend left out", SUM, BlockDraft(spends=(601,), summed_spends=(601, 602))),
    Forgery(
        "an index with another multiple of 2^26",
        INDEX_BITS,
        BlockDraft(changes={"index": 5 + (1 << 26)}),
    ),
    Forgery("a place that is taken", EMPTY_BEFORE, BlockDraft(replaced=999)),
    Forgery(
        "another root before",
        EMPTY_BEFORE,
        BlockDraft(changes={"old_root": 1}),
        steps=(
            Rule(
                BLOCK,
                "signal before <== MerklePath(DEPTH())(0, bits, siblings);",
                "signal before <-- old_root;",
            ),
        ),
    ),
    Forgery(
        "another root after",
        HEADER_AFTER,
        BlockDraft(changes={"new_root": 1}),
        steps=(
            Rule(
                BLOCK,
                "signal after <== MerklePath(DEPTH())(header, bits, siblings);",
                "signal after <-- new_root;",
            ),
        ),
    ),
    Forgery(
        "another time than the header's",
        HEADER_AFTER,
        OTHER_TIME,
        steps=(
            Rule(
                BLOCK,
                "signal header <== Header()(block_root, timestamp, entropy);",
                f"signal header <-- {OTHER_HEADER};",
            ),
        ),
    ),
)
