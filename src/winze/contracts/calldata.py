"""What a transaction asks of a contract, read back from its calldata into the protocol's own types.

Much stands nowhere else: the fee of a transfer and who gets it, proofs, the rows of a block.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from winze.circuits import Proof
from winze.protocol import Claim, EthAddress, SubmittedBlock, Transfer

from .permit import SignedPermit


@dataclass(frozen=True)
class CallRequest:
    """A call of a contract's function, as its source names both."""

    function: str
    arguments: Mapping[str, Any]
    """Submitted structs and proofs as the protocol's dataclasses, all else as the ABI has it."""


def read_arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the ABI decoded, with its structs as dataclasses; nothing in them is checked."""
    return {name: _READERS.get(name, _as_it_is)(value) for name, value in values.items()}


def _as_it_is(value: Any) -> Any:
    return value


def _transfer(fields: tuple[Any, ...]) -> Transfer:
    *published, terms = fields
    recipient, amount, fee, relayer, *rest, memos = terms
    payment = EthAddress(recipient), amount, fee, EthAddress(relayer)
    return Transfer(*(*published, *payment, *rest, b"".join(memos)))


def _claim(fields: tuple[Any, ...]) -> Claim:
    *published, (recipient, *window) = fields
    return Claim(*(*published, EthAddress(recipient), *window))


def _each(reader: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda values: [reader(value) for value in values]


# The contracts use each of these names for one thing only.
_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "transfers": _each(_transfer),
    "claims": _each(_claim),
    "blocks": _each(lambda fields: SubmittedBlock(*fields)),
    "permit": lambda fields: SignedPermit(*fields),
} | dict.fromkeys(("proofs", "claim_proofs", "transfer_proofs"), _each(Proof.from_words))
