"""A node in memory behind a real server, and a client of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.node.api.ports import FakeNode
from tests.wire.requests import BOTH
from winze.node.api import ApiSettings, create_app, serving
from winze.wire import RelayRequest

UNLIMITED = ApiSettings(rates={})
"""For tests of anything but rates."""


@pytest.fixture
def settings() -> ApiSettings:
    """A test that needs other limits overrides it."""
    return UNLIMITED


@pytest.fixture
def node(tmp_path: Path) -> FakeNode:
    return FakeNode(tmp_path)


@pytest.fixture
async def address(node: FakeNode, settings: ApiSettings) -> AsyncIterator[str]:
    async with serving(create_app(node.ports(), settings), settings, "127.0.0.1", 0) as url:
        yield url


@pytest.fixture
async def client(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address) as session:
        yield session


@pytest.fixture
def request_() -> RelayRequest:
    return BOTH
