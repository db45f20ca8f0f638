"""What a proxy can do to requests: delay, lose, refuse and drop them, and have others know."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from tests.node.faults.proxy import (
    Answer,
    Asked,
    BadStatus,
    ConnectionLost,
    Fault,
    Forward,
    sleep_for_ever,
)
from winze.protocol import keccak

SEND = "eth_sendRawTransaction"
LIMIT_EXCEEDED = -32005

# -- when ---------------------------------------------------------------------------------------


def only(fault: Fault, *methods: str) -> Fault:
    """The fault for these methods alone."""

    async def chosen(asked: Asked, forward: Forward) -> Answer:
        return await (fault(asked, forward) if asked.method in methods else forward(asked))

    return chosen


def first(times: int, fault: Fault) -> Fault:
    """The fault for the next so many requests that reach it."""
    left = times

    async def counted(asked: Asked, forward: Forward) -> Answer:
        nonlocal left
        if left <= 0:
            return await forward(asked)
        left -= 1
        return await fault(asked, forward)

    return counted


def once(method: str, fault: Fault) -> Fault:
    """The fault for the next request of this method."""
    return only(first(1, fault), method)


def sometimes(random: Random, share: float, fault: Fault) -> Fault:
    """The fault for that share of the requests."""

    async def thrown(asked: Asked, forward: Forward) -> Answer:
        return await (fault(asked, forward) if random.random() < share else forward(asked))

    return thrown


# -- what ---------------------------------------------------------------------------------------


def slow(seconds: float) -> Fault:
    """The answer takes so long."""

    async def delayed(asked: Asked, forward: Forward) -> Answer:
        await asyncio.sleep(seconds)
        return await forward(asked)

    return delayed


async def hang(_asked: Asked, _forward: Forward) -> Answer:
    """There is a connection and never an answer."""
    await sleep_for_ever()
    raise AssertionError


def status(code: int) -> Fault:
    """HTTP says no: 429 too many requests, 500 broken."""

    async def refused(_asked: Asked, _forward: Forward) -> Answer:
        raise BadStatus(code)

    return refused


def error(code: int = LIMIT_EXCEEDED, message: str = "limit exceeded") -> Fault:
    """JSON-RPC says no."""

    async def refused(_asked: Asked, _forward: Forward) -> Answer:
        return {"error": {"code": code, "message": message}}

    return refused


async def lose(_asked: Asked, _forward: Forward) -> Answer:
    """The connection breaks before the chain hears of anything."""
    raise ConnectionLost


async def lose_the_answer(asked: Asked, forward: Forward) -> Answer:
    """The chain does it, and the connection breaks before it can say so."""
    await forward(asked)
    raise ConnectionLost


async def drop_transaction(asked: Asked, forward: Forward) -> Answer:
    """A transaction is taken with thanks, and thrown away."""
    if asked.method != SEND:
        return await forward(asked)
    return {"result": "0x" + keccak(bytes.fromhex(asked.params[0].removeprefix("0x"))).hex()}


async def send_twice(asked: Asked, forward: Forward) -> Answer:
    """A transaction reaches the chain twice; what the second attempt answers is told."""
    answer = await forward(asked)
    return await forward(asked) if asked.method == SEND else answer


# -- hooks --------------------------------------------------------------------------------------


def before(method: str, action: Callable[[Asked], Awaitable[object]]) -> Fault:
    """Have something happen before the chain hears of a request."""

    async def told(asked: Asked, forward: Forward) -> Answer:
        if asked.method == method:
            await action(asked)
        return await forward(asked)

    return told


def after(method: str, action: Callable[[Asked], Awaitable[object]]) -> Fault:
    """Have something happen when the chain has answered, and its answer is not passed on yet."""

    async def told(asked: Asked, forward: Forward) -> Answer:
        answer = await forward(asked)
        if asked.method == method:
            await action(asked)
        return answer

    return told
