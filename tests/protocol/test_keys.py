"""Keys from a signature: fixed vectors, independence, and secrets that stay secret."""

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.strategies import secrets
from winze.protocol import (
    FIELD_ORDER,
    MAIN_ACCOUNT,
    MINING_ACCOUNTS,
    Account,
    EthAddress,
    InvalidKey,
    InvalidSignature,
    OutOfRange,
    Seed,
    Wei,
    poseidon,
    seed_from_signature,
)

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
POOL = EthAddress("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
SIGNATURE = bytes.fromhex("11" * 32 + "22" * 32 + "1b")
SEED = Seed(bytes(range(32)))

VECTORS: dict[str, int | str] = {
    "seed": "ee608db87366c8f1cc43f658199dda9cdfa81fab2ac5f73560625644b0a53cf4",
    "main": 19534544465755726280081981378828590553228916953323472801826079074434922846197,
    "mining 0": 10559337098734272705597205782882246185981624828460679625366059957213896529379,
    "mining 255": 10669496191501365827314104882477192485000583313431885652034300408827720443626,
    "owner of main": 6696547863719490951811053483385838477026464945233149841915612444246487353766,
    "viewing": "7acb482958c3dd32ba5c975c806b48262ae6c04d82e33ced187af9718e6fb36f",
    "viewing public": "9825f8f6b49a8f1024389334096244e5350ad485f070a047fc3549298d34d856",
    "deposit 0": 15947799534617696256981801947775931639010995187376010821235047821245087053460,
    "deposit 7/1": 10973710691881912643810951752929467221185412276232468863493658294079711620626,
}
"""Made by the formulas in `keys` written out, without the libraries that it uses."""


def hkdf(secret: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 with SHA-256 and no salt, written out."""
    key = hmac.digest(bytes(32), secret, sha256)
    block, out = b"", b""
    for number in range(1, -(-size // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), sha256)
        out += block
    return out[:size]


def test_a_signature_gives_a_fixed_seed() -> None:
    seed = seed_from_signature(SIGNATURE, 31337, POOL)
    assert seed.secret.hex() == VECTORS["seed"]
    info = b"winze/1/seed" + (31337).to_bytes(32, "big") + POOL.bytes20
    assert seed.secret == hkdf(SIGNATURE[:64], info, 32)


def test_a_seed_gives_fixed_keys() -> None:
    assert {
        "main": int(SEED.main.spending_key),
        "mining 0": int(SEED.mining(0).spending_key),
        "mining 255": int(SEED.mining(255).spending_key),
        "owner of main": int(SEED.main.owner),
        "viewing": SEED.viewing.secret.hex(),
        "viewing public": SEED.viewing.public.hex(),
        "deposit 0": int(SEED.main.deposit_blinding(0)),
        "deposit 7/1": int(SEED.mining(7).deposit_blinding(1)),
    } == {name: value for name, value in VECTORS.items() if name != "seed"}


@given(secrets, st.sampled_from([0, 1, 255, MAIN_ACCOUNT]), st.integers(0, 2**32 - 1))
def test_every_label_and_encoding_is_the_documented_one(
    secret: bytes, index: int, number: int
) -> None:
    def element(key: bytes, info: bytes) -> int:
        return int.from_bytes(hkdf(key, info, 48), "big") % FIELD_ORDER

    seed, suffix = Seed(secret), index.to_bytes(2, "big")
    deposits = hkdf(secret, b"winze/1/deposits" + suffix, 32)
    blinding = element(deposits, b"winze/1/blinding" + number.to_bytes(4, "big"))
    assert seed.account(index).spending_key == element(secret, b"winze/1/spending" + suffix)
    assert seed.account(index).deposit_blinding(number) == blinding
    assert seed.viewing.secret == hkdf(secret, b"winze/1/viewing", 32)


def test_a_high_s_and_every_spelling_of_v_give_the_same_seed() -> None:
    r, s = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:64], "big")
    spellings = [SIGNATURE[:64] + bytes([v]) for v in (0, 1, 27, 28)]
    spellings.append(r + (ORDER - s).to_bytes(32, "big") + b"\x1c")
    assert len({seed_from_signature(text, 1, POOL).secret for text in spellings}) == 1


def test_signature_chain_and_pool_each_change_the_seed() -> None:
    other_pool = EthAddress.from_bytes(POOL.bytes20[:-1] + b"\x00")
    other_signature = bytes([SIGNATURE[0] ^ 1]) + SIGNATURE[1:]
    seeds = {
        seed_from_signature(SIGNATURE, 1, POOL).secret,
        seed_from_signature(SIGNATURE, 2, POOL).secret,
        seed_from_signature(SIGNATURE, 1, other_pool).secret,
        seed_from_signature(other_signature, 1, POOL).secret,
    }
    assert len(seeds) == 4


@given(secrets, st.integers(0, 255))
def test_seeds_that_differ_in_one_bit_give_different_notes(secret: bytes, bit: int) -> None:
    flipped = (int.from_bytes(secret, "big") ^ 1 << bit).to_bytes(32, "big")
    one, other = (
        Seed(key).main.deposit_note(0, Wei(1), mineable=False) for key in (secret, flipped)
    )
    assert one.owner != other.owner
    assert one.blinding != other.blinding
    assert one.commitment != other.commitment


def test_no_two_accounts_of_a_wallet_share_a_key_or_a_blinding() -> None:
    accounts = [SEED.main, *(SEED.mining(index) for index in range(MINING_ACCOUNTS))]
    assert len({account.spending_key for account in accounts}) == MINING_ACCOUNTS + 1
    blindings = {account.deposit_blinding(n) for account in accounts for n in range(3)}
    assert len(blindings) == 3 * (MINING_ACCOUNTS + 1)


@pytest.mark.parametrize("index", [0, 255, MAIN_ACCOUNT])
def test_an_account_is_found_by_the_index_that_memos_name(index: int) -> None:
    account = SEED.account(index)
    assert account.index == index
    assert account == (SEED.main if index == MAIN_ACCOUNT else SEED.mining(index))


@pytest.mark.parametrize("index", [-1, 256, MAIN_ACCOUNT - 1, MAIN_ACCOUNT + 1])
def test_there_are_no_other_accounts(index: int) -> None:
    with pytest.raises(OutOfRange, match="account must be"):
        SEED.account(index)


@pytest.mark.parametrize("session", [-1, 256, MAIN_ACCOUNT])
def test_there_are_no_more_than_256_mining_accounts(session: int) -> None:
    with pytest.raises(OutOfRange, match=r"mining account must be .* below 256"):
        SEED.mining(session)


def test_a_deposits_note_belongs_to_its_account() -> None:
    account = SEED.mining(3)
    note = account.deposit_note(5, Wei(10**17), mineable=True)
    assert (note.value, note.mineable) == (10**17, True)
    assert note.owner == poseidon(account.spending_key) == account.owner
    assert note.blinding == account.deposit_blinding(5)


@pytest.mark.parametrize("number", [-1, 2**32])
def test_a_deposit_number_takes_32_bits(number: int) -> None:
    SEED.main.deposit_blinding(2**32 - 1)
    with pytest.raises(OutOfRange, match="deposit number"):
        SEED.main.deposit_blinding(number)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(InvalidKey, match=f"a seed has 32 bytes, not {size}"):
        Seed(bytes(size))


def test_a_broken_signature_gives_no_seed() -> None:
    with pytest.raises(InvalidSignature):
        seed_from_signature(SIGNATURE[:64], 1, POOL)


@pytest.mark.parametrize("chain_id", [-1, 2**256])
def test_a_chain_id_that_is_no_word_is_refused(chain_id: int) -> None:
    with pytest.raises(OutOfRange, match="word"):
        seed_from_signature(SIGNATURE, chain_id, POOL)


def test_nothing_secret_is_printed() -> None:
    seed = seed_from_signature(SIGNATURE, 1, POOL)
    account: Account = seed.main
    printed = " ".join(f"{thing} {thing!r}" for thing in (seed, account, seed.viewing, [seed]))
    hidden = [seed.secret, account.deposits, seed.viewing.secret, SIGNATURE]
    assert "****" in printed
    assert str(int(account.spending_key)) not in printed
    for secret in hidden:
        assert secret.hex() not in printed
        assert repr(secret)[2:-1] not in printed
