"""Our contracts on a chain in memory, with verifiers that answer as told."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from web3.types import Nonce
from web3.utils.address import get_create_address

from tests.contracts.evm.chain import Answer, Chain
from tests.contracts.evm.told import Told
from winze.contracts import Abi, Artifact, compiled
from winze.protocol import DEPTH, FAST, GENESIS, EthAddress, empty_root

NAMES: Final = ("pool", "itx", "rewards", "relay")
DEPLOYER: Final = EthAddress("0x" + "d0" * 20)


@dataclass(frozen=True)
class Setting:
    """What the contracts are deployed with."""

    seal_interval: int = 60
    seal_interval_min: int = 10
    seal_interval_max: int = 600
    genesis: int = GENESIS
    period: int = FAST.period
    lock_min: int = FAST.lock_min
    lock_range: int = FAST.lock_range


DEFAULT: Final = Setting()


@cache
def artifacts() -> dict[str, Artifact]:
    """Our contracts."""
    return {name: compiled(name) for name in NAMES}


@dataclass(frozen=True)
class Deployed:
    """A contract on the chain."""

    chain: Chain
    address: EthAddress
    abi: Abi

    def encode(self, function: str, *arguments: Any) -> bytes:
        """The calldata of a call."""
        return self.abi.function(function, len(arguments)).encode(*arguments)

    def call(
        self,
        function: str,
        *arguments: Any,
        sender: EthAddress = DEPLOYER,
        value: int = 0,
        gas: int | None = None,
    ) -> Answer:
        """Call it.

        Raises:
            CallFailed: it reverts.
        """
        data = self.encode(function, *arguments)
        return self.chain.call(self.address, data, sender=sender, value=value, gas=gas)

    def ask(self, function: str, *arguments: Any) -> Any:
        """What it answers: one value, or a tuple of several."""
        answer = self.call(function, *arguments).output
        values = self.abi.function(function, len(arguments)).decode(answer)
        return values[0] if len(values) == 1 else values


@dataclass(frozen=True)
class Deployment:
    """All contracts of one network."""

    pool: Deployed
    rewards: Deployed
    itx: Deployed
    relay: Deployed
    transfer_verifier: Told
    block_verifier: Told
    claim_verifier: Told

    @property
    def verifiers(self) -> tuple[Told, Told, Told]:
        """Those who answer as told."""
        return self.transfer_verifier, self.block_verifier, self.claim_verifier


def deploy(
    chain: Chain, setting: Setting = DEFAULT, contracts: Mapping[str, Artifact] | None = None
) -> Deployment:
    """Deploy everything, pool and rewards knowing each other's address beforehand.

    Raises:
        CallFailed: a contract refuses its setting.
    """
    contracts = contracts or artifacts()
    told = [Told(chain, EthAddress(f"0x{number:040x}")) for number in (0x7001, 0x7002, 0x7003)]
    places = {name: _address(chain.nonce(DEPLOYER) + number) for number, name in enumerate(NAMES)}
    arguments: dict[str, tuple[Any, ...]] = {
        "pool": (
            told[0].address,
            told[1].address,
            places["rewards"],
            empty_root(DEPTH),
            setting.seal_interval,
            setting.seal_interval_min,
            setting.seal_interval_max,
        ),
        "itx": (places["rewards"],),
        "rewards": (
            told[2].address,
            places["pool"],
            places["itx"],
            setting.genesis,
            setting.period,
            setting.lock_min,
            setting.lock_range,
        ),
        "relay": (places["pool"], places["rewards"]),
    }
    deployed = {}
    for name in NAMES:
        address = chain.deploy(contracts[name], *arguments[name], sender=DEPLOYER)
        assert address == places[name]
        deployed[name] = Deployed(chain, address, contracts[name].abi)
    return Deployment(
        **deployed,
        transfer_verifier=told[0],
        block_verifier=told[1],
        claim_verifier=told[2],
    )


def _address(nonce: int) -> EthAddress:
    return EthAddress(str(get_create_address(DEPLOYER, Nonce(nonce))))
