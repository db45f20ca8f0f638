"""An operator's node: it follows the chain, builds, relays, distributes, and serves wallets."""

from .config import (
    PASSPHRASE_VARIABLE,
    NodeConfig,
    load_config,
    sample_config,
    shown_config,
)
from .errors import (
    ConfigUnreadable,
    DepositRefused,
    InvalidConfig,
    KeyUnusable,
    ListUnusable,
    NodeError,
)
from .keystore import NodeKeys, TestAccounts, load_keys, new_keystore, read_passphrase
from .screening import LISTED, Screener
from .service import NodeService

__all__ = [
    "LISTED",
    "PASSPHRASE_VARIABLE",
    "ConfigUnreadable",
    "DepositRefused",
    "InvalidConfig",
    "KeyUnusable",
    "ListUnusable",
    "NodeConfig",
    "NodeError",
    "NodeKeys",
    "NodeService",
    "Screener",
    "TestAccounts",
    "load_config",
    "load_keys",
    "new_keystore",
    "read_passphrase",
    "sample_config",
    "shown_config",
]
