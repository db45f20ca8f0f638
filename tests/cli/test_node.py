"""The commands beside a running node: its configuration, its keys, and a look at everything."""

import asyncio
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from typer.testing import CliRunner, Result

from tests.chains import Deployed, deployed_chain
from tests.node.networks import described
from tools.repository import ROOT
from winze.cli.app import app
from winze.cli.output import ExitCode
from winze.contracts import save_network
from winze.devnet import funded_account, set_balance
from winze.node import new_keystore
from winze.protocol import EthAddress, Wei

SECRET = "correct horse"  # noqa: S105 - that is the point
CHEAP = 2
OTHER = {"WINZE_NODE_PASSPHRASE": "battery staple"}


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINZE_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def invoke(*arguments: str, said: str = "", **environment: str) -> Result:
    return CliRunner().invoke(app, ["node", *arguments], input=said, env=environment)


def configured(folder: Path, rpc: str, text: str = "", keys: str = "relayer = 2") -> str:
    path = folder / "node.toml"
    path.write_text(f'network = "network.json"\nrpc = ["{rpc}"]\n[keys]\n{keys}\n{text}\n')
    return str(path)


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_the_sample_is_printed_and_can_be_checked(tmp_path: Path) -> None:
    save_network(described(), tmp_path / "network.json")
    (tmp_path / "node.toml").write_text(invoke("config").output)
    new_keystore(tmp_path / "relayer.json", SECRET, cost=CHEAP)
    told = invoke("check", "--config", "node.toml", WINZE_NODE_PASSPHRASE=SECRET)
    # It gets as far as asking the chain of the sample, which is not there.
    assert told.exit_code == 1
    assert "http://127.0.0.1:8545" in told.output


