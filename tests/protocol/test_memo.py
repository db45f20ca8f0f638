"""Memos: two of libsodium's boxes under one ephemeral key, with the randomness handed in."""

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import Box, PrivateKey, PublicKey

from tests.protocol.strategies import eth_addresses, secrets, values
from winze.protocol import (
    MEMOS_BYTES,
    NOTHING_TO_SAY,
    OUTPUT_BLINDING_BITS,
    EthAddress,
    Field,
    InvalidKey,
    InvalidMemo,
    Memo,
    ViewingKey,
    ViewingPublicKey,
    Wei,
    open_memos,
    seal_memos,
)

ALICE, BOB, NOBODY = (ViewingKey(bytes([number]) * 32) for number in (1, 3, 4))
EPHEMERAL = b"\x02" * 32
REWARDS = EthAddress("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
HIGHEST = 2**128 - 1
ONE = Memo(Wei(10**18), Field(42), REWARDS)
OTHER = Memo(Wei(2**96 - 1), Field(HIGHEST))
VECTOR = (
    "ce8d3ad1ccb633ec7b70c17814a5c76ecd029685050d344745ba05870e587d59"
    "c8e7e67bbbc041a43f262d98ad9f7399653bd331b8aa99d942ea778fff94e84d"
    "16d0cd3cb48a54bd168980bb9f8a7892dc389485fb5a6d81001fa2ce511e7bcc"
    "82f1e8378db6ccdf9111bcfb9f62e13395f9e32eb46a0847f5eee3a41668b297"
    "0be3e2b49d83c87bf1f12240517b0008c2b64c2cb7736b02b0a3b7303e7f1476"
)
ORDER_8 = "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
LOW_ORDER = [bytes(32), b"\x01" + bytes(31), bytes.fromhex(ORDER_8)]
blindings = st.one_of(st.sampled_from([0, HIGHEST]), st.integers(0, HIGHEST)).map(Field)
memos = st.builds(Memo, values, blindings, eth_addresses)


def plain(memo: Memo) -> bytes:
    """A memo's 48 bytes, as the protocol lays them out."""
    return memo.value.to_bytes(12, "big") + memo.blinding.to_bytes(16, "big") + memo.rewards.bytes20


def box(content: bytes, receiver: ViewingPublicKey, number: int) -> bytes:
    """One box under the ephemeral key, by libsodium and the protocol's words alone."""
    secret = PrivateKey(EPHEMERAL)
    seed = bytes(secret.public_key) + receiver + bytes([number])
    nonce = blake2b(seed, digest_size=24).digest()
    return Box(secret, PublicKey(receiver)).encrypt(content, nonce).ciphertext


def sealed_to(first: ViewingPublicKey, second: ViewingPublicKey) -> bytes:
    return seal_memos([(ONE, first), (OTHER, second)], EPHEMERAL)


def parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    """The ephemeral key and both boxes."""
    return sealed[:32], sealed[32:96], sealed[96:]


# -- sealing and opening ------------------------------------------------------------------------


@given(memos, memos, secrets, secrets, secrets)
def test_each_receiver_opens_the_box_of_its_own_output(
    one: Memo, other: Memo, first: bytes, second: bytes, ephemeral: bytes
) -> None:
    alice, bob = ViewingKey(first), ViewingKey(second)
    sealed = seal_memos([(one, alice.public), (other, bob.public)], ephemeral)
    assert len(sealed) == MEMOS_BYTES == 160
    assert open_memos(sealed, alice)[0] == one
    assert open_memos(sealed, bob)[1] == other


def test_neither_receiver_opens_the_others_box() -> None:
    sealed = sealed_to(ALICE.public, BOB.public)
    assert open_memos(sealed, ALICE) == (ONE, None)
    assert open_memos(sealed, BOB) == (None, OTHER)


def test_nobody_else_opens_either() -> None:
    assert open_memos(sealed_to(ALICE.public, BOB.public), NOBODY) == (None, None)


@given(memos, memos, secrets)
def test_one_receiver_of_both_outputs_opens_both(one: Memo, other: Memo, ephemeral: bytes) -> None:
    sealed = seal_memos([(one, ALICE.public), (other, ALICE.public)], ephemeral)
    assert open_memos(sealed, ALICE) == (one, other)


def test_the_same_words_to_the_same_receiver_are_two_different_boxes() -> None:
    # One nonce for both under their one secret would show what two memos have in common.
    _, first, second = parts(seal_memos([(ONE, ALICE.public)] * 2, EPHEMERAL))
    assert all(first[at : at + 16] != second[at : at + 16] for at in range(0, 64, 16))


def test_boxes_that_changed_places_do_not_open() -> None:
    for second in (ALICE, BOB):
        ephemeral, box1, box2 = parts(sealed_to(ALICE.public, second.public))
        for key in (ALICE, second):
            assert open_memos(ephemeral + box2 + box1, key) == (None, None)
        assert open_memos(ephemeral + box1 + box1, ALICE) == (ONE, None)
        assert open_memos(ephemeral + box2 + box2, second) == (None, OTHER)


@given(memos, memos)
def test_libsodium_alone_makes_the_same_bytes(one: Memo, other: Memo) -> None:
    sealed = seal_memos([(one, ALICE.public), (other, BOB.public)], EPHEMERAL)
    assert parts(sealed) == (
        ViewingKey(EPHEMERAL).public,
        box(plain(one), ALICE.public, 0),
        box(plain(other), BOB.public, 1),
    )


def test_sealed_memos_have_a_fixed_vector() -> None:
    assert sealed_to(ALICE.public, BOB.public).hex() == VECTOR
    assert open_memos(bytes.fromhex(VECTOR), ALICE)[0] == ONE
    assert open_memos(bytes.fromhex(VECTOR), BOB)[1] == OTHER


def test_another_ephemeral_secret_changes_every_part() -> None:
    memos = [(ONE, ALICE.public), (OTHER, BOB.public)]
    one, other = (parts(seal_memos(memos, key)) for key in (EPHEMERAL, b"\x05" * 32))
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_nothing_to_say_takes_as_many_bytes_and_is_read_by_nobody() -> None:
    sealed = seal_memos([(NOTHING_TO_SAY, NOBODY.public), (ONE, ALICE.public)], EPHEMERAL)
    assert len(sealed) == MEMOS_BYTES
    assert open_memos(sealed, ALICE) == (None, ONE)
    assert open_memos(sealed, NOBODY) == (NOTHING_TO_SAY, None)
    assert plain(NOTHING_TO_SAY) == bytes(48)


# -- what is not opened -------------------------------------------------------------------------


@given(st.integers(0, MEMOS_BYTES * 8 - 1))
def test_a_flipped_bit_closes_its_box_and_one_of_the_shared_key_closes_both(bit: int) -> None:
    sealed = bytearray(seal_memos([(ONE, ALICE.public), (OTHER, ALICE.public)], EPHEMERAL))
    sealed[bit // 8] ^= 1 << bit % 8
    opened = open_memos(bytes(sealed), ALICE)
    assert opened == (
        None if bit // 8 < 96 else ONE,
        None if bit // 8 < 32 or bit // 8 >= 96 else OTHER,
    )


@pytest.mark.parametrize("start", range(0, MEMOS_BYTES, 16))
def test_no_part_can_be_overwritten_unnoticed(start: int) -> None:
    # The parts are: key, key, tag, value and blinding, blinding and rewards, rewards; then again.
    sealed = seal_memos([(ONE, ALICE.public), (OTHER, ALICE.public)], EPHEMERAL)
    forged = sealed[:start] + bytes(16) + sealed[start + 16 :]
    opened = open_memos(forged, ALICE)
    assert opened == (None if start < 96 else ONE, OTHER if 32 <= start < 96 else None)


@pytest.mark.parametrize("point", LOW_ORDER)
def test_an_ephemeral_point_of_low_order_opens_for_nobody(point: bytes) -> None:
    _, box1, box2 = parts(sealed_to(ALICE.public, ALICE.public))
    assert open_memos(point + box1 + box2, ALICE) == (None, None)


@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_bytes_that_are_no_boxes_at_all_are_nobodys_memos(byte: int) -> None:
    assert open_memos(bytes([byte]) * MEMOS_BYTES, ALICE) == (None, None)


@pytest.mark.parametrize("content", [bytes(48), b"\xff" * 48])
def test_whatever_a_box_holds_is_a_memo(content: bytes) -> None:
    # No sender can break a receiver's wallet: every part has just its quantity's bits.
    key = bytes(ViewingKey(EPHEMERAL).public)
    sealed = key + box(content, ALICE.public, 0) + box(content, ALICE.public, 1)
    first, second = open_memos(sealed, ALICE)
    assert first == second
    assert first is not None
    assert plain(first) == content


@pytest.mark.parametrize("size", [0, 31, 32, 96, 159, 161, 228])
def test_another_size_comes_from_no_transfer(size: int) -> None:
    with pytest.raises(InvalidMemo, match=f"have 160 bytes, not {size}"):
        open_memos(bytes(size), ALICE)


# -- what is not sealed -------------------------------------------------------------------------


def test_a_memo_has_room_for_128_bits_of_blinding_and_no_more() -> None:
    assert OUTPUT_BLINDING_BITS == 128
    memo = Memo(Wei(1), Field(HIGHEST))
    assert open_memos(seal_memos([(memo, ALICE.public)] * 2, EPHEMERAL), ALICE) == (memo, memo)
    with pytest.raises(InvalidMemo, match="room for a blinding of 128 bits") as refusal:
        Memo(Wei(1), Field(HIGHEST + 1))
    assert str(HIGHEST + 1) not in str(refusal.value)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_of_another_size_is_refused_without_being_shown(size: int) -> None:
    with pytest.raises(InvalidKey, match=f"32 bytes, not {size}") as refusal:
        seal_memos([(ONE, ALICE.public)] * 2, b"\xa5" * size)
    assert "a5a5" not in str(refusal.value)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_transfer_has_two_memos(count: int) -> None:
    with pytest.raises(InvalidMemo, match=f"has 2 memos, not {count}"):
        seal_memos([(ONE, ALICE.public)] * count, EPHEMERAL)


def test_a_memo_needs_no_more_than_value_and_blinding() -> None:
    assert Memo(Wei(1), Field(2)).rewards == EthAddress.zero()


def test_a_printed_memo_does_not_show_the_blinding() -> None:
    assert "blinding" not in repr(ONE)
    assert "42" not in repr(ONE)
