"""What a network is: its chain, its contracts, its times and its keys, as one description.

Whoever uses a network starts from its description, and holds the chain and the keys against it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from winze.circuits import Circuit, KeyKind
from winze.protocol import DAY, ChainBlock, EthAddress, Profile, Timestamp, keccak

from .errors import InvalidNetworkDescription, WrongNetwork
from .rpc import Web3, checksum, rpc_errors

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_PREFIX: Final = re.compile(r"[a-z]{1,16}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MAX_CHAIN_ID: Final = (1 << 63) - 1


class ContractName(StrEnum):
    """The contracts of a network, in the order of their deployment."""

    TRANSFER_VERIFIER = "transfer_verifier"
    CLAIM_VERIFIER = "claim_verifier"
    BLOCK_VERIFIER = "block_verifier"
    POOL = "pool"
    ITX = "itx"
    REWARDS = "rewards"
    RELAY = "relay"

    @property
    def source(self) -> str:
        """The contract's source, without `.vy`."""
        return "verifier" if self.value.endswith("verifier") else self.value


@dataclass(frozen=True)
class DeployedContract:
    """One contract on the chain."""

    address: EthAddress
    """Where it stands."""

    code_hash: str
    """The keccak256 of its code there, in hex: constants set at deployment are part of it."""


@dataclass(frozen=True)
class PinnedKeys:
    """The keys of one circuit, which nobody may replace by others."""

    proving_key_sha256: str
    """SHA-256 of the proving key's file, in hex."""

    verifying_key_sha256: str
    """SHA-256 of the verifying key's file, in hex."""


@dataclass(frozen=True)
class NetworkDescription:
    """Everything that has to be known to take part in a network; checked when made.

    Raises:
        InvalidNetworkDescription: a field breaks its rule.
    """

    name: str
    """How people call it: lower-case letters, digits and hyphens, as wallets will sign it."""

    address_prefix: str
    """What its private addresses begin with: lower-case letters."""

    chain_id: int
    """The chain that it lives on."""

    deployment_block: ChainBlock
    """The first chain block that can hold one of its events."""

    profile: Profile
    """Its times."""

    genesis: Timestamp
    """Midnight UTC of the first day of issuance."""

    setup: KeyKind
    """Who made its keys: those of a development setup are unsafe for real funds."""

    contracts: Mapping[ContractName, DeployedContract]
    """Its contracts, all of them."""

    keys: Mapping[Circuit, PinnedKeys]
    """Its keys, for all circuits."""

    def __post_init__(self) -> None:
        _require("name", self.name, _NAME.fullmatch(self.name), "must match " + _NAME.pattern)
        prefix = self.address_prefix
        _require("address_prefix", prefix, _PREFIX.fullmatch(prefix), "must be 1 to 16 letters a-z")
        in_range = 0 < self.chain_id <= _MAX_CHAIN_ID
        _require("chain_id", self.chain_id, in_range, f"must be from 1 to {_MAX_CHAIN_ID}")
        _require("genesis", int(self.genesis), self.genesis % DAY == 0, "must be a midnight UTC")
        _require_all("contracts", self.contracts, ContractName)
        _require_all("keys", self.keys, Circuit)
        for name, contract in self.contracts.items():
            field = f"contracts.{name}"
            _require(field, contract.address, not contract.address.is_zero, "is no contract")
            _require_hash(f"{field}.code_hash", contract.code_hash)
        for circuit, pinned in self.keys.items():
            _require_hash(f"keys.{circuit}.proving_key_sha256", pinned.proving_key_sha256)
            _require_hash(f"keys.{circuit}.verifying_key_sha256", pinned.verifying_key_sha256)

    def address(self, name: ContractName) -> EthAddress:
        """Where the contract `name` stands."""
        return self.contracts[name].address

    @property
    def pool(self) -> EthAddress:
        """Where the pool stands."""
        return self.address(ContractName.POOL)

    @property
    def rewards(self) -> EthAddress:
        """Where the rewards stand."""
        return self.address(ContractName.REWARDS)

    @property
    def itx(self) -> EthAddress:
        """Where the token stands."""
        return self.address(ContractName.ITX)

    @property
    def relay(self) -> EthAddress:
        """Where the relay stands."""
        return self.address(ContractName.RELAY)

    async def check(self, w3: Web3) -> None:
        """Hold the chain behind `w3` against this description.

        Raises:
            WrongNetwork: it is another chain, or other code stands at an address.
            RpcError: the node cannot be asked.
        """
        with rpc_errors("reading the chain id"):
            found = await w3.eth.chain_id
        if found != self.chain_id:
            raise WrongNetwork(
                f"the network {self.name} is on chain {self.chain_id}; the node answers for chain "
                f"{found}: connect to another node"
            )
        for name, contract in self.contracts.items():
            code = await code_at(w3, contract.address)
            if keccak(code).hex() != contract.code_hash:
                held = "other code" if code else "no code (has the node caught up?)"
                raise WrongNetwork(
                    f"the network {self.name} has its {name} at {contract.address}; the chain "
                    f"holds {held} there"
                )


async def code_at(w3: Web3, address: EthAddress) -> bytes:
    """The code at `address`.

    Raises:
        RpcError: the node cannot be asked.
    """
    with rpc_errors(f"reading the code at {address}"):
        return bytes(await w3.eth.get_code(checksum(address)))


def _require(field: str, value: object, holds: object, rule: str) -> None:
    if not holds:
        raise InvalidNetworkDescription(field, f"{value!r} {rule}")


def _require_hash(field: str, value: str) -> None:
    _require(field, value, _SHA256.fullmatch(value), "must be 64 hex digits in lower case")


def _require_all(field: str, found: Mapping[Any, Any], names: type[StrEnum]) -> None:
    wanted = set(names)
    _require(field, sorted(found), set(found) == wanted, f"must name {', '.join(sorted(wanted))}")
