"""Several wallets on several networks stand side by side, and leave when they are told to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.wallet.identity.vaults import PASSPHRASE, SECRETS
from tests.wallet.worlds import network
from winze.contracts import InvalidProxy, NetworkDescription, Proxy
from winze.wallet import HomeError, Settings, WalletHome, network_id

SETTINGS = Settings(("http://127.0.0.1:8545",), ("https://node.example",))
OTHER = replace(network(), name="othernet")
TWIN = replace(network(), chain_id=5)


@pytest.fixture
def home(tmp_path: Path) -> WalletHome:
    return WalletHome(tmp_path / "wallet")


def test_a_new_home_is_empty_and_its_owners(home: WalletHome) -> None:
    assert (home.identities(), home.networks(), home.entries(), home.current()) == (
        [],
        {},
        [],
        None,
    )
    assert home.folder.stat().st_mode & 0o777 == 0o700


def test_the_usual_home_is_in_the_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINZE_DATA", str(tmp_path))
    assert WalletHome().folder == tmp_path / "wallet"


def test_identities_and_networks_stand_side_by_side(home: WalletHome) -> None:
    wanted = [("alice", network()), ("alice", OTHER), ("bob", network())]
    made = [home.add(name, net, SETTINGS) for name, net in wanted]
    again = WalletHome(home.folder)
    assert again.identities() == ["alice", "bob"]
    assert sorted(again.networks()) == sorted(map(network_id, (network(), OTHER)))
    assert again.entries() == sorted(made, key=lambda each: (each.identity, each.network_id))


def test_what_belongs_to_the_network_is_shared_and_the_rest_is_not(home: WalletHome) -> None:
    alice, bob = (home.add(name, network(), SETTINGS) for name in ("alice", "bob"))
    assert (alice.rows, alice.keys) == (bob.rows, bob.keys)
    assert alice.journal != bob.journal
    assert alice.scan_cache != bob.scan_cache
    assert home.vault("alice").path != home.vault("bob").path
    assert home.add("alice", OTHER, SETTINGS).rows != alice.rows


def test_every_folder_and_file_is_the_owners_alone(home: WalletHome) -> None:
    home.add("alice", network(), SETTINGS)
    for path in home.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_last_one_added_is_meant_until_another_is_selected(home: WalletHome) -> None:
    alice = home.add("alice", network(), SETTINGS)
    bob = home.add("bob", network(), SETTINGS)
    assert home.current() == bob
    home.select(alice)
    assert WalletHome(home.folder).current() == alice


def test_the_only_one_needs_no_selecting(home: WalletHome) -> None:
    alice = home.add("alice", network(), SETTINGS)
    (home.folder / "current.json").unlink()
    assert home.current() == alice
    home.add("bob", network(), SETTINGS)
    (home.folder / "current.json").write_text("{")
    assert home.current() is None


def test_a_wallet_is_found_by_its_networks_name_or_id(home: WalletHome) -> None:
    entry = home.add("alice", network(), SETTINGS)
    assert home.entry("alice", "testnet") == home.entry("alice", entry.network_id) == entry
    for name, net in (("bob", "testnet"), ("alice", "othernet")):
        with pytest.raises(HomeError, match=net):
            home.entry(name, net)


def test_two_networks_of_one_name_are_told_apart(home: WalletHome) -> None:
    first, second = (home.add("alice", net, SETTINGS) for net in (network(), TWIN))
    with pytest.raises(HomeError, match=second.network_id):
        home.entry("alice", "testnet")
    assert home.entry("alice", first.network_id).network == network()


def test_a_networks_description_is_pinned(home: WalletHome) -> None:
    entry = home.add("alice", network(), SETTINGS)
    path = entry.keys.parent / "network.json"
    path.write_text(path.read_text().replace("31337", "31338"))
    assert home.networks() == {}
    assert home.entries() == []


@pytest.mark.parametrize("name", ["", "Alice", "a/b", "..", "-a", "a" * 33, "a b"])
def test_a_name_that_could_lead_elsewhere_is_refused(home: WalletHome, name: str) -> None:
    refused = (
        lambda: home.add(name, network(), SETTINGS),
        lambda: home.vault(name),
        lambda: home.logout(name),
    )
    for each in refused:
        with pytest.raises(HomeError):
            each()


def test_broken_settings_of_one_wallet_leave_the_others_alone(home: WalletHome) -> None:
    alice, bob = (home.add(name, network(), SETTINGS) for name in ("alice", "bob"))
    for content in ("", "[]", "{}", '{"rpcs": [], "nodes": []}', '{"rpcs": 5, "nodes": []}'):
        (alice.folder / "settings.json").write_text(content)
        assert home.entries() == [bob]
        with pytest.raises(HomeError, match="connect"):
            home.entry("alice", "testnet")


# -- logging out -----------------------------------------------------------------------------------


def logged_in(home: WalletHome, name: str, net: NetworkDescription) -> list[Path]:
    """Files of a wallet that was used."""
    entry = home.add(name, net, SETTINGS)
    if not home.vault(name).exists:
        home.vault(name).create(PASSPHRASE, SECRETS)
    files = [entry.journal, entry.scan_cache, entry.scan_cache.with_name("scan.cache-wal")]
    for each in (*files, entry.rows):
        each.write_bytes(b"x")
    return files


def test_logging_out_forgets_secrets_and_what_was_found(home: WalletHome) -> None:
    journal, cache, more = logged_in(home, "alice", network())
    others = logged_in(home, "bob", network())
    forgotten = home.logout("alice")
    assert set(forgotten.deleted) == {home.vault("alice").path, cache, more}
    assert journal in forgotten.kept
    assert all(path.exists() for path in (*forgotten.kept, *others))
    assert not any(path.exists() for path in forgotten.deleted)
    assert home.vault("bob").exists


def test_the_journal_goes_where_that_is_asked_for(home: WalletHome) -> None:
    files = logged_in(home, "alice", network()) + logged_in(home, "alice", OTHER)
    forgotten = home.logout("alice", journal=True)
    assert forgotten.kept == ()
    assert set(files) < set(forgotten.deleted)
    assert home.identities() == []
    assert home.networks() != {}


def test_who_is_not_there_cannot_log_out(home: WalletHome) -> None:
    with pytest.raises(HomeError, match="carol"):
        home.logout("carol")


# -- settings --------------------------------------------------------------------------------------


def test_settings_are_kept(home: WalletHome) -> None:
    settings = Settings(
        ("http://127.0.0.1:8545", "https://user:hunter2@rpc.example/5ec2e7"),
        (),
        "socks5h://127.0.0.1:9050",
        spare_loopback=True,
        direct=True,
    )
    home.add("alice", network(), settings)
    assert home.entry("alice", "testnet").settings == settings
    assert settings.way == Proxy("127.0.0.1", 9050, spare_loopback=True)
    assert SETTINGS.way is None


def test_settings_print_without_what_is_secret_in_addresses() -> None:
    url = "https://user:hunter2@rpc.example/5ec2e7"
    picture = repr(Settings((url,), (url,)))
    assert "rpc.example" in picture
    assert "hunter2" not in picture
    assert "5ec2e7" not in picture


@pytest.mark.parametrize(
    "urls", [("rpc.example",), ("ftp://rpc.example",), ("http://",), ("http://[",), ("",)], ids=str
)
def test_an_address_that_is_no_url_is_refused(urls: tuple[str, ...]) -> None:
    for make in (lambda: Settings(urls, ("http://n",)), lambda: Settings(("http://r",), urls)):
        with pytest.raises(HomeError):
            make()


def test_a_chain_and_a_node_are_needed_unless_it_is_direct() -> None:
    with pytest.raises(HomeError, match="RPC"):
        Settings((), ("http://n",))
    with pytest.raises(HomeError, match="node"):
        Settings(("http://r",))
    assert Settings(("http://r",), direct=True).nodes == ()


def test_a_proxy_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidProxy):
        Settings(("http://r",), ("http://n",), "http://127.0.0.1:9050")


def test_the_file_of_settings_is_plain_json(home: WalletHome) -> None:
    entry = home.add("alice", network(), SETTINGS)
    form = json.loads((entry.folder / "settings.json").read_text())
    assert form["nodes"] == ["https://node.example"]
