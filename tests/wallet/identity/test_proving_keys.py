"""The keys to prove with are this machine's or a node's, and those that the network pins."""

import hashlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.node.api.ports import KEY_BYTES, FakeNode
from tests.node.api.serving import served_node
from winze.circuits import Circuit, CircuitKeys, KeyStoreUnusable
from winze.contracts import NetworkDescription
from winze.wallet import (
    NodeClient,
    NodeMisbehaves,
    NodeRefused,
    NodeUnreachable,
    proving_keys,
)
from winze.wallet.part_file import PartFile

ROLES = ("proving.key", "verification_key.json")


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of a machine that has no keys yet."""
    monkeypatch.setenv("WINZE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def node(tmp_path: Path) -> FakeNode:
    folder = tmp_path / "node"
    folder.mkdir()
    return FakeNode(folder)


@pytest.fixture
def network(node: FakeNode) -> NetworkDescription:
    return node.ports().network


@pytest.fixture
async def client(node: FakeNode) -> AsyncIterator[NodeClient]:
    async with served_node(node) as address, NodeClient(address) as client:
        yield client


class Giver:
    """Gives a file in the way that a test wants, and notes which parts were asked for."""

    def __init__(self, content: bytes, status: int = 200, stop_at: int | None = None) -> None:
        self.content, self.status, self.stop_at = content, status, stop_at
        self.ranges: list[str] = []

    async def serve(self, asked: web.BaseRequest) -> web.StreamResponse:
        self.ranges.append(asked.headers.get("Range", ""))
        begin = int(self.ranges[-1][6:-1] or 0) if self.status == 206 else 0
        response = web.StreamResponse(status=self.status)
        response.content_length = len(self.content) - begin
        await response.prepare(asked)
        await response.write(self.content[begin : self.stop_at])
        if self.stop_at is not None:
            assert asked.transport is not None
            asked.transport.close()
        return response


@asynccontextmanager
async def asking(giver: Giver) -> AsyncIterator[NodeClient]:
    async with (
        RawTestServer(giver.serve) as server,
        NodeClient(f"http://127.0.0.1:{server.port}") as client,
    ):
        yield client


def there(path: Path) -> bool:
    return path.exists()


def proving_key(node: FakeNode) -> tuple[bytes, str]:
    """The file of the node's proving key for claims, and its hash."""
    keys = node.ports().keys[Circuit.CLAIM]
    return keys.proving_key.read_bytes(), keys.manifest.proving_key_sha256


async def test_a_new_machine_gets_both_keys_from_the_node(
    client: NodeClient, node: FakeNode, network: NetworkDescription, tmp_path: Path
) -> None:
    found = await proving_keys(network, tmp_path / "keys", [client])
    assert set(found) == {Circuit.TRANSFER, Circuit.CLAIM}
    for circuit, keys in found.items():
        keys.check()
        for role in ROLES:
            path = keys.folder / role
            assert path.read_bytes() == (node.folder / circuit / role).read_bytes()
            assert path.stat().st_mode & 0o077 == 0
        assert sorted(each.name for each in keys.folder.iterdir()) == sorted(ROLES)


async def test_what_is_here_is_not_fetched_again(
    client: NodeClient, network: NetworkDescription, tmp_path: Path
) -> None:
    first = await proving_keys(network, tmp_path / "keys", [client])
    assert await proving_keys(network, tmp_path / "keys", []) == first


async def test_what_was_damaged_since_is_fetched_again(
    client: NodeClient, network: NetworkDescription, tmp_path: Path
) -> None:
    found = await proving_keys(network, tmp_path / "keys", [client])
    found[Circuit.CLAIM].proving_key.write_bytes(b"damaged")
    with pytest.raises(NodeUnreachable, match="claim"):
        await proving_keys(network, tmp_path / "keys", [])
    (await proving_keys(network, tmp_path / "keys", [client]))[Circuit.CLAIM].check()


