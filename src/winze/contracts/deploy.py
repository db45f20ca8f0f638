"""Deploying a network: three verifiers, the pool, the token, the rewards and the relay.

Pool and rewards name each other, so their addresses are worked out before anything stands (CREATE:
from the deployer's address and nonce) and held against what came of it.
"""

import asyncio
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

from web3.types import Nonce
from web3.utils.address import get_create_address

from winze.circuits import Circuit, CircuitKeys, KeyKind, VerifyingKeyWords
from winze.protocol import (
    DEPTH,
    GENESIS,
    ChainBlock,
    EthAddress,
    Profile,
    Timestamp,
    empty_root,
    keccak,
)

from .abi import encode_values
from .call import ContractCall
from .chain_checks import require_features
from .compile import Artifact, compiled
from .errors import DeploymentFailed
from .network import ContractName, DeployedContract, NetworkDescription, PinnedKeys, code_at
from .receipts import Receipt
from .rpc import Web3, checksum, rpc_errors
from .sender import Sender


@dataclass(frozen=True)
class DeploymentKey:
    """One circuit's keys, as a deployment needs them."""

    words: VerifyingKeyWords
    """The verifying key, as the verifier's constructor takes it."""

    pinned: PinnedKeys
    """The files that belong to it."""

    @classmethod
    def of(cls, keys: CircuitKeys) -> Self:
        """What a deployment needs of `keys`.

        Raises:
            DamagedKeys: the verifying key is not what its manifest says.
        """
        manifest = keys.manifest
        pinned = PinnedKeys(manifest.proving_key_sha256, manifest.verifying_key_sha256)
        return cls(keys.constructor_words(), pinned)


@dataclass(frozen=True)
class Deployment:
    """What is to be deployed. The fields are those of `NetworkDescription`."""

    name: str
    address_prefix: str
    profile: Profile
    setup: KeyKind
    keys: Mapping[Circuit, DeploymentKey]
    genesis: Timestamp = GENESIS


async def deploy(sender: Sender, deployment: Deployment) -> NetworkDescription:
    """Deploy a network from the account of `sender`, who will own the pool.

    Nothing else may be sent from that account meanwhile.

    Raises:
        UnsupportedChain: the chain lacks something that the contracts stand on.
        DeploymentFailed: a contract is not where, or not what, it should be.
        TransactionError: a transaction of the deployment did not go through.
        RpcError: the node cannot be asked.
    """
    await require_features(sender.w3)
    first = await sender.next_nonce()
    places = predicted_addresses(sender.address, first)
    artifacts = await asyncio.to_thread(_compile_all)
    calls = _calls(deployment, places, artifacts)
    on_their_way = {name: await sender.submit(call) for name, call in calls.items()}
    receipts = {name: await sent.receipt() for name, sent in on_their_way.items()}
    contracts = {
        name: await _deployed(sender.w3, name, places[name], receipt, artifacts[name])
        for name, receipt in receipts.items()
    }
    with rpc_errors("reading the chain id"):
        chain_id = await sender.w3.eth.chain_id
    return NetworkDescription(
        name=deployment.name,
        address_prefix=deployment.address_prefix,
        chain_id=chain_id,
        deployment_block=ChainBlock(min(receipt.block for receipt in receipts.values())),
        profile=deployment.profile,
        genesis=deployment.genesis,
        setup=deployment.setup,
        contracts=contracts,
        keys={circuit: key.pinned for circuit, key in deployment.keys.items()},
    )


def predicted_addresses(deployer: EthAddress, nonce: int) -> Mapping[ContractName, EthAddress]:
    """Where the contracts will stand if `deployer` deploys them in order from `nonce` on."""
    return {
        name: EthAddress(get_create_address(checksum(deployer), Nonce(nonce + offset)))
        for offset, name in enumerate(ContractName)
    }


def deployment_call(artifact: Artifact, *arguments: Any) -> ContractCall:
    """The deployment of a compiled contract.

    Raises:
        InvalidCall: the constructor takes other arguments.
    """
    action = f"deploying {artifact.name}"
    data = encode_values(action, artifact.abi.constructor, arguments)
    return ContractCall(action, None, artifact.creation_code + data)


def _compile_all() -> Mapping[ContractName, Artifact]:
    """All contracts of a network; where none was compiled before, on all cores at once."""
    sources = {name.source for name in ContractName}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        artifacts = dict(zip(sources, pool.map(compiled, sources), strict=True))
    return {name: artifacts[name.source] for name in ContractName}


def _calls(
    deployment: Deployment,
    places: Mapping[ContractName, EthAddress],
    artifacts: Mapping[ContractName, Artifact],
) -> Mapping[ContractName, ContractCall]:
    """The deployments in the order of `ContractName`, which the addresses depend on."""
    profile, pool, rewards = (
        deployment.profile,
        places[ContractName.POOL],
        places[ContractName.REWARDS],
    )
    arguments: Mapping[ContractName, tuple[Any, ...]] = {
        ContractName.TRANSFER_VERIFIER: deployment.keys[Circuit.TRANSFER].words,
        ContractName.CLAIM_VERIFIER: deployment.keys[Circuit.CLAIM].words,
        ContractName.BLOCK_VERIFIER: deployment.keys[Circuit.BLOCK].words,
        ContractName.POOL: (
            places[ContractName.TRANSFER_VERIFIER],
            places[ContractName.BLOCK_VERIFIER],
            rewards,
            empty_root(DEPTH),
            profile.seal_interval,
            profile.seal_interval_min,
            profile.seal_interval_max,
        ),
        ContractName.ITX: (rewards,),
        ContractName.REWARDS: (
            places[ContractName.CLAIM_VERIFIER],
            pool,
            places[ContractName.ITX],
            deployment.genesis,
            profile.period,
            profile.lock_min,
            profile.lock_range,
        ),
        ContractName.RELAY: (pool, rewards),
    }
    return {name: deployment_call(artifacts[name], *arguments[name]) for name in ContractName}


async def _deployed(
    w3: Web3, name: ContractName, place: EthAddress, receipt: Receipt, artifact: Artifact
) -> DeployedContract:
    """The contract that `receipt` tells of, held against its prediction and its source."""
    if receipt.created != place:
        raise DeploymentFailed(
            f"{name} was to stand at {place} and stands at {receipt.created}: something else was "
            f"sent from the deployer's account; deploy again"
        )
    code = await code_at(w3, place)
    if len(code) != artifact.size or not code.startswith(artifact.runtime_code):
        raise DeploymentFailed(f"the code of {name} at {place} is not what was compiled")
    return DeployedContract(place, keccak(code).hex())
