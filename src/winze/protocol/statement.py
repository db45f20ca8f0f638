"""Rules that transfers and claims share, checked before any proving (protocol §5, §6.2)."""

from .encoding import EthAddress, keccak_field, word
from .entries import LeafKind
from .errors import InvalidStatement
from .membership import Membership
from .note import Note, SpendingKey
from .types import Field, Wei


def context_of(*words: int | EthAddress) -> Field:
    """`keccak(words) >> 8` over their ABI encoding: how a proof is bound to what it is for.

    Raises:
        OutOfRange: a number is negative or needs more than 256 bits.
    """
    return keccak_field(
        b"".join(
            word(int.from_bytes(value.bytes20) if isinstance(value, EthAddress) else value)
            for value in words
        )
    )


def check_value(name: str, value: int) -> None:
    """Refuse a value that could wrap around the field.

    `Wei` checks the same; this holds for callers that no type checker has seen.

    Raises:
        InvalidStatement: it is negative or not below 2^96.
    """
    if not 0 <= value < Wei.bound:
        raise InvalidStatement(f"{name} must be at least 0 and below 2^96 wei; {value} is not")


def check_window(not_before: int, deadline: int) -> None:
    """Refuse times between which nothing can happen; a `deadline` of 0 means none.

    Raises:
        InvalidStatement: the deadline comes first.
    """
    if deadline != 0 and deadline < not_before:
        raise InvalidStatement(f"the deadline {deadline} is before the first moment {not_before}")


def check_owner(note: Note, spending_key: SpendingKey, name: str) -> None:
    """Refuse a key that is not the note's; the message shows neither.

    Raises:
        InvalidStatement: the note has another owner key.
    """
    if spending_key.owner != note.owner:
        raise InvalidStatement(f"{name} belongs to another spending key than the one given")


def check_place(place: Membership, kind: LeafKind, leaf: Field, root: Field, name: str) -> None:
    """Refuse a place that does not hold `leaf` under `root`.

    Raises:
        InvalidStatement: the path is of the other kind of leaf, or leads to another root.
    """
    if place.kind is not kind:
        raise InvalidStatement(f"{name} was given the place of a {place.kind.name.lower()}")
    found = place.root(leaf)
    if found != root:
        raise InvalidStatement(
            f"{name} is not at position {place.position} under root {root}: its path leads to "
            f"{found}"
        )
