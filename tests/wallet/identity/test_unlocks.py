"""A vault is kept open only where that is safe, only for a while, and for its owner alone."""

import os
from pathlib import Path

import pytest

from tests.wallet.identity.vaults import PASSPHRASE, SECRETS, cheap, made
from winze.wallet import LONGEST_UNLOCK, Unlocks, Vault, VaultLocked, VaultUnusable

NOW = 1_800_000_000


@pytest.fixture
def session(tmp_path: Path) -> Path:
    folder = tmp_path / "session"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def unlocks(session: Path) -> Unlocks:
    found = Unlocks.find({"XDG_RUNTIME_DIR": str(session)})
    assert found is not None
    return found


def kept(unlocks: Unlocks, folder: Path, seconds: int = 600) -> Vault:
    """A vault as the next command finds it."""
    unlocks.keep(made(folder), NOW, seconds)
    return cheap(folder)


@pytest.mark.parametrize("after", [0, 599, 600, 601])
def test_it_is_open_until_its_time_is_over(unlocks: Unlocks, tmp_path: Path, after: int) -> None:
    vault = kept(unlocks, tmp_path)
    assert unlocks.unlock(vault, NOW + after) is (after < 600)
    assert vault.locked is (after >= 600)
    assert bool(list(unlocks.folder.iterdir())) is (after < 600)
    assert not vault.locked or cheap(tmp_path).unlock(PASSPHRASE) == SECRETS


def test_it_is_never_open_for_longer_than_a_day_at_work(unlocks: Unlocks, tmp_path: Path) -> None:
    vault = kept(unlocks, tmp_path, 10 * LONGEST_UNLOCK)
    assert unlocks.unlock(vault, NOW + LONGEST_UNLOCK - 1)
    assert not unlocks.unlock(cheap(tmp_path), NOW + LONGEST_UNLOCK)


def test_a_clock_that_was_moved_back_keeps_nothing_open(unlocks: Unlocks, tmp_path: Path) -> None:
    assert not unlocks.unlock(kept(unlocks, tmp_path, LONGEST_UNLOCK), NOW - 1)


def test_what_is_kept_is_the_owners_alone(unlocks: Unlocks, tmp_path: Path) -> None:
    kept(unlocks, tmp_path)
    (file,) = unlocks.folder.iterdir()
    assert unlocks.folder.stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0
    assert PASSPHRASE not in file.read_text()


def test_another_vault_stays_locked(unlocks: Unlocks, tmp_path: Path) -> None:
    kept(unlocks, tmp_path)
    (tmp_path / "other").mkdir()
    other = made(tmp_path / "other")
    other.lock()
    assert not unlocks.unlock(other, NOW)


def test_another_passphrase_makes_it_worthless(unlocks: Unlocks, tmp_path: Path) -> None:
    vault = kept(unlocks, tmp_path)
    cheap(tmp_path).change_passphrase(PASSPHRASE, "a new passphrase")
    assert not unlocks.unlock(vault, NOW)
    assert list(unlocks.folder.iterdir()) == []


def test_forgetting_locks_it(unlocks: Unlocks, tmp_path: Path) -> None:
    vault = kept(unlocks, tmp_path)
    for _ in range(2):
        unlocks.forget(vault)
    assert not unlocks.unlock(vault, NOW)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"until": 1}', '{"until": 1, "key": "zz"}'])
def test_what_is_damaged_opens_nothing(unlocks: Unlocks, tmp_path: Path, content: str) -> None:
    vault = kept(unlocks, tmp_path)
    (file,) = unlocks.folder.iterdir()
    file.write_text(content)
    assert not unlocks.unlock(vault, NOW)


def test_a_locked_vault_cannot_be_kept_open(unlocks: Unlocks, tmp_path: Path) -> None:
    vault = made(tmp_path)
    vault.lock()
    with pytest.raises(VaultLocked):
        unlocks.keep(vault, NOW, 600)


def test_a_vault_that_is_gone_is_told(unlocks: Unlocks, tmp_path: Path) -> None:
    vault = kept(unlocks, tmp_path)
    vault.forget()
    with pytest.raises(VaultUnusable):
        unlocks.unlock(vault, NOW)


@pytest.mark.parametrize("mode", [0o710, 0o704, 0o777])
def test_a_place_that_others_can_enter_is_none(session: Path, mode: int) -> None:
    session.chmod(mode)
    assert Unlocks.find({"XDG_RUNTIME_DIR": str(session)}) is None


def test_without_the_systems_place_there_is_none(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(session.parent)
    for told in ({}, {"XDG_RUNTIME_DIR": ""}, {"XDG_RUNTIME_DIR": "/none"}):
        assert Unlocks.find(told) is None
    assert Unlocks.find({"XDG_RUNTIME_DIR": "session"}) is None


def test_somebody_elses_place_is_none(session: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(session)}
    assert Unlocks.find(environment, os.getuid()) == Unlocks.find(environment)
    assert Unlocks.find(environment, os.getuid() + 1) is None
