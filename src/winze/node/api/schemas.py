"""What the published description says about bodies, from the tables by which they are read."""

from collections.abc import Mapping
from typing import Any, Final

from winze.circuits import Proof
from winze.protocol import ETHER, Claim, EthAddress, Transfer
from winze.wire import (
    CLAIM_FIELDS,
    MAY_BE_ABSENT,
    PROOF,
    QUOTE_FIELDS,
    STATUS_FIELDS,
    TRANSFER_FIELDS,
    Address,
    RelayRequest,
    Spelling,
    element,
    moment,
    wei,
)

Schema = dict[str, Any]


def record(
    what: str, required: Mapping[str, Spelling | Schema], optional: Mapping[str, Any] | None = None
) -> Schema:
    """An object of these fields and no others."""
    fields = {**required, **(optional or {})}
    return {
        "type": "object",
        "description": what,
        "additionalProperties": False,
        "required": list(required),
        "properties": {
            name: field if isinstance(field, dict) else field.schema
            for name, field in fields.items()
        },
    }


def listed(what: str, items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "description": what, "items": items}


def table(what: str, values: Schema) -> Schema:
    """An object whose fields' names are data."""
    return {"type": "object", "description": what, "additionalProperties": values}


def text(what: str) -> Schema:
    """Any text."""
    return {"type": "string", "description": what}


def count(what: str) -> Schema:
    """A whole number from 0."""
    return {"type": "integer", "minimum": 0, "description": what}


def seconds(what: str) -> Schema:
    """A duration that may be unknown."""
    return {"type": ["number", "null"], "minimum": 0, "description": what}


def flag(what: str) -> Schema:
    """Yes or no."""
    return {"type": "boolean", "description": what}


def named(schema: str) -> Schema:
    """The schema of that name."""
    return {"$ref": f"#/components/schemas/{schema}"}


def amount(what: str) -> Schema:
    """A number of 256 bits as a decimal text."""
    return {"type": "string", "pattern": "^(0|[1-9][0-9]{0,77})$", "description": what}


PERMIT_FIELDS: Final[Mapping[str, Spelling]] = {
    "depositor": Address("Who will send the deposit"),
    "value": wei("What will be deposited"),
    "inner": element("The deposit's `inner`"),
}
"""What a permit is for."""

_HASH: Final[Schema] = {"type": "string", "pattern": "^0x[0-9a-f]{64}$"}

_HEADER: Final = record(
    "A block of the chain",
    {
        "number": count("How many came before it"),
        "hash": {**_HASH, "description": "Its hash"},
        "timestamp": moment("Its time"),
    },
)

_STAGES: Final = record(
    "Medians of how long each stage took lately; null where nothing was measured",
    {
        "confirm": seconds("From a chain block with an event to the node's acting on it"),
        "seal": seconds("From a ledger block's first entry to its seal"),
        "draw": seconds("From its seal to its draw"),
        "prove": seconds("From its draw to its proof"),
        "include": seconds("From its proof to the chain block that holds it"),
        "batch": seconds("From a request's acceptance, or its not_before, to its execution"),
    },
)

