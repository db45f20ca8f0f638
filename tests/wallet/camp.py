"""A private network with a node, and people with wallets there: everything real but the clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from tests.networks import network, prover
from winze.devnet import CHAIN_ID, FUNDED, NETWORK_FILE, Devnet, funded_account, set_balance
from winze.node import NodeConfig, NodeService, TestAccounts, load_config, load_keys
from winze.protocol import DEV, ETHER, GENESIS, EthAddress, Profile, Timestamp, Wei
from winze.wallet import (
    Entry,
    Identity,
    NodeClient,
    Session,
    SessionState,
    Settings,
    Wallet,
    WalletHome,
    open_wallet,
    sign_in_with_key,
)

FIRST_PERSON = 5
"""The funded accounts before belong to the network's owner and its node."""

OPTIONS: Mapping[str, Any] = {
    "batches.wait": 1,
    **{f"limits.{kind}": 0 for kind in ("requests", "screening", "bulk", "light")},
}
"""The node does not wait long for company, and so many people on one machine are not too many."""

PURSE = 1_000 * ETHER
"""What people hold beyond those whose accounts a private chain funds."""


@dataclass
class Camp:
    """The network, its node, and where people's files are."""

    devnet: Devnet
    node: NodeService
    folder: Path

    async def identity(self, key: LocalAccount) -> Identity:
        """Who somebody is, from the connected wallet's signature."""
        return await sign_in_with_key(key, self.devnet.network)

    def entry(self, name: str, **changes: Any) -> Entry:
        """Somebody's settings and files; another `home` is another machine."""
        home = WalletHome(self.folder / changes.pop("home", "home"))
        asked = {"rpcs": (self.devnet.url,), "nodes": (self.node.url,)}
        return home.add(name, self.devnet.network, Settings(**{**asked, **changes}))

    @asynccontextmanager
    async def wallet(
        self, name: str, person: int, sender: int | None = None, **changes: Any
    ) -> AsyncIterator[Wallet]:
        """The wallet of a person, whose key is that of a funded account.

        Another one's key, `sender`, sends what no relayer does.
        """
        key = funded_account(FIRST_PERSON + person)
        sends = key if sender is None else funded_account(FIRST_PERSON + sender)
        if FIRST_PERSON + max(person, sender or 0) >= FUNDED:
            await set_balance(self.devnet.w3, EthAddress(sends.address), Wei(PURSE))
        entry, identity = self.entry(name, **changes), await self.identity(key)
        async with open_wallet(
            entry, identity, sends, prover=prover(), claims_at_once=True
        ) as wallet:
            await wallet.sync()
            yield wallet

    async def mined(self, wallet: Wallet, amount: int) -> Session:
        """A session of this amount, whose lock has begun."""
        begun = await wallet.mine(amount)
        return await wallet.wait(begun.number, SessionState.MINING, SessionState.READY)

    async def matured(self, wallet: Wallet, amount: int) -> Session:
        """A session of this amount, whose lock is over."""
        session = await self.mined(wallet, amount)
        assert session.maturity is not None
        await self.devnet.clock.reach(session.maturity)
        return await wallet.wait(session.number, SessionState.READY)

    async def skip(self, seconds: int) -> Timestamp:
        """Let so much time pass."""
        now = await self.devnet.clock.now()
        return await self.devnet.clock.advance_to(Timestamp(now + seconds))


@asynccontextmanager
async def camp(
    folder: Path, profile: Profile = DEV, genesis: Timestamp = GENESIS, **options: Any
) -> AsyncIterator[Camp]:
    """A fresh camp, whose node has read the chain."""
    async with network(profile, genesis) as devnet:
        config = _config(devnet, options)
        accounts = TestAccounts(CHAIN_ID, FUNDED, funded_account)
        held = load_keys(config, devnet.network, environment={}, test_accounts=accounts)
        service = NodeService(config, held, prover=prover())
        async with service as node, NodeClient(node.url) as client:
            while (await client.sync_state()).cursor is None:  # noqa: ASYNC110 - a poll
                await asyncio.sleep(0.1)
            yield Camp(devnet, node, folder)


def _config(devnet: Devnet, options: Mapping[str, Any]) -> NodeConfig:
    jobs = {"keys.builder": 1, "keys.relayer": 2, "keys.distributor": 3}
    return load_config(
        None,
        {},
        {
            "network": devnet.directory / NETWORK_FILE,
            "rpc": (devnet.url,),
            "database": f"sqlite:///{devnet.directory.absolute() / 'node.db'}",
            "listen.port": 0,
            **jobs,
            **OPTIONS,
            **options,
        },
    )


def new_address() -> EthAddress:
    """An address that nobody has used."""
    return EthAddress(Account.create().address)
