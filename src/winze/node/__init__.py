"""An operator's node: it follows the chain, builds, relays, distributes, and serves wallets."""

from .config import (
    PASSPHRASE_VARIABLE,
    LogFormat,
    NodeConfig,
    load_config,
    sample_config,
    shown_config,
)
from .errors import (
    CannotListen,
    ConfigUnreadable,
    DepositRefused,
    InvalidConfig,
    KeyUnusable,
    ListUnusable,
    NodeError,
)
from .keystore import NodeKeys, TestAccounts, load_keys, new_keystore, read_passphrase
from .logs import configure_logs
from .screening import LISTED, Screener, read_list
from .service import NodeService

__all__ = [
    "LISTED",
    "PASSPHRASE_VARIABLE",
    "CannotListen",
    "ConfigUnreadable",
    "DepositRefused",
    "InvalidConfig",
    "KeyUnusable",
    "ListUnusable",
    "LogFormat",
    "NodeConfig",
    "NodeError",
    "NodeKeys",
    "NodeService",
    "Screener",
    "TestAccounts",
    "configure_logs",
    "load_config",
    "load_keys",
    "new_keystore",
    "read_list",
    "read_passphrase",
    "sample_config",
    "shown_config",
]
