"""A real chain with a pool on it, and a wallet that deposits there and reads what came of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.chains import Deployed, deployed_chain
from winze.chain import Follower, RpcSource
from winze.contracts import (
    ContractCall,
    SignedPermit,
    Web3,
    gas_limit,
    nonce_of,
    request,
    sign_permit,
)
from winze.devnet import funded_account
from winze.protocol import DEV, EthAddress, Field, Profile, Seconds, Seed, Timestamp, Wei
from winze.wallet import (
    Holdings,
    Intent,
    Journal,
    NodeRefused,
    NoteFinder,
    OwnNote,
    SentTransaction,
)
from winze.wallet.actions import Deposits, Sending, Turns
from winze.wallet.actions.permits import SCREENED, PermitSource
from winze.wallet.connection import Connection, LocalConnection
from winze.wallet.errors import Declined

OWNER = 0
WALLET = 5
SCREENER = 6
STRANGER = 7

SEED = Seed(b"\x05" * 32)


class Killed(BaseException):
    """The process ended here."""


class KeyConnection(LocalConnection):
    """A key here; it ends the process at the point named in `dies`."""

    def __init__(self, chain: Deployed, index: int = WALLET, dies: str = "") -> None:
        super().__init__(chain.w3, funded_account(index), chain.network)
        self.dies, self.prepared = dies, 0

    async def prepare(self, call: ContractCall) -> SentTransaction:
        self._die("before preparing")
        made = await super().prepare(call)
        self.prepared += 1
        self._die("prepared")
        return made

    async def send(self, call: ContractCall, prepared: SentTransaction) -> SentTransaction:
        self._die("before sending")
        sent = await super().send(call, prepared)
        self._die("sent")
        return sent

    def _die(self, where: str) -> None:
        if self.dies == where:
            raise Killed(where)


@dataclass
class WindowConnection:
    """A wallet elsewhere: its nonces are its own, and its window outlives whoever asked."""

    w3: Web3
    answers: str = "yes"
    """yes, no, killed (the asker dies, nothing is sent), sent (it dies after it was sent)."""
    window: ContractCall | None = None
    asked: int = 0
    index: int = WALLET
    decided: asyncio.Event | None = None
    """Set when its owner has made up their mind; by default that is at once."""

    @property
    def address(self) -> EthAddress:
        return EthAddress(funded_account(self.index).address)

    async def sign_message(self, text: str) -> bytes:
        raise NotImplementedError(text)

    async def prepare(self, call: ContractCall) -> SentTransaction:
        await gas_limit(self.w3, call, self.address)
        return SentTransaction(await nonce_of(self.w3, self.address, "pending"))

    async def send(self, call: ContractCall, prepared: SentTransaction) -> SentTransaction:
        self.asked += 1
        self.window = call
        if self.decided is not None:
            await self.decided.wait()
        if self.answers == "no":
            raise Declined("no")
        if self.answers == "killed":
            raise Killed
        made = await self.confirm()
        if self.answers == "sent":
            raise Killed
        return SentTransaction(prepared.nonce, made)

    async def confirm(self) -> str:
        """Its owner confirms the window that is open."""
        assert self.window is not None
        fields = {**self.window.fields(self.address), "gas": hex(1_000_000)}
        return str(await request(self.w3, "sending", "eth_sendTransaction", fields))


@dataclass
class FakeScreener:
    """Hands out permits as a node does."""

    chain: Deployed
    lifetime: Seconds = Seconds(3600)  # noqa: RUF009 - immutable
    refuses: str = ""
    signer: int = SCREENER
    asked: list[tuple[EthAddress, Wei, Field]] = field(default_factory=list)

    async def permit(self, depositor: EthAddress, value: Wei, inner: Field) -> SignedPermit:
        self.asked.append((depositor, value, inner))
        if self.refuses:
            raise NodeRefused(self.refuses, SCREENED)
        block = await self.chain.w3.eth.get_block("latest")
        return sign_permit(
            funded_account(self.signer),
            self.chain.network.chain_id,
            self.chain.network.pool,
            depositor=depositor,
            value=value,
            inner=inner,
            deadline=Timestamp(block["timestamp"] + self.lifetime),
        )


@dataclass
class Harbour:
    """The chain, the wallet's files, and what the wallet has read."""

    chain: Deployed
    journal_path: Path
    follower: Follower

    def journal(self) -> Journal:
        """The journal, opened anew as after a restart."""
        return Journal(self.journal_path, SEED)

    def deposits(
        self,
        connection: Connection | None = None,
        permits: PermitSource | None = None,
        journal: Journal | None = None,
        turns: Turns | None = None,
    ) -> Deposits:
        """A wallet that has just started."""
        chain = self.chain
        by, written = connection or KeyConnection(chain), journal or self.journal()
        return Deposits(
            chain.network,
            chain.pool,
            by,
            written,
            permits=permits,
            seed=SEED,
            sending=Sending(chain.w3, chain.network.profile, by, written, turns),
        )

    async def holdings(self) -> Holdings:
        """What the chain tells now."""
        await self.follower.sync()
        finder = NoteFinder(SEED, EthAddress(funded_account(WALLET).address))
        ledger = self.follower.ledger
        notes = [_numbered(own) for own in finder.find(self.follower.records(), ledger)]
        return Holdings(
            now=self.follower.now,
            proved=ledger.proved,
            times={},
            maturities={},
            notes=notes,
            spends=(),
            claims={},
        )

    async def pass_blocks(self, count: int = 1) -> None:
        """Let the chain make blocks."""
        await self.chain.clock.mine(count)

    async def screened(self) -> None:
        """Have the pool's owner name a screener."""
        screener = EthAddress(funded_account(SCREENER).address)
        await self.send(self.chain.pool.set_screener(screener))

    async def send(self, call: ContractCall, sender: int = OWNER) -> None:
        """Have somebody else make a call."""
        await self.chain.sender(sender).send(call)

    async def carried(
        self, deposits: Deposits, intent: Intent, until: Callable[[Intent], bool], tries: int = 12
    ) -> Intent:
        """Advance again and again, the chain going on meanwhile."""
        for _ in range(tries):
            intent = await deposits.advance(intent, await self.holdings())
            if until(intent):
                return intent
            await self.pass_blocks()
        raise AssertionError(intent)


def _numbered(own: OwnNote) -> OwnNote:
    """The note with the number of its deposit."""
    inners = [own.account.deposit_note(each, Wei(0), mineable=False).inner for each in range(20)]
    number = inners.index(own.note.inner) if own.note.inner in inners else None
    return replace(own, number=number)


@asynccontextmanager
async def harbour(folder: Path, profile: Profile = DEV) -> AsyncIterator[Harbour]:
    """A network, and a wallet that has done nothing yet."""
    async with deployed_chain(profile) as chain:
        source = RpcSource(chain.w3, chain.network)
        follower = Follower(
            source, chain.network.deployment_block, confirmations=profile.confirmations
        )
        yield Harbour(chain, folder / "journal", follower)
