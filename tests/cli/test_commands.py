"""The commands as people and programs call them."""

import json
import re
import signal
import socket
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.chains import eventually
from tests.cli.programs import first_document, free_port, processes_with, run, run_python, running
from winze.circuits import Circuit, development_keys
from winze.cli.app import UNLOADED, app
from winze.contracts import ChainUnreachable, connected, load_network, request
from winze.devnet import CHAIN_ID, FUNDED, HOST, NETWORK_FILE

NETWORKS = ["demo", "devnet", "keys", "node", "up"]
WALLET = [
    *("address", "backup", "connect", "deposit", "distribute", "history", "identities"),
    *("lock", "logout", "mine", "unlock"),
    *("portfolio", "prove", "restore", "send", "session", "sync", "watch", "withdraw"),
    "withdrawable",
]
GROUPS = {"session": "show", "withdrawable": "show"}
COMMANDS = sorted([*NETWORKS, *WALLET])
HEAVY = ["aiohttp", "eth_utils", "numpy", "pydantic", "web3", "winze.protocol", "winze.wallet"]


def test_every_command_is_listed_and_explains_itself() -> None:
    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    assert sorted(re.findall(r"^│ (\w+)  ", listed.output, re.MULTILINE)) == COMMANDS
    for command in COMMANDS:
        words = [command, *GROUPS.get(command, "").split()]
        explained = CliRunner().invoke(app, [*words, "--help"])
        assert explained.exit_code == 0
        assert f"{' '.join(words)} [OPTIONS]" in explained.output
        assert "--json" in explained.output


def test_every_command_of_the_wallet_gives_examples() -> None:
    for command in sorted(set(WALLET) - set(GROUPS)):
        explained = CliRunner().invoke(app, [command, "--help"])
        assert f"Examples:\n\n winze {command}" in re.sub(r" +\n", "\n", explained.output)


def test_the_list_of_commands_imports_nothing_heavy() -> None:
    told = run_python(
        "import sys; from winze.cli.app import app; app(['--help'], standalone_mode=False);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert told.splitlines()[-1] == "[]"


def test_the_list_tells_of_commands_what_they_tell_themselves() -> None:
    for command in UNLOADED:
        assert command.loaded().name == command.name
        assert command.short_help


def test_a_command_that_is_mistyped_is_guessed() -> None:
    told = CliRunner().invoke(app, ["portfoglio"])
    assert told.exit_code == 2
    assert "portfolio" in told.output


def test_the_shell_can_complete_commands_that_are_not_imported() -> None:
    environment = {"_WINZE_COMPLETE": "complete_bash", "COMP_WORDS": "winze no", "COMP_CWORD": "1"}
    assert CliRunner().invoke(app, [], env=environment, prog_name="winze").output == "node\n"
    environment |= {"COMP_WORDS": "winze node st", "COMP_CWORD": "2"}
    assert CliRunner().invoke(app, [], env=environment, prog_name="winze").output == "status\n"


def test_without_a_command_the_help_is_shown_and_it_was_a_mistake() -> None:
    shown = CliRunner().invoke(app, [])
    assert shown.exit_code == 2
    assert "Usage" in shown.output


@pytest.mark.parametrize("wrong", [["dig"], ["devnet", "--profile", "slow"], ["keys", "--yaml"]])
def test_a_command_line_that_is_wrong_is_told_so(wrong: list[str]) -> None:
    told = CliRunner().invoke(app, wrong)
    assert told.exit_code == 2
    assert wrong[-1] in told.output


def test_a_profile_that_is_none_is_told_which_there_are() -> None:
    told = CliRunner().invoke(app, ["devnet", "--profile", "slow"])
    assert "main, fast, dev" in told.output


def test_the_program_tells_its_version() -> None:
    told = run("--version")
    assert (told.returncode, told.stdout) == (0, f"winze {version('winze')}\n")


@pytest.mark.chain
def test_keys_are_listed_as_json_and_nothing_else() -> None:
    expected = development_keys()
    told = run("keys", "--json")
    assert told.returncode == 0
    listed = json.loads(told.stdout)
    assert set(listed) == set(Circuit)
    for circuit, found in expected.items():
        manifest = found.manifest
        assert listed[circuit]["proving_key_sha256"] == manifest.proving_key_sha256
        assert listed[circuit]["verifying_key_sha256"] == manifest.verifying_key_sha256
        assert Path(listed[circuit]["folder"]) == found.folder


@pytest.mark.chain
async def test_a_devnet_tells_where_it_is_and_stops_cleanly_at_ctrl_c() -> None:
    port = free_port()
    with running("devnet", "--fresh", "--json", "--port", str(port)) as program:
        told = first_document(program)
        assert told["url"] == f"http://{HOST}:{port}"
        assert told["network"] is None
        assert len(set(told["accounts"])) == FUNDED
        async with connected(told["url"]) as w3:
            assert int(await request(w3, "asking", "eth_chainId"), 16) == CHAIN_ID
            assert await request(w3, "asking", "eth_getCode", told["pool"], "latest") != "0x"
            program.send_signal(signal.SIGINT)
            rest, errors = program.communicate()
            assert (program.returncode, rest) == (130, "")
            assert errors.endswith("interrupted\n")
            assert "Traceback" not in errors
            with pytest.raises(ChainUnreachable):
                await request(w3, "asking", "eth_chainId")
    # What was started for this port, anvil and its warden, is gone.
    assert processes_with(str(port)) == []


@pytest.mark.chain
async def test_a_devnet_that_is_killed_leaves_no_chain_behind() -> None:
    port = free_port()
    with running("devnet", "--fresh", "--json", "--port", str(port)) as program:
        first_document(program)
        assert len(processes_with(str(port))) > 1
        program.kill()
        program.communicate()

        async def gone() -> bool:
            return processes_with(str(port)) == []

        assert await eventually(gone)


@pytest.mark.chain
def test_a_devnet_goes_on_where_it_stopped(tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        port = str(free_port())
        with running("devnet", "--json", "--port", port, "--directory", str(tmp_path)) as program:
            told.append(first_document(program))
            program.send_signal(signal.SIGINT)
            program.communicate()
        assert Path(told[-1]["network"]) == tmp_path / NETWORK_FILE
    assert told[0]["pool"] == told[1]["pool"] == load_network(tmp_path / NETWORK_FILE).pool


@pytest.mark.chain
def test_a_port_in_use_is_told_and_nothing_is_started() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = run("devnet", "--fresh", "--json", "--port", str(port))
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.endswith(
        f"PortInUse: port {port} of {HOST} is in use: stop what listens there, or choose another "
        f"port\n"
    )
    assert processes_with(str(port)) == []
