"""Keys from files: opened only where all is right, and never told."""

import json
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from winze.wallet import (
    KeyUnreadable,
    WrongPassphrase,
    account_from_key,
    account_from_key_file,
    account_from_keystore,
)

SECRET = "11" * 32
KEY = Account.from_key("0x" + SECRET)
PASSPHRASE = "correct horse"  # noqa: S105 - of tests alone


def keystore(folder: Path, **changes: Any) -> Path:
    content = Account.encrypt(KEY.key, PASSPHRASE, kdf="scrypt", iterations=2) | changes
    path = folder / "keystore.json"
    path.write_text(json.dumps(content))
    return path


def test_a_keystore_opens_with_its_passphrase(tmp_path: Path) -> None:
    assert account_from_keystore(keystore(tmp_path), PASSPHRASE).key == KEY.key


def test_a_wrong_passphrase_is_told_and_neither_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase, match="has another passphrase") as told:
        account_from_keystore(keystore(tmp_path), "hunter2")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "changes", [{"version": 2}, {"crypto": {}}, {"crypto": 5}, {"address": "22" * 20}], ids=str
)
def test_a_keystore_that_is_damaged_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(KeyUnreadable):
        account_from_keystore(keystore(tmp_path, **changes), PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", SECRET.encode()], ids=repr)
def test_what_is_no_keystore_is_refused_without_quoting_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(KeyUnreadable) as told:
        account_from_keystore(path, PASSPHRASE)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize("text", [SECRET, "0x" + SECRET, f" {SECRET}\n"])
def test_a_key_file_of_its_owners_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)
    assert account_from_key_file(path).key == KEY.key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text(SECRET)
    path.chmod(mode)
    with pytest.raises(KeyUnreadable, match="chmod 600"):
        account_from_key_file(path)


@pytest.mark.parametrize("text", ["", "5e" * 31, "5e" * 33, "zz" * 32, "00" * 32, "ff" * 32])
def test_what_is_no_key_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(KeyUnreadable) as told:
        account_from_key(text)
    assert not text or text not in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for reading in (lambda path: account_from_keystore(path, ""), account_from_key_file):
        with pytest.raises(KeyUnreadable, match="cannot be read"):
            reading(tmp_path / "none")
