"""The sign-in message and the canonical form of its signature."""

import pytest
from eth_account import Account as Wallet
from eth_account.messages import encode_defunct

from winze.protocol import EthAddress, InvalidSignature, canonical_signature, sign_in_message

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def signature(r: int, s: int, v: int = 27) -> bytes:
    """A signature's 65 bytes."""
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])


def test_the_message_names_the_network_the_wallet_and_the_danger() -> None:
    assert sign_in_message(EthAddress(ADDRESS.lower()), "Winze") == (
        "This signature on this message will be used to access the Winze network. "
        f"Your address: {ADDRESS} "
        "Caution: Please make sure that the domain you are connected to is correct."
    )


def test_r_and_s_remain_of_a_wallets_signature() -> None:
    wallet = Wallet.from_key(b"\x01" * 32)
    message = sign_in_message(EthAddress(wallet.address), "Winze")
    signed = wallet.sign_message(encode_defunct(text=message)).signature
    assert canonical_signature(signed) == signed[:64]


@pytest.mark.parametrize("s", [1, 2, ORDER // 2])
def test_a_high_s_becomes_the_low_one(s: int) -> None:
    assert canonical_signature(signature(7, ORDER - s)) == signature(7, s)[:64]
    assert canonical_signature(signature(7, s)) == signature(7, s)[:64]


@pytest.mark.parametrize("v", [0, 1, 27, 28])
def test_however_v_is_spelled_the_result_is_the_same(v: int) -> None:
    assert canonical_signature(signature(7, 9, v)) == signature(7, 9)[:64]


@pytest.mark.parametrize("v", [2, 26, 29, 255])
def test_an_unknown_v_is_refused(v: int) -> None:
    with pytest.raises(InvalidSignature, match="0, 1, 27 or 28"):
        canonical_signature(signature(7, 9, v))


@pytest.mark.parametrize("size", [0, 64, 66, 130])
def test_another_size_is_refused(size: int) -> None:
    with pytest.raises(InvalidSignature, match=f"has 65 bytes, not {size}"):
        canonical_signature(b"\x01" * size)


@pytest.mark.parametrize("scalar", [1, ORDER - 1])
def test_r_and_s_may_be_anything_from_1_to_one_below_the_order(scalar: int) -> None:
    assert canonical_signature(signature(scalar, 9))[:32] == scalar.to_bytes(32, "big")
    assert canonical_signature(signature(7, scalar))[32:] == (1).to_bytes(32, "big")


@pytest.mark.parametrize("scalar", [0, ORDER, ORDER + 1, 2**256 - 1])
def test_r_or_s_outside_that_is_refused(scalar: int) -> None:
    with pytest.raises(InvalidSignature, match="the signature's r is outside"):
        canonical_signature(signature(scalar, 9))
    with pytest.raises(InvalidSignature, match="the signature's s is outside"):
        canonical_signature(signature(7, scalar))


@pytest.mark.parametrize(
    "broken",
    [
        signature(ORDER + 9, ORDER - 9),
        signature(ORDER - 7, ORDER + 7),
        signature(ORDER - 7, ORDER - 9, 99),
        b"\x5a" * 64,
    ],
    ids=["r", "s", "v", "size"],
)
def test_no_refusal_quotes_the_signature(broken: bytes) -> None:
    with pytest.raises(InvalidSignature) as refusal:
        canonical_signature(broken)
    shown = str(refusal.value) + repr(refusal.value)
    assert all(piece.hex() not in shown for piece in (broken[:32], broken[32:64]))
    assert str(int.from_bytes(broken[:32], "big")) not in shown
    assert str(int.from_bytes(broken[32:64], "big")) not in shown
