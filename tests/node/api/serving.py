"""Servers for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from winze.node.api import ApiSettings, listening, serving, url_of


@asynccontextmanager
async def served(app: FastAPI, settings: ApiSettings) -> AsyncIterator[str]:
    """The address at which `app` is served meanwhile, on any free port."""
    with listening("127.0.0.1", 0) as listener:
        async with serving(app, settings, listener):
            yield url_of(listener)
