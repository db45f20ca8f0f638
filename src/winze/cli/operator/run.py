"""Running a node until it is told to stop."""

import os
from collections.abc import Callable, Mapping
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
    NodeService,
    TestAccounts,
    configure_logs,
    load_config,
    load_keys,
)
from winze.protocol import WinzeError

from .stopping import Stop

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
        prompt=ask_passphrase,
    )
    return config, keys


def ask_passphrase(keystore: Path) -> str:
    """What a person says that opens a keystore."""
    told: str = typer.prompt(f"passphrase of {keystore}", hide_input=True, err=True)
    return told


async def serve(config: NodeConfig, keys: NodeKeys, told: Callable[[str], None]) -> None:
    """Run a node until a signal; `told` is given its URL once it serves.

    Raises:
        WinzeError: it cannot start, or cannot go on.
        KeyboardInterrupt: it was told to stop while it was starting.
    """
    configure_logs(config.log.format, config.log.level.number)
    with Stop() as stop:
        async with NodeService(config, keys=keys) as node:
            told(node.url)
            stop.serving()
            await node.run_until(stop.event)
