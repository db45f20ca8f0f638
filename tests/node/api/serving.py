"""Servers for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from tests.node.api.ports import FakeNode
from winze.node.api import ApiSettings, create_app, listening, serving, url_of


@asynccontextmanager
async def served(app: FastAPI, settings: ApiSettings) -> AsyncIterator[str]:
    """The address at which `app` is served meanwhile, on any free port."""
    with listening("127.0.0.1", 0) as listener:
        async with serving(app, settings, listener):
            yield url_of(listener)


@asynccontextmanager
async def served_node(node: FakeNode) -> AsyncIterator[str]:
    """The address at which a node in memory answers meanwhile."""
    settings = ApiSettings(rates={})
    async with served(create_app(node.ports(), settings), settings) as address:
        yield address
