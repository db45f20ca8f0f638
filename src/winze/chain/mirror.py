"""The protocol's models kept in step with a network, to hold the one against the other.

Whoever sends transactions to a fresh network tells the mirror about each, in the chain's order. The
mirror has the models of `winze.protocol` do the same, and compares what the contracts announced,
and at the end what they keep. The demo and the tests check a whole history in this way.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from winze.circuits import Circuit, Proof, Prover
from winze.contracts import ItxToken, NetworkDescription, Pool, Receipt, Rewards, eth_balance
from winze.protocol import (
    Accepts,
    Call,
    ChainBlock,
    EthAddress,
    Event,
    PoolModel,
    PoolSetup,
    Refused,
    RewardsModel,
    RewardsSetup,
    Verifier,
    everyone_accepts,
)

from .builder import BuildStep, Proving, Redrawing, Sealing
from .errors import ModelMismatch
from .source import Source, headers

Act = Callable[[Call], Sequence[Event]]
"""What a transaction does, done by the models; the events that it should cause are returned."""


@dataclass(frozen=True)
class Finding:
    """One value that contracts and models must agree on."""

    name: str
    chain: object
    model: object

    @property
    def agrees(self) -> bool:
        """Whether they do."""
        return self.chain == self.model


class Mirror:
    """The models of one network's pool and rewards, beside the network itself."""

    def __init__(
        self,
        source: Source,
        network: NetworkDescription,
        owner: EthAddress,
        prover: Prover,
        accepts: Accepts = everyone_accepts,
    ) -> None:
        """Begin where the network began: nothing may have happened in it yet.

        Args:
            source: The chain.
            network: The network.
            owner: Who deployed it.
            prover: Verifies proofs for the models, so that they decide by themselves.
            accepts: Which accounts take payments.
        """
        profile = network.profile
        self._source = source
        self._accepts = accepts
        self.pool = PoolModel(
            PoolSetup(
                network.chain_id,
                network.pool,
                owner,
                profile.seal_interval,
                profile.seal_interval_min,
                profile.seal_interval_max,
            ),
            _verifier(prover, Circuit.TRANSFER),
            _verifier(prover, Circuit.BLOCK),
            self._claimed,
        )
        self.rewards = RewardsModel(
            RewardsSetup(
                network.chain_id,
                network.rewards,
                network.genesis,
                profile.period,
                profile.lock_min,
                profile.lock_range,
            ),
            self.pool,
            _verifier(prover, Circuit.CLAIM),
        )

    @property
    def accepts(self) -> Accepts:
        """Which accounts take payments."""
        return self._accepts

    async def follow(
        self, contracts: Iterable[Pool | Rewards], receipt: Receipt, caller: EthAddress, *acts: Act
    ) -> None:
        """Have the models do what a transaction did, and compare what the contracts announced.

        Raises:
            ModelMismatch: contracts and models announce different things, or the models refuse
                what the contracts did.
        """
        header = await self._source.header(receipt.block)
        call = Call(caller, header.timestamp, receipt.block)
        try:
            expected = [event for act in acts for event in act(call)]
        except Refused as refused:
            raise ModelMismatch(
                f"transaction {receipt.transaction}: the contracts did what the protocol refuses "
                f"({refused.reason})"
            ) from refused
        ours = {contract.address: contract for contract in contracts}
        announced = [ours[log.address].event(log) for log in receipt.logs if log.address in ours]
        if announced != expected:
            raise ModelMismatch(
                f"transaction {receipt.transaction}: the contracts announced {announced}, the "
                f"protocol says {expected}"
            )

    async def follow_builder(self, pool: Pool, caller: EthAddress, step: BuildStep) -> None:
        """Have the models do what a builder did.

        Raises:
            ModelMismatch: as for `follow`.
        """
        match step:
            case Sealing():
                act: Act = self.pool.seal
            case Redrawing(block=block):

                def act(call: Call) -> Sequence[Event]:
                    return self.pool.redraw(
                        call, block.index, block.digest, block.timestamp, block.draw
                    )

            case Proving(blocks=blocks, proofs=proofs):
                drawn = [ChainBlock(block.draw) for block in blocks]
                found = await headers(self._source, drawn)

                def act(call: Call) -> Sequence[Event]:
                    return self.pool.prove(call, blocks, proofs, lambda number: found[number].hash)

        await self.follow([pool], step.receipt, caller, act)

    def _claimed(self, claim_id: int) -> bool:
        # Asked only when a transfer is executed, and then the rewards stand.
        return self.rewards.claimed(claim_id)

    async def compare(
        self, pool: Pool, token: ItxToken, accounts: Iterable[EthAddress]
    ) -> list[Finding]:
        """What contracts and models keep, value by value, after the last transaction."""
        opened = await pool.open_block()
        findings = [
            Finding("root", await pool.root(), self.pool.root),
            Finding("proved blocks", await pool.proved(), self.pool.proved),
            Finding("open block", opened, self.pool.open_block),
            Finding("pool's ETH", await eth_balance(pool.w3, pool.address), self.pool.balance),
            Finding("ITX minted", await token.total_supply(), self.rewards.total_itx),
        ]
        for account in accounts:
            findings += [
                Finding(
                    f"withdrawable by {account}",
                    await pool.withdrawable(account),
                    self.pool.withdrawable(account),
                ),
                Finding(
                    f"ITX of {account}",
                    await token.balance_of(account),
                    self.rewards.itx(account),
                ),
            ]
        return findings


def _verifier(prover: Prover, circuit: Circuit) -> Verifier:
    def holds(proofs: Sequence[object], signals: Sequence[Sequence[int]]) -> bool:
        return all(
            isinstance(proof, Proof) and prover.circuit(circuit).verify(list(inputs), proof)
            for proof, inputs in zip(proofs, signals, strict=True)
        )

    return holds
