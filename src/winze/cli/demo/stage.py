"""What the demo's people act on: a fresh network, its node, and the books that are kept."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from winze.chain import Finding, Follower, Mirror, Replayed, RpcSource
from winze.contracts import ItxToken, Pool, eth_balance
from winze.devnet import Devnet, Refuser, funded_account
from winze.protocol import (
    ChainBlock,
    EthAddress,
    Period,
    Proved,
    Redrawn,
    Sealed,
    Seconds,
    Timestamp,
)
from winze.wallet import Intent, IntentState, NoNode, Session, SessionState

from ..errors import RequestNotDone
from ..operator.local import NODE_ACCOUNTS
from ..units import duration
from .people import Person, Stopwatch
from .report import Balance, Report, Step
from .timeline import Timeline

BATCH_WAIT: Final = Seconds(15)
"""How long the node waits for more requests, by the chain's clock."""

_POLL: Final = 0.1
"""Seconds between two looks at what the node has done."""


class Stage:
    """A network with its node; everything that happens on it is mirrored and reported."""

    def __init__(self, devnet: Devnet, prover: Stopwatch, timeline: Timeline) -> None:
        network = devnet.network
        self.devnet, self.network = devnet, network
        self.prover, self.timeline = prover, timeline
        self.report = Report()
        self.pool = Pool(devnet.w3, network.pool)
        self.token = ItxToken(devnet.w3, network.itx)
        self._source = RpcSource(devnet.w3, network)
        self.follower = Follower(
            self._source,
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
        self.distributions: list[Replayed] = []
        """What the node sent to have ITX minted."""
        self._built: list[Replayed] = []
        """What it sent to build blocks, and is not reported yet."""

    def refuses(self, refuser: Refuser) -> None:
        """Let the models know that `refuser` takes no ETH, and passes on what its owner asks."""
        self._refusing.add(refuser.address)
        self.mirror.expect(refuser)

    # -- what people and the node do ------------------------------------------------------------

    async def carried_out(self, *wishes: tuple[Person, Intent]) -> None:
        """Have people's wallets carry out what they confirmed, and the node do its part.

        Only who waits for something looks at the chain meanwhile.

        Raises:
            RequestNotDone: something failed.
        """
        handed_over = False
        with self.timeline.waiting("wallets and node carry it out"):
            while waiting := [each for each in wishes if not each[0].newest(each[1]).state.over]:
                for person in {id(person): person for person, _ in waiting}.values():
                    await self.looks(person)
                newest = [person.newest(intent) for person, intent in waiting]
                if not handed_over and all(each.state.name == "LEAVING" for each in newest):
                    handed_over = True
                    await self.devnet.clock.advance(BATCH_WAIT)
                await asyncio.sleep(_POLL)
        for person, intent in wishes:
            newest_one = person.newest(intent)
            if newest_one.state is IntentState.FAILED:
                raise RequestNotDone(newest_one.kind, newest_one.reason)

    async def until(self, person: Person, number: int, *states: SessionState) -> Session:
        """Have a wallet carry on until one of its sessions is in one of these states."""
        told = ", ".join(each.value for each in states)
        with self.timeline.waiting(f"{person.name}'s session {number}: {told}"):
            while True:
                await self.looks(person)
                session = person.session(number)
                if session.state in states:
                    return session
                await self._pass_time()

    async def looks(self, person: Person) -> None:
        """One beat of a wallet; a node that is behind the chain is asked again."""
        while True:
            try:
                await person.wallet.step()
            except NoNode:
                await asyncio.sleep(_POLL)
            else:
                return

    async def build(self) -> None:
        """Have time pass until the node has every entry made so far under the root."""
        with self.timeline.waiting("the node seals, draws and proves blocks"):
            await self.follower.sync()
            while await self._unproved():
                await self.mirrored()
                await self._report_blocks()
                await self._pass_time()
                await self.follower.sync()
        await self.mirrored()
        await self._report_blocks()

    async def _pass_time(self) -> None:
        """Bring the chain to where the next thing is due: nobody has to watch it wait."""
        opened, now = await self.pool.open_block(), await self.devnet.clock.now()
        if (opened.notes or opened.spends) and opened.due > now:
            await self.devnet.clock.reach(Timestamp(opened.due))
        await asyncio.sleep(_POLL)

    async def _unproved(self) -> bool:
        """Whether an entry that the chain has is not proved, or not yet seen to be."""
        opened = await self.pool.open_block()
        blocks = opened.index + (1 if opened.notes or opened.spends else 0)
        return self.follower.ledger.proved < blocks

    async def until_distributed(self, periods: Sequence[Period]) -> None:
        """Wait until the node has had the ITX of these periods minted."""
        with self.timeline.waiting("the node distributes"):
            while not set(periods) <= {period_of(each) for each in self.distributions}:
                await asyncio.sleep(_POLL)
                await self.mirrored()

    async def skip_to(self, moment: Timestamp, why: str) -> None:
        """Move the chain's clock to `moment`."""
        now = await self.devnet.clock.now()
        if moment <= now:
            return
        await self.devnet.clock.reach(moment)
        skipped = Seconds(moment - now)
        self.timeline.tell(f"clock moved by {duration(skipped)}, {why}", moment)

    # -- the books ------------------------------------------------------------------------------

    @asynccontextmanager
    async def step(self, title: str, *watched: "Watched") -> AsyncIterator["Outcome"]:
        """Report what is done inside as one step, with the balances of `watched` accounts.

        Raises:
            ModelMismatch: contracts and protocol did different things.
        """
        before = [await self._held(each) for each in watched]
        outcome = Outcome()
        yield outcome
        acts = await self.mirrored()
        gas = Counter[EthAddress]()
        for each in acts:
            gas[each.sender] += each.receipt.fee
        balances = [
            Balance(each.owner, ETH, held, await self._held(each), each.after(held, gas))
            for each, held in zip(watched, before, strict=True)
        ]
        used = sum(each.receipt.gas_used for each in acts)
        self.report.steps.append(
            Step(title, used, outcome.items, tuple(self.prover.taken()), tuple(balances))
        )
        await self._report_blocks()

    async def mirrored(self) -> list[Replayed]:
        """Have the models do what the chain did; what is the node's own affair is put aside.

        Raises:
            ModelMismatch: contracts and protocol did different things.
        """
        replayed = await self.mirror.follow()
        self.report.transactions += len(replayed)
        acts = []
        for each in replayed:
            match each.request.function:
                case "seal" | "redraw" | "prove":
                    self._built.append(each)
                case "distribute":
                    self.distributions.append(each)
                case _:
                    acts.append(each)
        return acts

    async def compared(self, accounts: Sequence[EthAddress]) -> Report:
        """The report, with everything that contracts and models keep held against each other.

        Also what the node has earned and spent: its keys hold, to the wei, what follows from the
        calldata of all transactions.
        """
        await self.mirrored()
        w3, mirror, first = self.devnet.w3, self.mirror, self.network.deployment_block
        self.report.findings += await mirror.compare(accounts)
        for job, index in NODE_ACCOUNTS.items():
            account = EthAddress(funded_account(index).address)
            held = await eth_balance(w3, account, mirror.at)
            expected = await eth_balance(w3, account, first) + mirror.eth[account]
            self.report.findings.append(Finding(f"ETH of the node's {job}", held, expected))
        self.report.seconds = self.timeline.seconds
        return self.report

    async def _held(self, watched: "Watched") -> int:
        return await eth_balance(self.devnet.w3, watched.account)

    async def _report_blocks(self) -> None:
        """Tell what became of blocks since the last time."""
        built, self._built = self._built, []
        for each in built:
            gas, step = each.receipt.gas_used, None
            numbers = ", ".join(
                str(event.index)
                for event in each.events
                if isinstance(event, Sealed | Redrawn | Proved)
            )
            match each.events:
                case (Sealed(), *_):
                    told, step = "sealed", Step(f"block {numbers} is sealed", gas)
                case (Redrawn(), *_):
                    told, step = "drawn again", Step(f"block {numbers} is drawn again", gas)
                case (Proved(), *more):
                    seconds = await self._since_draw(each)
                    told = f"drawn and proved in {seconds} s"
                    title = f"block {numbers} is proved"
                    step = Step(title, gas, 1 + len(more), (float(seconds),))
                case _:
                    continue  # somebody else was faster
            self.timeline.tell(f"block {numbers} {told}, {gas:,} gas")
            self.report.steps.append(step)

    async def _since_draw(self, proving: Replayed) -> int:
        """The chain's seconds from the first draw to the proof; nobody moves the clock between."""
        draws = [block.draw for block in proving.request.arguments["blocks"]]
        drawn = await self._source.header(ChainBlock(min(draws)))
        return proving.timestamp - drawn.timestamp


ETH: Final = "ETH"
ITX: Final = "ITX"


@dataclass
class Outcome:
    """What stands in no transaction about a step; whoever takes it fills it in."""

    items: int = 1
    """How many transfers, claims or deposits it is."""


@dataclass(frozen=True)
class Watched:
    """An account whose ETH a step changes, apart from what it pays for gas."""

    owner: str
    account: EthAddress
    change: Callable[[], int]
    """By how many wei; asked when the step is over."""

    def after(self, before: int, gas: Counter[EthAddress]) -> int:
        """What it must hold afterwards."""
        return before + self.change() - gas[self.account]


def period_of(distribution: Replayed) -> Period:
    """Which period's ITX a distribution mints."""
    return Period(distribution.request.arguments["period"])
