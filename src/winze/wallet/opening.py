"""Putting a wallet together: who it is, whom it asks, where its files stand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from typing import Final

from eth_account.signers.local import LocalAccount

from winze.chain import RpcSource
from winze.circuits import Prover, development_keys
from winze.contracts import Pool, Relay, Rewards, Web3, connected

from .actions import (
    Carrier,
    Deposits,
    Desk,
    Driver,
    Event,
    OwnTransactions,
    Sending,
    Transfers,
    Workshop,
)
from .connection import Connection, LocalConnection
from .exclusive import Exclusive
from .identity import Entry, Identity
from .journal import IntentKind, Journal
from .node_client import NodeClient
from .view import LedgerView, RowSource, RowStore, Scanner
from .wallet import Wallet

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
        view = LedgerView(network, sources, RpcSource(w3, network), store)
        stack.push_async_callback(view.close)
        prover = prover or Prover(development_keys())
        work = Workshop(network, identity.seed, view, journal, prover, Desk(nodes, w3), _unheard)
        if isinstance(connection, LocalAccount):
            connection = LocalConnection(w3, connection, network)
        sends = _Sends(w3, connection, nodes)
        yield _wallet(entry, identity, view, work, sends, at_once=claims_at_once)


@dataclass(frozen=True)
class _Sends:
    """What the connected wallet needs."""

    w3: Web3
    connection: Connection | None
    nodes: Sequence[NodeClient]


def _wallet(
    entry: Entry,
    identity: Identity,
    view: LedgerView,
    work: Workshop,
    sends: _Sends,
    *,
    at_once: bool,
) -> Wallet:
    network, journal, w3 = work.network, work.journal, sends.w3
    pool = Pool(w3, network.pool)
    own = deposits = None
    carriers: dict[IntentKind, Carrier] = {}
    if sends.connection is not None:
        sending = Sending(w3, network.profile, sends.connection, journal)
        rewards, relay = Rewards(w3, network.rewards), Relay(w3, network.relay)
        own = OwnTransactions(pool, rewards, relay, sending)
        permits = next(iter(sends.nodes), None)
        seed = identity.seed
        deposits = Deposits(network, pool, sends.connection, journal, permits=permits, seed=seed)
    transfers = Transfers(work, own)
    scanner = Scanner(view, identity.seed, identity.address, entry.scan_cache)
    return Wallet(
        identity,
        view,
        scanner,
        driver=Driver(work, transfers, deposits, carriers, claims_at_once=at_once),
        exclusive=Exclusive(entry.folder / _LOCK),
    )


def _unheard(_: Event) -> None:
    """Tells nobody; the wallet listens once it is there."""
