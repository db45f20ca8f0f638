"""A network and a node in one command, and a node alone: what they tell, and how they stop."""

import json
import re
import signal
import socket
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.chains import eventually
from tests.cli.programs import first_document, free_port, processes_with, run, running
from winze.circuits import development_keys
from winze.cli.operator.status import Status, fetch_status
from winze.contracts import ChainUnreachable, Pool, Sender, connected, load_network, request
from winze.devnet import HOST, NETWORK_FILE, Devnet, devnet_deployment, funded_account
from winze.protocol import DEV, Field, Wei

pytestmark = pytest.mark.chain

ETHER = Wei(10**18)


def arguments(*more: str) -> Sequence[str]:
    return ("up", "--port", str(free_port()), "--node-port", str(free_port()), *more)


async def status_of(url: str) -> Status:
    async with ClientSession() as session:
        return (await fetch_status(session, url))[0]


async def deposit(told: Any, inner: int) -> None:
    """Put a note onto the network that a command told of."""
    network = load_network(Path(told["network"]))
    async with connected(told["chain"]) as w3:
        sender = Sender(w3, funded_account(9))
        await sender.send(Pool(w3, network.pool).deposit(Field(inner), ETHER, mine=True))


async def proved(url: str, blocks: int) -> bool:
    async def so_many() -> bool:
        return (await status_of(url)).proved >= blocks

    return await eventually(so_many, tries=1200)


async def test_both_stand_and_go_on_where_they_stopped(tmp_path: Path) -> None:
    for times in (1, 2):
        with running(*arguments("--json", "--directory", str(tmp_path))) as program:
            told = first_document(program)
            assert told["network"] == str(tmp_path / NETWORK_FILE)
            assert (await status_of(told["node"])).proved == times - 1
            await deposit(told, times)
            assert await proved(told["node"], times)
            program.send_signal(signal.SIGINT)
            rest, errors = program.communicate()
        assert (program.returncode, rest) == (0, "")
        assert errors.endswith("stopping in order; once more ends it at once\n")
        async with connected(told["chain"]) as w3:
            with pytest.raises(ChainUnreachable):
                await request(w3, "asking", "eth_chainId")
    log = (tmp_path / "node.log").read_text()
    assert "Traceback" not in log
    assert "serving" in log


def test_a_fresh_one_tells_what_to_type_next_and_leaves_nothing() -> None:
    with running(*arguments("--fresh")) as program:
        assert program.stdout is not None
        lines = []
        for line in program.stdout:
            lines.append(line.rstrip())
            if "blocks proved" in line:
                break
        text = "\n".join(lines)
        log = re.search(r"its log: (.*)", text)
        assert log is not None
        assert Path(log[1]).exists()
        program.send_signal(signal.SIGTERM)
        rest, _ = program.communicate()
    assert program.returncode == 0
    assert re.search(r"winze node status --url http://127.0.0.1:\d+\n", text)
    address = r"http://127.0.0.1:\d+"
    assert re.search(rf"winze connect --devnet-account 5 --node {address} --rpc {address}\n", text)
    assert "  winze mine 0.1 --wait\n" in text
    assert "Nothing is kept at the end." in text
    assert "Ctrl-C stops both." in text
    assert lines[-1].startswith("0 blocks proved of 0 sealed")
    assert "\x1b" not in text + rest
    assert not Path(log[1]).parent.exists()


def test_a_port_of_the_node_that_is_taken_is_told_and_the_chain_stops() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        chain = str(free_port())
        told = run("up", "--fresh", "--json", "--port", chain, "--node-port", port)
    assert (told.returncode, told.stdout) == (1, "")
    assert f"CannotListen: the API cannot be served at 127.0.0.1, port {port}" in told.stderr
    assert processes_with(chain) == []


@pytest.fixture
async def devnet() -> Any:
    async with Devnet(devnet_deployment(development_keys(), DEV)) as found:
        yield found


async def test_a_node_runs_from_its_configuration_until_it_is_told_to_stop(
    devnet: Devnet, tmp_path: Path
) -> None:
    path = tmp_path / "node.toml"
    path.write_text(
        f'network = "{devnet.directory / NETWORK_FILE}"\nrpc = ["{devnet.url}"]\n'
        f'database = "sqlite:///{tmp_path}/node.db"\n'
        '[listen]\nport = 0\n[keys]\nrelayer = 2\n[log]\nformat = "json"\n'
    )
    with running("node", "--config", str(path), "--json") as program:
        url = first_document(program)["url"]
        assert (await status_of(url)).network == "devnet"
        program.send_signal(signal.SIGTERM)
        rest, errors = program.communicate()
    assert (program.returncode, rest) == (0, "")
    lines = [line for line in errors.splitlines() if not line.startswith("stopping in order")]
    events = [json.loads(line)["event"] for line in lines]
    assert "serving" in events
    assert "stopping" in events
    with sqlite3.connect(tmp_path / "node.db") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


async def test_a_node_on_another_chain_than_its_networks_says_so(
    devnet: Devnet, tmp_path: Path
) -> None:
    described = tmp_path / NETWORK_FILE
    described.write_text((devnet.directory / NETWORK_FILE).read_text().replace("31337", "31338"))
    path = tmp_path / "node.toml"
    path.write_text(
        f'network = "{NETWORK_FILE}"\nrpc = ["{devnet.url}"]\n'
        f'database = "sqlite:///{tmp_path}/node.db"\n'
        "[work]\nbuild = false\nrelay = false\ndistribute = false\n"
    )
    told = run("node", "--config", str(path), "--port", "0")
    assert told.returncode == 1
    assert "WrongNetwork: the network devnet is on chain 31338" in told.stderr
