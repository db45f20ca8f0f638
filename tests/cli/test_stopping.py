"""Stopping: the first signal asks, the second does not wait."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from winze.cli.operator.stopping import Stop

NUMBERS = [signal.SIGINT, signal.SIGTERM]

STUCK = """
import asyncio, os, signal, time
from winze.cli.operator.stopping import Stop

async def main():
    with Stop() as stop:
        stop.serving()
        os.kill(os.getpid(), signal.{first})
        await stop.event.wait()
        try:
            os.kill(os.getpid(), signal.{second})
            await asyncio.sleep(60)
        finally:
            print("waited")

asyncio.run(main())
"""


@pytest.mark.parametrize("number", NUMBERS)
async def test_the_first_signal_asks_whoever_serves_to_stop(number: signal.Signals) -> None:
    with Stop() as stop:
        stop.serving()
        assert not stop.event.is_set()
        os.kill(os.getpid(), number)
        await stop.event.wait()


@pytest.mark.parametrize("number", NUMBERS)
async def test_what_is_being_started_is_given_up(number: signal.Signals) -> None:
    undone = []

    async def start() -> None:
        with Stop():
            try:
                os.kill(os.getpid(), number)
                await asyncio.sleep(60)
            finally:
                undone.append("started")

    with pytest.raises(KeyboardInterrupt):
        await start()
    assert undone == ["started"]


@pytest.mark.parametrize(("first", "second"), [("SIGINT", "SIGINT"), ("SIGTERM", "SIGINT")])
def test_a_second_signal_ends_the_process_at_once(first: str, second: str) -> None:
    program = STUCK.format(first=first, second=second)
    told = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (130, "")
    assert told.stderr == "stopping in order; once more ends it at once\n"


async def test_afterwards_signals_do_what_they_usually_do() -> None:
    with Stop():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


async def test_a_cancellation_that_no_signal_asked_for_stays_one() -> None:
    async def start() -> None:
        with Stop():
            await asyncio.sleep(60)

    task = asyncio.create_task(start())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
