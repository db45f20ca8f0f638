"""A chain, its users, and the desks where they hand in what they want."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from random import Random
from time import monotonic

from tests.node.faults.accounts import Accounts, Wrong, transfers_of
from tests.node.faults.desk import Desk
from tests.node.faults.errands import Courier, Errand
from tests.node.faults.users import USERS, Place, Population
from tests.node.faults.wishes import Wishes
from winze.devnet import Devnet
from winze.protocol import ETHER, EthAddress, Timestamp, Transferred, Wei
from winze.wire import RelayRequest

PURSE = Wei(ETHER // 20)
STAKE = Wei(ETHER // 10)
PATIENCE = 240.0
"""Seconds after which whoever still waits is asked what for."""
SETTLING = 60.0
"""Seconds within which a node has noticed what the chain has become."""
PAUSE = 0.25


class Village:
    """The people, and everything that they ever wanted."""

    def __init__(
        self,
        place: Place,
        population: Population,
        desks: Sequence[Desk],
        accounts: Accounts,
        seed: int,
    ) -> None:
        self.place, self.population, self.accounts = place, population, accounts
        self.random = Random(seed)  # noqa: S311 - a story, not a secret
        self.wishes = Wishes(place, population, self.random)
        self.errands: list[Errand] = []
        self.may_be_moot = False
        """Whether a wish may come to nothing because the chain took back what it stood on."""
        self._courier = Courier(place, desks)

    @classmethod
    async def found(
        cls,
        devnet: Devnet,
        desks: Sequence[Desk],
        keys: Iterable[EthAddress],
        *,
        seed: int = 1,
        users: int = USERS,
    ) -> "Village":
        place = Place(devnet)
        population = await Population.settle(place, users)
        return cls(place, population, desks, await Accounts.open(place, population, keys), seed)

    def hand_in_at(self, desks: Sequence[Desk]) -> None:
        """From now on everything is handed in there."""
        self._courier = Courier(self.place, desks)

    async def arrive(self, *, sessions: int = 1, purses: int = 1) -> None:
        """Everybody mines and has money for fees; wait until it can be spent."""
        await asyncio.gather(
            self.population.mine(STAKE, sessions), self.population.fill_purses(PURSE, purses)
        )
        await self.until_proved()

    async def until_proved(self, patience: float = PATIENCE) -> None:
        """Wait until every entry that users have seen is under a root."""
        await self._until(self._is_proved, "entries are not proved", patience)

    async def until_matured(self) -> None:
        """Skip the time until every session that is proved has matured."""
        await self.population.look()
        matures = [
            moment
            for user in self.population.users
            for own in user.mining()
            if (moment := user.maturity(own)) is not None
        ]
        if matures:
            await self.place.devnet.clock.reach(Timestamp(max(matures)))
            await self.place.devnet.clock.mine(self.place.network.profile.confirmations)
        await self.population.look()

    def want(self, count: int, *names: str) -> list[Errand]:
        """New errands of these kinds, to be pursued."""
        found = self.wishes.some(count, *names)
        self.errands += found
        return found

    async def prepare(self, errand: Errand) -> RelayRequest:
        """The request of an errand that is not handed in yet."""
        return await self._courier.prepare(errand)

    async def pursue(self, patience: float = PATIENCE) -> None:
        """See to it that everything ever wanted is settled.

        Raises:
            Wrong: something is not, after a long time, or was refused.
        """
        await self._until(self.round, "not settled", patience)

    @asynccontextmanager
    async def pursuing(self) -> AsyncIterator[None]:
        """See to everything ever wanted meanwhile, and at the end until it is settled."""
        task = asyncio.create_task(self.pursue())
        try:
            yield
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def check(self, patience: float = PATIENCE) -> None:
        """When all is settled, hold everything against everything; see `Accounts`.

        Raises:
            Wrong: something is not as it must be, and stays so.
        """
        begun = monotonic()
        while True:
            await self.pursue(patience)
            # What was final may not be any more, where the chain was reorganised since.
            await asyncio.gather(*(self._courier.ask(errand) for errand in self.errands))
            try:
                return await self.accounts.check(self.errands)
            except Wrong:
                if monotonic() - begun > patience or monotonic() - begun > SETTLING:
                    raise
            await asyncio.sleep(PAUSE)

    async def _until(
        self, holds: Callable[[], Awaitable[bool]], what: str, patience: float = PATIENCE
    ) -> None:
        begun = monotonic()
        while not await holds():
            if monotonic() - begun > patience:
                raise Wrong(f"{what} after {patience:g} s: {self.unsettled()}")
            await asyncio.sleep(PAUSE)

    def unsettled(self) -> list[Errand]:
        """What is not as it shall be."""
        executed = self._executed()
        return [
            errand
            for errand in self.errands
            if not (errand.moot and self.may_be_moot) and not errand.settled(executed)
        ]

    async def round(self) -> bool:
        """Do for every errand what can be done now; whether all are settled.

        Raises:
            Wrong: one was refused for a reason that time does not mend.
        """
        await self.population.look()
        waiting = self.unsettled()
        hopeless = [errand for errand in waiting if errand.hopeless]
        if hopeless:
            raise Wrong(f"refused: {[(each, each.attempts[-1].refusals) for each in hopeless]}")
        moot = [errand for errand in self.errands if errand.moot and errand not in waiting]
        await asyncio.gather(*(self._courier.step(errand) for errand in (*waiting, *moot)))
        return not waiting

    async def _is_proved(self) -> bool:
        await self.population.look()
        ledger = self.place.follower.ledger
        there = sum(len(block.entries) for block in ledger.blocks)
        return ledger.proved == ledger.open_index and not len(ledger.open) and there > 0

    def _executed(self) -> dict[int, Transferred]:
        records = transfers_of(self.place.follower.records())
        events = {key: record.logged.event for key, record in records.items()}
        return {key: event for key, event in events.items() if isinstance(event, Transferred)}
