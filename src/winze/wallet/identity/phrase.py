"""Recovery phrases (BIP-39), in English, and the Ethereum account of one. None is ever quoted."""

import unicodedata
from typing import Final

from eth_account import Account
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from eth_account.hdaccount.mnemonic import Mnemonic
from eth_account.signers.local import LocalAccount

from ..errors import InvalidPhrase

ACCOUNT_PATH: Final = "m/44'/60'/0'/0/0"
"""The first account of a phrase, as every Ethereum wallet shows it (BIP-44)."""

PHRASE_WORDS: Final = (12, 15, 18, 21, 24)
"""How many words a phrase can have; 12 hold 128 bits, as much as an Ethereum key withstands."""


def new_phrase(words: int = PHRASE_WORDS[0]) -> str:
    """A phrase drawn by the system's randomness.

    Raises:
        InvalidPhrase: no phrase has so many words.
    """
    if words not in PHRASE_WORDS:
        raise InvalidPhrase(_wrong_count(words))
    return Mnemonic().generate(words)


def checked_phrase(text: str) -> str:
    """The phrase that `text` spells: in lower case, one space between words, its checksum right.

    Raises:
        InvalidPhrase: a wrong number of words, a word that is not on the list, or a checksum that
            says that a word is another or stands elsewhere.
    """
    words = unicodedata.normalize("NFKD", text).lower().split()
    if len(words) not in PHRASE_WORDS:
        raise InvalidPhrase(_wrong_count(len(words)))
    bip39 = Mnemonic()
    known = set(bip39.wordlist)
    foreign = [str(place) for place, word in enumerate(words, 1) if word not in known]
    if foreign:
        raise InvalidPhrase(
            f"word {', '.join(foreign)} of {len(words)} is not on the English list of BIP-39: look "
            "for a typing error"
        )
    if not bip39.is_mnemonic_valid(" ".join(words)):
        raise InvalidPhrase(
            "every word is on the list, but the checksum is wrong: a word is another one, or two "
            "have changed places"
        )
    return " ".join(words)


def account_of_phrase(phrase: str) -> LocalAccount:
    """The phrase's first Ethereum account; takes a tenth of a second.

    Raises:
        InvalidPhrase: as for `checked_phrase`.
    """
    seed = seed_from_mnemonic(checked_phrase(phrase), "")
    account: LocalAccount = Account.from_key(key_from_seed(seed, ACCOUNT_PATH))
    return account


def _wrong_count(words: int) -> str:
    *most, last = (str(each) for each in PHRASE_WORDS)
    return f"a recovery phrase has {', '.join(most)} or {last} words, not {words}"