def test_the_guide_explains_every_exit_status_of_a_node() -> None:
    guide = (ROOT / "docs" / "operator.md").read_text("utf-8")
    table = guide.partition("| exit status |")[2].partition("\n\n")[0]
    told = {int(status) for status in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    # The others are a wallet's: see docs/guide.md.
    wallets = range(ExitCode.REFUSED, ExitCode.LOCKED + 1)
    assert told == {int(each) for each in ExitCode} - {ExitCode.DISAGREES, *wallets}


def test_a_new_key_is_made_with_a_passphrase_that_is_told_twice(tmp_path: Path) -> None:
    told = invoke("new-key", "key.json", said=f"{SECRET}\n{SECRET}\n")
    assert told.exit_code == 0
    content = json.loads((tmp_path / "key.json").read_text())
    assert EthAddress("0x" + content["address"].removeprefix("0x")) in told.output
    assert Account.decrypt(content, SECRET)
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
    assert SECRET not in told.output
    again = invoke("new-key", "key.json", said=f"{SECRET}\n{SECRET}\n")
    assert again.exit_code == 4
    assert "is never overwritten" in again.output


def test_a_new_key_is_told_as_json(tmp_path: Path) -> None:
    told = invoke("new-key", "key.json", "--json", WINZE_NODE_PASSPHRASE=SECRET)
    said = json.loads(told.output)
    assert said["file"] == "key.json"
    assert EthAddress(said["address"]) == said["address"]
    assert Account.decrypt((tmp_path / "key.json").read_text(), SECRET)


def test_a_new_key_takes_the_passphrase_of_a_private_file(tmp_path: Path) -> None:
    file = private(tmp_path / "passphrase", SECRET + "\n")
    arguments = ("new-key", "key.json", "--passphrase-file", str(file))
    assert invoke(*arguments, **OTHER).exit_code == 0
    assert Account.decrypt((tmp_path / "key.json").read_text(), SECRET)
    file.chmod(0o644)
    told = invoke("new-key", "other.json", "--passphrase-file", str(file))
    assert told.exit_code == 4
    assert not (tmp_path / "other.json").exists()


def test_passphrases_that_differ_make_no_key(tmp_path: Path) -> None:
    told = invoke("new-key", "key.json", said=f"{SECRET}\nother\n")
    assert told.exit_code != 0
    assert not (tmp_path / "key.json").exists()


@pytest.mark.parametrize("command", [["check"], []])
def test_what_has_to_be_mended_first_has_a_status_of_its_own(
    tmp_path: Path, command: list[str]
) -> None:
    absent = invoke(*command, "--config", "absent.toml")
    assert absent.exit_code == 4
    assert "`winze node config` prints a sample" in absent.output
    save_network(described(), tmp_path / "network.json")
    path = configured(tmp_path, "http://127.0.0.1:1", "[listen]\nport = -1")
    wrong = invoke(*command, "--config", path)
    assert wrong.exit_code == 4
    assert "listen.port = -1" in wrong.output
    path = configured(tmp_path, "http://127.0.0.1:1", keys="relayer = 10")
    key = invoke(*command, WINZE_NODE_CONFIG=path)
    assert key.exit_code == 4
    assert "there are 0 to 9" in key.output


def test_test_accounts_are_refused_on_another_chain(tmp_path: Path) -> None:
    save_network(described(chain_id=1), tmp_path / "network.json")
    told = invoke("check", "--config", configured(tmp_path, "http://127.0.0.1:1"))
    assert told.exit_code == 4
    assert "test account 2 is for development networks; devnet is on chain 1" in told.output


def test_a_chain_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    save_network(described(), tmp_path / "network.json")
    url = "http://me:hunter2@127.0.0.1:1/hunter2"
    for extra in ([], ["--json"]):
        told = invoke("check", "--config", configured(tmp_path, url), *extra)
        assert told.exit_code == 1
        assert "http://127.0.0.1:1" in told.output
        assert "hunter2" not in told.output


def looked(folder: Path, chain: Deployed, text: str = "", keys: str = "relayer = 2") -> Any:
    """The exit status of a look at everything, and what it found, by subject."""
    save_network(chain.network, folder / "network.json")
    told = invoke("check", "--config", configured(folder, chain.url, text, keys), "--json")
    said = json.loads(told.output)
    return told.exit_code, said, {each["subject"]: each for each in said["findings"]}


@pytest.mark.chain
async def test_a_look_at_everything(tmp_path: Path) -> None:
    async with deployed_chain() as chain:
        status, said, found = await asyncio.to_thread(looked, tmp_path, chain)
        assert status == 0
        assert found[chain.url]["told"] == "answers for devnet, with its contracts"
        assert found["relayer"]["told"] == f"{funded_account(2).address} holds 10,000 ETH"
        assert said["config"]["rpc"] == "(set, not shown)"
        assert set(found) == {chain.url, "relayer", "builder", "distributor"}

        (tmp_path / "list").write_text("nobody")
        lists = '[screening]\nlists = ["list"]'
        keys = "relayer = 2\nscreener = 5"
        await set_balance(chain.w3, EthAddress(funded_account(2).address), Wei(10**17 - 1))
        status, said, found = await asyncio.to_thread(looked, tmp_path, chain, lists, keys)
        assert status == 1
        assert "line 1" in found[str(tmp_path / "list")]["told"]
        assert not found[str(tmp_path / "list")]["good"]
        assert "less than 0.1: send it some" in found["relayer"]["told"]
        assert not found["relayer"]["good"]
        (tmp_path / "list").write_text(EthAddress.zero())
        await set_balance(chain.w3, EthAddress(funded_account(2).address), Wei(10**17))
        status, said, found = await asyncio.to_thread(looked, tmp_path, chain, lists, keys)
        assert status == 0
        assert found[str(tmp_path / "list")]["told"] == "1 addresses"
        assert "less than" not in found["relayer"]["told"]
        screener = [each["told"] for each in said["findings"] if "screener" in each["told"]]
        assert screener == ["the pool's screener is none: the node's permits count for nothing"]

        pool = chain.pool
        await chain.sender(0).send(pool.set_screener(EthAddress(funded_account(5).address)))
        status, said, found = await asyncio.to_thread(looked, tmp_path, chain, lists, keys)
        assert not [each for each in said["findings"] if "screener" in each["told"]]
