"""Asking over HTTP, and requests to hand over."""

from collections.abc import Mapping

import aiohttp

Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body."""

JSON = {"Content-Type": "application/json"}


async def get(client: aiohttp.ClientSession, url: str, **headers: str) -> Answer:
    async with client.get(url, headers=headers) as answer:
        return answer.status, answer.headers, await answer.read()


async def post(
    client: aiohttp.ClientSession,
    url: str,
    body: str | bytes,
    headers: Mapping[str, str] = JSON,
) -> Answer:
    async with client.post(url, data=body, headers=headers) as answer:
        return answer.status, answer.headers, await answer.read()
