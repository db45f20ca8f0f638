"""Notes: what the pool holds of a person, and what marks one as spent or claimed (protocol §3)."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Self

from .errors import InvalidKey
from .poseidon import poseidon
from .types import FIELD_ORDER, Field, Position, Wei

MINEABLE: Final = 1 << 128
"""Added to the word of a note that may earn ITX; above every value, below `DEPOSIT`."""

DEPOSIT: Final = 1 << 129
"""Marks a ledger entry that is a deposit (protocol §4.1); never part of a note."""

_CLAIM_TAG: Final = Field(1)


class SpendingKey(Field):
    """The secret that spends a note and claims its reward; masked wherever it is printed."""

    def __new__(cls, value: int) -> Self:
        """Wrap `value`.

        Raises:
            InvalidKey: `value` is not an element of the field; the message does not show it.
        """
        if not 0 <= value < FIELD_ORDER:
            raise InvalidKey("a spending key must be an element of the field; this one is not")
        return super().__new__(cls, value)

    @property
    def owner(self) -> Field:
        """The owner key `P = H1(sk)` that stands in this key's notes."""
        return poseidon(self)

    def __repr__(self) -> str:
        return "SpendingKey(****)"

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, format_spec: str, /) -> str:
        return format(repr(self), format_spec)


@dataclass(frozen=True)
class Note:
    """An amount in the pool that one owner key can spend.

    `owner` and `blinding` are left out of the printed form: whoever knows both recognises the
    note on chain.
    """

    value: Wei
    """The amount; 0 only in a dummy, which stands in no ledger."""

    mineable: bool
    """Whether the pool made it from a mining deposit, so that its spend may be claimed."""

    owner: Field = field(repr=False)
    """The owner key `P` of the account that it belongs to."""

    blinding: Field = field(repr=False)
    """Random value that hides the rest in `inner`; also an ingredient of the lock (§6.1)."""

    @cached_property
    def word(self) -> Field:
        """Value and mineability in one element, as the pool writes them into a deposit's entry."""
        return Field(self.value + MINEABLE if self.mineable else self.value)

    @cached_property
    def inner(self) -> Field:
        """`H2(P, blinding)`: the part of the commitment that a depositor sends."""
        return poseidon(self.owner, self.blinding)

    @cached_property
    def commitment(self) -> Field:
        """`H2(word, inner)`: the note's leaf in the ledger."""
        return poseidon(self.word, self.inner)


def nullifier(spending_key: SpendingKey, commitment: Field, position: Position) -> Field:
    """`H3(sk, commitment, position)`: published when the note at `position` is spent."""
    return poseidon(spending_key, commitment, Field(position))


def claim_id(spending_key: SpendingKey, commitment: Field, position: Position) -> Field:
    """`H4(sk, commitment, position, 1)`: published when the reward is claimed.

    Without `sk` nobody can tell that it belongs to the nullifier of the same note.
    """
    return poseidon(spending_key, commitment, Field(position), _CLAIM_TAG)