async def test_the_machines_own_keys_are_taken_where_they_are_the_pinned_ones(
    node: FakeNode, network: NetworkDescription, machine: Path, tmp_path: Path
) -> None:
    shelf = machine / "keys" / "development"
    for circuit, keys in node.ports().keys.items():
        shutil.copytree(keys.folder, shelf / f"{circuit}-made-here")
        (shelf / f"{circuit}-made-here" / "manifest.json").write_text(keys.manifest.to_json())
    found = await proving_keys(network, tmp_path / "keys", [], list(Circuit))
    assert {keys.folder.parent for keys in found.values()} == {shelf}
    assert set(found) == set(Circuit)


async def test_the_next_node_is_asked_where_one_gives_nothing(
    client: NodeClient, network: NetworkDescription, tmp_path: Path
) -> None:
    async with NodeClient("http://127.0.0.1:1") as dead:
        found = await proving_keys(network, tmp_path / "keys", [dead, client])
        assert set(found) == {Circuit.TRANSFER, Circuit.CLAIM}


async def test_without_a_node_it_is_told_which_keys_are_missing(
    network: NetworkDescription, tmp_path: Path
) -> None:
    with pytest.raises(NodeUnreachable, match="transfer"):
        await proving_keys(network, tmp_path / "keys", [])


@pytest.mark.parametrize("status", [200, 206])
@pytest.mark.parametrize("have", [0, 1, KEY_BYTES])
async def test_a_broken_fetch_goes_on_where_it_stopped(
    node: FakeNode, tmp_path: Path, status: int, have: int
) -> None:
    content, digest = proving_key(node)
    into = tmp_path / "keys" / "proving.key"
    giver = Giver(content, status, stop_at=have)
    async with asking(giver) as client:
        with pytest.raises(NodeUnreachable):
            await client.key_file(Circuit.CLAIM, "proving", into, digest)
        assert not there(into)
        giver.stop_at = None
        await client.key_file(Circuit.CLAIM, "proving", into, digest)
    assert into.read_bytes() == content
    assert giver.ranges == ["", f"bytes={have}-" if have else ""]


async def test_what_was_whole_already_is_not_asked_for(node: FakeNode, tmp_path: Path) -> None:
    content, digest = proving_key(node)
    into = tmp_path / "proving.key"
    (tmp_path / ".proving.key.part").write_bytes(content)
    async with NodeClient("http://127.0.0.1:1") as dead:
        await dead.key_file(Circuit.CLAIM, "proving", into, digest)
    assert into.read_bytes() == content


async def test_another_file_than_the_pinned_one_is_not_kept(node: FakeNode, tmp_path: Path) -> None:
    content, digest = proving_key(node)
    into = tmp_path / "proving.key"
    async with asking(Giver(content[:-1] + b"x")) as client:
        with pytest.raises(NodeMisbehaves, match="another proving key of claim"):
            await client.key_file(Circuit.CLAIM, "proving", into, digest)
    assert not there(into)
    assert not there(tmp_path / ".proving.key.part")


async def test_what_is_too_long_already_is_begun_anew(
    node: FakeNode, client: NodeClient, tmp_path: Path
) -> None:
    content, digest = proving_key(node)
    into = tmp_path / "proving.key"
    (tmp_path / ".proving.key.part").write_bytes(content + b"beyond")
    with pytest.raises((NodeMisbehaves, NodeRefused)):
        await client.key_file(Circuit.CLAIM, "proving", into, digest)
    await client.key_file(Circuit.CLAIM, "proving", into, digest)
    assert into.read_bytes() == content


@pytest.mark.parametrize("beyond", [0, 1])
async def test_no_more_is_written_than_is_allowed(tmp_path: Path, beyond: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"12345"
        yield b"67890"

    part = PartFile(tmp_path / "file", hashlib.sha256(b"1234567890").hexdigest())
    assert await part.write(pieces(), 0, 10 - beyond) is (not beyond)
    assert await part.completed()


async def test_a_folder_that_cannot_be_made_is_told(
    client: NodeClient, network: NetworkDescription, tmp_path: Path
) -> None:
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(KeyStoreUnusable):
        await proving_keys(network, tmp_path / "keys", [client])


def test_keys_without_a_manifest_are_the_least_trusted() -> None:
    keys = CircuitKeys.pinned(Path("nowhere"), Circuit.CLAIM, "a" * 64, "b" * 64)
    assert keys.manifest.kind == "development"
    keys.require("a" * 64, "b" * 64)