SCHEMAS: Final[Mapping[str, Schema]] = {
    "Problem": {
        "type": "object",
        "description": "Why something was not done (RFC 9457)",
        "required": ["type", "title", "status", "detail", "code"],
        "additionalProperties": False,
        "properties": {
            "type": text("A name for this kind of problem, for ever the same"),
            "title": text("The status in words"),
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": text("What is wrong, for people"),
            "code": {
                "type": "string",
                "pattern": "^[a-z_]+$",
                "description": "What is wrong, for programs",
            },
            "field": text("Where it stands in what was sent"),
        },
    },
    "Transfer": record("A transfer, as the pool takes it (protocol §5)", TRANSFER_FIELDS),
    "Claim": record("A claim, as the rewards take it (protocol §6.2)", CLAIM_FIELDS),
    "RelayRequest": {
        **record(
            "A transfer; or a claim; or a claim with the transfer that pays for it, whose claim_id "
            "is the claim's. Each comes with its proof.",
            {},
            {
                "transfer": named("Transfer"),
                "transfer_proof": PROOF,
                "claim": named("Claim"),
                "claim_proof": PROOF,
            },
        ),
        "minProperties": 2,
        "dependentRequired": {
            "transfer": ["transfer_proof"],
            "transfer_proof": ["transfer"],
            "claim": ["claim_proof"],
            "claim_proof": ["claim"],
        },
    },
    "RequestStatus": record("How a request stands", STATUS_FIELDS, MAY_BE_ABSENT),
    "Quote": record("What the relayer takes, and until when", QUOTE_FIELDS),
    "Header": _HEADER,
    "Status": record(
        "How the node stands",
        {
            "network": text("The network that it serves"),
            "version": text("Its software"),
            "sealed": count("Blocks of the ledger that are sealed, proved ones included"),
            "proved": count("Blocks of the ledger that are proved"),
            "open_entries": count("Operations in the open block"),
            "queue": table("Requests by state", count("How many")),
            "balances": table("What the node's own addresses hold", wei("The balance").schema),
            "stages": _STAGES,
            "screened": flag("Whether deposits want a screener's permit"),
            "relays": flag("Whether the node takes requests"),
            "warnings": listed("What the operator should see to", text("A sentence")),
        },
        {
            "head": named("Header"),
            "cursor": named("Header"),
            "due": moment("From when on the open block may be sealed"),
        },
    ),
    "Sync": record(
        "What there is of bulk data",
        {
            "generation": count("How often the chain took something back: read again if it grew"),
            "kinds": table(
                "Rows by kind",
                record(
                    "Rows of one kind",
                    {
                        "rows": count("All of them"),
                        "final": count("How many, from the first on, never change"),
                        "row_size": count("Bytes of a row"),
                        "page_rows": count("Rows that a page holds at most"),
                    },
                ),
            ),
        },
        {"cursor": named("Header")},
    ),
    "Rewards": record(
        "What an account earned, for explorers: a wallet derives it from bulk data",
        {
            "account": Address("The account"),
            "periods": listed(
                "By period, oldest first",
                record(
                    "One period",
                    {
                        "period": count("The period"),
                        "points": amount("The points of its claims"),
                        "minted_points": amount("How many of them were minted for"),
                        "itx": amount("What they are worth by now, in 10^-18 ITX"),
                    },
                ),
            ),
        },
    ),
    "Withdrawable": record(
        "What waits for an account that refused a payment",
        {"account": Address("The account"), "amount": wei("What waits")},
    ),
    "Statistics": record(
        "What everybody did, counted",
        {
            "deposits": count("Deposits of any amount, redeposits included"),
            "transfers": count("Transfers that were executed"),
            "denominations": listed(
                "By denomination, smallest first",
                record(
                    "One denomination",
                    {
                        "value": wei("The amount"),
                        "points": count("What a claim of it earns"),
                        "anonymity_set": count(
                            "Mining deposits ever made of it: a withdrawal hides among them"
                        ),
                        "claims": count("Claims ever made of it"),
                    },
                ),
            ),
        },
        {
            "today": record(
                "The period in which a claim would land now",
                {
                    "period": count("The period"),
                    "points": amount("All points earned in it so far"),
                    "issuance": amount("What it issues if anybody claims, in 10^-18 ITX"),
                },
            )
        },
    ),
    "PermitRequest": record("The deposit that a permit is asked for", PERMIT_FIELDS),
    "Permit": record(
        "A screener's permit, as the pool takes it",
        {
            "deadline": moment("The last second at which it holds"),
            "r": {**_HASH, "description": "The signature's first half (EIP-2098)"},
            "vs": {**_HASH, "description": "Its second half, with the parity on top"},
        },
    ),
    "Health": record("The node is well", {"status": {"type": "string", "enum": ["live", "ready"]}}),
}
"""All of them, by name."""


def example_request() -> RelayRequest:
    """A request as one looks: nothing in it proves anything."""
    claim_id = 20_011_223_344_556_677_889_900
    relayer = EthAddress("0x" + "11" * 20)
    transfer = Transfer(
        anchor=41,
        nullifier1=2**250 + 1,
        nullifier2=2**250 + 2,
        out1=2**250 + 3,
        out2=2**250 + 4,
        recipient=EthAddress("0x" + "22" * 20),
        amount=ETHER,
        fee=2 * 10**14,
        relayer=relayer,
        not_before=1_800_000_000,
        deadline=1_800_003_600,
        claim_id=claim_id,
        inner=0,
        memos=bytes(range(160)),
    )
    claim = Claim(
        anchor=41,
        claim_id=claim_id,
        value=ETHER,
        recipient=EthAddress("0x" + "33" * 20),
        not_before=0,
        deadline=0,
    )
    proof = Proof(bytes(range(256)))
    return RelayRequest(transfer, proof, claim, proof)
