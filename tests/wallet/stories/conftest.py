"""One camp for each file of stories, in which they happen at the same time."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.wallet.camp import Camp, camp
from tests.wallet.stories.telling import Story
from winze.wallet.actions import Calendar


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Camp]:
    """The file's camp, at the beginning of a day; its `special` says what is special about it."""
    folder = tmp_path_factory.mktemp("camp")
    special = request.module.special(folder) if hasattr(request.module, "special") else {}
    async with camp(folder, **special) as found:
        calendar = Calendar.of(found.devnet.network)
        await found.devnet.clock.reach(calendar.close(await found.devnet.clock.now()))
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(
    request: pytest.FixtureRequest, town: Camp
) -> AsyncIterator[Mapping[Story, asyncio.Task[None]]]:
    """The file's stories, all begun: what they wait for, they wait for together."""
    items = (each for each in request.session.items if isinstance(each, pytest.Function))
    ours = [each for each in items if each.module is request.module]
    wanted = [each.callspec.params["story"] for each in ours if "told" in each.fixturenames]
    told = [story for story in request.module.STORIES if story in wanted]
    tasks = {story: asyncio.create_task(story(town)) for story in told}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
