"""Putting a wallet together: who it is, whom it asks, where its files stand."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from eth_account.signers.local import LocalAccount

from winze.chain import RpcSource
from winze.circuits import Circuit, Prover
from winze.contracts import Pool, Relay, Rewards, Web3, connected, gas_market, rotate

from .actions import (
    Adviser,
    Building,
    Builds,
    Deposits,
    Desk,
    Distributions,
    Driver,
    OwnTransactions,
    Payouts,
    Sending,
    Transfers,
    Turns,
    Workshop,
)
from .connection import Connection, LocalConnection
from .exclusive import Exclusive
from .identity import (
    Entry,
    Identity,
    Settings,
    WalletHome,
    described_by,
    proving_keys,
    sign_in_with_key,
)
from .journal import Journal
from .node_client import NodeClient
from .privacy import is_contract
from .view import LedgerView, RowSource, RowStore, Scanner
from .wallet import Wallet

if TYPE_CHECKING:
    from .direct import DirectRows

_NAME_DIGITS: Final = 16
"""How much of an address names its identity in a home."""

_LOCK: Final = "acting.lock"
_DIRECT: Final = "direct.sqlite"
"""What was read straight from the chain, beside the rows that are shared."""


@asynccontextmanager
async def open_wallet(
    entry: Entry,
    identity: Identity,
    connection: Connection | LocalAccount | None = None,
    *,
    prover: Prover | None = None,
    claims_at_once: bool = False,
) -> AsyncIterator[Wallet]:
    """Open an identity's wallet on a network; what was begun goes on with its first `step`.

    Args:
        entry: Which network, whom to ask, where the files are.
        identity: Whose keys.
        connection: The connected wallet, or its key; without one nothing can be deposited.
        prover: By default one with the keys in the entry's folder, or this machine's own.
        claims_at_once: Claim at once, instead of at a random time of the same day.

    Raises:
        WrongNetwork: the chain that is asked is another one than the entry's.
        RpcError: the chain cannot be asked.
        WalletError: a file cannot be used.
    """
    async with AsyncExitStack() as stack:
        settings, network = entry.settings, entry.network
        w3 = await stack.enter_async_context(connected(*settings.rpcs, proxy=settings.way))
        nodes = [
            await stack.enter_async_context(NodeClient(url, proxy=settings.way))
            for url in settings.nodes
        ]
        journal = stack.enter_context(closing(Journal(entry.journal, identity.seed)))
        store = stack.enter_context(closing(RowStore(entry.rows)))
        sources: list[RowSource] = [*nodes]
        if settings.direct:
            sources.append(stack.enter_context(closing(_direct(entry, w3))))
        view = LedgerView(network, sources, RpcSource(w3, network), store)
        stack.push_async_callback(view.close)
        desk = Desk(nodes, partial(gas_market, w3))
        made = _prover(entry, nodes) if prover is None else _given(prover)
        work = Workshop(network, identity.seed, view, journal, made, desk)
        if isinstance(connection, LocalAccount):
            connection = LocalConnection(w3, connection, network)
        driver = Driver(work, Transfers(work, None), claims_at_once=claims_at_once)
        if connection is not None:
            turns = Turns()
            stack.push_async_callback(turns.close)
            driver = _sending(driver, _Means(entry, w3, view, connection, nodes, turns))

        asked = partial(is_contract, rpcs=settings.rpcs, proxy=settings.way)
        yield Wallet(
            identity,
            view,
            Scanner(view, identity.seed, identity.address, entry.scan_cache),
            driver=driver,
            adviser=Adviser(network, identity.address, journal, view.anonymity, asked),
            exclusive=Exclusive(entry.folder / _LOCK),
        )


@asynccontextmanager
async def connect_wallet(
    node: str, rpc: str, key: LocalAccount, *, home: WalletHome | None = None, **options: Any
) -> AsyncIterator[Wallet]:
    """Sign in with a key to the network that a node serves, and open its wallet: for programs.

    Whoever does not trust the node looks at `wallet.network` before anything is deposited.

    Args:
        node: Where a node serves its API.
        rpc: Where the chain answers JSON-RPC.
        key: The connected wallet's.
        home: Where files are kept; by default in the data directory.
        options: As for `open_wallet`.

    Raises:
        WalletError: the node cannot be asked, or a file cannot be used.
        WrongNetwork: the chain is not the node's.
        RpcError: the chain cannot be asked.
    """
    async with NodeClient(node) as client, connected(rpc) as w3:
        network = await described_by([client], w3)

    identity = await sign_in_with_key(key, network)
    name = identity.address.lower().removeprefix("0x")[:_NAME_DIGITS]
    entry = (home or WalletHome()).add(name, network, Settings((rpc,), (node,)))
    async with open_wallet(entry, identity, key, **options) as wallet:
        await wallet.sync()
        yield wallet


def _prover(entry: Entry, nodes: Sequence[NodeClient]) -> Callable[[], Awaitable[Prover]]:
    """What proves, once there is something to prove: until then no key is needed."""
    made: list[Prover] = []

    async def prover() -> Prover:
        if not made:
            made.append(Prover(await proving_keys(entry.network, entry.keys, nodes)))
        return made[0]

    return prover


def _given(prover: Prover) -> Callable[[], Awaitable[Prover]]:
    async def given() -> Prover:
        return prover

    return given


def _direct(entry: Entry, w3: Web3) -> "DirectRows":
    from .direct import DirectRows  # noqa: PLC0415 - its database's libraries take long to load

    source, path = RpcSource(w3, entry.network), entry.rows.with_name(_DIRECT)
    return DirectRows(source, entry.network, path, lambda: rotate(w3))


@dataclass(frozen=True)
class _Means:
    """What it takes to send."""

    entry: Entry
    w3: Web3
    view: LedgerView
    connection: Connection
    nodes: Sequence[NodeClient]
    turns: Turns


def _sending(driver: Driver, means: _Means) -> Driver:
    """The driver, with a connected wallet that sends."""
    work, w3, connection = driver.workshop, means.w3, means.connection
    network, journal = work.network, work.journal
    pool = Pool(w3, network.pool)
    sending = Sending(w3, network.profile, connection, journal, means.turns)
    rewards, relay = Rewards(w3, network.rewards), Relay(w3, network.relay)

    async def building() -> Building:
        folder = means.entry.keys
        keys = await proving_keys(network, folder, means.nodes, [Circuit.BLOCK])
        source = RpcSource(w3, network)
        prover = Prover(keys)
        return Building(
            network, source, pool, prover=prover, connection=connection, turns=means.turns
        )

    return replace(
        driver,
        transfers=Transfers(work, OwnTransactions(pool, rewards, relay, sending)),
        deposits=Deposits(
            network,
            pool,
            connection,
            journal,
            permits=next(iter(means.nodes), None),
            seed=work.seed,
            sending=sending,
        ),
        payouts=Payouts(pool, connection, journal, sending=sending),
        distributions=Distributions(
            network, rewards, journal, unminted=means.view.unminted, sending=sending
        ),
        builds=Builds(building, journal, means.turns),
    )
