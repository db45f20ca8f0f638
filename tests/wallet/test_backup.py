"""A backup holds all of a wallet, for whoever has the passphrase, and nobody else."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.wallet.worlds import OWN, STRANGER, network, seed
from tests.wire.requests import BOTH
from winze.protocol import MAIN_ACCOUNT, EthAddress, Timestamp, Wei
from winze.wallet import Identity, Intent, IntentKind, IntentState, Journal, SentTransaction
from winze.wallet.backup import NOT_BEGUN, VERSION, Backup
from winze.wallet.errors import BackupUnusable, SealUnreadable, WalletError, WrongPassphrase
from winze.wallet.sealing import Cost, opened_with_passphrase, sealed_with_passphrase

CHEAP = Cost(passes=1, kib=8)
WORDS = "correct horse"


def intents() -> tuple[Intent, ...]:
    sent = SentTransaction(7, "0x" + "11" * 32, "0x02")
    return (
        Intent(
            "a" * 32, IntentKind.SEND, Timestamp(5), text="rent", private="winze1", request=BOTH
        ),
        Intent(
            *("b" * 32, IntentKind.DEPOSIT, Timestamp(6), IntentState.LEAVING, MAIN_ACCOUNT),
            amount=Wei(2**95),
            deposit_number=4,
            transactions=(sent, SentTransaction(8)),
        ),
        Intent("c" * 32, IntentKind.PAYOUT, Timestamp(7), source=STRANGER, relayed=False),
        Intent("d" * 32, IntentKind.MINE, Timestamp(8), account=0, deposit_number=0),
    )


def backup(given: Sequence[Intent] | None = None) -> Backup:
    return Backup.of(Identity(OWN, seed()), network(), intents() if given is None else given)


def sealed() -> bytes:
    return backup().sealed(WORDS, CHEAP)


def altered(**changes: object) -> bytes:
    """A backup that is sealed well, of another content."""
    form = json.loads(opened_with_passphrase(sealed(), WORDS)) | changes
    return sealed_with_passphrase(json.dumps(form).encode(), WORDS, CHEAP)


def test_what_was_backed_up_is_opened() -> None:
    found = Backup.opened(sealed(), WORDS)
    assert found == backup()
    assert found.identity.seed.secret == seed().secret
    assert found.intents == intents()
    assert [type(each.relayed) for each in found.intents] == [bool] * 4


def test_it_is_a_file_of_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "winze.backup"
    backup().write(path, WORDS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Backup.opened(path.read_bytes(), WORDS) == backup()


def test_nothing_of_it_shows() -> None:
    content = sealed()
    for secret in (seed().secret, seed().secret.hex().encode(), b"rent", OWN.encode()):
        assert secret not in content
    assert seed().secret.hex() not in repr(backup())
    assert "rent" not in repr(backup())


def test_it_is_restored_into_an_empty_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", seed())
    assert Backup.opened(sealed(), WORDS).restore(journal) == 4
    assert journal.intents()[:3] == list(intents()[:3])
    assert Backup.opened(sealed(), WORDS).restore(journal) == 0


def test_a_deposit_that_had_not_begun_is_not_begun_by_the_restored_wallet() -> None:
    journal = Journal(None, seed())
    backup().restore(journal)
    planned = journal.get("d" * 32)
    assert planned is not None
    assert (planned.state, planned.reason) == (IntentState.FAILED, NOT_BEGUN)


def test_what_the_journal_knows_better_stays() -> None:
    journal = Journal(None, seed())
    newer = intents()[0].but(state=IntentState.DONE)
    journal.put(newer)
    assert backup().restore(journal) == 3
    assert journal.get(newer.id) == newer


def test_it_is_held_against_network_and_wallet() -> None:
    found, here = Backup.opened(sealed(), WORDS), network()
    found.require(here)
    found.require(here, OWN)
    found.require(replace(here, name="renamed"), OWN)
    with pytest.raises(BackupUnusable, match=f"{STRANGER} is connected"):
        found.require(here, STRANGER)
    with pytest.raises(BackupUnusable, match="not of testnet"):
        found.require(replace(here, chain_id=1), OWN)
    pool = next(iter(here.contracts))
    moved = {
        **here.contracts,
        **{
            name: replace(each, address=EthAddress("0x" + "77" * 20))
            for name, each in here.contracts.items()
            if each.address == here.pool
        },
    }
    assert pool in moved
    with pytest.raises(BackupUnusable, match="not of testnet"):
        found.require(replace(here, contracts=moved), OWN)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(WrongPassphrase):
        Backup.opened(sealed(), WORDS + " ")


def test_no_bit_can_be_changed_and_nothing_be_cut_off() -> None:
    content = sealed()
    places = [*range(8 * 13), *range(8 * 18, 8 * len(content), 97)]
    damaged = [bytearray(content) for _ in places]
    for place, each in zip(places, damaged, strict=True):
        each[place // 8] ^= 1 << place % 8
    cut = [content[:length] for length in (0, 1, 33, 34, 74, len(content) - 1)]
    for unsound in [*map(bytes, damaged), *cut, content + b"\0"]:
        with pytest.raises((SealUnreadable, WrongPassphrase)):
            Backup.opened(unsound, WORDS)


def test_a_newer_backup_says_so() -> None:
    with pytest.raises(BackupUnusable, match=f"version {VERSION + 1} and version {VERSION} is"):
        Backup.opened(altered(version=VERSION + 1, intents="in another form"), WORDS)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"7", b'{"kind": "keystore"}'], ids=repr)
def test_what_else_is_sealed_is_no_backup(content: bytes) -> None:
    with pytest.raises(BackupUnusable, match="is no backup"):
        Backup.opened(sealed_with_passphrase(content, WORDS, CHEAP), WORDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "0x12"},
        {"seed": "5ec2e7"},
        {"seed": "5ec2e7" + "z" * 58},
        {"seed": None},
        {"network": "{}"},
        {"network": 5},
        {"intents": ["{}"]},
        {"intents": [5]},
        {"intents": None},
        {"intents": ['{"kind": "mine"}']},
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_refused_without_quoting_it(
    changes: dict[str, object],
) -> None:
    with pytest.raises(WalletError) as told:
        Backup.opened(altered(**changes), WORDS)
    assert isinstance(told.value, BackupUnusable)
    assert "5ec2e7" not in str(told.value)
    assert told.value.__cause__ is None
