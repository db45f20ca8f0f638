"""A private network with one wallet in it, driven step by step: blocks are made when we say so."""

import asyncio
import itertools
import os
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from benchmarks.errors import NotAsPlanned
from benchmarks.telling import Teller
from winze.chain import Follower, RpcSource
from winze.circuits import Proof, Prover, Witness
from winze.contracts import (
    ContractCall,
    Pool,
    Receipt,
    Relay,
    Rewards,
    Sender,
    request,
)
from winze.devnet import Devnet
from winze.protocol import (
    Account,
    BlockIndex,
    EthAddress,
    Event,
    Note,
    Sealed,
    Seconds,
    Seed,
    Wei,
)
from winze.wallet import NoteFinder, OwnNote, Spender

DEPOSITOR: Final = 1
RELAYER: Final = 2

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
        self.depositor, self.relayer = devnet.sender(DEPOSITOR), devnet.sender(RELAYER)
        self.source = RpcSource(devnet.w3, self.network)
        self.follower = Follower(self.source, self.network.deployment_block)
        self.seed = Seed(secrets.token_bytes(_SEED_BYTES))
        self.spender = Spender(self.network, self.follower.ledger, self.seed.viewing.public)
        self._finder = NoteFinder(self.seed, self.depositor.address)
        self._numbers = {index: itertools.count() for index in (self.mining.index, self.main.index)}
        self._threads = ThreadPoolExecutor(os.cpu_count())

    @property
    def mining(self) -> Account:
        """The account of the mining deposits."""
        return self.seed.mining(0)

    @property
    def main(self) -> Account:
        """The account of all other notes."""
        return self.seed.main

    async def begin(self) -> None:
        """Have the chain make a block for each transaction, and no other."""
        await request(self.devnet.w3, "mining at once", "evm_setAutomine", *[True])

    def new_note(self, account: Account, value: Wei, *, mine: bool) -> Note:
        """The note of the account's next deposit."""
        return account.deposit_note(next(self._numbers[account.index]), value, mineable=mine)

    async def notes(self, *, mineable: bool) -> list[OwnNote]:
        """The mining deposits, or all other notes with a value: those that are not spent."""
        await self.follower.sync()
        ledger = self.follower.ledger
        return [
            own
            for own in self._finder.find(self.follower.records(), ledger)
            if own.note.mineable == mineable and ledger.spend_position(own.nullifier) is None
        ]

    async def send(self, call: ContractCall, sender: Sender | None = None) -> Receipt:
        """Send `call`, by default from the relayer."""
        return await (sender or self.relayer).send(call)

    def events(self, receipt: Receipt, kind: type[E]) -> list[E]:
        """What pool and rewards announced of this kind."""
        found = [
            event
            for contract in (self.pool, self.rewards)
            for event in contract.events(receipt.logs)
        ]
        return [event for event in found if isinstance(event, kind)]

    def expect(self, receipt: Receipt, kind: type[Event], count: int) -> None:
        """Make sure that a transaction did what its figure says.

        Raises:
            NotAsPlanned: it announced another number of such events.
        """
        found = len(self.events(receipt, kind))
        if found != count:
            raise NotAsPlanned(
                f"transaction {receipt.transaction} announced {found} times {kind.__name__}, not "
                f"{count} times: its gas would say nothing"
            )

    def sealed(self, receipt: Receipt) -> bool:
        """Whether a transaction had to seal a block on its way."""
        return bool(self.events(receipt, Sealed))

    async def open_entries(self) -> int:
        """How many notes and spends the open block holds."""
        opened = await self.pool.open_block()
        return opened.notes + opened.spends

    async def fall_due(self) -> None:
        """Let the open block fall due."""
        opened, now = await self.pool.open_block(), await self.clock.now()
        await self.clock.advance(Seconds(opened.due - now))

    async def seal(self) -> Receipt:
        """Seal the open block once it is due, and let its draw be made."""
        await self.fall_due()
        receipt = await self.send(self.pool.seal())
        await self.drawn()
        return receipt

    async def drawn(self) -> None:
        """Let the chain go on beyond the last draw."""
        await self.clock.mine(2)
        await self.follower.sync()

    async def prove_all(self, what: str, witnesses: Sequence[Witness]) -> list[Proof]:
        """Prove on all cores; the proofs come in the order of the witnesses."""
        loop = asyncio.get_running_loop()
        with self.teller.counting(f"proving {what}", len(witnesses)) as count:

            async def prove(witness: Witness) -> Proof:
                proof = await loop.run_in_executor(self._threads, self.prover.prove, witness)
                count()
                return proof

            return list(await asyncio.gather(*map(prove, witnesses)))

    async def prove_call(self, indices: Iterable[int]) -> ContractCall:
        """The call that proves these blocks, with its proofs."""
        ledger = self.follower.ledger
        witnesses = [ledger.block_witness(BlockIndex(index)) for index in indices]
        proofs = await self.prove_all("blocks", witnesses)
        return self.pool.prove([witness.submission for witness in witnesses], proofs)


def fresh_address() -> EthAddress:
    """An address that nobody has seen before."""
    return EthAddress.from_bytes(secrets.token_bytes(_ADDRESS_BYTES))
