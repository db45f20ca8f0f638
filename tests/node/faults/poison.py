"""Requests that no node may take, each made from a good one that it would."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.networks import prover
from winze.protocol import FIELD_ORDER, Timestamp, TransferWitness
from winze.wire import Rejection, RelayRequest

Form = dict[str, Any]
STRANGER = "0x" + "70" * 20
BEYOND = str(1 << 256)


def set_to(field: str, value: str) -> Callable[[Form], None]:
    """Give a field of the transfer another value."""

    def change(form: Form) -> None:
        assert form["transfer"][field] != value
        form["transfer"][field] = value

    return change


def raised(field: str, by: int = 1) -> Callable[[Form], None]:
    """Give a number of the transfer another value."""

    def change(form: Form) -> None:
        old = form["transfer"][field]
        number = int(old, 0) + by if isinstance(old, str) else old + by
        hexadecimal = isinstance(old, str) and old.startswith("0x")
        text = f"0x{number:0{len(old) - 2}x}" if hexadecimal else str(number)
        form["transfer"][field] = text if isinstance(old, str) else number

    return change


def _flip_proof(form: Form) -> None:
    proof = form["transfer_proof"]
    form["transfer_proof"] = proof[:-1] + f"{int(proof[-1], 16) ^ 1:x}"


def _long_memos(form: Form) -> None:
    form["transfer"]["memos"] += "00"


def _short_memos(form: Form) -> None:
    form["transfer"]["memos"] = form["transfer"]["memos"][:-2]


def _other_memos(form: Form) -> None:
    memos = form["transfer"]["memos"]
    form["transfer"]["memos"] = memos[:-1] + f"{int(memos[-1], 16) ^ 1:x}"


def _without_proof(form: Form) -> None:
    del form["transfer_proof"]


def _unknown_field(form: Form) -> None:
    form["transfer"]["something"] = "0x00"


POISONS: Mapping[str, tuple[Callable[[Form], None], frozenset[str]]] = {
    "a proof of nothing": (_flip_proof, frozenset({Rejection.BAD_PROOF})),
    "no proof": (_without_proof, frozenset({Rejection.MALFORMED})),
    "more than was proved": (raised("amount"), frozenset({Rejection.BAD_PROOF})),
    "to somebody else": (set_to("recipient", STRANGER), frozenset({Rejection.BAD_PROOF})),
    "other memos": (_other_memos, frozenset({Rejection.BAD_PROOF})),
    "longer memos": (_long_memos, frozenset({Rejection.MALFORMED, Rejection.MEMOS_SIZE})),
    "shorter memos": (_short_memos, frozenset({Rejection.MALFORMED, Rejection.MEMOS_SIZE})),
    "another fee": (raised("fee"), frozenset({Rejection.BAD_PROOF})),
    "no fee": (set_to("fee", "0"), frozenset({Rejection.FEE_TOO_LOW})),
    "a stranger's fee": (set_to("relayer", STRANGER), frozenset({Rejection.WRONG_RELAYER})),
    "an amount above all bounds": (set_to("amount", BEYOND), frozenset({Rejection.MALFORMED})),
    "an amount below zero": (set_to("amount", "-1"), frozenset({Rejection.MALFORMED})),
    "a nullifier beyond the field": (
        set_to("nullifier1", f"0x{FIELD_ORDER:064x}"),
        frozenset({Rejection.MALFORMED}),
    ),
    "something unknown": (_unknown_field, frozenset({Rejection.MALFORMED})),
}
"""How each is made, and the codes that may refuse it."""


def poisoned(request: RelayRequest, name: str) -> str:
    """The text of a poisoned request."""
    form = json.loads(request.to_json())
    POISONS[name][0](form)
    return json.dumps(form)


def proved_for_elsewhere(witness: TransferWitness) -> RelayRequest:
    """A good request of another chain."""
    return _proved(replace(witness, chain_id=witness.chain_id + 1))


def out_of_time(witness: TransferWitness, **times: Timestamp) -> RelayRequest:
    """A request with other times, well proved."""
    return _proved(replace(witness, terms=replace(witness.terms, **times)))  # type: ignore[arg-type]


def _proved(witness: TransferWitness) -> RelayRequest:
    return RelayRequest(transfer=witness.transfer, transfer_proof=prover().prove(witness))
