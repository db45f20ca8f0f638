"""Transfers that must be refused, each beside the one rule that it breaks.

Those about amounts and outputs stand in `forged_amounts.py`.
"""

from typing import cast

from tests.circuits.drafts import ETHER, Input, TransferDraft, inner_of
from tests.circuits.forged_amounts import AMOUNTS, MINEABLE_OUTPUT
from tests.circuits.places import Sealed, hash_of
from tests.circuits.rules import (
    ANY_KIND_1,
    Forgery,
    Rule,
    chosen,
)
from winze.protocol import FIELD_ORDER

NOTES, LEDGER = "templates/notes.circom", "templates/ledger.circom"

WORTHLESS = Input(22, 0, blinding=6)
FORGERS_KEY = 999
STRANGERS_NOTE = Input(11, 8 * ETHER)
STRANGERS_DUMMY = Input(11, 0, blinding=6, block=5)
STRANGERS = (STRANGERS_NOTE, STRANGERS_DUMMY)

# ---- the note that is spent ----

OWNER = Rule(
    NOTES,
    "signal owner <== Poseidon(1)([spending_key]);",
    f"signal owner <-- {hash_of(11)};",
)
FOREIGN_KEY = Forgery(
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
    steps=(
        Rule(
            NOTES,
            "signal inner <== Poseidon(2)([owner, blinding]);",
            "signal inner <-- "
            + chosen("blinding", {note.blinding: inner_of(11, note.blinding) for note in STRANGERS})
            + ";",
        ),
        Rule(
            NOTES,
            "commitment <== Commitment()(word, inner);",
            "commitment <-- "
            + chosen("blinding", {note.blinding: note.commitment for note in STRANGERS})
            + ";",
        ),
        Rule(
            "transfer.circom",
            "commitment[i] <== OwnedNote()(spending_key[i], value[i], mineable[i], blinding[i]);",
            "commitment[i] <-- "
            + chosen("blinding[i]", {note.blinding: note.commitment for note in STRANGERS})
            + ";",
        ),
    ),
)

CHEAP = chosen("value", {3 * ETHER: 3, 2 * ETHER: 2 * ETHER, ETHER: ETHER})
CHEAP_NOTE = Forgery(
    "a note of 3 wei that says it is one of 3 ETH",
    Rule(NOTES, "word <== value + MINEABLE() * mineable;", f"word <-- {CHEAP};"),
    TransferDraft(
        first=Input(11, 3),
        second=Input(22, 2 * ETHER, blinding=6, block=9),
        out_values=(ETHER, 2 * ETHER),
        changes={"value": [3 * ETHER, 2 * ETHER], "public_amount": FIELD_ORDER - 2 * ETHER},
    ),
    steps=(Rule(NOTES, "signal word <== Word()(value, mineable);", f"signal word <-- {CHEAP};"),),
)

# ---- where it stands ----

MEMBER = Rule("transfer.circom", "(root - found[i]) * value[i] === 0;")
NOWHERE = TransferDraft(leaves=False)
NOWHERE_ROOT = cast("int", NOWHERE.signals()["root"])
"""The root of a ledger whose blocks hold something else."""
NOWHERE_BLOCK = Sealed({1: 12345})
STANDS_NOWHERE = Forgery(
    "notes that stand nowhere",
    MEMBER,
    NOWHERE,
    steps=(
        Rule(
            "transfer.circom",
            """(header[i], found[i]) <== Membership(0)(
            commitment[i], position[i], leaf_siblings[i], timestamp[i], entropy[i], header_siblings[i]
        );""",  # noqa: E501 the circuit's own line
            "header[i] <-- 0; found[i] <-- root;",
        ),
        Rule(
            LEDGER,
            "signal block_root <== MerklePath(BLOCK_LEVELS())(leaf, right, leaf_siblings);",
            f"signal block_root <-- {NOWHERE_BLOCK.tree.root};",
        ),
        Rule(
            LEDGER,
            "root <== MerklePath(DEPTH())(header, above, header_siblings);",
            f"root <-- {NOWHERE_ROOT};",
        ),
        # The leaves 0 and 126 at which the two claim to stand are empty.
        Rule(LEDGER, "nodes[0] <== node;", "nodes[0] <-- levels == 7 ? 0 : node;"),
        Rule(
            LEDGER,
            "nodes[i + 1] <== Poseidon(2)([nodes[i] + shift[i], siblings[i] - shift[i]]);",
            f"nodes[i + 1] <-- i == 25 ? {NOWHERE_ROOT} : 0;",
        ),
        Rule(
            LEDGER,
            "root <== nodes[levels];",
            f"root <-- levels == 7 ? nodes[levels] : {NOWHERE_ROOT};",
        ),
    ),
)


