"""A private network with one wallet in it, driven step by step: blocks are made when we say so."""

import asyncio
import itertools
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Self, TypeVar

from benchmarks.errors import NotAsPlanned
from benchmarks.telling import Teller
from winze.chain import Follower, RpcSource
from winze.circuits import Proof, Prover, Witness
from winze.contracts import ContractCall, Pool, Receipt, Relay, Rewards, Sender, request
from winze.devnet import Devnet
from winze.protocol import (
    ETHER,
    Deposited,
    EthAddress,
    Event,
    Note,
    Sealed,
    Seconds,
    Seed,
    Wei,
)
from winze.wallet import NoteFinder, OwnNote, Spender

BATCH: Final = 16
"""Transfers, or claims, of one call at most."""

MINED: Final = Wei(ETHER // 10)
"""What every mining deposit holds."""

FEE: Final = Wei(5 * 10**14)
"""What the relayer takes."""

WITH_FEE: Final = Wei(MINED + FEE)
"""What every other deposit holds: enough for a redeposit with its fee."""

ALONE: Final = 3
"""Samples of a figure that no batch brings along."""

_DEPOSITOR: Final = 1
_RELAYER: Final = 2
_SEED_BYTES: Final = 32
_ADDRESS_BYTES: Final = 20

E = TypeVar("E", bound=Event)


class Scene:
    """The network, a wallet that owns every note in it, and a relayer."""

    def __init__(self, devnet: Devnet, prover: Prover, teller: Teller) -> None:
        self.devnet, self.network, self.clock = devnet, devnet.network, devnet.clock
        self.prover, self.teller = prover, teller
        self.pool = Pool(devnet.w3, self.network.pool)
        self.rewards = Rewards(devnet.w3, self.network.rewards)
        self.relay = Relay(devnet.w3, self.network.relay)
        self.depositor, self.relayer = devnet.sender(_DEPOSITOR), devnet.sender(_RELAYER)
        self.source = RpcSource(devnet.w3, self.network)
        self.follower = Follower(self.source, self.network.deployment_block)
        self.ledger = self.follower.ledger
        seed = Seed(secrets.token_bytes(_SEED_BYTES))
        self.mining, self.main = seed.mining(0), seed.main
        self.spender = Spender(self.network, self.ledger, seed.viewing.public)
        self._finder = NoteFinder(seed, self.depositor.address)
        self._numbers = {account.index: itertools.count() for account in (self.mining, self.main)}
        self._threads = ThreadPoolExecutor(os.cpu_count())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the threads end; proofs that nobody has begun are dropped."""
        self._threads.shutdown(cancel_futures=True)

    async def begin(self) -> None:
        """Have the chain make a block for each transaction, and no other."""
        await request(self.devnet.w3, "mining at once", "evm_setAutomine", *[True])

    # -- notes --------------------------------------------------------------------------------

    def new_note(self, *, mine: bool) -> Note:
        """The note of the next deposit."""
        account, value = (self.mining, MINED) if mine else (self.main, WITH_FEE)
        return account.deposit_note(next(self._numbers[account.index]), value, mineable=mine)

    async def deposit(self, *, mine: bool) -> Receipt:
        """Make the next deposit."""
        note = self.new_note(mine=mine)
        call = self.pool.deposit(note.inner, note.value, mine=mine)
        return await self.send(call, self.depositor, {Deposited: 1})

    async def notes(self, *, mineable: bool) -> list[OwnNote]:
        """All unspent mining deposits, or all other deposits, in the order of the chain."""
        await self.follower.sync()
        value = MINED if mineable else WITH_FEE
        return [
            own
            for own in self._finder.find(self.follower.records(), self.ledger)
            if own.note.mineable == mineable
            and own.note.value == value
            and self.ledger.spend_position(own.nullifier) is None
        ]

    # -- transactions -------------------------------------------------------------------------

    async def send(
        self,
        call: ContractCall,
        sender: Sender | None = None,
        expected: dict[type[Event], int] | None = None,
    ) -> Receipt:
        """Send `call`, by default from the relayer, and make sure that it did what it should.

        Args:
            call: What to send.
            sender: Who sends it.
            expected: How often pool and rewards must announce what.

        Raises:
            NotAsPlanned: they announced something more or less often.
        """
        receipt = await (sender or self.relayer).send(call)
        for kind, count in (expected or {}).items():
            found = len(self._announced(receipt, kind))
            if found != count:
                raise NotAsPlanned(
                    f"{call.action} announced {kind.__name__} {found} times instead of {count}: "
                    f"its gas would say nothing"
                )
        return receipt

    def sealed(self, receipt: Receipt) -> bool:
        """Whether a transaction sealed a block."""
        return bool(self._announced(receipt, Sealed))

    def usual(self, receipt: Receipt) -> Receipt:
        """A transaction that did not have to seal a block.

        Raises:
            NotAsPlanned: it had to.
        """
        if self.sealed(receipt):
            raise NotAsPlanned(f"transaction {receipt.transaction} sealed a block on its way")
        return receipt

    def _announced(self, receipt: Receipt, kind: type[E]) -> list[E]:
        events = (
            event
            for contract in (self.pool, self.rewards)
            for event in contract.events(receipt.logs)
        )
        return [event for event in events if isinstance(event, kind)]

    # -- blocks -------------------------------------------------------------------------------

    async def begin_block(self) -> None:
        """Have the open block hold something, so that what follows does not begin one."""
        await self.deposit(mine=False)

    async def fall_due(self) -> None:
        """Let the open block fall due."""
        opened, now = await self.pool.open_block(), await self.clock.now()
        await self.clock.advance(Seconds(max(opened.due - now, 0)))

    async def seal(self) -> Receipt:
        """Seal the open block once it is due, and let the chain go on beyond its draw."""
        await self.fall_due()
        receipt = await self.send(self.pool.seal(), expected={Sealed: 1})
        await self.clock.mine(2)
        await self.follower.sync()
        return receipt

    # -- proofs -------------------------------------------------------------------------------

    async def prove(self, what: str, witnesses: Sequence[Witness]) -> list[Proof]:
        """Prove on all cores; the proofs come in the order of the witnesses."""
        loop = asyncio.get_running_loop()
        with self.teller.counting(f"proving {what}", len(witnesses)) as count:

            async def prove(witness: Witness) -> Proof:
                proof = await loop.run_in_executor(self._threads, self.prover.prove, witness)
                count()
                return proof

            return list(await asyncio.gather(*map(prove, witnesses)))


def fresh_address() -> EthAddress:
    """An address that nobody has seen before."""
    return EthAddress.from_bytes(secrets.token_bytes(_ADDRESS_BYTES))
