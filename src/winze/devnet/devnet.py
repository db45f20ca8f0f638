"""A private network on this machine: a chain of its own with the contracts deployed."""

import asyncio
import fcntl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

from winze.circuits import Circuit, CircuitKeys, KeyKind
from winze.contracts import (
    Deployment,
    DeploymentKey,
    InvalidNetworkDescription,
    NetworkDescription,
    Pace,
    Sender,
    Web3,
    WrongNetwork,
    connected,
    deploy,
    load_network,
    save_network,
)
from winze.protocol import DEV, Profile

from .accounts import funded_account
from .anvil import Anvil
from .clock import Clock
from .errors import DirectoryInUse, StateUnusable
from .install import Progress, find_anvil

NETWORK_FILE: Final = "network.json"
"""The network's description, in its state directory."""

_STATE_FILE: Final = "state.json"
_LOG_FILE: Final = "anvil.log"
_LOCK_FILE: Final = "lock"
_OWNER: Final = 0
_PACE: Final = Pace(poll=0.1)


def devnet_deployment(keys: Mapping[Circuit, CircuitKeys], profile: Profile = DEV) -> Deployment:
    """What a development network deploys with these keys.

    Raises:
        DamagedKeys: a verifying key is not what its manifest says.
    """
    # One circuit whose keys come from one machine is enough to forge proofs.
    unsafe = any(found.manifest.kind is KeyKind.DEVELOPMENT for found in keys.values())
    return Deployment(
        name="devnet",
        address_prefix="winzedev",
        profile=profile,
        setup=KeyKind.DEVELOPMENT if unsafe else KeyKind.CEREMONY,
        keys={circuit: DeploymentKey.of(found) for circuit, found in keys.items()},
    )


def _quiet(_: str) -> None:
    """Progress that nobody follows."""


class Devnet:
    """A private network, used as `async with Devnet(...) as devnet`.

    Inside, `url` is where the chain answers, `w3` a connection to it, `network` its description,
    `clock` its clock, and `directory` where its state is kept. The chain ends with this process at
    the latest.
    """

    def __init__(
        self,
        deployment: Deployment,
        directory: Path | None = None,
        *,
        port: int | None = None,
        program: Path | None = None,
        progress: Progress = _quiet,
    ) -> None:
        """Describe a devnet; nothing is started.

        Args:
            deployment: what it deploys; a devnet that goes on must have been deployed with the
                same profile and keys.
            directory: where it keeps its state and its description; None forgets both.
            port: where it listens; None takes a free one.
            program: the anvil to run; None finds or installs one.
            progress: is told what is being done.
        """
        self._deployment, self._directory = deployment, directory
        self._port, self._program, self._progress = port, program, progress
        self._stack = AsyncExitStack()
        self._senders: dict[int, Sender] = {}
        self.directory: Path
        self.url: str
        self.w3: Web3
        self.clock: Clock
        self.network: NetworkDescription

    async def __aenter__(self) -> Self:
        """Start the chain, and deploy the contracts or find them again.

        Raises:
            AnvilMissing: there is no anvil, and none can be installed.
            PortInUse: another program listens on the port.
            StartFailed: anvil did not start.
            StateUnusable: the directory holds a devnet that this one cannot go on with.
            ContractsError: the deployment failed.
        """
        async with AsyncExitStack() as stack:
            directory = self._directory or Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="winze-devnet-"))
            )
            self.directory = directory
            stack.enter_context(_held(directory))
            known = self._known(directory)
            program = self._program
            if program is None:
                program = await asyncio.to_thread(find_anvil, self._progress)
            self._progress("starting the chain")
            state = directory / _STATE_FILE
            anvil = Anvil(program, directory / _LOG_FILE, state=state, port=self._port)
            await stack.enter_async_context(anvil)
            self.url = anvil.url
            self.w3 = await stack.enter_async_context(connected(anvil.url))
            self.clock = Clock(self.w3)
            self.network = await (self._found(directory, known) if known else self._made(directory))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the chain, which saves its state."""
        self._senders.clear()
        await self._stack.aclose()

    def sender(self, index: int) -> Sender:
        """Who sends from the funded account `index`; always the same one, for its nonces."""
        if index not in self._senders:
            self._senders[index] = Sender(self.w3, funded_account(index), pace=_PACE)
        return self._senders[index]

    @property
    def owner(self) -> Sender:
        """The account that deployed the network and owns its pool."""
        return self.sender(_OWNER)

    def _known(self, directory: Path) -> NetworkDescription | None:
        """The description of the devnet that the directory holds, if it holds one."""
        path = directory / NETWORK_FILE
        if not path.exists():
            return None
        if not (directory / _STATE_FILE).exists():
            raise StateUnusable(directory, "has lost its chain (it was not stopped in order)")
        try:
            known = load_network(path)
        except InvalidNetworkDescription as problem:
            raise StateUnusable(directory, f"has a damaged description ({problem})") from problem
        pinned = {circuit: key.pinned for circuit, key in self._deployment.keys.items()}
        if known.profile != self._deployment.profile or dict(known.keys) != pinned:
            raise StateUnusable(directory, "was deployed with another profile or other keys")
        return known

    async def _found(self, directory: Path, known: NetworkDescription) -> NetworkDescription:
        try:
            await known.check(self.w3)
        except WrongNetwork as problem:
            raise StateUnusable(directory, f"has lost its contracts ({problem})") from problem
        return known

    async def _made(self, directory: Path) -> NetworkDescription:
        self._progress("deploying the contracts")
        await self.clock.mine()  # a chain's first block has none before it whose hash can be asked
        network = await deploy(self.owner, self._deployment)
        save_network(network, directory / NETWORK_FILE)
        return network


@contextmanager
def _held(directory: Path) -> Iterator[None]:
    """Hold `directory`, made if it is missing, for one devnet at a time."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        stream = (directory / _LOCK_FILE).open("ab")
    except OSError as problem:
        raise StateUnusable(directory, f"cannot keep its state there ({problem})") from problem
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DirectoryInUse(directory) from None
        yield
