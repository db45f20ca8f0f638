"""What the demo's people act on: a fresh network, those who run it, and the books that are kept."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from winze.chain import (
    Builder,
    Follower,
    Mirror,
    Proving,
    RpcSource,
    Sealing,
)
from winze.circuits import Proof, Prover
from winze.contracts import (
    ItxToken,
    Pool,
    Receipt,
    Relay,
    Rewards,
    eth_balance,
)
from winze.devnet import Devnet, Refuser
from winze.protocol import Claim, EthAddress, Seconds, Timestamp, Transfer

from ..units import duration
from .people import Proved
from .report import Balance, Report, Step
from .timeline import Timeline

_BUILDER: Final = 1
_RELAYER: Final = 2


class Stage:
    """A network with a builder and a relayer; everything done on it is mirrored and reported."""

    def __init__(self, devnet: Devnet, prover: Prover, timeline: Timeline) -> None:
        network = devnet.network
        source = RpcSource(devnet.w3, network)
        self.devnet, self.network, self.prover, self.timeline = devnet, network, prover, timeline
        self.report = Report()
        self.pool = Pool(devnet.w3, network.pool)
        self.rewards = Rewards(devnet.w3, network.rewards)
        self.token = ItxToken(devnet.w3, network.itx)
        self.relay = Relay(devnet.w3, network.relay)
        self.relayer = devnet.sender(_RELAYER)
        self.follower = Follower(
            source,
            network.deployment_block,
            confirmations=network.profile.confirmations,
        )
        self._refusing: set[EthAddress] = set()
        self.mirror = Mirror(
            devnet.w3,
            network,
            devnet.owner.address,
            prover,
            lambda account, _amount: account not in self._refusing,
        )
        builder = devnet.sender(_BUILDER)
        self._builder = Builder(source, self.follower, self.pool, prover, builder)

    def refuses(self, refuser: Refuser) -> None:
        """Let the models know that `refuser` takes no ETH, and passes on what its owner asks."""
        self._refusing.add(refuser.address)
        self.mirror.expect(refuser)

    async def execute(self, transfers: Sequence[Proved[Transfer]], outcome: "Outcome") -> None:
        """Have the relayer execute transfers in one transaction."""
        contents, proofs = _apart(transfers)
        receipt = await self.relayer.send(self.pool.execute(contents, proofs))
        outcome.count(self.relayer.address, receipt, transfers)

    async def relay_claims(
        self,
        claims: Sequence[Proved[Claim]],
        fees: Sequence[Proved[Transfer]],
        outcome: "Outcome",
    ) -> None:
        """Have the relayer make claims and take their fees in one transaction."""
        claimed, paid = _apart(claims), _apart(fees)
        receipt = await self.relayer.send(self.relay.relay(*claimed, *paid))
        outcome.count(self.relayer.address, receipt, [*claims, *fees], items=len(claims))

    async def build(self) -> None:
        """Seal, draw and prove until every entry made so far is under the root."""
        with self.timeline.waiting("sealing, drawing and proving blocks"):
            await self.follower.sync()
            while await self._unproved():
                step = await self._builder.step()
                if step is None:
                    await self._pass_time()
                    continue
                self._tell_step(step)
            await self.mirrored()

    async def _pass_time(self) -> None:
        """Bring the chain to where the next thing is due: nobody has to watch it wait."""
        opened, now = await self.pool.open_block(), await self.devnet.clock.now()
        if (opened.notes or opened.spends) and opened.due > now:
            await self.devnet.clock.reach(Timestamp(opened.due))
        else:
            await self.devnet.clock.mine()

    async def skip_to(self, moment: Timestamp, why: str) -> None:
        """Move the chain's clock to `moment`."""
        now = await self.devnet.clock.now()
        if moment <= now:
            return
        await self.devnet.clock.reach(moment)
        skipped = Seconds(moment - now)
        self.timeline.tell(f"clock moved by {duration(skipped)}, {why}", moment)

    @asynccontextmanager
    async def step(self, title: str, *watched: "Watched") -> AsyncIterator["Outcome"]:
        """Report what is done inside as one step, with the balances of `watched` accounts."""
        before = [await self._held(each) for each in watched]
        outcome = Outcome()
        yield outcome
        await self.mirrored()
        balances = [
            Balance(each.owner, each.coin, held, await self._held(each), each.after(held, outcome))
            for each, held in zip(watched, before, strict=True)
        ]
        self.report.steps.append(
            Step(title, outcome.gas, outcome.items, tuple(outcome.proof_seconds), tuple(balances))
        )

    async def _held(self, watched: "Watched") -> int:
        if watched.coin == ITX:
            return await self.token.balance_of(watched.account)
        return await eth_balance(self.devnet.w3, watched.account)

    async def _unproved(self) -> bool:
        """Whether an entry that the chain has is not proved, or not yet seen to be."""
        opened = await self.pool.open_block()
        blocks = opened.index + (1 if opened.notes or opened.spends else 0)
        return self.follower.ledger.proved < blocks

    async def mirrored(self) -> None:
        """Have the models do what the chain did; see `Mirror.follow`."""
        self.report.transactions += len(await self.mirror.follow())

    def _tell_step(self, step: object) -> None:
        match step:
            case Sealing(index=index, receipt=receipt):
                self.timeline.tell(f"block {index} sealed, {receipt.gas_used:,} gas")
                self.report.steps.append(Step(f"block {index} is sealed", receipt.gas_used))
            case Proving(blocks=blocks, receipt=receipt, seconds=seconds):
                numbers = ", ".join(str(block.index) for block in blocks)
                self.timeline.tell(
                    f"block {numbers} drawn and proved in {seconds:.1f} s, {receipt.gas_used:,} gas"
                )
                title = f"block {numbers} is proved"
                self.report.steps.append(Step(title, receipt.gas_used, len(blocks), (seconds,)))


ETH: Final = "ETH"
ITX: Final = "ITX"

T = TypeVar("T")


@dataclass
class Outcome:
    """What a step took; its transactions fill it in."""

    gas: int = 0
    items: int = 1
    proof_seconds: list[float] = field(default_factory=list)
    fees: dict[EthAddress, int] = field(default_factory=dict)
    """Wei that senders paid for gas."""

    def count(
        self,
        sender: EthAddress,
        receipt: Receipt,
        proved: Sequence[Proved[Any]],
        items: int | None = None,
    ) -> None:
        """Count a transaction with its proofs; `items` is by default how many these are."""
        self.add(sender, receipt)
        self.items = len(proved) if items is None else items
        self.proof_seconds += [each.seconds for each in proved]

    def add(self, sender: EthAddress, receipt: Receipt) -> None:
        """Count a transaction of this step."""
        self.gas += receipt.gas_used
        self.fees[sender] = self.fees.get(sender, 0) + receipt.fee


@dataclass(frozen=True)
class Watched:
    """An account whose balance a step changes by `change`, apart from what it pays for gas."""

    owner: str
    account: EthAddress
    change: int
    coin: str = ETH

    def after(self, before: int, outcome: Outcome) -> int:
        """What it must hold afterwards."""
        gas = outcome.fees.get(self.account, 0) if self.coin == ETH else 0
        return before + self.change - gas


def _apart(proved: Sequence[Proved[T]]) -> tuple[list[T], list[Proof]]:
    """What is submitted, and the proofs beside it."""
    return [each.content for each in proved], [each.proof for each in proved]
