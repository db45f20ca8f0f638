"""The typed classes and the submitted dataclasses have all that the sources have."""

import inspect
from dataclasses import fields

import pytest

from winze.contracts import (
    Contract,
    ItxToken,
    Pool,
    Relay,
    Rewards,
    SignedPermit,
    Verifier,
    compiled,
)
from winze.protocol import Claim, SubmittedBlock, Transfer

CONTRACTS: list[type[Contract]] = [Pool, Rewards, ItxToken, Relay, Verifier]
OURS = {
    "balanceOf": "balance_of",
    "totalSupply": "total_supply",
    "transferFrom": "transfer_from",
    "DOMAIN_SEPARATOR": "domain_separator",
    "CAP": "cap",
}
# EIP-5267 describes the domain to wallets; ours knows it (`sign_permit`).
LEFT_OUT = {"eip712Domain"}


@pytest.mark.parametrize("kind", CONTRACTS)
def test_every_external_function_has_a_method(kind: type[Contract]) -> None:
    names = {OURS.get(each.name, each.name) for each in kind.artifact().abi.functions}
    methods = {name for name, _ in inspect.getmembers(kind, inspect.isfunction)}
    assert names - LEFT_OUT <= methods


@pytest.mark.parametrize("kind", CONTRACTS)
def test_every_event_has_a_dataclass_with_the_same_fields(kind: type[Contract]) -> None:
    emitted = {
        each.name: {name for name, _, _ in each.inputs} for each in kind.artifact().abi.events
    }
    known = {name: {field.name for field in fields(each)} for name, each in kind.EVENTS.items()}
    assert known == emitted


def components(source: str, function: str, parameter: str) -> list[str]:
    """The names in the struct that a function of the source takes; those within it in its place."""
    (entry,) = [
        each
        for each in compiled(source).interface
        if each.get("name") == function and parameter in [i["name"] for i in each["inputs"]]
    ]
    (found,) = [each for each in entry["inputs"] if each["name"] == parameter]
    return [
        within["name"] for each in found["components"] for within in each.get("components", [each])
    ]


@pytest.mark.parametrize(
    ("struct", "source", "function", "parameter"),
    [
        (Transfer, "pool", "execute", "transfers"),
        (SubmittedBlock, "pool", "prove", "blocks"),
        (SignedPermit, "pool", "deposit", "permit"),
        (Claim, "rewards", "claim", "claims"),
        (Transfer, "relay", "relay", "transfers"),
        (Claim, "relay", "relay", "claims"),
    ],
)
def test_a_submitted_dataclass_has_the_structs_fields_in_its_order(
    struct: type, source: str, function: str, parameter: str
) -> None:
    assert [each.name for each in fields(struct)] == components(source, function, parameter)
