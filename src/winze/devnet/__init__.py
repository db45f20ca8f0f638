"""A private chain on this machine, with the contracts deployed and a clock that can be moved."""

from .accounts import FUNDED, MNEMONIC, funded_account, set_balance
from .anvil import CHAIN_ID, HOST, Anvil
from .clock import Clock
from .devnet import NETWORK_FILE, Devnet, devnet_deployment
from .errors import (
    AnvilMissing,
    ChainControlRefused,
    DevnetError,
    DirectoryInUse,
    InstallFailed,
    PortInUse,
    StartFailed,
    StateUnusable,
)
from .install import ANVIL_VARIABLE, Progress, find_anvil, install_anvil
from .refuser import Refuser, deploy_refuser

__all__ = [
    "ANVIL_VARIABLE",
    "CHAIN_ID",
    "FUNDED",
    "HOST",
    "MNEMONIC",
    "NETWORK_FILE",
    "Anvil",
    "AnvilMissing",
    "ChainControlRefused",
    "Clock",
    "Devnet",
    "DevnetError",
    "DirectoryInUse",
    "InstallFailed",
    "PortInUse",
    "Progress",
    "Refuser",
    "StartFailed",
    "StateUnusable",
    "deploy_refuser",
    "devnet_deployment",
    "find_anvil",
    "funded_account",
    "install_anvil",
    "set_balance",
]
