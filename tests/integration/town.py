"""A network with a builder and a relayer, on which every transaction is done by the models too."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from tests.contracts.evm.relaying import RelayModel
from tests.networks import prover
from winze.chain import Act, Builder, Follower, Mirror, RpcSource
from winze.circuits import Proof
from winze.contracts import (
    ContractCall,
    ContractEvent,
    ItxToken,
    Pool,
    Receipt,
    Relay,
    Rewards,
    Sender,
)
from winze.devnet import Devnet
from winze.protocol import (
    Call,
    Claim,
    EthAddress,
    Event,
    Note,
    Timestamp,
    Transfer,
)

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
        self.token = ItxToken(devnet.w3, self.network.itx)
        self.relay = Relay(devnet.w3, self.network.relay)
        self.relayer = devnet.sender(RELAYER)
        self.source = RpcSource(devnet.w3, self.network)
        self.follower = self.fresh_follower()
        self.refusing: set[EthAddress] = set()
        self.mirror = Mirror(
            self.source, self.network, devnet.owner.address, prover(), self._accepts
        )
        self.relay_model = RelayModel(self.network.relay, self.mirror.pool, self.mirror.rewards)
        self._builder_sender = devnet.sender(BUILDER)
        self._builder = Builder(
            self.source, self.follower, self.pool, prover(), self._builder_sender
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

    async def send(
        self, sender: Sender, call: ContractCall, *acts: Act, caller: EthAddress | None = None
    ) -> list[ContractEvent]:
        """Have a call made and the models do `acts`; what pool and rewards announced is returned.

        `caller` is who calls our contracts, where that is not the sender.
        """
        receipt = await sender.send(call)
        return await self._mirrored(sender, receipt, *acts, caller=caller)

    async def deposit(self, *deposits: tuple[Sender, Note]) -> None:
        """Make deposits at the same time; which comes first, the chain decides."""

        async def one(sender: Sender, note: Note) -> tuple[Sender, Note, Receipt]:
            call = self.pool.deposit(note.inner, note.value, mine=note.mineable)
            return sender, note, await sender.send(call)

        made = await asyncio.gather(*(one(*each) for each in deposits))
        for sender, note, receipt in sorted(made, key=lambda each: _place(each[2])):
            told = {"value": note.value, "inner": note.inner, "mine": note.mineable}
            await self._mirrored(sender, receipt, partial(self.mirror.pool.deposit, **told))

    async def execute(self, sender: Sender, transfers: Sequence[Proved]) -> list[ContractEvent]:
        """Have transfers executed in one transaction."""
        contents, proofs = [each for each, _ in transfers], [proof for _, proof in transfers]
        return await self.send(
            sender,
            self.pool.execute(contents, proofs),
            partial(
                self.mirror.pool.execute,
                transfers=contents,
                proofs=proofs,
                accepts=self._accepts,
            ),
        )

    async def relay_claims(
        self, claims: Sequence[tuple[Claim, Proof]], fees: Sequence[Proved]
    ) -> list[ContractEvent]:
        """Have the relayer make claims and take their fees, in one transaction."""
        asked, paying = [claim for claim, _ in claims], [fee for fee, _ in fees]
        claim_proofs, fee_proofs = [proof for _, proof in claims], [proof for _, proof in fees]
        return await self.send(
            self.relayer,
            self.relay.relay(asked, claim_proofs, paying, fee_proofs),
            partial(
                self.relay_model.relay,
                claims=asked,
                transfers=paying,
                claim_proofs=claim_proofs,
                transfer_proofs=fee_proofs,
                accepts=self._accepts,
            ),
        )

    async def seal(self) -> None:
        """Somebody who passes by seals the open block, if there is anything in it."""
        opened = await self.pool.open_block()
        if opened.notes or opened.spends:
            await self.devnet.clock.reach(Timestamp(opened.due))
            await self.send(self.devnet.sender(PASSER_BY), self.pool.seal(), self.mirror.pool.seal)

    async def build(self) -> None:
        """Seal, draw and prove until every entry made so far is under the confirmed root."""
        await self.follower.sync()
        while await self._unproved():
            step = await self._builder.step()
            if step is None:
                await self._pass_time()
                continue
            self.seen[type(step).__name__] += 1
            sender = self._builder_sender
            await self.mirror.follow_builder(self.pool, sender.address, step)
            self._count(sender, step.receipt, self.pool.events(step.receipt.logs))

    # -- the books ------------------------------------------------------------------------------

    def _accepts(self, account: EthAddress, _amount: int) -> bool:
        return account not in self.refusing

    async def _mirrored(
        self,
        sender: Sender,
        receipt: Receipt,
        *acts: Callable[[Call], Sequence[Event]],
        caller: EthAddress | None = None,
    ) -> list[ContractEvent]:
        contracts = (self.pool, self.rewards)
        await self.mirror.follow(contracts, receipt, caller or sender.address, *acts)
        ours = {contract.address: contract for contract in contracts}
        events = [ours[log.address].event(log) for log in receipt.logs if log.address in ours]
        self._count(sender, receipt, events)
        return events

    def _count(self, sender: Sender, receipt: Receipt, events: Sequence[ContractEvent]) -> None:
        self.gas[sender.address] += receipt.fee
        self.seen.update(type(event).__name__ for event in events)

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


def _place(receipt: Receipt) -> tuple[int, int]:
    """Where a transaction's events stand on the chain."""
    return receipt.block, min(log.index for log in receipt.logs)
