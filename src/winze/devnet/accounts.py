"""Accounts that a private chain starts with, known to everybody and worth nothing elsewhere."""

from typing import Final

from eth_account import Account
from eth_account.signers.local import LocalAccount

from winze.contracts import Web3, request
from winze.protocol import EthAddress, Wei

MNEMONIC: Final = "test test test test test test test test test test test junk"
"""The phrase that local chains fund by convention: whoever knows it owns the accounts."""

FUNDED: Final = 10
"""How many accounts of the phrase hold ETH from the start."""


def funded_account(index: int) -> LocalAccount:
    """The account `index` of the phrase; the first `FUNDED` hold ETH from the start."""
    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
    return account


async def set_balance(w3: Web3, account: EthAddress, balance: Wei) -> None:
    """Make `account` hold `balance`, whatever it held before."""
    await request(w3, "setting a balance", "anvil_setBalance", account, hex(balance))
