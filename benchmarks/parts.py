"""Where the gas of a transaction goes: the parts that it is divided into, and what is divided."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_OF: Final = ".of."


class Part(StrEnum):
    """One part of a transaction's gas, as the results call it. Together they are all of it."""

    BASE = "base"
    CALLDATA = "calldata"
    FLOOR = "floor"
    PAIRING = "pairing"
    CURVE = "curve"
    RECORDS = "records"
    STORAGE = "storage"
    PAYMENT = "payment"
    EVENTS = "events"
    CALLS = "calls"
    HASHING = "hashing"
    MEMORY = "memory"
    REST = "rest"
    REFUND = "refund"


MEANINGS: Final = {
    Part.BASE: "what every transaction costs",
    Part.CALLDATA: "calldata, byte by byte",
    Part.FLOOR: "what the floor price of calldata adds",
    Part.PAIRING: "pairing check",
    Part.CURVE: "multiplying and adding curve points",
    Part.RECORDS: "storage words written for the first time",
    Part.STORAGE: "all other storage, read and written",
    Part.PAYMENT: "sending ETH, and the account that it makes",
    Part.EVENTS: "events",
    Part.CALLS: "calls from contract to contract",
    Part.HASHING: "hashing",
    Part.MEMORY: "reading calldata and code into memory, moving words in it",
    Part.REST: "arithmetic, checks, jumps, the stack",
    Part.REFUND: "refunded",
}
"""What each part holds, in words."""


@dataclass(frozen=True)
class Divided:
    """A figure whose transaction is divided into parts."""

    name: str
    """The figure's."""

    title: str
    """What its column is called."""

    items: int = 1
    """How many operations share the transaction, and so each part."""

    def part(self, part: Part) -> str:
        """The name of a part in the results: gas of the whole transaction."""
        return part_name(self.name, part)


def part_name(figure: str, part: Part) -> str:
    """What the results call a part of a figure's transaction."""
    return f"{figure}{_OF}{part}"


DIVIDED: Final = (
    Divided("gas.deposit", "deposit"),
    Divided("gas.transfer.1", "transfer"),
    Divided("gas.transfer.16", "each of 16", 16),
    Divided("gas.redeposit.16", "redeposit, each of 16", 16),
    Divided("gas.claim.1", "claim"),
    Divided("gas.claim.16", "each of 16", 16),
    Divided("gas.prove.1", "proving a block"),
    Divided("gas.prove.4", "each of 4", 4),
    Divided("gas.distribute.50", "distributing, each of 50", 50),
)
"""In the order of their columns."""

PART_NAMES: Final = tuple(each.part(part) for each in DIVIDED for part in Part)
"""Everything that dividing adds to the results."""
