"""From a person's yes to a withdrawal that is handed over; and how soon a command answers."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Final

from eth_account import Account

from benchmarks.errors import NotAsPlanned
from benchmarks.figures import Figures
from benchmarks.node.intake import node_of
from benchmarks.telling import Teller
from winze.circuits import Circuit, CircuitKeys
from winze.devnet import Devnet, devnet_deployment, funded_account
from winze.protocol import ETHER, EthAddress, Wei
from winze.wallet import (
    IntentState,
    NoNode,
    SessionState,
    Wallet,
    WalletHome,
    connect_wallet,
)

_PERSON: Final = 5
_SESSIONS: Final = 4
"""The first one reads the proving key; the others have it."""
_HELPS: Final = 7
_POLL: Final = 0.2


def measure(figures: Figures, teller: Teller, keys: Mapping[Circuit, CircuitKeys]) -> None:
    """Withdraw some sessions one after the other, and ask for help some times."""
    with teller.counting("answers to `winze --help`", _HELPS) as count:
        for _ in range(_HELPS):
            figures.add("wallet.help.seconds", _help())
            count()
    teller.tell("withdrawing sessions")
    asyncio.run(_withdraw(figures, keys))


def _help() -> float:
    program = Path(sys.executable).with_name("winze")
    begun = perf_counter()
    subprocess.run([program, "--help"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    return perf_counter() - begun


async def _withdraw(figures: Figures, keys: Mapping[Circuit, CircuitKeys]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        async with (
            Devnet(devnet_deployment(keys)) as devnet,
            node_of(devnet, folder) as node,
            _connected(node.url, devnet.url, folder / "wallet") as wallet,
        ):
            for _ in range(_SESSIONS):
                await wallet.begin(await wallet.propose.mine(Wei(ETHER // 10)))
            for number in range(_SESSIONS):
                await _ready(wallet, devnet, number)
            for number in range(_SESSIONS):
                name = "wallet.click.seconds" if number else "wallet.click.first.seconds"
                figures.add(name, await _click(wallet, number))


async def _click(wallet: Wallet, number: int) -> float:
    """The seconds from the yes until the relayer has the request."""
    fresh = EthAddress(Account.create().address)
    proposal = await wallet.propose.withdraw(number, fresh, fresh)
    begun = perf_counter()
    intent = await wallet.begin(proposal)
    await wallet.step()
    newest = wallet.journal.get(intent.id)
    if newest is None or newest.state is not IntentState.LEAVING:
        raise NotAsPlanned(f"a withdrawal was not handed over: {newest and newest.reason}")
    return perf_counter() - begun


async def _ready(wallet: Wallet, devnet: Devnet, number: int) -> None:
    """Carry on, and let time pass, until a session has matured."""
    session = await wallet.wait(number, SessionState.MINING, SessionState.READY)
    if session.maturity is not None:
        await devnet.clock.reach(session.maturity)
    await wallet.wait(number, SessionState.READY)


@asynccontextmanager
async def _connected(node: str, rpc: str, folder: Path) -> AsyncIterator[Wallet]:
    """A wallet, as soon as the node has read the chain."""
    key, home = funded_account(_PERSON), WalletHome(folder)
    while True:
        try:
            async with connect_wallet(node, rpc, key, home=home) as wallet:
                yield wallet
                return
        except NoNode:
            await asyncio.sleep(_POLL)
