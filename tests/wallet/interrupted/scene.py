"""A network on which many people are interrupted at the same time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from tests.wallet.camp import Camp, camp
from winze.devnet import NETWORK_FILE
from winze.protocol import FAST, Wei
from winze.wallet import open_wallet

from .crew import Crew, Ended
from .moments import CACHE, LEAVES, ROWS
from .people import Books, Person, endow, new_person, withdraw
from .person import Job, shown

_PROFILE = FAST
"""Locks that last longer than a cancellation takes, and blocks that have to be confirmed."""


@dataclass
class Scene:
    """The camp, the processes, and what the chain holds by our own count."""

    camp: Camp
    crew: Crew
    books: Books
    receiver: Person
    """Whom people send to."""
    everybody: list[Person]

    async def people(self, *wanted: dict[str, Any]) -> list[Person]:
        """Everybody who is to be interrupted, at the point where the act begins."""
        found = [await new_person(self.camp, **each) for each in wanted]
        self.everybody += found
        early = [each for each in found if each.doing != "cancel"]
        await asyncio.gather(*(endow(self.camp, each) for each in early))
        await self._locked(early)
        if any(each.act.session for each in early):
            profile = self.camp.devnet.network.profile
            await self.camp.skip(profile.lock_min + profile.lock_range)
        await asyncio.gather(*(withdraw(self.camp, each) for each in early))
        late = [each for each in found if each.doing == "cancel"]
        await asyncio.gather(*(endow(self.camp, each) for each in late))
        await self._locked(late)
        return found

    async def play(self, person: Person) -> list[str]:
        """Have somebody act, killed at the person's moment and begun again; what is wrong then."""
        first = await self.crew.run(self._job(person, 1, presses=True, fatal=person.moment))
        if person.moment and not first.killed and not _depends(person.moment):
            return [f"{person.moment} was not reached", *first.moments, first.told]
        last = first
        if first.killed:
            machine = 1 if person.same_machine else 2
            presses = person.same_machine or not _left(first)
            last = await self.crew.run(self._job(person, machine, presses=presses))
        return await self._wrong(person, last)

    async def play_together(self, person: Person) -> list[str]:
        """Have two processes of one wallet carry an act on, of which one begins it and is killed
        at the person's moment; what is wrong then."""
        begins = self._job(person, 1, presses=True, fatal=person.moment)
        first, last = await asyncio.gather(
            self.crew.run(begins), self.crew.run(self._job(person, 1, presses=False))
        )
        if first.killed != bool(person.moment):
            return [f"{person.moment} was not reached", *first.moments, first.told]
        trouble = [] if person.moment else await self._wrong(person, first)
        return trouble + await self._wrong(person, last)

    async def _wrong(self, person: Person, last: Ended) -> list[str]:
        trouble = [last.shown["trouble"], last.told] if last.shown["trouble"] else []
        await self.books.follower.sync()
        wrong = trouble + self.books.check(person)
        return wrong or await self._differences(person, last)

    async def value(self) -> tuple[Wei, Wei]:
        """What the pool holds, and what everybody's unspent notes are worth."""
        await self.books.follower.sync()
        everybody = [*self.everybody, self.receiver]
        owned = sum(self.books.unspent(self.books.notes(each)) for each in everybody)
        return await self.books.held(), Wei(owned)

    async def _differences(self, person: Person, last: Ended) -> list[str]:
        """How what the wallet showed differs from what the chain tells one without a journal."""
        entry = self.camp.entry(person.name, home=f"{person.name}-9")
        async with open_wallet(entry, person.identity) as wallet:
            await wallet.sync()
            told = shown(wallet)
        return [
            f"{name}: {last.shown[name]} instead of {told[name]}"
            for name in ("balance", "coming", "sessions", "history")
            if last.shown[name] != told[name]
        ]

    def _job(self, person: Person, machine: int, *, presses: bool, fatal: str = "") -> Job:
        devnet = self.camp.devnet
        receiver = self.receiver.identity.private_address.encode(devnet.network.address_prefix)
        return Job(
            next(_NUMBERS),
            person.doing,
            person.given(receiver),
            key="0x" + bytes(person.key.key).hex(),
            home=str(self.camp.folder / f"{person.name}-{machine}"),
            network=str(devnet.directory / NETWORK_FILE),
            rpc=devnet.url,
            node=self.camp.node.url,
            folder=str(self.camp.folder),
            presses=presses,
            fatal=fatal,
        )

    async def _locked(self, people: Sequence[Person]) -> None:
        """Wait until all that these people deposited is in proved blocks."""
        await self.books.follower.sync()
        while not all(map(self.books.has_begun, people)):
            await asyncio.sleep(1)
            await self.books.follower.sync()


_NUMBERS = count(1)


def _depends(moment: str) -> bool:
    """Whether a moment may fail to come: what is kept of the chain has to be final before."""
    return ROWS in moment or CACHE in moment


def _left(ended: Ended) -> bool:
    """Whether something left the machine that will happen whatever becomes of the process."""
    return any(
        moment.startswith("after ") and moment.removeprefix("after ").rsplit(" ", 1)[0] in LEAVES
        for moment in ended.moments
    )


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """A fresh one."""
    async with camp(folder, _PROFILE) as found, Crew.begun() as crew:
        receiver = await new_person(found, "deposit")
        yield Scene(found, crew, Books(found), receiver, [])
