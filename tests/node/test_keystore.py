"""Keys: opened with the right passphrase from private files, test accounts where they belong."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from tests.node.networks import described
from winze.node import KeyUnusable, NodeConfig, TestAccounts, load_keys, new_keystore
from winze.node.config import PASSPHRASE_VARIABLE, Keys, Work
from winze.node.keystore import open_keystore, read_passphrase
from winze.protocol import EthAddress, word

SECRET = "correct horse"  # noqa: S105 - that is the point
CHEAP = 2
NETWORK = described(chain_id=31_337)
IDLE = Work(build=False, relay=False, distribute=False)
ACCOUNTS = TestAccounts(31_337, 2, lambda index: Account.from_key(word(index + 1)))


def keystore(folder: Path, name: str = "key.json") -> tuple[Path, EthAddress]:
    path = folder / name
    return path, new_keystore(path, SECRET, cost=CHEAP)


def config(keys: Keys, work: Work | None = None, passphrase_file: Path | None = None) -> NodeConfig:
    return NodeConfig(
        network=Path("network.json"),
        rpc=("http://127.0.0.1:8545",),
        database="sqlite:////node.db",
        confirmations=2,
        keys=keys,
        work=work or Work(build=False, distribute=False),
        passphrase_file=passphrase_file,
    )


def told(_: Path) -> str:
    return SECRET


def test_a_new_keystore_holds_its_key_for_its_owner_alone(tmp_path: Path) -> None:
    path, address = keystore(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_keystore(path, told).address == address
    content = json.loads(path.read_text())
    assert (content["version"], content["crypto"]["kdf"]) == (3, "scrypt")


def test_a_new_keystore_costs_a_guesser_what_is_usual(tmp_path: Path) -> None:
    new_keystore(tmp_path / "key.json", SECRET)
    content = json.loads((tmp_path / "key.json").read_text())
    assert content["crypto"]["kdfparams"]["n"] >= 1 << 18


def test_two_new_keys_differ(tmp_path: Path) -> None:
    assert keystore(tmp_path, "a")[1] != keystore(tmp_path, "b")[1]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path, _ = keystore(tmp_path)
    before = path.read_bytes()
    with pytest.raises(KeyUnusable, match="is never overwritten"):
        new_keystore(path, SECRET, cost=CHEAP)
    assert path.read_bytes() == before


def test_a_link_to_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "key.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyUnusable, match="is never overwritten"):
        keystore(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_key_without_passphrase_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="the passphrase is empty"):
        new_keystore(tmp_path / "key.json", "", cost=CHEAP)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="cannot be written"):
        new_keystore(tmp_path / "no" / "key.json", SECRET, cost=CHEAP)


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
def test_a_file_that_others_can_open_is_refused_and_says_what_to_do(
    tmp_path: Path, mode: int
) -> None:
    path, _ = keystore(tmp_path)
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match=f"is open to others: chmod 600 {path}"):
        open_keystore(path, told)
    with pytest.raises(KeyUnusable, match=r"passphrase file .* is open to others"):
        read_passphrase(path)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_for_its_owner_alone_is_opened(tmp_path: Path, mode: int) -> None:
    path, address = keystore(tmp_path)
    path.chmod(mode)
    assert open_keystore(path, told).address == address


@pytest.mark.parametrize(("text", "read"), [("a b \n", "a b "), ("x\r\n", "x"), ("x", "x")])
def test_a_passphrase_is_a_line_without_its_end(tmp_path: Path, text: str, read: str) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(text.encode())
    path.chmod(0o600)
    assert read_passphrase(path) == read


@pytest.mark.parametrize(
    ("content", "problem"), [(b"", "is empty"), (b"\n", "is empty"), (b"\xff", "it is no text")]
)
def test_a_passphrase_that_is_none_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match=problem):
        read_passphrase(path)


def test_a_wrong_passphrase_is_told_and_not_quoted(tmp_path: Path) -> None:
    path, _ = keystore(tmp_path)
    with pytest.raises(KeyUnusable, match="the passphrase is wrong") as refused:
        open_keystore(path, lambda _: "battery staple")
    assert "battery" not in str(refused.value)
    assert refused.value.__cause__ is None


def without_its_cipher(content: dict[str, Any]) -> object:
    del content["crypto"]["cipherparams"]
    return content


def of_another_version(content: dict[str, Any]) -> object:
    return content | {"version": 4}


def with_an_address(address: str) -> Callable[[dict[str, Any]], object]:
    return lambda content: content | {"address": address}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without_its_cipher, "it is damaged"),
        (of_another_version, "is no keystore of version 3"),
        (lambda _: [], "is no keystore of version 3"),
        (with_an_address("11" * 20), "its address is not its key's"),
        (with_an_address("nobody"), "its address is not its key's"),
        (lambda content: content | {"crypto": {"kdf": "rot13"}}, "it is damaged"),
    ],
)
def test_a_damaged_keystore_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], problem: str
) -> None:
    path, _ = keystore(tmp_path)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(KeyUnusable, match=problem):
        open_keystore(path, told)


def test_what_is_no_json_and_what_is_not_there_is_refused(tmp_path: Path) -> None:
    path, _ = keystore(tmp_path)
    path.write_text("{")
    with pytest.raises(KeyUnusable, match="is no keystore of version 3"):
        open_keystore(path, told)
    with pytest.raises(KeyUnusable, match="cannot be read: No such file"):
        open_keystore(tmp_path / "absent", told)


def test_a_keystore_that_tells_no_address_is_opened(tmp_path: Path) -> None:
    path, address = keystore(tmp_path)
    content = json.loads(path.read_text())
    del content["address"]
    path.write_text(json.dumps(content))
    assert open_keystore(path, told).address == address


def test_the_passphrase_is_the_environments_then_the_files_then_a_persons(tmp_path: Path) -> None:
    path, address = keystore(tmp_path)
    good, bad = tmp_path / "good", tmp_path / "bad"
    for file, text in ((good, SECRET), (bad, "wrong")):
        file.write_text(text)
        file.chmod(0o600)
    right = {PASSPHRASE_VARIABLE: SECRET}
    keys = Keys(relayer=path)

    def loaded(file: Path | None, environment: dict[str, str], prompt: Any = None) -> str:
        found = load_keys(
            config(keys, passphrase_file=file), NETWORK, environment=environment, prompt=prompt
        )
        assert found.relayer is not None
        return str(found.relayer.address)

    assert loaded(bad, right) == loaded(good, {}) == loaded(None, {}, told) == address
    with pytest.raises(KeyUnusable, match="the passphrase is wrong"):
        loaded(bad, {}, told)
    with pytest.raises(KeyUnusable, match=f"set passphrase_file, or {PASSPHRASE_VARIABLE}"):
        loaded(None, {})


def test_a_file_that_several_jobs_share_is_opened_once(tmp_path: Path) -> None:
    path, address = keystore(tmp_path)
    asked: list[Path] = []

    def prompt(keystore: Path) -> str:
        asked.append(keystore)
        return SECRET

    keys = Keys(relayer=path, builder=path, distributor=path, screener=path)
    found = load_keys(config(keys, Work()), NETWORK, environment={}, prompt=prompt)
    assert asked == [path]
    assert found.relayer is found.builder is found.distributor is found.screener
    assert found.screener is not None
    assert found.screener.address == address


def test_the_key_of_a_job_that_is_switched_off_is_not_touched(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    keys = Keys(relayer=absent, builder=absent, distributor=absent)
    found = load_keys(config(keys, IDLE), NETWORK, environment={})
    assert (found.relayer, found.builder, found.distributor, found.screener) == (None,) * 4


def test_test_accounts_are_for_their_chain_alone() -> None:
    def loaded(index: int, chain_id: int, accounts: TestAccounts | None) -> str:
        network = replace(NETWORK, chain_id=chain_id)
        asked = config(Keys(relayer=index))
        found = load_keys(asked, network, environment={}, test_accounts=accounts)
        assert found.relayer is not None
        return str(found.relayer.address)

    for index in (0, 1):
        assert loaded(index, 31_337, ACCOUNTS) == ACCOUNTS.account(index).address
    with pytest.raises(KeyUnusable, match="there are 0 to 1"):
        loaded(2, 31_337, ACCOUNTS)
    for chain_id in (1, 31_336, 31_338):
        with pytest.raises(KeyUnusable, match=f"is on chain {chain_id}: name a keystore"):
            loaded(0, chain_id, ACCOUNTS)
    with pytest.raises(KeyUnusable, match="is for development networks"):
        loaded(0, 31_337, None)


def test_keys_are_not_shown(tmp_path: Path) -> None:
    path, _ = keystore(tmp_path)
    found = load_keys(config(Keys(relayer=path)), NETWORK, environment={}, prompt=told)
    assert found.relayer is not None
    secret = found.relayer.key.hex()
    assert secret not in f"{found!r} {found}"
