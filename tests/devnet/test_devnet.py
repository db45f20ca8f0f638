"""A private network: deployed once, found again, and refused where it cannot be the same."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chains import anvil_program, made_up_deployment, made_up_key
from winze.circuits import Ceremony, Circuit, KeyKind, development_keys
from winze.contracts import InvalidNetworkDescription, Pool, load_network
from winze.devnet import (
    NETWORK_FILE,
    AnvilMissing,
    Devnet,
    DirectoryInUse,
    StateUnusable,
    devnet_deployment,
)
from winze.protocol import DEV, FAST, Field, Wei

pytestmark = pytest.mark.chain

ETHER = Wei(10**18)
FAST_NETWORK = made_up_deployment(FAST)


def devnet(directory: Path | None, **options: object) -> Devnet:
    return Devnet(FAST_NETWORK, directory, program=anvil_program(), **options)


async def test_a_devnet_is_found_again_with_all_that_happened_on_it(tmp_path: Path) -> None:
    told: list[str] = []
    async with devnet(tmp_path, progress=told.append) as first:
        network = first.network
        pool = Pool(first.w3, network.pool)
        await first.sender(1).send(pool.deposit(Field(5), ETHER, mine=True))
        block = await pool.open_block()
        assert load_network(tmp_path / NETWORK_FILE) == network
    async with devnet(tmp_path, progress=told.append) as again:
        assert again.network == network
        assert await Pool(again.w3, network.pool).open_block() == block
    assert told == ["starting the chain", "deploying the contracts", "starting the chain"]


async def test_a_devnet_has_the_deployments_profile_and_a_development_setup() -> None:
    async with devnet(None) as net:
        assert net.network.profile == FAST
        assert net.network.setup is KeyKind.DEVELOPMENT
        assert await Pool(net.w3, net.network.pool).owner() == net.owner.address
        assert net.sender(0) is net.owner


async def test_a_devnet_without_a_directory_leaves_nothing() -> None:
    async with devnet(None) as net:
        folder = net.directory
        assert (folder / NETWORK_FILE).is_file()
    assert not folder.exists()


async def test_a_devnet_with_other_keys_or_another_profile_is_refused(tmp_path: Path) -> None:
    async with devnet(tmp_path):
        pass
    key = made_up_key(7)
    other = replace(key, pinned=replace(key.pinned, proving_key_sha256="c" * 64))
    for changed in (
        replace(FAST_NETWORK, keys={**FAST_NETWORK.keys, Circuit.TRANSFER: other}),
        replace(FAST_NETWORK, profile=DEV),
    ):
        with pytest.raises(StateUnusable, match="another profile or other keys"):
            async with Devnet(changed, tmp_path, program=anvil_program()):
                pass


def lose_the_chain(folder: Path) -> None:
    (folder / "state.json").unlink()


def lose_the_contracts(folder: Path) -> None:
    (folder / "state.json").write_text((folder / "empty.json").read_text())


def damage_the_description(folder: Path) -> None:
    (folder / NETWORK_FILE).write_text("{}")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lose_the_chain, "has lost its chain"),
        (lose_the_contracts, "has lost its contracts"),
        (damage_the_description, "has a damaged description"),
    ],
)
async def test_a_damaged_devnet_is_refused_and_says_what_to_do(
    tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    async with devnet(tmp_path):
        pass
    empty = tmp_path / "other"
    async with Devnet(made_up_deployment(DEV), empty, program=anvil_program()):
        pass
    shutil.copy(empty / "state.json", tmp_path / "empty.json")
    # The other network's contracts stand at the same addresses and differ in their constants.
    damage(tmp_path)
    with pytest.raises(StateUnusable, match=message) as refused:
        async with devnet(tmp_path):
            pass
    assert "delete this one to start afresh" in str(refused.value)


async def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StateUnusable, match="cannot keep its state there"):
        async with devnet(tmp_path / "file" / "state"):
            pass


def test_a_deployment_pins_the_keys_it_is_given() -> None:
    keys = development_keys()
    deployment = devnet_deployment(keys, FAST)
    assert (deployment.profile, deployment.setup) == (FAST, KeyKind.DEVELOPMENT)
    for circuit, found in keys.items():
        key = deployment.keys[circuit]
        assert key.pinned.proving_key_sha256 == found.manifest.proving_key_sha256
        assert key.pinned.verifying_key_sha256 == found.manifest.verifying_key_sha256
        assert key.words == found.constructor_words()


def test_a_setup_is_a_ceremony_only_if_all_keys_come_from_one() -> None:
    keys = development_keys()
    origin = Ceremony(zkey_sha256="00" * 32, circuit_hash="00" * 64, contributions=())
    ceremony = {
        circuit: replace(
            found, manifest=replace(found.manifest, kind=KeyKind.CEREMONY, ceremony=origin)
        )
        for circuit, found in keys.items()
    }
    assert devnet_deployment(ceremony).setup is KeyKind.CEREMONY
    mixed = ceremony | {Circuit.CLAIM: keys[Circuit.CLAIM]}
    assert devnet_deployment(mixed).setup is KeyKind.DEVELOPMENT


async def test_a_directory_serves_one_devnet_at_a_time(tmp_path: Path) -> None:
    async with devnet(tmp_path):
        with pytest.raises(DirectoryInUse, match="already running"):
            async with devnet(tmp_path):
                pass
    async with devnet(tmp_path):
        pass


async def test_a_devnet_that_cannot_be_deployed_leaves_no_chain_running(tmp_path: Path) -> None:
    wrong = replace(FAST_NETWORK, name="Wrong Name")
    with pytest.raises(InvalidNetworkDescription, match="name"):
        async with Devnet(wrong, tmp_path, program=anvil_program()):
            pass
    assert not (tmp_path / NETWORK_FILE).exists()
    async with devnet(tmp_path) as net:
        await net.network.check(net.w3)


async def test_a_missing_anvil_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINZE_ANVIL", str(tmp_path / "absent"))
    with pytest.raises(AnvilMissing, match="absent"):
        async with Devnet(FAST_NETWORK, tmp_path):
            pass
