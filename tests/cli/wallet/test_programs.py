"""The wallet as people and programs run it: over a network with its node, each in a process."""

import asyncio
import json
import os
import pty
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from eth_account import Account

from tests.cli.programs import WINZE, first_document, free_port, run, running
from tests.cli.wallet.guide import console_lines
from tests.socks import SocksServer
from winze.cli.output import ExitCode
from winze.devnet import funded_account

pytestmark = pytest.mark.chain

PASSPHRASE = "words that nobody guesses"  # noqa: S105 - a test's
ADDRESS = "0x2222222222222222222222222222222222222222"


@dataclass(frozen=True)
class Person:
    """Somebody with a data directory of their own, at a network with its node."""

    data: Path
    network: dict[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)

    def types(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """What a command ends with."""
        known = {"WINZE_PASSPHRASE": PASSPHRASE, "WINZE_BACKUP_PASSPHRASE": PASSPHRASE}
        here = {"WINZE_DATA": str(self.data), **known, **self.environment, **environment}
        return run(*words, **here)

    def gets(self, *words: str) -> Any:
        """The document that a command prints."""
        told = self.types(*words, "--json")
        assert told.returncode == ExitCode.DONE, told.stderr
        return json.loads(told.stdout)

    @property
    def places(self) -> tuple[str, ...]:
        """Whom to ask, as options."""
        return "--node", self.network["node"], "--rpc", self.network["chain"]


@pytest.fixture(scope="module")
def network() -> Iterator[dict[str, Any]]:
    ports = ("--port", str(free_port()), "--node-port", str(free_port()))
    with running("up", "--fresh", "--json", *ports) as program:
        yield first_document(program)
        program.send_signal(signal.SIGINT)
        program.communicate()


@pytest.fixture
def person(network: dict[str, Any], tmp_path: Path) -> Person:
    return Person(tmp_path, network)


def test_a_wallet_mines_and_is_found_again_on_another_machine(
    person: Person, tmp_path: Path
) -> None:
    nobody = person.types("portfolio")
    assert nobody.returncode == ExitCode.MISCONFIGURED
    assert "begin with `winze connect`" in nobody.stderr

    connected = person.gets("connect", "--devnet-account", "7", *person.places, "--yes")
    locked = person.types("portfolio", WINZE_PASSPHRASE="another one")  # noqa: S106 - wrong
    assert locked.returncode == ExitCode.LOCKED
    mined = person.gets("mine", "0.1", "--yes", "--wait")
    assert (mined["session"]["number"], mined["session"]["amount"]) == (0, str(10**17))
    assert mined["session"]["state"] in {"mining", "ready"}
    refused = person.types("session", "withdraw", "0", "--to", connected["ethereum"], "--yes")
    assert refused.returncode == ExitCode.REFUSED

    file = tmp_path / "winze.backup"
    assert person.gets("backup", str(file)) == {"file": str(file), "intents": 1}
    other = Person(tmp_path / "other", person.network)
    assert (
        other.gets("restore", str(file), *other.places, "--yes")["private"]
        == (connected["private"])
    )
    assert happened(other) == happened(person)
    nothing_signs = other.types("mine", "0.1", "--yes")
    assert nothing_signs.returncode == ExitCode.REFUSED
    assert "no wallet is connected" in nothing_signs.stderr

    gone = person.gets("logout", "--yes")
    assert any(path.endswith("vault.sealed") for path in gone["deleted"])
    assert "was logged out" in person.types("portfolio").stderr


def happened(person: Person) -> list[tuple[Any, ...]]:
    """When each step of the session was reached; how far it is by now depends on the moment."""
    timeline = person.gets("session", "show", "0")["timeline"]
    return [(each["step"], each["time"], each["transaction"]) for each in timeline]


def test_a_connection_is_only_made_with_a_yes_and_to_the_network_itself(person: Person) -> None:
    command = ("connect", "--devnet-account", "8", *person.places)
    declined = person.types(*command)
    assert declined.returncode == ExitCode.REFUSED
    assert "This signature on this message will be used to access the" in declined.stdout
    assert person.gets("identities") == []
    unreachable = f"http://127.0.0.1:{free_port()}"
    told = person.types(*command[:3], "--node", unreachable, *person.places[2:], "--yes")
    assert told.returncode == ExitCode.UNREACHABLE
    two = person.types(*command, "--phrase", "--yes")
    assert two.returncode == ExitCode.USAGE


def test_a_new_phrase_is_shown_once_and_finds_the_same_wallet_again(
    person: Person, tmp_path: Path
) -> None:
    shown = at_terminal(person, "connect", "--new-phrase", *person.places, "--yes")
    words = " ".join(line.strip(" │\r") for line in shown.splitlines() if "│" in line).split()
    phrase = " ".join(words[:12])
    private = person.gets("address")["private"]
    again = Person(tmp_path / "again", person.network)
    command = ("connect", "--phrase", *again.places, "--yes", "--json")
    found = json.loads(again.types(*command, WINZE_PHRASE=phrase).stdout)
    assert found["private"] == private


def test_key_file_and_keystore_are_the_same_wallet_and_both_send(
    network: dict[str, Any], tmp_path: Path
) -> None:
    account = funded_account(6)
    key, keystore = tmp_path / "key", tmp_path / "key.json"
    key.write_text(account.key.hex())
    key.chmod(0o600)
    sealed = Account.encrypt(account.key, PASSPHRASE, kdf="pbkdf2", iterations=1000)
    keystore.write_text(json.dumps(sealed))
    known = []
    for option, file in (("--key-file", key), ("--keystore", keystore)):
        person = Person(tmp_path / option, network, {"WINZE_KEYSTORE_PASSPHRASE": PASSPHRASE})
        connected = person.gets("connect", option, str(file), *person.places, "--yes")
        assert connected["ethereum"] == account.address
        known.append(connected["private"])
        begun = person.gets("deposit", "0.01", "--yes", "--wait")
        assert begun["intent"]["state"] == "done"
    assert known[0] == known[1]
    locked = person.types("deposit", "0.01", "--yes", WINZE_KEYSTORE_PASSPHRASE="another one")  # noqa: S106 - wrong
    assert locked.returncode == ExitCode.LOCKED
    assert account.key.hex() not in locked.stderr + locked.stdout


def test_with_a_proxy_it_is_all_that_is_asked(network: dict[str, Any], tmp_path: Path) -> None:
    """Only the proxy knows where the names lead, so whatever went around it would fail."""
    ports = {
        f"{name}.winze.test": urlsplit(network[which]).port or 0
        for name, which in (("node", "node"), ("rpc", "chain"))
    }
    node, rpc = (f"http://{name}" for name in ports)
    with beside(SocksServer(ports)) as proxy:
        person = Person(tmp_path, network)
        asked = ("--node", node, "--rpc", rpc, "--proxy", proxy.url)
        shown = person.gets("connect", "--devnet-account", "8", *asked, "--yes")
        assert person.gets("deposit", "0.01", "--yes", "--wait")["intent"]["state"] == "done"
        assert {host for _, host, _ in proxy.passed} == set(ports)
        assert person.gets("address")["private"] == shown["private"]
    gone = person.types("sync")
    assert gone.returncode == ExitCode.UNREACHABLE


@contextmanager
def beside(server: SocksServer) -> Iterator[SocksServer]:
    """The server, run by another thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        yield server
        asyncio.run_coroutine_threadsafe(server.__aexit__(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def at_terminal(person: Person, *words: str) -> str:
    """What a person at a terminal sees who answers each question with yes."""
    ours, theirs = pty.openpty()
    known = {"WINZE_PASSPHRASE": PASSPHRASE, "WINZE_DATA": str(person.data), "COLUMNS": "100"}
    with subprocess.Popen(  # noqa: S603 - our own program
        [WINZE, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **known, "TERM": "dumb"},
    ) as program:
        os.close(theirs)
        seen = ""
        while True:
            try:
                piece = os.read(ours, 4096).decode()
            except OSError:
                break
            seen += piece
            if "[y/N]" in piece:
                os.write(ours, b"y\n")
    os.close(ours)
    assert program.returncode == ExitCode.DONE, seen
    return seen


@pytest.mark.long
def test_the_guide_can_be_typed_from_its_beginning_to_its_end(person: Person) -> None:
    for line in console_lines():
        ours = dict(
            zip(
                ("http://127.0.0.1:8600", "http://127.0.0.1:8545"), person.places[1::2], strict=True
            )
        )
        words = [ours.get(word, word) for word in shlex.split(line)[1:]]
        file = [str(person.data / word) if word == "winze.backup" else word for word in words]
        moves = words[0] in {"connect", "mine", "deposit"} or words[:2] == ["session", "withdraw"]
        told = person.types(*file, *(("--yes",) if moves else ()))
        assert told.returncode == ExitCode.DONE, f"{line}\n{told.stdout}\n{told.stderr}"
    assert person.gets("portfolio")["sessions"][0]["state"] == "completed"
