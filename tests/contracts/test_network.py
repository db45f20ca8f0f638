"""Network descriptions: what may stand in one, in memory and in a file."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from winze.circuits import Circuit, KeyKind
from winze.contracts import (
    ContractName,
    DeployedContract,
    InvalidNetworkDescription,
    NetworkDescription,
    PinnedKeys,
    load_network,
    network_from_json,
    network_json,
    save_network,
)
from winze.protocol import DAY, FAST, GENESIS, ChainBlock, EthAddress, Timestamp

NETWORK = NetworkDescription(
    name="test-7",
    address_prefix="winzet",
    chain_id=31_337,
    deployment_block=ChainBlock(5),
    profile=FAST,
    genesis=GENESIS,
    setup=KeyKind.DEVELOPMENT,
    contracts={
        name: DeployedContract(EthAddress.from_bytes(bytes([index]) * 20), f"{index:064x}")
        for index, name in enumerate(ContractName, start=1)
    },
    keys={
        circuit: PinnedKeys(f"{index:064x}", f"{index + 8:064x}")
        for index, circuit in enumerate(Circuit, start=1)
    },
)


def test_a_description_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "network.json"
    save_network(NETWORK, path)
    assert load_network(path) == NETWORK


def test_a_description_names_its_contracts_addresses() -> None:
    assert NETWORK.pool == NETWORK.contracts[ContractName.POOL].address
    assert NETWORK.rewards == NETWORK.contracts[ContractName.REWARDS].address
    assert NETWORK.itx == NETWORK.contracts[ContractName.ITX].address
    assert NETWORK.relay == NETWORK.contracts[ContractName.RELAY].address


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("name", "a", ""),
        ("name", "a" * 32, "a" * 33),
        ("name", "main-2", "Main"),
        ("name", "main-2", "main network. Your address: 0x0"),
        ("name", "main-2", "main\n"),
        ("address_prefix", "w", ""),
        ("address_prefix", "w" * 16, "w" * 17),
        ("address_prefix", "winze", "winze1"),
        ("chain_id", 1, 0),
        ("chain_id", (1 << 63) - 1, 1 << 63),
        ("genesis", Timestamp(DAY), Timestamp(DAY + 1)),
    ],
)
def test_each_rule_holds_up_to_its_boundary(field: str, good: Any, bad: Any) -> None:
    replace(NETWORK, **{field: good})
    with pytest.raises(InvalidNetworkDescription, match=field) as refused:
        replace(NETWORK, **{field: bad})
    assert refused.value.field == field


def without(mapping: dict[Any, Any], key: Any) -> dict[Any, Any]:
    return {name: value for name, value in mapping.items() if name != key}


def test_a_missing_contract_or_key_is_refused() -> None:
    with pytest.raises(InvalidNetworkDescription, match="relay"):
        replace(NETWORK, contracts=without(dict(NETWORK.contracts), ContractName.RELAY))
    with pytest.raises(InvalidNetworkDescription, match="claim"):
        replace(NETWORK, keys=without(dict(NETWORK.keys), Circuit.CLAIM))


def test_a_contract_at_the_zero_address_is_refused() -> None:
    nowhere = DeployedContract(EthAddress.zero(), "0" * 64)
    with pytest.raises(InvalidNetworkDescription, match=r"contracts\.pool"):
        replace(NETWORK, contracts={**NETWORK.contracts, ContractName.POOL: nowhere})


@pytest.mark.parametrize("text", ["", "a" * 63, "a" * 65, "A" * 64, "0x" + "a" * 62])
def test_a_hash_is_64_hex_digits_in_lower_case(text: str) -> None:
    replace(NETWORK, keys={**NETWORK.keys, Circuit.CLAIM: PinnedKeys("f" * 64, "0" * 64)})
    for pinned in (PinnedKeys(text, "a" * 64), PinnedKeys("a" * 64, text)):
        with pytest.raises(InvalidNetworkDescription, match=r"keys\.claim"):
            replace(NETWORK, keys={**NETWORK.keys, Circuit.CLAIM: pinned})
    pool = DeployedContract(NETWORK.pool, text)
    with pytest.raises(InvalidNetworkDescription, match=r"contracts\.pool\.code_hash"):
        replace(NETWORK, contracts={**NETWORK.contracts, ContractName.POOL: pool})


def edited(edit: Callable[[dict[str, Any]], Any]) -> str:
    content = json.loads(network_json(NETWORK))
    edit(content)
    return json.dumps(content)


EDITS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("schema", lambda c: c.update(schema=2)),
    ("schema", lambda c: c.pop("schema")),
    ("file", lambda c: c.pop("chain_id")),
    ("file", lambda c: c.update(extra=1)),
    ("name", lambda c: c.update(name=7)),
    ("address_prefix", lambda c: c.update(address_prefix=None)),
    ("chain_id", lambda c: c.update(chain_id="31337")),
    ("chain_id", lambda c: c.update(chain_id=True)),
    ("chain_id", lambda c: c.update(chain_id=1.0)),
    ("deployment_block", lambda c: c.update(deployment_block=-1)),
    ("deployment_block", lambda c: c.update(deployment_block="5")),
    ("genesis", lambda c: c.update(genesis=1 << 40)),
    ("setup", lambda c: c.update(setup="trusted")),
    ("profile", lambda c: c.update(profile="fast")),
    ("profile", lambda c: c["profile"].pop("period")),
    ("profile.lock_min", lambda c: c["profile"].update(lock_min=-1)),
    ("profile.confirmations", lambda c: c["profile"].update(confirmations="2")),
    ("profile.name", lambda c: c["profile"].update(name=2)),
    ("profile", lambda c: c["profile"].update(period=7)),
    ("contracts", lambda c: c.update(contracts=[])),
    ("contracts", lambda c: c["contracts"].pop("pool")),
    ("contracts.pool", lambda c: c["contracts"]["pool"].pop("code_hash")),
    ("contracts.pool.address", lambda c: c["contracts"]["pool"].update(address="0x12")),
    ("contracts.pool.address", lambda c: c["contracts"]["pool"].update(address=12)),
    ("contracts.pool.code_hash", lambda c: c["contracts"]["pool"].update(code_hash=12)),
    ("keys", lambda c: c["keys"].update(other=c["keys"]["claim"])),
    ("keys.block", lambda c: c["keys"].update(block=None)),
    (
        "keys.block.proving_key_sha256",
        lambda c: c["keys"]["block"].update(proving_key_sha256=0),
    ),
]


@pytest.mark.parametrize(("field", "edit"), EDITS)
def test_every_field_of_a_file_is_checked_and_named(
    field: str, edit: Callable[[dict[str, Any]], Any]
) -> None:
    with pytest.raises(InvalidNetworkDescription) as refused:
        network_from_json(edited(edit))
    assert refused.value.field == field


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null"])
def test_a_text_that_is_no_description_is_refused(text: str) -> None:
    with pytest.raises(InvalidNetworkDescription):
        network_from_json(text)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "network.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidNetworkDescription, match=r"network\.json"):
        load_network(path)
