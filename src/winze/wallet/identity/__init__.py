"""Who a wallet is: keys from a signature or a phrase, how they are kept, and where."""

from .home import Entry, Forgotten, WalletHome, network_id
from .joining import described_by
from .key_files import account_from_key, account_from_key_file, account_from_keystore
from .phrase import PHRASE_WORDS, account_of_phrase, checked_phrase, new_phrase
from .proving_keys import WALLET_CIRCUITS, proving_keys
from .settings import Settings
from .sign_in import Identity, SignMessage, sign_in, sign_in_with_key, sign_in_with_phrase
from .signer import Secrets, Signer, SignerKind
from .unlocks import LONGEST_UNLOCK, Unlocks
from .vault import LEAST_PASSPHRASE, Vault

__all__ = [
    "LEAST_PASSPHRASE",
    "LONGEST_UNLOCK",
    "PHRASE_WORDS",
    "WALLET_CIRCUITS",
    "Entry",
    "Forgotten",
    "Identity",
    "Secrets",
    "Settings",
    "SignMessage",
    "Signer",
    "SignerKind",
    "Unlocks",
    "Vault",
    "WalletHome",
    "account_from_key",
    "account_from_key_file",
    "account_from_keystore",
    "account_of_phrase",
    "checked_phrase",
    "described_by",
    "network_id",
    "new_phrase",
    "proving_keys",
    "sign_in",
    "sign_in_with_key",
    "sign_in_with_phrase",
]
