"""A node in memory behind a real server, and a client of it."""

import io
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import structlog

from tests.node.api.ports import FakeNode
from tests.node.api.serving import served
from tests.wire.requests import BOTH
from winze.node import LogFormat, configure_logs
from winze.node.api import ApiSettings, create_app
from winze.wire import RelayRequest

UNLIMITED = ApiSettings(rates={})
"""For tests of anything but rates."""


@pytest.fixture(autouse=True)
def logged() -> Iterator[io.StringIO]:
    """What the node logs."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logs(LogFormat.JSON, out=stream)
    yield stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def settings() -> ApiSettings:
    """A test that needs other limits overrides it."""
    return UNLIMITED


@pytest.fixture
def node(tmp_path: Path) -> FakeNode:
    return FakeNode(tmp_path)


@pytest.fixture
async def address(node: FakeNode, settings: ApiSettings) -> AsyncIterator[str]:
    async with served(create_app(node.ports(), settings), settings) as url:
        yield url


@pytest.fixture
async def client(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address, auto_decompress=False) as session:
        yield session


@pytest.fixture
def request_() -> RelayRequest:
    return BOTH
