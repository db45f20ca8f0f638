"""One anvil process: started on a port, followed until it answers, stopped so that it saves."""

import asyncio
import errno
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from winze.contracts import RpcError, connected, request, rpc_errors
from winze.protocol import HASH_WINDOW, Seconds

from .errors import PortInUse, StartFailed

HOST: Final = "127.0.0.1"
"""A private chain listens to this machine only."""

CHAIN_ID: Final = 31_337
"""The chain id that development tools know as a local chain."""

BLOCK_TIME: Final = Seconds(1)
"""Seconds from block to block."""

_WARDEN: Final = Path(__file__).with_name("warden.py")
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.02
_LOG_LINES: Final = 20
_FREE_PORT_TRIES: Final = 3
_ADDRESS_IN_USE: Final = "Address already in use"


class Anvil:
    """A private chain that makes a block every `block_time`.

    It ends with this process, whatever happens to it, and its state stays in `state`.
    """

    def __init__(
        self,
        program: Path,
        log: Path,
        *,
        state: Path | None = None,
        port: int | None = None,
        block_time: Seconds = BLOCK_TIME,
        hardfork: str | None = None,
        start_seconds: float = _START_SECONDS,
    ) -> None:
        """Describe a chain; nothing is started.

        Args:
            program: the anvil to run.
            log: the file that takes what it says.
            state: the file that it loads, if it exists, and saves when it stops; None forgets.
            port: where it listens; None takes a free one.
            block_time: seconds from block to block.
            hardfork: the EVM's version; None is the newest.
            start_seconds: how long it may take to answer.
        """
        self._program, self._log, self._state = program, log, state
        self._wanted_port, self._block_time = port, block_time
        self._hardfork, self._start_seconds = hardfork, start_seconds
        self._port: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self._port}"

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it and wait until it answers and makes blocks.

        Raises:
            PortInUse: another program listens on the port that was asked for.
            StartFailed: it ended or did not answer.
        """
        if self._wanted_port is not None:
            _require_free(self._wanted_port)
        for left in reversed(range(_FREE_PORT_TRIES)):
            self._port = self._wanted_port or _free_port()
            try:
                await self._start()
            except StartFailed as problem:
                # Between our look at the port and anvil's another program can take it.
                if _ADDRESS_IN_USE not in problem.log:
                    raise
                if self._wanted_port is not None:
                    raise PortInUse(self._wanted_port) from problem
                if not left:
                    raise
            else:
                return

    async def stop(self) -> None:
        """Let it save its state and end. Harmless where it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        await asyncio.to_thread(process.wait, _STOP_SECONDS)

    async def _start(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603, ASYNC220 - ours; Popen returns at once
                [sys.executable, "-I", "-S", str(_WARDEN), str(self._program), *self._arguments()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us: we stop anvil when we are ready for it.
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(self._start_seconds):
                await self._wait_until_it_answers()
                await self._begin_mining()
            self._require_running()  # else somebody else answered on its port
        except TimeoutError as problem:
            await self.stop()
            within = f"within {self._start_seconds:g} s"
            raise StartFailed(f"anvil did not answer {within}", self._tail()) from problem
        except BaseException:
            await self.stop()
            raise

    def _arguments(self) -> Sequence[str]:
        arguments = ["--host", HOST, "--port", str(self._port), "--chain-id", str(CHAIN_ID)]
        # Without mining until `_begin_mining` has set the clock.
        arguments += ["--quiet", "--no-mining"]
        # Its scratch files go with our directory, not into the user's home.
        arguments += ["--cache-path", str(self._log.parent / "scratch")]
        if self._hardfork is not None:
            arguments += ["--hardfork", self._hardfork]
        if self._state is not None:
            arguments += ["--state", str(self._state)]
        return arguments

    async def _wait_until_it_answers(self) -> None:
        while not await _listens(self._port or 0):
            self._require_running()
            await asyncio.sleep(_POLL_SECONDS)

    def _require_running(self) -> None:
        if not self.running:
            raise StartFailed("anvil ended while it was starting", self._tail())

    async def _begin_mining(self) -> None:
        """Let time go on where it stopped, and make blocks.

        Two things get lost on the way through the state file. That the clock was moved: without
        our help new blocks would be older than those before them. And the hashes of the blocks
        made so far: contracts are told made-up ones, which no draw may come from, so there have
        to be so many new blocks that contracts cannot ask for the old ones any more.
        """
        try:
            async with connected(self.url) as w3:
                with rpc_errors("reading the head"):
                    head = await w3.eth.get_block("latest")
                behind = head["timestamp"] + 1 - int(time.time())
                if behind > 0:
                    await request(w3, "setting the clock", "evm_increaseTime", behind)
                if head["number"] > 0:
                    blocks = hex(HASH_WINDOW + 1)
                    await request(w3, "leaving the old blocks behind", "anvil_mine", blocks)
                seconds = int(self._block_time)
                await request(w3, "beginning to mine", "evm_setIntervalMining", seconds)
        except RpcError as problem:
            raise StartFailed(f"anvil does not obey ({problem})", self._tail()) from problem

    def _tail(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LOG_LINES:])


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except ConnectionError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        # Connections of a chain that ran there a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
            raise PortInUse(port) from problem
