"""A node as operators run it: a process of its own, which may be killed at any moment."""

import asyncio
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Self

from tests.chains import eventually
from tests.node.faults.desk import HttpDesk
from winze.devnet import HOST, NETWORK_FILE, Devnet, funded_account
from winze.protocol import EthAddress

# The kernel ends it with us, should we be killed ourselves (1 is PR_SET_PDEATHSIG).
BOUND = f"import ctypes; ctypes.CDLL(None).prctl(1, {int(signal.SIGKILL)}); "
WINZE = ("-c", BOUND + "from winze.cli import main; main()")
CRASHING = ("-c", BOUND + "from tests.node.faults.crashing import main; main()")
ROOT = Path(__file__).parents[3]
PATHS = (ROOT / "src", ROOT)
START_SECONDS = 60.0
STOP_TRIES = 1200
TAIL = 40
UNLIMITED = resource.RLIM_INFINITY

CONFIG = """
network = "{network}"
rpc = [{rpc}]
database = "sqlite:///{database}"
confirmations = {confirmations}
prover_workers = 1

[listen]
port = {port}

[keys]
relayer = {relayer}
builder = {builder}
distributor = {distributor}

[batches]
wait = {batch_wait}

[limits]
requests = 0
screening = 0
bulk = 0
light = 0

[log]
level = "info"
format = "json"
"""


class NodeGone(AssertionError):
    """The node ended by itself, or does not get ready."""


@dataclass
class NodeSettings:
    """What a node is told."""

    rpc: Sequence[str]
    """Where it asks the chain, one after the other."""
    relayer: int = 1
    builder: int = 2
    distributor: int = 3
    batch_wait: int = 1
    """Seconds of chain time."""

    @property
    def keys(self) -> list[EthAddress]:
        """The addresses that it sends from."""
        numbers = (self.relayer, self.builder, self.distributor)
        return [EthAddress(funded_account(number).address) for number in dict.fromkeys(numbers)]


class NodeProcess:
    """One node with its folder; entered, it runs, and afterwards nothing is left of it."""

    def __init__(self, devnet: Devnet, folder: Path, settings: NodeSettings) -> None:
        self._devnet, self.folder, self.settings = devnet, folder, settings
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.database = folder / "node.db"
        self.log = folder / "node.log"
        self.steps = folder / "steps"
        """Where `crash_at` has the steps written down."""
        self.desk = HttpDesk(f"http://{HOST}:{self.port}")
        self.starts = 0

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        await self.desk.__aenter__()
        try:
            await self.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        await self.desk.__aexit__(None, None, None)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, *, ready: bool = True, launcher: Sequence[str] = WINZE) -> None:
        """Run it, and wait until it serves.

        Args:
            ready: whether to wait.
            launcher: what Python runs before the command's own words.
        """
        assert not self.running
        config = self.folder / "node.toml"
        config.write_text(self._config())
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603, ASYNC220 - ours; Popen returns at once
                [sys.executable, *launcher, "node", "--config", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))},
                start_new_session=True,
            )
        if ready:
            await self.until_ready()

    async def until_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until it serves.

        Raises:
            NodeGone: it ended, or takes too long.
        """
        begun = monotonic()
        while not await self.desk.ready():
            if not self.running:
                raise NodeGone(f"the node ended:\n{self.tail()}")
            if monotonic() - begun > seconds:
                raise NodeGone(f"the node is not ready after {seconds:g} s:\n{self.tail()}")
            await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """End it between two instructions. Harmless where it does not run."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            # Whoever kills it may be ended with it: a proxy's answer to the node that is no more.
            await asyncio.shield(asyncio.to_thread(process.wait))

    async def stop(self) -> None:
        """Ask it to end, as `docker stop` does.

        Raises:
            NodeGone: it does not, or not in order.
        """
        process = self._process
        assert process is not None
        process.terminate()
        if not await eventually(lambda: self._ended(process), tries=STOP_TRIES):
            raise NodeGone(f"the node does not stop:\n{self.tail()}")
        self._process = None
        if process.returncode != 0:
            raise NodeGone(f"the node stopped with {process.returncode}:\n{self.tail()}")

    async def _ended(self, process: subprocess.Popen[bytes]) -> bool:
        return process.poll() is not None

    async def until_gone(self, seconds: float) -> bool:
        """Whether it is killed, by us or by itself, within so many seconds.

        Raises:
            NodeGone: it ended, and not by SIGKILL.
        """
        begun = monotonic()
        while self.running and monotonic() - begun < seconds:  # noqa: ASYNC110 - it is a process
            await asyncio.sleep(0.05)
        code = None if self._process is None else self._process.poll()
        if code not in {None, -signal.SIGKILL}:
            raise NodeGone(f"the node ended by itself with {code}:\n{self.tail()}")
        return not self.running

    async def crash_at(self, step: str, time: int = 1) -> None:
        """Start it so that it kills itself when a step comes for the so many-th time."""
        await self.kill()
        told = ("--record", str(self.steps), "--at", step, "--time", str(time))
        await self.start(ready=False, launcher=(*CRASHING, *told))

    async def restart(self) -> None:
        """Kill it and start it again."""
        await self.kill()
        await self.start()

    @asynccontextmanager
    async def disk_full(self) -> AsyncIterator[None]:
        """No file of the living process grows meanwhile."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, UNLIMITED))
        try:
            yield
        finally:
            if self.running:
                resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))

    @asynccontextmanager
    async def database_locked(self) -> AsyncIterator[None]:
        """Somebody else writes to the database meanwhile, and takes their time."""
        other = sqlite3.connect(
            self.database, isolation_level=None, timeout=60, check_same_thread=False
        )
        try:
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        finally:
            other.close()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the node's database holds."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def tail(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL:])

    def _config(self) -> str:
        settings, network = self.settings, self._devnet.directory / NETWORK_FILE
        return CONFIG.format(
            network=network,
            rpc=", ".join(f'"{url}"' for url in settings.rpc),
            database=self.database,
            confirmations=int(self._devnet.network.profile.confirmations),
            port=self.port,
            relayer=settings.relayer,
            builder=settings.builder,
            distributor=settings.distributor,
            batch_wait=settings.batch_wait,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
