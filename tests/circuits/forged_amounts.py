"""Transfers that must be refused for what they make of amounts, words and outputs."""

from tests.circuits.drafts import ETHER, LAST_BLOCK, Input, TransferDraft, inner_of
from tests.circuits.places import hash_of
from tests.circuits.rules import RANGE, VALUE_BOUND, Forgery, Rule, chosen
from winze.protocol import FIELD_ORDER, MINEABLE

NOTES = "templates/notes.circom"

# ---- the notes that are made ----

OUTPUTS = Rule("transfer.circom", "out[i] === made[i];")
MADE_MINEABLE = TransferDraft(out_words=(MINEABLE + 1 * ETHER, 3 * ETHER))
COMMITMENTS = {
    inner_of(11, 5): MADE_MINEABLE.first.commitment,
    inner_of(22, 6): MADE_MINEABLE.second.commitment,
    901: hash_of(MINEABLE + 1 * ETHER, 901),
    902: hash_of(3 * ETHER, 902),
}
"""By inner: the notes spent and those made."""
MINEABLE_OUTPUT = Forgery(
    "a mineable output",
    OUTPUTS,
    MADE_MINEABLE,
    steps=(
        Rule(
            "transfer.circom",
            "word[i] <== Word()(out_value[i], 0);",
            f"word[i] <-- out_value[i] + (i == 0 ? {MINEABLE} : 0);",
        ),
        Rule(
            "transfer.circom",
            "made[i] <== Commitment()(word[i], out_inner[i]);",
            "made[i] <-- out[i];",
        ),
        Rule(
            NOTES,
            "commitment <== Poseidon(2)([word, inner]);",
            f"commitment <-- {chosen('inner', COMMITMENTS)};",
        ),
    ),
)

# ---- amounts ----

MINEABLE_BIT = Rule(NOTES, "mineable * (mineable - 1) === 0;")
BALANCE = Rule(
    "transfer.circom",
    "value[0] + value[1] + public_amount === out_value[0] + out_value[1];",
)

AMOUNTS = (
    Forgery(
        "an input worth 2^96",
        VALUE_BOUND,
        TransferDraft(first=Input(11, 1 << 96), out_values=((1 << 96) - 1, 0)),
        steps=(RANGE,),
    ),
    Forgery(
        "an input below zero, whose debt nobody pays",
        VALUE_BOUND,
        TransferDraft(
            first=Input(11, -ETHER),
            second=Input(22, 5 * ETHER, blinding=6, block=LAST_BLOCK, leaf=126),
        ),
        steps=(RANGE,),
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
        "one wei more than there was",
        BALANCE,
        TransferDraft(changes={"public_amount": FIELD_ORDER - ETHER - 1}),
    ),
)
