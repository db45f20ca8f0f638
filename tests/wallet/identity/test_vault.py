"""A vault keeps secrets behind a passphrase, and says what is wrong when it does not open."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account

from tests.wallet.identity.vaults import CHEAP, KEY, PASSPHRASE, SECRETS, cheap, made
from tests.wallet.worlds import OWN, STRANGER, seed
from winze.protocol import EthAddress
from winze.wallet import (
    Identity,
    KeyUnreadable,
    Secrets,
    Signer,
    SignerKind,
    Vault,
    VaultLocked,
    VaultUnusable,
    WrongPassphrase,
    new_phrase,
)
from winze.wallet.sealing import COST, Cost, Lock


def test_what_is_put_in_comes_out_with_the_passphrase(tmp_path: Path) -> None:
    made(tmp_path)
    assert cheap(tmp_path).unlock(PASSPHRASE) == SECRETS


def test_usually_a_guess_costs_256_mib(tmp_path: Path) -> None:
    Vault(tmp_path / "vault.sealed").create(PASSPHRASE, SECRETS)
    assert Lock.of((tmp_path / "vault.sealed").read_bytes()).cost == Cost(passes=3, kib=256 << 10)


def test_the_file_is_its_owners_and_shows_nothing(tmp_path: Path) -> None:
    vault = made(tmp_path)
    assert vault.path.stat().st_mode & 0o777 == 0o600
    content = vault.path.read_bytes().lower()
    for secret in (KEY, seed(1).secret.hex(), PASSPHRASE, OWN[2:], "testnet"):
        assert secret.lower().encode() not in content
    assert bytes.fromhex(KEY) not in content
    assert seed(1).secret not in vault.path.read_bytes()


def test_locked_it_tells_nothing(tmp_path: Path) -> None:
    vault = made(tmp_path)
    assert (vault.exists, vault.locked) == (True, False)
    vault.lock()
    assert vault.locked
    for telling in (lambda: vault.secrets, lambda: vault.key, lambda: vault.store(SECRETS)):
        with pytest.raises(VaultLocked):
            telling()


@pytest.mark.parametrize("wrong", ["", "hunter2-hunter2", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_another_passphrase_does_not_open_it(tmp_path: Path, wrong: str) -> None:
    made(tmp_path)
    vault = cheap(tmp_path)
    with pytest.raises(WrongPassphrase, match="another one") as told:
        vault.unlock(wrong)
    assert vault.locked
    assert "hunter2" not in str(told.value)


def test_a_passphrase_has_one_meaning_however_a_keyboard_spells_it(tmp_path: Path) -> None:
    cheap(tmp_path).create("schl\u00fcssel", SECRETS)
    assert cheap(tmp_path).unlock("schlu\u0308ssel") == SECRETS


@pytest.mark.parametrize("size", [0, 7, 8])
def test_a_passphrase_takes_eight_characters(tmp_path: Path, size: int) -> None:
    vault = cheap(tmp_path)
    if size < 8:
        with pytest.raises(WrongPassphrase, match="at least 8"):
            vault.create("x" * size, SECRETS)
        assert not vault.exists
    else:
        vault.create("x" * size, SECRETS)


def test_a_vault_is_not_overwritten(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(VaultUnusable, match="log out"):
        cheap(tmp_path).create("another passphrase", Secrets(SECRETS.signer))
    assert cheap(tmp_path).unlock(PASSPHRASE) == SECRETS


def test_more_can_be_stored_while_it_is_open(tmp_path: Path) -> None:
    more = SECRETS.signed_in("other-2", seed(2))
    made(tmp_path).store(more)
    assert cheap(tmp_path).unlock(PASSPHRASE) == more
    assert more.identity("other-2") == Identity(OWN, seed(2))
    assert more.identity("third-3") is None


def test_the_passphrase_can_be_changed(tmp_path: Path) -> None:
    vault = made(tmp_path)
    key = vault.key
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase("not the one", "a new passphrase")
    vault.change_passphrase(PASSPHRASE, "a new passphrase")
    assert cheap(tmp_path).unlock("a new passphrase") == SECRETS
    with pytest.raises(WrongPassphrase):
        cheap(tmp_path).unlock(PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        cheap(tmp_path).unlock_with(key)


def test_its_key_opens_it_without_the_passphrase(tmp_path: Path) -> None:
    assert cheap(tmp_path).unlock_with(made(tmp_path).key) == SECRETS


def test_what_cost_too_little_is_sealed_anew_when_it_is_opened(tmp_path: Path) -> None:
    path = made(tmp_path).path
    before = Lock.of(path.read_bytes())
    dearer = replace(CHEAP, passes=CHEAP.passes + 1)
    assert Vault(path, dearer).unlock(PASSPHRASE) == SECRETS
    after = Lock.of(path.read_bytes())
    assert (before.cost, after.cost) == (CHEAP, dearer)
    assert before.salt != after.salt
    assert Vault(path, CHEAP).unlock(PASSPHRASE) == SECRETS
    assert Lock.of(path.read_bytes()) == after


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"7"], ids=repr)
def test_what_is_no_vault_is_told(tmp_path: Path, content: bytes) -> None:
    cheap(tmp_path).path.write_bytes(content)
    with pytest.raises(VaultUnusable, match="damaged"):
        cheap(tmp_path).unlock(PASSPHRASE)


def test_without_a_vault_one_has_to_sign_in(tmp_path: Path) -> None:
    with pytest.raises(VaultUnusable, match="sign in"):
        cheap(tmp_path).unlock(PASSPHRASE)


def test_forgetting_deletes_it(tmp_path: Path) -> None:
    vault = made(tmp_path)
    for _ in range(2):
        vault.forget()
        assert (vault.exists, vault.locked) == (False, True)


def test_a_picture_shows_no_secret(tmp_path: Path) -> None:
    vault = made(tmp_path)
    for picture in (repr(vault), repr(vault.secrets), str(vault.secrets)):
        assert KEY not in picture
        assert seed(1).secret.hex() not in picture


@pytest.mark.parametrize("kind", list(SignerKind))
def test_what_signs_is_the_account_that_was_connected(tmp_path: Path, kind: SignerKind) -> None:
    phrase = new_phrase()
    path = tmp_path / "keystore"
    account = Account.from_key(KEY)
    path.write_text(json.dumps(Account.encrypt(account.key, "kept", iterations=2)))
    secret = {SignerKind.KEY: KEY, SignerKind.PHRASE: phrase, SignerKind.KEYSTORE: str(path)}
    another = Signer(kind, STRANGER, secret.get(kind, ""))
    with pytest.raises(KeyUnreadable):
        another.account("kept")
    if kind in (SignerKind.KEY, SignerKind.KEYSTORE):
        own = replace(another, address=EthAddress(account.address))
        assert own.account("kept").key == account.key


def test_the_usual_cost_is_above_the_least() -> None:
    assert COST.covers(CHEAP)
    assert not CHEAP.covers(COST)
    assert not replace(COST, kib=COST.kib - 1).covers(COST)
    assert not replace(COST, passes=COST.passes - 1).covers(COST)
