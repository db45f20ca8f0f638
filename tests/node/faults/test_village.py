"""People get what they want of a desk that does its work, and whatever it does wrong is noticed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import replace

import pytest

from tests.networks import network
from tests.node.faults.accounts import Wrong
from tests.node.faults.clerk import Clerk
from tests.node.faults.errands import Attempt, Errand
from tests.node.faults.users import Deposit
from tests.node.faults.village import Village
from winze.devnet import funded_account
from winze.protocol import EthAddress, Wei
from winze.wire import Payout, RequestState

pytestmark = pytest.mark.chain

CLERKS_KEY = EthAddress(funded_account(1).address)


@asynccontextmanager
async def village() -> AsyncIterator[Village]:
    async with network() as devnet:
        found = await Village.found(devnet, [], [CLERKS_KEY], users=2)
        clerk = Clerk(found.place)
        found.hand_in_at([clerk])
        building = asyncio.create_task(_build(clerk))
        try:
            yield found
        finally:
            building.cancel()
            with suppress(asyncio.CancelledError):
                await building


async def _build(clerk: Clerk) -> None:
    while True:
        await clerk.build()
        await asyncio.sleep(0.2)


async def test_everybody_gets_what_they_want_and_no_mistake_would_pass() -> None:
    async with village() as found:
        await found.arrive(sessions=2, purses=4)
        found.want(1, "cancel")
        await found.until_matured()
        assert len(found.want(6, "withdraw", "redeposit", "give", "pay", "pay_a_refuser")) == 6
        await found.pursue()
        await found.until_proved()
        assert found.want(1, "claim")
        await found.check()
        paid = next(errand for errand in found.errands if errand.name == "pay")
        for name, mistake in MISTAKES.items():
            with mistake(found, paid):
                assert await _is_noticed(found), name
        await found.accounts.check(found.errands)


@contextmanager
def _told(errand: Errand, **change: object) -> Iterator[None]:
    (attempt,) = errand.attempts
    true = attempt.taken[0]
    attempt.taken[0] = [*true, replace(true[-1], **change)]  # type: ignore[arg-type]
    yield
    attempt.taken[0] = true


@contextmanager
def _with(thing: object, name: str, value: object) -> Iterator[None]:
    true = getattr(thing, name)
    setattr(thing, name, value)
    yield
    setattr(thing, name, true)


async def _is_noticed(found: Village) -> bool:
    try:
        await found.accounts.check(found.errands)
    except Wrong:
        return True
    return False


def _attempt(errand: Errand) -> Attempt:
    return errand.attempts[0]


def _worth_more(found: Village) -> list[Deposit]:
    deposits = found.population.deposits
    note = deposits[0].note
    return [replace(deposits[0], note=replace(note, value=Wei(note.value + 1))), *deposits[1:]]


MISTAKES: Mapping[str, Callable[[Village, Errand], AbstractContextManager[None]]] = {
    "forgotten": lambda _, paid: _with(_attempt(paid), "forgotten", 1),
    "failed after all": lambda _, paid: _told(paid, state=RequestState.FAILED),
    "still on its way": lambda _, paid: _told(paid, state=RequestState.SENT),
    "done elsewhere": lambda _, paid: _told(paid, transaction=bytes(32)),
    "done at another time": lambda _, paid: _told(paid, chain_block=1),
    "not paid out": lambda _, paid: _told(paid, payout=Payout.WITHDRAWABLE),
    "nothing paid": lambda _, paid: _told(paid, payout=None),
    "a wei too little": lambda _, paid: _with(paid, "amount", paid.amount + 1),
    "a deposit worth more": lambda found, _: _with(
        found.population, "deposits", _worth_more(found)
    ),
    "done, and nobody asked": lambda found, paid: _with(
        found, "errands", [each for each in found.errands if each is not paid]
    ),
    "never executed": lambda _, paid: _with(paid, "attempts", []),
    "executed against its will": lambda _, paid: _with(paid, "expected", RequestState.SKIPPED),
    "a fee too little": lambda found, _: _with(
        found.accounts, "before", {CLERKS_KEY: found.accounts.before[CLERKS_KEY] + 1}
    ),
}
