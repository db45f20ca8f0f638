"""The protocol's models of one network's contracts, which do what calls ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winze.circuits import Circuit, Proof, Prover
from winze.contracts import CallRequest, NetworkDescription, permit_signer
from winze.protocol import (
    HASH_WINDOW,
    NO_PERMIT,
    Accepts,
    Call,
    ChainBlock,
    EthAddress,
    Events,
    Permit,
    PoolModel,
    PoolSetup,
    RelayModel,
    RewardsModel,
    RewardsSetup,
    Verifier,
)


@dataclass(frozen=True)
class Asked:
    """A call of one of our contracts, and what the chain knows that the contract asks for."""

    contract: EthAddress
    request: CallRequest
    call: Call
    value: int
    """Wei that come along."""

    hashes: Mapping[ChainBlock, bytes]
    """Hashes of the chain blocks that were drawn for the blocks that it proves."""


class Models:
    """Pool, rewards and relay of a network that was just deployed.

    A copy made by `deepcopy` lives its own life.
    """

    def __init__(
        self, network: NetworkDescription, owner: EthAddress, prover: Prover, accepts: Accepts
    ) -> None:
        self._network, self._accepts = network, accepts
        profile = network.profile
        intervals = profile.seal_interval, profile.seal_interval_min, profile.seal_interval_max
        self.pool = PoolModel(
            PoolSetup(network.chain_id, network.pool, owner, *intervals),
            _verifier(prover, Circuit.TRANSFER),
            _verifier(prover, Circuit.BLOCK),
            self._claimed,
        )
        lock = profile.lock_min, profile.lock_range
        self.rewards = RewardsModel(
            RewardsSetup(network.chain_id, network.rewards, network.genesis, profile.period, *lock),
            self.pool,
            _verifier(prover, Circuit.CLAIM),
        )
        self.relay = RelayModel(network.relay, self.pool, self.rewards)

    def do(self, asked: Asked) -> Events:
        """Do what was asked.

        Raises:
            Refused: the contracts must refuse it too. A refused call of the relay leaves these
                models half done.
        """
        name, given = asked.request.function, dict(asked.request.arguments)
        model = {self._network.pool: self.pool, self._network.rewards: self.rewards}.get(
            asked.contract, self.relay
        )
        match model, name:
            case PoolModel(), "deposit":
                given |= {"value": asked.value, "permit": self._permit(asked)}
            case (PoolModel(), "execute" | "withdraw") | (RelayModel(), "relay"):
                given["accepts"] = self._accepts
            case PoolModel(), "prove":
                given["blockhash"] = lambda number: asked.hashes[number]
        return tuple(getattr(model, name)(asked.call, **given))

    def _permit(self, asked: Asked) -> Permit:
        signed = asked.request.arguments.get("permit")
        if signed is None:
            return NO_PERMIT
        signer = permit_signer(
            self._network.chain_id,
            self._network.pool,
            signed,
            depositor=asked.call.caller,
            value=asked.value,
            inner=asked.request.arguments["inner"],
        )
        return Permit(signed.deadline, signer == self.pool.screener)

    def _claimed(self, claim_id: int) -> bool:
        # Asked only when a transfer is executed, and then the rewards stand.
        return self.rewards.claimed(claim_id)


def draws_of(request: CallRequest, number: ChainBlock) -> set[ChainBlock]:
    """The chain blocks whose hashes a call in chain block `number` may ask for."""
    window = range(max(number - HASH_WINDOW, 0), number)
    blocks = request.arguments.get("blocks", ())
    return {ChainBlock(block.draw) for block in blocks if block.draw in window}


def _verifier(prover: Prover, circuit: Circuit) -> Verifier:
    def holds(proofs: Sequence[object], signals: Sequence[Sequence[int]]) -> bool:
        return all(
            isinstance(proof, Proof) and prover.circuit(circuit).verify(list(inputs), proof)
            for proof, inputs in zip(proofs, signals, strict=True)
        )

    return holds
