"""A whole node, with its chain and its database, is asked whatever its description allows."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from tests.networks import network
from tests.node.api.fuzzing import fuzz
from tests.node.api.sending import get
from winze.devnet import NETWORK_FILE, funded_account
from winze.node import NodeService, TestAccounts, load_config, load_keys
from winze.node.api import EndpointClass

FEW = ["--phases", "examples,coverage,fuzzing", "--max-examples", "10"]
MANY = ["--max-examples", "300"]
RELAYER = 1
LIMITS = [f"limits.{kind}" for kind in EndpointClass]


@pytest.mark.chain
@pytest.mark.parametrize(
    "options",
    [pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.long)],
)
async def test_no_call_is_an_error_and_nothing_invalid_is_stored(
    tmp_path: Path, options: list[str]
) -> None:
    async with network() as devnet:
        config = load_config(
            None,
            {},
            {
                "network": devnet.directory / NETWORK_FILE,
                "rpc": (devnet.url,),
                "database": f"sqlite:///{tmp_path / 'node.db'}",
                "listen.port": 0,
                "keys.relayer": RELAYER,
                "work.build": False,
                "work.distribute": False,
                **dict.fromkeys(LIMITS, 0),
            },
        )
        accounts = TestAccounts(devnet.network.chain_id, RELAYER + 1, funded_account)
        keys = load_keys(config, devnet.network, environment={}, test_accounts=accounts)
        async with NodeService(config, keys) as node, aiohttp.ClientSession(node.url) as client:
            await asyncio.to_thread(fuzz, node.url, tmp_path, *options)
            _, _, status = await get(client, "/v1/status")
            assert json.loads(status)["queue"] == {"received": 0, "sent": 0}
            _, _, metrics = await get(client, "/metrics")
            assert b'status="500"' not in metrics
            assert (await get(client, "/v1/health/ready"))[0] == 200
