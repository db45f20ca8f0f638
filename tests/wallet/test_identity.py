"""Keys from a connected wallet's signature (protocol §2)."""

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from tests.wallet.worlds import network
from winze.protocol import EthAddress, InvalidSignature
from winze.wallet import NotDeterministic, SignMessage, WrongSigner, sign_in

KEY = Account.from_key("0x" + "11" * 32)
OTHER = Account.from_key("0x" + "22" * 32)
ADDRESS = EthAddress(KEY.address)
SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def signing(*keys: LocalAccount) -> tuple[SignMessage, list[str]]:
    """A connected wallet that signs with each of `keys` in turn, and notes what it was shown."""
    waiting = list(keys)
    shown: list[str] = []

    async def sign(text: str) -> bytes:
        shown.append(text)
        return bytes(waiting.pop(0).sign_message(encode_defunct(text=text)).signature)

    return sign, shown


async def test_the_same_wallet_always_gives_the_same_keys() -> None:
    first = await sign_in(ADDRESS, signing(KEY, KEY)[0], network())
    second = await sign_in(ADDRESS, signing(KEY, KEY)[0], network())
    assert first.seed == second.seed
    assert first.private_address == second.private_address


async def test_another_wallet_gives_other_keys() -> None:
    first = await sign_in(ADDRESS, signing(KEY, KEY)[0], network())
    second = await sign_in(EthAddress(OTHER.address), signing(OTHER, OTHER)[0], network())
    assert first.seed != second.seed


async def test_the_wallet_is_asked_twice_for_a_message_that_names_it_and_the_network() -> None:
    sign, shown = signing(KEY, KEY)
    await sign_in(ADDRESS, sign, network())
    assert len(shown) == 2
    assert len(set(shown)) == 1
    assert str(ADDRESS) in shown[0]
    assert "testnet" in shown[0]


async def test_a_wallet_that_answers_differently_is_refused() -> None:
    with pytest.raises(NotDeterministic, match="recovery phrase"):
        await sign_in(ADDRESS, signing(KEY, OTHER)[0], network())


async def test_two_spellings_of_one_signature_are_the_same_answer() -> None:
    texts = []

    async def sign(text: str) -> bytes:
        texts.append(text)
        raw = bytes(KEY.sign_message(encode_defunct(text=text)).signature)
        if len(texts) == 1:
            return raw
        high = SECP256K1_ORDER - int.from_bytes(raw[32:64])
        return raw[:32] + high.to_bytes(32) + bytes([55 - raw[64]])

    identity = await sign_in(ADDRESS, sign, network())
    assert identity.seed == (await sign_in(ADDRESS, signing(KEY, KEY)[0], network())).seed


async def test_a_signature_by_another_key_is_refused() -> None:
    with pytest.raises(WrongSigner, match=OTHER.address):
        await sign_in(ADDRESS, signing(OTHER, OTHER)[0], network())


async def test_what_is_no_signature_is_refused_without_showing_it() -> None:
    async def sign(_: str) -> bytes:
        return b"\x5e" * 64

    with pytest.raises(InvalidSignature) as refused:
        await sign_in(ADDRESS, sign, network())
    assert "5e5e" not in str(refused.value)


async def test_an_identity_prints_without_its_seed() -> None:
    identity = await sign_in(ADDRESS, signing(KEY, KEY)[0], network())
    assert identity.seed.secret.hex() not in repr(identity)
    assert repr(identity.seed.secret)[2:-1] not in repr(identity)
