"""Ethereum keys from files: encrypted keystores (Web3 Secret Storage, version 3), or plain ones."""

import json
from pathlib import Path
from typing import Any, Final

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.exceptions import ValidationError

from winze.protocol import EthAddress, InvalidEthAddress

from ..errors import KeyUnreadable, WrongPassphrase
from .owner_only import require_owner_only

_VERSION: Final = 3
_MOST_BYTES: Final = 1 << 16


def account_from_keystore(path: Path, passphrase: str) -> LocalAccount:
    """The account that a keystore holds; takes a second or more, by design of its kind.

    Raises:
        KeyUnreadable: the file cannot be read or is none.
        WrongPassphrase: the passphrase is another one.
    """
    content = _keystore(path)
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(content, passphrase))
    except (KeyError, TypeError, ValueError, NotImplementedError) as problem:
        # Not "from problem": what a library says may quote what it was given.
        if "MAC mismatch" in str(problem):
            raise WrongPassphrase(f"the keystore {path} has another passphrase") from None
        raise KeyUnreadable(
            f"the keystore {path} cannot be opened: it is damaged ({type(problem).__name__})"
        ) from None
    named = content.get("address")
    if named is not None and _address(named) != EthAddress(account.address):
        raise KeyUnreadable(f"the keystore {path} holds another key than it says: it is damaged")
    return account


def account_from_key_file(path: Path) -> LocalAccount:
    """The account whose key a file holds: 64 hex digits, with 0x or without.

    Raises:
        KeyUnreadable: the file cannot be read, is open to others, or holds no key.
    """
    text = _read(path)
    require_owner_only(path)
    return account_from_key(text, f"the file {path}")


def account_from_key(text: str, where: str = "what was given") -> LocalAccount:
    """The account of a key that was typed or read: 64 hex digits, with 0x or without.

    Raises:
        KeyUnreadable: it is no key; the message names `where` it stood, never it.
    """
    try:
        account: LocalAccount = Account.from_key(text.strip())
    except (ValueError, TypeError, ValidationError):
        raise KeyUnreadable(
            f"{where} holds no Ethereum key: it takes 64 hex digits of a number from 1 to below "
            "the order of secp256k1"
        ) from None
    return account


def _keystore(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_read(path))
    except ValueError:
        content = None
    if not isinstance(content, dict) or content.get("version") != _VERSION:
        raise KeyUnreadable(
            f"{path} is no keystore of version {_VERSION}, as geth and other wallets export it"
        )
    return content


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode()
    except OSError as problem:
        raise KeyUnreadable(f"{path} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise KeyUnreadable(f"{path} is no text") from None


def _address(named: object) -> EthAddress | None:
    try:
        return EthAddress("0x" + str(named).removeprefix("0x").lower())
    except InvalidEthAddress:
        return None