def _between_other_children() -> TransferDraft:
    """`NOWHERE` with lowest siblings from which the honest pair of leaves can be made.

    With a shift of minus the node, the left child is 0 and the right one sibling + node.
    """
    siblings = [list(path) for path in cast("list[list[int]]", NOWHERE.signals()["leaf_siblings"])]
    for path, note in zip(siblings, (NOWHERE.first, NOWHERE.second), strict=True):
        path[0] = (path[0] - note.commitment) % FIELD_ORDER
    return TransferDraft(leaves=False, changes={"leaf_siblings": siblings})


OTHER_CHILDREN = Forgery(
    "a path between children of which the note is none",
    Rule(
        LEDGER,
        "shift[i] <== right[i] * (siblings[i] - nodes[i]);",
        "shift[i] <-- levels == 7 && i == 0 ? -nodes[i] : right[i] * (siblings[i] - nodes[i]);",
    ),
    _between_other_children(),
)

# ---- its position and its nullifier ----

OWN_NULLIFIER = Rule("transfer.circom", "nullifier[i] === spent[i];")
POSITION_BITS = Rule(
    LEDGER,
    "signal bits[SLOT_BITS() + DEPTH()] <== Num2Bits(SLOT_BITS() + DEPTH())(position);",
    """signal low <-- position & ((1 << 32) - 1);
    signal bits[SLOT_BITS() + DEPTH()] <== Num2Bits(SLOT_BITS() + DEPTH())(low);""",
)
OTHER_POSITION = TransferDraft(first=Input(11, 2 * ETHER, published_position=1))
DIFFERENT = Rule("transfer.circom", "(nullifier[0] - nullifier[1]) * difference_inverse === 1;")


def _at(position: int) -> TransferDraft:
    """A note of slot 3 in block 4 that says `position`, in its nullifier too."""
    second = TransferDraft().second
    return TransferDraft(
        first=Input(11, 2 * ETHER, published_position=position),
        changes={"position": [position, second.position]},
    )


POSITIONS = (
    Forgery(
        "the nullifier of another position",
        OWN_NULLIFIER,
        OTHER_POSITION,
        steps=(
            Rule(
                "transfer.circom",
                "spent[i] <== Nullifier()(spending_key[i], commitment[i], position[i]);",
                "spent[i] <-- nullifier[i];",
            ),
            Rule(
                NOTES,
                "nullifier <== Poseidon(3)([spending_key, commitment, position]);",
                "nullifier <-- "
                + chosen(
                    "spending_key",
                    {
                        note.spending_key: note.nullifier
                        for note in (OTHER_POSITION.first, OTHER_POSITION.second)
                    },
                )
                + ";",
            ),
        ),
    ),
    Forgery(
        "a position in another slot than the note's",
        Rule(
            LEDGER,
            "right[i + 1] <== bits[i];",
            f"right[i + 1] <-- ((position == {4 * 64 + 9} ? {4 * 64 + 3} : position) >> i) & 1;",
        ),
        _at(4 * 64 + 9),
    ),
    Forgery(
        "a position in another block than the note's",
        Rule(
            LEDGER,
            "above[i] <== bits[SLOT_BITS() + i];",
            f"above[i] <-- ((position == {7 * 64 + 3} ? {4 * 64 + 3} : position) >> (6 + i)) & 1;",
        ),
        _at(7 * 64 + 3),
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
    Forgery(
        "a stranger's nullifier from a dummy",
        OWN_NULLIFIER,
        TransferDraft(
            second=WORTHLESS,
            changes={"nullifier": [TransferDraft().first.nullifier, STRANGERS_NOTE.nullifier]},
        ),
    ),
    Forgery("one note twice", DIFFERENT, TransferDraft(second=TransferDraft().first)),
)

TRANSFERS = (
    *AMOUNTS,
    CHEAP_NOTE,
    FOREIGN_KEY,
    STANDS_NOWHERE,
    OTHER_CHILDREN,
    Forgery("another root", MEMBER, TransferDraft(changes={"root": 1})),
    Forgery(
        "a nullifier taken for a note",
        ANY_KIND_1,
        TransferDraft(first=Input(11, 2 * ETHER, leaf=1), second=WORTHLESS),
    ),
    *POSITIONS,
    MINEABLE_OUTPUT,
)
