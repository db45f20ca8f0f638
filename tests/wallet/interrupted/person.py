"""A person at a machine: opens the wallet, asks for one thing once, and stays until it is over."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from eth_account import Account

from winze.circuits import Prover
from winze.contracts import RpcError, Web3, connected, load_network, request
from winze.protocol import EthAddress, WinzeError
from winze.wallet import (
    ExternalConnection,
    IntentState,
    Settings,
    Wallet,
    WalletHome,
    open_wallet,
    sign_in_with_key,
)

from .acts import ACTS
from .moments import SEND, Moments, watch_wallet

PATIENCE: Final = 240.0
"""Seconds after which an act that is not over counts as stuck."""

_SETTLING: Final = 40.0
"""Seconds that what was begun has to be over, once the chain shows the act."""


@dataclass(frozen=True)
class Job:
    """What a process is to do."""

    number: int
    act: str
    given: Mapping[str, Any]
    key: str
    home: str
    network: str
    rpc: str
    node: str
    folder: str
    """Where it writes what it reached, and what it saw at the end."""
    presses: bool = True
    """Whether the button is pressed where nothing is known of it here."""
    fatal: str = ""
    """The moment at which it is killed."""

    @classmethod
    def read(cls, line: str) -> Self:
        return cls(**json.loads(line))

    def line(self) -> str:
        return json.dumps(asdict(self))

    @property
    def log(self) -> Path:
        return Path(self.folder) / f"{self.number}.moments"

    @property
    def report(self) -> Path:
        return Path(self.folder) / f"{self.number}.json"


class Elsewhere:
    """A wallet that signs and sends elsewhere: the chain's own, which sends for its owner."""

    def __init__(self, w3: Web3, address: EthAddress) -> None:
        self._w3, self._address = w3, address

    async def request(self, method: str, params: Sequence[Any] | Mapping[str, Any]) -> Any:
        if method == "eth_accounts":
            return [self._address]
        return await request(self._w3, method, method, *params)


async def play(job: Job, prover: Prover) -> None:
    """Do a job, and report what the wallet shows at its end."""
    moments = Moments(job.log, job.fatal)
    async with _opened(job, prover, moments) as wallet:
        trouble = await _stay(job, wallet)
        await wallet.sync()
        job.report.write_text(json.dumps(shown(wallet, trouble)))


@asynccontextmanager
async def _opened(job: Job, prover: Prover, moments: Moments) -> AsyncIterator[Wallet]:
    key = Account.from_key(job.key)
    network = load_network(Path(job.network))
    identity = await sign_in_with_key(key, network)
    settings = Settings(rpcs=(job.rpc,), nodes=(job.node,))
    entry = WalletHome(Path(job.home)).add("me", network, settings)
    async with AsyncExitStack() as stack:
        connection: Any = key
        if ACTS[job.act].elsewhere:
            w3 = await stack.enter_async_context(connected(job.rpc))
            provider = Elsewhere(w3, identity.address)
            moments.watch(provider, "request", SEND, lambda method, _: "send" in method)
            connection = ExternalConnection(provider, identity.address, w3)
        wallet = await stack.enter_async_context(
            open_wallet(entry, identity, connection, prover=prover, claims_at_once=True)
        )
        watch_wallet(wallet, moments)
        yield wallet


async def _stay(job: Job, wallet: Wallet) -> str:
    """Carry on until the act is over; what went wrong, in words."""
    act, before = ACTS[job.act], set(job.given.get("known", ()))
    ends_at = asyncio.get_running_loop().time() + PATIENCE
    while (now := asyncio.get_running_loop().time()) < ends_at:
        try:
            await wallet.step()
            over = act.ended(wallet, job.given)
            if over and not _live(wallet):
                return ""
            if over:
                ends_at = min(ends_at, now + _SETTLING)
            elif job.presses and not _known(job, wallet, before):
                await wallet.begin(await act.propose(wallet, job.given))
                continue
        except (RpcError, WinzeError) as problem:
            print(type(problem).__name__, problem, flush=True)  # noqa: T201 - into its log
        await asyncio.sleep(wallet.pace)
    return f"not over: {_live(wallet)}"


def _known(job: Job, wallet: Wallet, before: set[str]) -> bool:
    return any(
        each.kind is ACTS[job.act].kind
        and each.state is not IntentState.FAILED
        and each.id not in before
        for each in wallet.journal.intents()
    )


def _live(wallet: Wallet) -> list[str]:
    return [
        f"{each.kind} {each.state} {each.reason}"
        for each in wallet.journal.intents()
        if not each.state.over
    ]


def shown(wallet: Wallet, trouble: str = "") -> Mapping[str, Any]:
    """What a wallet shows, as far as the chain tells it to everybody who has the seed."""
    return {
        "trouble": trouble,
        "balance": int(wallet.balance),
        "coming": int(wallet.coming),
        "sessions": [
            {
                "number": each.number,
                "state": each.state,
                "amount": int(each.amount),
                "withdrawn": each.withdrawn_amount,
                "destination": each.destination,
                "onward": each.onward,
                "rewards": each.rewards,
                "rest": int(each.rest),
                "transactions": list(each.transactions),
            }
            for each in wallet.sessions()
        ],
        "history": [[each.kind, int(each.total), each.transaction] for each in wallet.history()],
        "intents": [
            [each.kind, each.state, each.reason, each.account] for each in wallet.journal.intents()
        ],
    }
