"""Which wallet is meant, who may open it, and what stays of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.wallet.worlds import network, seed
from winze.cli.app import app
from winze.cli.output import ExitCode
from winze.cli.wallet.command import Wants
from winze.cli.wallet.opening import chosen, unlocked
from winze.protocol import EthAddress
from winze.wallet import (
    Entry,
    HomeError,
    Secrets,
    Settings,
    Signer,
    SignerKind,
    VaultLocked,
    WalletHome,
    network_id,
)

PASSPHRASE = "words that nobody guesses"  # noqa: S105 - a test's
SETTINGS = Settings(("http://127.0.0.1:1",), ("http://127.0.0.1:2",))
Winze = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> WalletHome:
    (tmp_path / "session").mkdir(mode=0o700)
    return WalletHome(tmp_path / "data" / "wallet")


@pytest.fixture
def winze(home: WalletHome, tmp_path: Path) -> Winze:
    environment = {
        "WINZE_DATA": str(home.folder.parent),
        "WINZE_PASSPHRASE": PASSPHRASE,
        "XDG_RUNTIME_DIR": str(tmp_path / "session"),
    }

    def run(*words: str, **more: str | None) -> Result:
        return CliRunner(env={**environment, **more}).invoke(app, words)

    return run


def wallet(home: WalletHome, name: str) -> Entry:
    """A wallet with secrets; the one that was added last is the current one."""
    signer = Signer(SignerKind.EXTERNAL, EthAddress("0x" + "0a" * 20))
    home.vault(name).create(PASSPHRASE, Secrets(signer, {network_id(network()): seed()}))
    return home.add(name, network(), SETTINGS)


def test_where_no_wallet_is_the_way_to_one_is_told(winze: Winze) -> None:
    told = winze("portfolio")
    assert told.exit_code == ExitCode.MISCONFIGURED
    assert "begin with `winze connect`" in told.output
    assert "begin with `winze connect`" in winze("identities").output


def test_the_wallet_that_is_named_is_meant_else_the_current_one(home: WalletHome) -> None:
    first, second = wallet(home, "first"), wallet(home, "second")
    assert chosen(home, Wants()) == second
    assert chosen(home, Wants(wallet="first")) == first
    assert chosen(home, Wants(wallet="first", network="testnet")) == first
    for missing in (Wants(wallet="third"), Wants(network="other")):
        with pytest.raises(HomeError, match="no such wallet"):
            chosen(home, missing)


def test_another_wallet_can_be_made_the_current_one(home: WalletHome, winze: Winze) -> None:
    wallet(home, "first")
    wallet(home, "second")
    assert winze("identities", "--use", "first").exit_code == ExitCode.DONE
    assert chosen(home, Wants()).identity == "first"


def test_a_passphrase_comes_from_its_file_before_the_environment(
    home: WalletHome, winze: Winze, tmp_path: Path
) -> None:
    wallet(home, "main")
    (file := tmp_path / "passphrase").write_text("another one\n")
    assert winze("unlock", "--passphrase-file", str(file)).exit_code == ExitCode.LOCKED
    file.write_text(PASSPHRASE + "\n")
    told = winze("unlock", "--passphrase-file", str(file), WINZE_PASSPHRASE="wrong")  # noqa: S106
    assert told.exit_code == ExitCode.DONE


def test_a_passphrase_that_nobody_can_give_is_asked_for_in_words(
    home: WalletHome, winze: Winze
) -> None:
    wallet(home, "main")
    told = winze("portfolio", WINZE_PASSPHRASE=None)
    assert told.exit_code == ExitCode.LOCKED
    assert "set WINZE_PASSPHRASE, or give --passphrase-file" in " ".join(told.output.split())


def test_an_unlocked_wallet_asks_for_nothing_until_it_is_locked(
    home: WalletHome, winze: Winze, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    entry = wallet(home, "main")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "session"))
    monkeypatch.delenv("WINZE_PASSPHRASE", raising=False)
    with pytest.raises(VaultLocked):
        unlocked(home, entry, Wants())
    assert "stays unlocked for 15 min" in winze("unlock").output
    assert unlocked(home, entry, Wants()).signer.address == EthAddress("0x" + "0a" * 20)
    assert winze("lock").exit_code == ExitCode.DONE
    with pytest.raises(VaultLocked):
        unlocked(home, entry, Wants())


def test_a_system_without_a_place_for_it_keeps_nothing_unlocked(
    home: WalletHome, winze: Winze
) -> None:
    wallet(home, "main")
    told = winze("unlock", XDG_RUNTIME_DIR="")
    assert told.exit_code == ExitCode.LOCKED
    assert "XDG_RUNTIME_DIR" in told.output


def test_a_logout_is_confirmed_and_forgets_the_secrets(home: WalletHome, winze: Winze) -> None:
    entry = wallet(home, "main")
    assert winze("logout").exit_code == ExitCode.REFUSED
    assert home.vault("main").exists
    assert winze("logout", "--yes").exit_code == ExitCode.DONE
    assert not home.vault("main").exists
    with pytest.raises(HomeError, match="was logged out"):
        unlocked(home, entry, Wants())


def test_a_connection_takes_exactly_one_signer(winze: Winze) -> None:
    places: list[Any] = ["--rpc", "http://127.0.0.1:1", "--node", "http://127.0.0.1:2"]
    for signers in ([], ["--devnet-account", "1", "--phrase"]):
        assert winze("connect", *places, *signers).exit_code == ExitCode.USAGE


def test_a_connection_takes_somebody_to_ask(winze: Winze) -> None:
    told = winze("connect", "--devnet-account", "1")
    assert told.exit_code == ExitCode.MISCONFIGURED
    assert "the address of a chain's RPC is missing" in told.output
