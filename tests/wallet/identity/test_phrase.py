"""Recovery phrases: read strictly, never quoted, and one way to the seed with any wallet."""

import pytest
from eth_account.messages import encode_defunct

from tests.wallet.worlds import STRANGER, network
from winze.protocol import EthAddress
from winze.wallet import (
    Identity,
    InvalidPhrase,
    account_of_phrase,
    checked_phrase,
    new_phrase,
    sign_in,
    sign_in_with_phrase,
)

TWELVE = "abandon " * 11 + "about"
TWENTY_FOUR = "abandon " * 23 + "art"


@pytest.mark.parametrize(
    ("phrase", "address"),
    [
        (TWELVE, "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        (TWENTY_FOUR, "0xF278cF59F82eDcf871d630F28EcC8056f25C1cdb"),
    ],
)
def test_a_phrase_has_the_account_that_every_wallet_shows(phrase: str, address: str) -> None:
    assert account_of_phrase(phrase).address == address


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
def test_a_new_phrase_is_one(words: int) -> None:
    phrase = new_phrase(words)
    assert len(phrase.split()) == words
    assert checked_phrase(phrase) == phrase
    assert new_phrase(words) != phrase


@pytest.mark.parametrize("words", [0, 11, 13, 14, 16, 23, 25, 27])
def test_another_number_of_words_is_refused(words: int) -> None:
    for refused in (lambda: new_phrase(words), lambda: checked_phrase("abandon " * words)):
        with pytest.raises(InvalidPhrase, match=f"12, 15, 18, 21 or 24 words, not {words}"):
            refused()


def test_spaces_and_capitals_do_not_matter() -> None:
    assert checked_phrase("\n " + TWELVE.upper().replace(" ", " \t ") + " ") == TWELVE


def test_a_word_that_is_none_is_told_by_its_place_alone() -> None:
    words = TWELVE.split()
    words[2], words[6] = "abandno", "zzyzx"
    with pytest.raises(InvalidPhrase, match="word 3, 7 of 12") as told:
        checked_phrase(" ".join(words))
    for word in set(words):
        assert word not in str(told.value)


def test_a_wrong_checksum_is_told_without_the_words() -> None:
    with pytest.raises(InvalidPhrase, match="checksum") as told:
        checked_phrase("abandon " * 12)
    assert "abandon" not in str(told.value)


async def test_a_wallet_with_the_phrases_account_finds_the_same_identity() -> None:
    account = account_of_phrase(TWELVE)

    async def sign(text: str) -> bytes:
        return bytes(account.sign_message(encode_defunct(text=text)).signature)

    by_wallet = await sign_in(EthAddress(account.address), sign, network())
    assert await sign_in_with_phrase(TWELVE.upper(), network()) == by_wallet


async def test_another_connected_wallet_deposits_for_the_phrases_keys() -> None:
    alone = await sign_in_with_phrase(TWELVE, network())
    assert await sign_in_with_phrase(TWELVE, network(), STRANGER) == Identity(STRANGER, alone.seed)
