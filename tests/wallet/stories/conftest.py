"""One camp for each file of stories: what they do to its clock is told in their order."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.wallet.camp import Camp, camp


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Camp]:
    async with camp(tmp_path_factory.mktemp("camp")) as found:
        yield found
