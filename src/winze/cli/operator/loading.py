"""What a node's commands begin with: the configuration and the keys."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typer

from winze.contracts import InvalidNetworkDescription, load_network
from winze.devnet import CHAIN_ID, FUNDED, funded_account
from winze.node import (
    ConfigUnreadable,
    InvalidConfig,
    KeyUnusable,
    ListUnusable,
    NodeConfig,
    NodeKeys,
    TestAccounts,
    load_config,
    load_keys,
)
from winze.protocol import WinzeError

TEST_ACCOUNTS: Final = TestAccounts(CHAIN_ID, FUNDED, funded_account)
"""The accounts that our development networks fund."""

TO_BE_MENDED: Final[tuple[type[WinzeError], ...]] = (
    *(ConfigUnreadable, InvalidConfig, InvalidNetworkDescription),
    *(KeyUnusable, ListUnusable),
)
"""What a new try does not help against."""


def loaded(path: Path | None, options: Mapping[str, Any]) -> tuple[NodeConfig, NodeKeys]:
    """The configuration and its keys, whose passphrase is asked for if nothing holds it.

    Raises:
        NodeError: either is refused.
    """
    config = load_config(path, os.environ, options)
    keys = load_keys(
        config,
        load_network(config.network),
        environment=os.environ,
        test_accounts=TEST_ACCOUNTS,
        prompt=_ask_passphrase,
    )
    return config, keys


def _ask_passphrase(keystore: Path) -> str:
    told: str = typer.prompt(f"passphrase of {keystore}", hide_input=True, err=True)
    return told
