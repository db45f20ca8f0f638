"""Whatever a wallet does, and whenever it is killed (-9): it ends as if nothing had happened.

The same process begins again on the same machine, or on another one that has only the key. What
became of it is read from the chain, by other code than the wallet's.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from .acts import ACTS
from .people import Person
from .scene import Scene, scene

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

SEED = 5
WHOLE = ("mine",)
"""What is interrupted at every moment in the ordinary run too."""

Wanted = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with scene(tmp_path_factory.mktemp("scene")) as found:
        yield found


def at_every_moment(doing: str) -> list[Wanted]:
    """One person for each moment, on the same machine and on another one in turn."""
    return [
        {"doing": doing, "moment": moment, "same_machine": bool(number % 2)}
        for number, moment in enumerate(ACTS[doing].moments)
    ]


def at_one_moment(doing: str, dice: Random) -> Wanted:
    moment, same = dice.choice(ACTS[doing].moments), dice.choice([True, False])
    return {"doing": doing, "moment": moment, "same_machine": same}


async def assert_nothing_happened(stage: Scene, people: Sequence[Person]) -> None:
    """Nobody was interrupted, as far as anybody can tell afterwards."""
    wrong = await asyncio.gather(*map(stage.play, people))
    found = [
        "\n    ".join((f"{person.doing}, {person.moment}, {person.machine}:", *each))
        for person, each in zip(people, wrong, strict=True)
        if each
    ]
    assert not found, "\n".join(found)
    held, owned = await stage.value()
    assert held == owned


@pytest.mark.parametrize("doing", WHOLE)
async def test_killed_at_any_moment_it_ends_as_if_never_interrupted(
    stage: Scene, doing: str
) -> None:
    await assert_nothing_happened(stage, await stage.people(*at_every_moment(doing)))


async def test_whatever_is_killed_once_ends_as_if_never_interrupted(stage: Scene) -> None:
    dice = Random(SEED)  # noqa: S311 - chance, not secrecy
    wanted = [at_one_moment(doing, dice) for doing in ACTS if doing not in WHOLE]
    await assert_nothing_happened(stage, await stage.people(*wanted))


@pytest.mark.parametrize(
    "moment",
    ["", "after hand over 1", pytest.param("after journal 2", marks=pytest.mark.long)],
)
async def test_of_two_processes_one_acts_and_the_other_takes_over_what_a_killed_one_left(
    stage: Scene, moment: str
) -> None:
    (person,) = await stage.people({"doing": "withdraw", "moment": moment})
    assert await stage.play_together(person) == []


@pytest.mark.long
@pytest.mark.parametrize("same_machine", [True, False], ids=["here", "elsewhere"])
@pytest.mark.parametrize("doing", ACTS)
async def test_every_action_at_every_moment_on_both_machines(
    stage: Scene, doing: str, *, same_machine: bool
) -> None:
    wanted = [{**each, "same_machine": same_machine} for each in at_every_moment(doing)]
    await assert_nothing_happened(stage, await stage.people(*wanted))
