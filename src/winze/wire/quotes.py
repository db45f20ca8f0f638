"""What a relayer takes for its work, and until when it stands by that (protocol §7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self

from winze.protocol import EthAddress, Timestamp, Wei

from .errors import InvalidForm
from .forms import read_json, read_object, write_json
from .spellings import Address, Spelling, moment, wei

QUOTE_FIELDS: Final[Mapping[str, Spelling]] = MappingProxyType(
    {
        "transfer": wei("The fee of a transfer, from the ladder 1, 2, 5 x 10^k"),
        "claim": wei("The fee of a transfer that pays for a claim, from the same ladder"),
        "relayer": Address("Who gets the fees"),
        "valid_until": moment("The last second at which requests with these fees are accepted"),
    }
)
"""A quote's fields."""

_STEPS: Final = (1, 2, 5, 10)


def rung(cost: int) -> Wei:
    """The least fee of the ladder 1, 2, 5 x 10^k wei that covers `cost`, which is above 0.

    Few amounts are fees, so that a fee is no fingerprint of whoever pays it.

    Raises:
        OutOfRange: it would not be below 2^96 wei.
        ValueError: `cost` is not above 0.
    """
    if cost <= 0:
        raise ValueError(f"a fee covers a cost above 0; {cost} is not")
    power = 10 ** (len(str(int(cost))) - 1)
    return Wei(next(step * power for step in _STEPS if step * power >= cost))


@dataclass(frozen=True)
class Quote:
    """The fees that one relayer asks for; checked when made.

    Raises:
        InvalidForm: a fee is not of the ladder: it would tell its payers from others.
    """

    transfer: Wei
    """The fee of a transfer, whatever it is for."""

    claim: Wei
    """The fee of a transfer that pays for the claim beside it: both are paid by it."""

    relayer: EthAddress
    """Who gets the fees."""

    valid_until: Timestamp
    """The last second of chain time at which requests with these fees are accepted."""

    def __post_init__(self) -> None:
        for name, spelling in QUOTE_FIELDS.items():
            spelling.check(name, getattr(self, name))
        for name, fee in (("transfer", self.transfer), ("claim", self.claim)):
            if str(int(fee)).rstrip("0") not in {"1", "2", "5"}:
                raise InvalidForm(name, f"must be 1, 2 or 5 x 10^k wei; {int(fee)} is not")

    @property
    def form(self) -> dict[str, Any]:
        """It as a JSON object."""
        return {name: each.write(getattr(self, name)) for name, each in QUOTE_FIELDS.items()}

    def to_json(self) -> str:
        """It as JSON text."""
        return write_json(self.form)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The quote that JSON text stands for.

        Raises:
            InvalidForm: a field is missing, unknown, not spelled as it must be, or a fee is not of
                the ladder.
        """
        form = read_object("quote", read_json(text), tuple(QUOTE_FIELDS))
        found = {name: each.read(name, form[name]) for name, each in QUOTE_FIELDS.items()}
        return cls(
            transfer=Wei(found["transfer"]),
            claim=Wei(found["claim"]),
            relayer=found["relayer"],
            valid_until=Timestamp(found["valid_until"]),
        )
