"""People use nodes for as long as it takes, and something breaks all the time."""

import asyncio
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic

from tests.node.faults.accounts import Wrong
from tests.node.faults.misfortune import MISFORTUNES
from tests.node.faults.stage import Stage, stage
from tests.node.faults.village import PURSE, STAKE, Village

WISHES = (
    *("pay", "give", "pay_a_refuser", "withdraw", "withdraw_exactly"),
    *("cancel", "redeposit", "claim"),
)
AT_ONCE = 12
"""Errands that are pursued at the same time."""
CALM = (0.5, 4.0)
"""Seconds between two misfortunes."""
CLOSING = 600.0
"""Seconds in which everything has to settle once nothing breaks any more."""
SUPPLY = 3


class SoakFailed(Exception):
    """Says what is wrong, after what, and how to see it again."""


class Soak:
    """One long run."""

    def __init__(self, on: Stage, seed: int, requests: int, tell: Callable[[str], None]) -> None:
        self._stage, self._requests, self._tell = on, requests, tell
        self._random = Random(f"{seed} misfortunes")  # noqa: S311 - a story, not a secret
        self.suffered: Counter[str] = Counter()
        self._begun = monotonic()
        self._before = len(on.village.errands)

    @property
    def _left(self) -> int:
        return self._requests + self._before - len(self._village.errands)

    @property
    def _village(self) -> Village:
        return self._stage.village

    async def run(self) -> None:
        """Play until so many requests are settled, then see that nothing is missing."""
        self._village.may_be_moot = True
        breaking = asyncio.create_task(self._break_things())
        try:
            while self._left > 0 and not breaking.done():
                await self._top_up()
                await self._village.round()
                self._report()
        finally:
            breaking.cancel()
            (ended,) = await asyncio.gather(breaking, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended
        for node in self._stage.nodes:
            if not node.running:
                await node.start()
        await self._stage.check(CLOSING)
        self._report()

    async def _top_up(self) -> None:
        """Have people want more, and give them money where they cannot afford it."""
        village = self._village
        wanted = min(AT_ONCE - len(village.unsettled()), self._left)
        made = 0
        for name in self._random.sample(WISHES, len(WISHES)):
            if made < wanted:
                made += len(village.want(1, name))
        poor = [user for user in village.population.users if len(user.purse()) < SUPPLY]
        if made < wanted and poor:
            user = self._random.choice(poor)
            purses = [(user, user.main, PURSE, False)] * SUPPLY
            await village.population.deposit([*purses, (user, user.new_session(), STAKE, True)])

    async def _break_things(self) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(*CALM))
            name = self._random.choice(sorted(MISFORTUNES))
            self.suffered[name] += 1
            self._tell(f"{monotonic() - self._begun:.0f} s: {name}\n")
            await MISFORTUNES[name](self._stage, self._random)

    def _report(self) -> None:
        waiting = len(self._village.unsettled())
        settled = self._requests - self._left - waiting
        spent = monotonic() - self._begun
        self._tell(
            f"\r{spent:.0f} s: {settled} of {self._requests} settled, {waiting} waiting, "
            f"{self.suffered.total()} misfortunes   "
        )


async def soak(
    folder: Path, seed: int, requests: int, tell: Callable[[str], None], nodes: int = 2
) -> Soak:
    """Play on a fresh network.

    Raises:
        SoakFailed: something was lost, done twice or told wrongly.
    """
    async with stage(folder, nodes=nodes, seed=seed) as on:
        await on.village.arrive(sessions=2, purses=SUPPLY)
        playing = Soak(on, seed, requests, tell)
        try:
            await playing.run()
        except (Wrong, AssertionError, Exception) as problem:
            logs = "\n".join(f"--- {node.log}\n{node.tail()}" for node in on.nodes)
            raise SoakFailed(
                f"{traceback.format_exc()}\nsuffered: {dict(playing.suffered)}\n{logs}\n"
                f"Once more: python -m tests.node.faults --seed {seed} --requests {requests}"
            ) from problem
        return playing
