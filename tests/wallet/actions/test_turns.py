"""What is sent by one connection: in turn, once, and beside whatever else goes on."""

import asyncio

import pytest

from winze.wallet.actions import Turns

SOON = 0.05


class Work:
    """Something that waits for somebody, and is counted."""

    def __init__(self) -> None:
        self.begun = 0
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __call__(self) -> str:
        self.begun += 1
        return await self.answer


async def test_what_is_quick_has_its_result_at_once() -> None:
    turns, work = Turns(SOON), Work()
    work.answer.set_result("yes")
    assert await turns.carry_on("one", work) == "yes"
    assert not turns.under_way("one")


async def test_what_waits_for_somebody_is_begun_once_and_keeps_nobody() -> None:
    turns, work = Turns(SOON), Work()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await turns.carry_on("one", work)
        assert turns.under_way("one")
        assert not turns.under_way("other")
    work.answer.set_result("yes")
    assert await turns.carry_on("one", work) == "yes"
    assert work.begun == 1


async def test_what_asks_nobody_is_waited_for_to_the_end() -> None:
    turns, work = Turns(soon=0), Work()
    waiting = asyncio.ensure_future(turns.carry_on("one", work, to_the_end=True))
    await asyncio.sleep(SOON)
    assert not waiting.done()
    work.answer.set_result("yes")
    assert await waiting == "yes"


async def test_two_who_wait_for_the_same_have_the_same_result() -> None:
    turns, work = Turns(soon=10), Work()
    both = asyncio.gather(*(turns.carry_on("one", work) for _ in range(2)))
    await asyncio.sleep(0)
    work.answer.set_result("yes")
    assert await both == ["yes", "yes"]
    assert work.begun == 1


async def test_what_fails_unheard_is_told_once_and_can_be_begun_anew() -> None:
    turns, work = Turns(SOON), Work()
    with pytest.raises(TimeoutError):
        await turns.carry_on("one", work)
    work.answer.set_exception(ValueError("no"))
    await asyncio.sleep(0)
    with pytest.raises(ValueError, match="no"):
        turns.under_way("one")
    assert not turns.under_way("one")
    again = Work()
    again.answer.set_result("yes")
    assert await turns.carry_on("one", again) == "yes"


async def test_one_has_its_turn_at_a_time() -> None:
    turns, said = Turns(SOON), list[str]()

    async def speak(name: str) -> None:
        async with turns.turn():
            said.append(name)
            await asyncio.sleep(0)
            said.append(name)

    await asyncio.gather(speak("a"), speak("b"))
    assert said == ["a", "a", "b", "b"]
    assert not await turns.taken()
    async with turns.turn():
        assert await turns.taken()


@pytest.mark.parametrize("end", ["stop", "close"])
async def test_what_nobody_waits_for_any_more_is_ended(end: str) -> None:
    turns, work = Turns(SOON), Work()
    with pytest.raises(TimeoutError):
        await turns.carry_on("one", work)
    if end == "stop":
        turns.stop("one")
        await asyncio.sleep(0)
    else:
        await turns.close()
    assert work.answer.cancelled()
    assert not turns.under_way("one")
