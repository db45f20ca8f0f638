"""Looking at everything that a node needs, before it runs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from winze.contracts import Pool, Web3, connected, eth_balance, load_network, place_of
from winze.node import NodeConfig, NodeKeys, read_list
from winze.protocol import EthAddress, WinzeError

from ..units import coins


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what was found."""

    subject: str
    told: str
    good: bool = True


async def findings(config: NodeConfig, keys: NodeKeys) -> AsyncIterator[Finding]:
    """Look at the lists, at each chain that is named, and at the keys' balances there."""
    for path in config.screening.lists:
        try:
            told = f"{len(read_list(path))} addresses"
        except WinzeError as problem:
            yield Finding(str(path), str(problem), good=False)
        else:
            yield Finding(str(path), told)
    for url in config.rpc:
        async for finding in _chain(url, config, keys):
            yield finding


async def _chain(url: str, config: NodeConfig, keys: NodeKeys) -> AsyncIterator[Finding]:
    network, host = load_network(config.network), place_of(url)
    try:
        async with connected(url) as w3:
            await network.check(w3)
            yield Finding(host, f"answers for {network.name}, with its contracts")
            async for finding in _accounts(w3, config, keys):
                yield finding
            wanted = await Pool(w3, network.pool).screener()
    except WinzeError as problem:
        # A library's words may hold the URL, and the URL a password.
        yield Finding(host, str(problem).replace(url, host), good=False)
        return
    screener = keys.screener
    if screener is not None and wanted != EthAddress(screener.address):
        told = "none" if wanted.is_zero else wanted
        yield Finding(host, f"the pool's screener is {told}: the node's permits count for nothing")


async def _accounts(w3: Web3, config: NodeConfig, keys: NodeKeys) -> AsyncIterator[Finding]:
    for job in ("relayer", "builder", "distributor"):
        account = getattr(keys, job)
        if account is None:
            continue
        held = await eth_balance(w3, EthAddress(account.address))
        told = f"{account.address} holds {coins(held)} ETH"
        if held < config.low_balance:
            told += f", less than {config.low_balance_eth}: send it some"
        yield Finding(job, told, good=held >= config.low_balance)
