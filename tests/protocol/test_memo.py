"""Memos: libsodium's sealed boxes, with the randomness handed in."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox

from tests.protocol.strategies import eth_addresses, fields, secrets, values
from winze.protocol import (
    FIELD_ORDER,
    MAIN_ACCOUNT,
    MEMO_BYTES,
    EthAddress,
    Field,
    InvalidKey,
    InvalidMemo,
    Memo,
    ViewingKey,
    Wei,
    blank_memo,
    open_memo,
    seal_memo,
)

RECEIVER = ViewingKey(b"\x01" * 32)
EPHEMERAL = b"\x02" * 32
MEMO = Memo(Wei(10**18), Field(42), 7, EthAddress("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"))
VECTOR = (
    "ce8d3ad1ccb633ec7b70c17814a5c76ecd029685050d344745ba05870e587d59bb5318e3d3b9"
    "aec9a3bb41fdaf2ed5929c5bd89de318ebf2a7f36fcf2008677e379b3ea55d733a43e59d906a"
    "124891c528326b5218f0bfb00e852d7d5bbfb51cde72fbda7269710c60f27fa8acb7c39d9e04"
)
accounts = st.one_of(st.integers(0, 255), st.just(MAIN_ACCOUNT))
memos = st.builds(Memo, values, fields, accounts, eth_addresses)


def plain(memo: Memo) -> bytes:
    """A memo's 66 bytes, as the protocol lays them out."""
    return (
        memo.value.to_bytes(12, "big")
        + memo.blinding.to_bytes(32, "big")
        + memo.account.to_bytes(2, "big")
        + memo.rewards.bytes20
    )


def seal_with_libsodium(content: bytes) -> bytes:
    """`content` in a sealed box to the receiver, by libsodium alone."""
    return SealedBox(PublicKey(RECEIVER.public)).encrypt(content)


@given(memos, secrets, secrets)
def test_a_memo_is_opened_by_its_receiver(memo: Memo, viewing: bytes, ephemeral: bytes) -> None:
    receiver = ViewingKey(viewing)
    sealed = seal_memo(memo, receiver.public, ephemeral)
    assert len(sealed) == MEMO_BYTES == 114
    assert open_memo(sealed, receiver) == memo


@given(memos, secrets)
def test_libsodiums_own_sealed_box_opens_it(memo: Memo, ephemeral: bytes) -> None:
    sealed = seal_memo(memo, RECEIVER.public, ephemeral)
    assert SealedBox(PrivateKey(RECEIVER.secret)).decrypt(sealed) == plain(memo)


@given(memos)
def test_a_box_sealed_by_libsodium_itself_is_opened(memo: Memo) -> None:
    assert open_memo(seal_with_libsodium(plain(memo)), RECEIVER) == memo


def test_a_sealed_memo_has_a_fixed_vector() -> None:
    assert seal_memo(MEMO, RECEIVER.public, EPHEMERAL).hex() == VECTOR


def test_another_ephemeral_secret_changes_every_part() -> None:
    one, other = (seal_memo(MEMO, RECEIVER.public, key) for key in (EPHEMERAL, b"\x03" * 32))
    assert one[:32] != other[:32]
    assert one[32:] != other[32:]


def test_nobody_else_opens_it() -> None:
    sealed = seal_memo(MEMO, RECEIVER.public, EPHEMERAL)
    assert open_memo(sealed, ViewingKey(b"\x04" * 32)) is None


@given(st.integers(0, MEMO_BYTES * 8 - 1))
def test_a_flipped_bit_makes_it_unreadable(bit: int) -> None:
    sealed = bytearray(seal_memo(MEMO, RECEIVER.public, EPHEMERAL))
    sealed[bit // 8] ^= 1 << bit % 8
    assert open_memo(bytes(sealed), RECEIVER) is None


def test_a_blinding_outside_the_field_says_nothing_sound() -> None:
    start, end = plain(MEMO)[:12], plain(MEMO)[44:]
    for blinding in (FIELD_ORDER, 2**256 - 1):
        content = start + blinding.to_bytes(32, "big") + end
        assert open_memo(seal_with_libsodium(content), RECEIVER) is None
    content = start + (FIELD_ORDER - 1).to_bytes(32, "big") + end
    opened = open_memo(seal_with_libsodium(content), RECEIVER)
    assert opened is not None
    assert opened.blinding == FIELD_ORDER - 1


@pytest.mark.parametrize("account", [256, MAIN_ACCOUNT - 1])
def test_an_account_that_nobody_has_is_neither_read_nor_written(account: int) -> None:
    content = plain(MEMO)[:44] + account.to_bytes(2, "big") + plain(MEMO)[46:]
    assert open_memo(seal_with_libsodium(content), RECEIVER) is None
    with pytest.raises(InvalidMemo, match=f"not {account}"):
        Memo(Wei(1), Field(1), account)


def test_bytes_that_are_no_box_at_all_are_nobodys_memo() -> None:
    assert open_memo(bytes(MEMO_BYTES), RECEIVER) is None


@pytest.mark.parametrize("size", [0, 47, 48, 113, 115, 228])
def test_another_size_comes_from_no_transfer(size: int) -> None:
    with pytest.raises(InvalidMemo, match=f"has 114 bytes, not {size}"):
        open_memo(bytes(size), RECEIVER)


def test_a_blank_memo_looks_like_any_other_and_its_reader_is_forgotten() -> None:
    blank = blank_memo(EPHEMERAL, b"\x05" * 32)
    assert len(blank) == MEMO_BYTES
    assert blank[:32] == seal_memo(MEMO, RECEIVER.public, EPHEMERAL)[:32]
    assert open_memo(blank, RECEIVER) is None
    assert SealedBox(PrivateKey(b"\x05" * 32)).decrypt(blank) == bytes(66)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_secrets_of_another_size_are_refused_without_being_shown(size: int) -> None:
    secret = b"\xa5" * size
    attempts = [
        partial(seal_memo, MEMO, RECEIVER.public, secret),
        partial(blank_memo, secret, EPHEMERAL),
        partial(blank_memo, EPHEMERAL, secret),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidKey, match=f"32 bytes, not {size}") as refusal:
            attempt()
        assert "a5a5" not in str(refusal.value)


def test_a_memo_for_the_main_account_needs_no_more_than_value_and_blinding() -> None:
    memo = Memo(Wei(1), Field(2))
    assert memo.account == MAIN_ACCOUNT
    assert memo.rewards == EthAddress.zero()


def test_a_printed_memo_does_not_show_the_blinding() -> None:
    assert "blinding" not in repr(MEMO)
