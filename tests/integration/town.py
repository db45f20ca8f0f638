"""A network with a builder and a relayer, on which every transaction is done by the models too."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.networks import prover
from winze.chain import Builder, Follower, Mirror, RpcSource
from winze.circuits import Proof
from winze.contracts import (
    ContractCall,
    ContractEvent,
    Pool,
    Receipt,
    Relay,
    Rewards,
    Sender,
)
from winze.devnet import Devnet
from winze.protocol import Claim, EthAddress, Note, Timestamp, Transfer

BUILDER, RELAYER, PASSER_BY = 1, 2, 3
FIRST_PERSON = 4
"""The funded accounts: the owner is 0."""

Proved = tuple[Transfer, Proof]


class Town:
    """A fresh devnet, and everything that is known of it on both sides."""

    def __init__(self, devnet: Devnet) -> None:
        self.devnet, self.network = devnet, devnet.network
        self.pool = Pool(devnet.w3, self.network.pool)
        self.rewards = Rewards(devnet.w3, self.network.rewards)
        self.relay = Relay(devnet.w3, self.network.relay)
        self.relayer = devnet.sender(RELAYER)
        self.source = RpcSource(devnet.w3, self.network)
        self.follower = self.fresh_follower()
        self.refusing: set[EthAddress] = set()
        self.mirror = Mirror(
            devnet.w3,
            self.network,
            devnet.owner.address,
            prover(),
            lambda account, _amount: account not in self.refusing,
        )
        self._builder = Builder(
            self.source, self.follower, self.pool, prover(), devnet.sender(BUILDER)
        )
        self.gas: defaultdict[EthAddress, int] = defaultdict(int)
        """Wei that each sender paid for gas."""
        self.seen: Counter[str] = Counter()
        """How often each kind of event came, and each kind of step of the builder."""

    def fresh_follower(self) -> Follower:
        """Somebody who knows nothing of the chain yet."""
        return Follower(
            self.source,
            self.network.deployment_block,
            confirmations=self.network.profile.confirmations,
        )

    # -- what people do -------------------------------------------------------------------------

    async def send(self, sender: Sender, call: ContractCall) -> Sequence[ContractEvent]:
        """Have a call made, and the models do it; what pool and rewards announced is returned."""
        return await self._mirrored(await sender.send(call))

    async def deposit(self, *deposits: tuple[Sender, Note]) -> None:
        """Make deposits at the same time; which comes first, the chain decides."""
        calls = [
            (sender, self.pool.deposit(note.inner, note.value, mine=note.mineable))
            for sender, note in deposits
        ]
        for receipt in await asyncio.gather(*(sender.send(call) for sender, call in calls)):
            await self._mirrored(receipt)

    async def execute(self, sender: Sender, transfers: Sequence[Proved]) -> Sequence[ContractEvent]:
        """Have transfers executed in one transaction."""
        contents, proofs = [each for each, _ in transfers], [proof for _, proof in transfers]
        return await self.send(sender, self.pool.execute(contents, proofs))

    async def relay_claims(
        self, claims: Sequence[tuple[Claim, Proof]], fees: Sequence[Proved]
    ) -> Sequence[ContractEvent]:
        """Have the relayer make claims and take their fees, in one transaction."""
        asked, paying = [claim for claim, _ in claims], [fee for fee, _ in fees]
        claim_proofs, fee_proofs = [proof for _, proof in claims], [proof for _, proof in fees]
        return await self.send(
            self.relayer, self.relay.relay(asked, claim_proofs, paying, fee_proofs)
        )

    async def seal(self) -> None:
        """Somebody who passes by seals the open block, if there is anything in it."""
        opened = await self.pool.open_block()
        if opened.notes or opened.spends:
            await self.devnet.clock.reach(Timestamp(opened.due))
            await self.send(self.devnet.sender(PASSER_BY), self.pool.seal())

    async def build(self) -> None:
        """Seal, draw and prove until every entry made so far is under the confirmed root."""
        await self.follower.sync()
        while await self._unproved():
            step = await self._builder.step()
            if step is None:
                await self._pass_time()
                continue
            self.seen[type(step).__name__] += 1
            await self._mirrored(step.receipt)

    # -- the books ------------------------------------------------------------------------------

    async def _mirrored(self, receipt: Receipt) -> Sequence[ContractEvent]:
        """Have the models do all up to this transaction; what it announced is returned."""
        events: Sequence[ContractEvent] = ()
        for done in await self.mirror.follow(receipt.block):
            self.gas[done.sender] += done.receipt.fee
            self.seen.update(type(event).__name__ for event in done.events)
            if done.receipt.transaction == receipt.transaction:
                events = done.events
        return events

    async def _unproved(self) -> bool:
        opened = await self.pool.open_block()
        blocks = opened.index + (1 if opened.notes or opened.spends else 0)
        return self.follower.ledger.proved < blocks

    async def _pass_time(self) -> None:
        """Bring the chain to where the next thing is due."""
        opened, now = await self.pool.open_block(), await self.devnet.clock.now()
        if (opened.notes or opened.spends) and opened.due > now:
            await self.devnet.clock.reach(Timestamp(opened.due))
        else:
            await self.devnet.clock.mine()
