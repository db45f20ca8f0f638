"""A private network with a node on it, in one process."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from winze.circuits import Circuit, CircuitKeys
from winze.devnet import NETWORK_FILE, Devnet, devnet_deployment
from winze.node import LogFormat, NodeConfig, NodeService, configure_logs, load_config, load_keys
from winze.protocol import PROFILES

from .loading import TEST_ACCOUNTS

LOG_FILE: Final = "node.log"
"""What the node tells, beside its database in the network's folder."""

NODE_ACCOUNTS: Final = {"builder": 1, "relayer": 2, "distributor": 3}
"""The funded accounts that the node uses; the first, 0, owns the network."""

_DATABASE: Final = "node.db"


@dataclass(frozen=True)
class Place:
    """Where a private network and its node are, and what they live by."""

    directory: Path | None
    """Where they keep their state; None forgets it at the end."""

    profile: str
    """The name of its times."""

    chain_port: int | None
    """None takes a free one."""

    node_port: int
    """0 takes a free one."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """What else is set of the node, by the configuration's keys."""


@asynccontextmanager
async def running(
    place: Place, keys: Mapping[Circuit, CircuitKeys], progress: Callable[[str], None]
) -> AsyncIterator[tuple[Devnet, NodeService]]:
    """Run both; at the end the node stops first, and the chain saves its state after it.

    Raises:
        WinzeError: either cannot start.
    """
    deployment = devnet_deployment(keys, PROFILES[place.profile])
    devnet = Devnet(deployment, place.directory, port=place.chain_port, progress=progress)
    async with devnet:
        with (devnet.directory / LOG_FILE).open("a", encoding="utf-8") as log:
            configure_logs(LogFormat.CONSOLE, out=log)
            progress("starting the node")
            config = _config(devnet, place)
            accounts = load_keys(
                config, devnet.network, environment={}, test_accounts=TEST_ACCOUNTS
            )
            async with NodeService(config, accounts) as node:
                yield devnet, node


def _config(devnet: Devnet, place: Place) -> NodeConfig:
    """What the environment says is for other nodes."""
    options = {
        "network": devnet.directory / NETWORK_FILE,
        "rpc": (devnet.url,),
        "database": f"sqlite:///{devnet.directory.absolute() / _DATABASE}",
        "listen.port": place.node_port,
    }
    jobs = {f"keys.{job}": index for job, index in NODE_ACCOUNTS.items()}
    return load_config(None, {}, {**options, **jobs, **place.options})
