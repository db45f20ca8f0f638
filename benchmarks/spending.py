"""The section that shows where the gas goes."""

from typing import Final

from benchmarks.figures import Results, Value
from benchmarks.markdown import table
from benchmarks.parts import DIVIDED, MEANINGS, Divided, Part
from benchmarks.peers import STEPS, Comparison
from benchmarks.sums import MISSING, shown_total

PRICED: Final = (
    Part.BASE,
    Part.CALLDATA,
    Part.FLOOR,
    Part.PAIRING,
    Part.CURVE,
    Part.RECORDS,
    Part.PAYMENT,
    Part.EVENTS,
)
"""What the protocol asks for at the chain's prices, however well the contracts are written."""

_PERCENT: Final = 100

_PARTS: Final = """\
## Where the gas goes

The transactions of the figures above, step by step as the chain itself accounts for them, divided
by what they did. Every step stands in one row; the sums are the receipts' gas to the unit, or the
measurement stops (rows are rounded one by one).
"""

_ARGUMENT: Final = """\
* The **pairing check** has three pairs for the key and one for each proof, at the chain's price; a
  batch shares the three. It is the largest part of everything alone, and what a batch saves most.
* **Points** are multiplied once for each public input, which is why a transfer has so few and puts
  the rest of its terms into one hash. A proof in a batch costs two more, by its random weight.
* **New words**: two nullifiers for a transfer, one record for a claim, a balance for whoever has
  no ITX yet. They can't be packed, since each must be found again by itself; and a nullifier must
  stay for good. That they are looked up first stands under *all other storage*, and so does the
  ledger: the open block's digest and one word of counters, read and written once for all
  transfers of a call.
* **Sending ETH** is mostly the new account: what is paid to an address that exists costs less by
  exactly that. Fees to the same relayer are summed and paid once.
* **Calldata and events** hold the proof, the public values and the memos, from which alone wallets
  and nodes recover everything. The floor of EIP-7623 binds nowhere as long as its row is empty.
* What remains is ours: hashing, copying and checking. The last line says how little it is. Where it
  is most, in proving, it is the entries of a block, hashed and summed up once again.
"""

_STEPS: Final = """\
### What mining once costs

With relayers who fill their batches, blocks that are full (64 notes and 64 spends) and proved in
fours. A deposit fills one of a block's 64 slots, a transfer two.
"""


def spending(results: Results) -> str:
    """The section, from nothing but the results."""
    return "\n".join((_PARTS, _parts(results), _ARGUMENT, _STEPS, _steps(results)))


def _parts(results: Results) -> str:
    rows = [
        (MEANINGS[part], *(_per_item(results.get(each.part(part)), each.items) for each in DIVIDED))
        for part in Part
    ]
    sums = ("**together**", *(f"**{_sum(results, each)}**" for each in DIVIDED))
    priced = ("of this at the chain's prices", *(_priced(results, each) for each in DIVIDED))
    return table(("", *(each.title for each in DIVIDED)), (*rows, sums, priced))


def _per_item(value: Value | None, items: int) -> str:
    if not isinstance(value, int | float):
        return MISSING
    return f"{value / items:,.0f}" if value else ""


def _whole(results: Results, divided: Divided, parts: tuple[Part, ...]) -> int | None:
    values = [results.get(divided.part(part)) for part in parts]
    known = [value for value in values if isinstance(value, int)]
    return sum(known) if len(known) == len(values) else None


def _sum(results: Results, divided: Divided) -> str:
    return _per_item(_whole(results, divided, tuple(Part)), divided.items)


def _priced(results: Results, divided: Divided) -> str:
    whole, priced = _whole(results, divided, tuple(Part)), _whole(results, divided, PRICED)
    return f"{_PERCENT * priced / whole:.0f} %" if whole and priced else MISSING


def _steps(results: Results) -> str:
    together = Comparison(
        "**together**",
        tuple(share for step in STEPS for share in step.transaction),
        tuple(share for step in STEPS for share in step.blocks),
    )
    return table(
        ("what", "transaction", "share of its block", "sum"),
        (_step(results, step) for step in (*STEPS, together)),
    )


def _step(results: Results, step: Comparison) -> tuple[str, ...]:
    return (
        step.operation,
        shown_total(results, step.transaction),
        shown_total(results, step.blocks) if step.blocks else "",
        shown_total(results, (*step.transaction, *step.blocks)),
    )
