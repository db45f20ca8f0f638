"""The node's keys: from encrypted keystores (Web3 Secret Storage, version 3), or test accounts.

A keystore and the file of its passphrase must be readable by their owner alone. Neither keys nor
passphrases stand in any message.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth_account import Account
from eth_account.signers.local import LocalAccount

from winze.contracts import NetworkDescription
from winze.protocol import EthAddress, InvalidEthAddress

from .config import PASSPHRASE_VARIABLE, Key, NodeConfig
from .errors import KeyUnusable

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077
_VERSION: Final = 3

Prompt = Callable[[Path], str]
"""Asks a person for the passphrase of a keystore."""


@dataclass(frozen=True)
class TestAccounts:
    """Accounts that a development network funds, whose keys everybody knows."""

    __test__ = False  # pytest takes it for a test by its name

    chain_id: int
    """The only chain on which they are used."""

    count: int
    """How many there are, numbered from 0."""

    account: Callable[[int], LocalAccount]
    """The account of a number."""


@dataclass(frozen=True)
class NodeKeys:
    """The accounts that a node signs with; None where it has no such job."""

    relayer: LocalAccount | None = None
    builder: LocalAccount | None = None
    distributor: LocalAccount | None = None
    screener: LocalAccount | None = None


def load_keys(
    config: NodeConfig,
    network: NetworkDescription,
    *,
    environment: Mapping[str, str],
    test_accounts: TestAccounts | None = None,
    prompt: Prompt | None = None,
) -> NodeKeys:
    """The keys of the jobs that are switched on, each file being opened once.

    The passphrase is the environment's `WINZE_NODE_PASSPHRASE`, else what the configured file
    holds, else what `prompt` is told.

    Raises:
        KeyUnusable: a file is missing, damaged or open to others, a passphrase is missing or wrong,
            or a test account is asked for where there are none.
    """
    work, keys = config.work, config.keys
    wanted = {
        "relayer": keys.relayer if work.relay else None,
        "builder": keys.builder if work.build else None,
        "distributor": keys.distributor if work.distribute else None,
        "screener": keys.screener,
    }
    passphrase = _passphrases(config.passphrase_file, environment, prompt)
    opened: dict[Key, LocalAccount] = {}
    for key in wanted.values():
        if isinstance(key, int) and key not in opened:
            opened[key] = _test_account(key, network, test_accounts)
        elif isinstance(key, Path) and key not in opened:
            opened[key] = open_keystore(key, passphrase)
    return NodeKeys(**{job: opened[key] for job, key in wanted.items() if key is not None})


def open_keystore(path: Path, passphrase: Prompt) -> LocalAccount:
    """The account that the keystore `path` holds.

    Raises:
        KeyUnusable: the file is missing, damaged or open to others, or the passphrase is wrong.
    """
    content = _keystore(path)
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(content, passphrase(path)))
    except (KeyError, TypeError, ValueError, NotImplementedError) as problem:
        # Not "from problem": what a library says may quote what it was given.
        wrong = "MAC mismatch" in str(problem)
        why = "the passphrase is wrong" if wrong else f"it is damaged ({type(problem).__name__})"
        raise KeyUnusable(f"the keystore {path} cannot be opened: {why}") from None
    _check_address(path, content.get("address"), account)
    return account


def new_keystore(path: Path, passphrase: str, *, cost: int | None = None) -> EthAddress:
    """Make a key, keep it in a new keystore for its owner alone, and tell its address.

    Args:
        path: the file, which must not exist.
        passphrase: what opens it.
        cost: scrypt's cost, a power of two; None for the usual one.

    Raises:
        KeyUnusable: the passphrase is empty, the file exists, or cannot be written.
    """
    if not passphrase:
        raise KeyUnusable("the passphrase is empty: choose one that nobody guesses")
    if path.exists():
        raise _exists(path)
    account: LocalAccount = Account.create()
    content = Account.encrypt(account.key, passphrase, kdf="scrypt", iterations=cost)
    try:
        _write_once(path, json.dumps(content, indent=2).encode() + b"\n")
    except FileExistsError:
        raise _exists(path) from None
    except OSError as problem:
        raise KeyUnusable(f"the keystore {path} cannot be written ({problem})") from problem
    return EthAddress(account.address)


def read_passphrase(path: Path) -> str:
    """The passphrase that a file holds; the end of its line is no part of it.

    Raises:
        KeyUnusable: the file is missing, empty, no text, or open to others.
    """
    text = _private_text(path, "passphrase file").rstrip("\r\n")
    if not text:
        raise KeyUnusable(f"the passphrase file {path} is empty")
    return text


def _passphrases(
    path: Path | None, environment: Mapping[str, str], prompt: Prompt | None
) -> Prompt:
    def passphrase(keystore: Path) -> str:
        if told := environment.get(PASSPHRASE_VARIABLE):
            return told
        if path is not None:
            return read_passphrase(path)
        if prompt is not None:
            return prompt(keystore)
        raise KeyUnusable(
            f"the keystore {keystore} needs its passphrase: set passphrase_file, or "
            f"{PASSPHRASE_VARIABLE}"
        )

    return passphrase


def _test_account(
    index: int, network: NetworkDescription, accounts: TestAccounts | None
) -> LocalAccount:
    if accounts is None or network.chain_id != accounts.chain_id:
        raise KeyUnusable(
            f"test account {index} is for development networks; {network.name} is on chain "
            f"{network.chain_id}: name a keystore (`winze node new-key` makes one)"
        )
    if not 0 <= index < accounts.count:
        raise KeyUnusable(
            f"test account {index} does not exist: there are 0 to {accounts.count - 1}"
        )
    return accounts.account(index)


def _keystore(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_private_text(path, "keystore"))
    except json.JSONDecodeError:
        content = None
    if not isinstance(content, dict) or content.get("version") != _VERSION:
        raise KeyUnusable(f"{path} is no keystore of version {_VERSION}")
    return content


def _check_address(path: Path, told: object, account: LocalAccount) -> None:
    """Hold the address that a keystore may tell against its key's."""
    if told is None:
        return
    try:
        right = EthAddress("0x" + str(told).removeprefix("0x")) == EthAddress(account.address)
    except InvalidEthAddress:
        right = False
    if not right:
        raise KeyUnusable(f"the keystore {path} is damaged: its address is not its key's")


def _private_text(path: Path, kind: str) -> str:
    """What the file `path` holds, if only its owner can read it."""
    try:
        with path.open(encoding="utf-8") as stream:
            if os.fstat(stream.fileno()).st_mode & _OTHERS:
                raise KeyUnusable(f"the {kind} {path} is open to others: chmod 600 {path}")
            return stream.read()
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is no text"
        raise KeyUnusable(f"the {kind} {path} cannot be read: {reason}") from None


def _write_once(path: Path, content: bytes) -> None:
    """Write a file for its owner alone that must not be there yet."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _exists(path: Path) -> KeyUnusable:
    return KeyUnusable(f"{path} exists, and a key is never overwritten: choose another file")
