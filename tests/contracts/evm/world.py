"""The contracts beside their models: every call goes to both, and both have to say the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Final

from tests.contracts.evm.chain import CHAIN_ID, Answer, CallFailed, Chain
from tests.contracts.evm.deployment import DEFAULT, DEPLOYER, Deployed, Setting, deploy
from tests.contracts.evm.observing import events_of
from tests.contracts.evm.parties import Party
from tests.contracts.evm.permits import SignedFor
from tests.contracts.evm.relaying import RelayModel
from tests.contracts.evm.told import ProofWords, good_proof
from winze.contracts import Artifact
from winze.contracts.contract import struct
from winze.protocol import (
    NO_PERMIT,
    BlockIndex,
    Call,
    Claim,
    EthAddress,
    Events,
    Permit,
    PoolModel,
    PoolSetup,
    Refused,
    RewardsModel,
    RewardsSetup,
    Seconds,
    SubmittedBlock,
    Timestamp,
    Transfer,
    draw_entropy,
)

Proofs = Sequence[ProofWords]
Outcome = Events | str
"""What a call announced, or why it was refused."""


class World:
    """Pool, token, rewards and relay on a chain, and the models that they answer to."""

    def __init__(
        self,
        setting: Setting = DEFAULT,
        *,
        now: int | None = None,
        contracts: Mapping[str, Artifact] | None = None,
    ) -> None:
        """Deploy on a chain whose clock shows `now`, an hour after genesis by default."""
        self.setting = setting
        self.chain = Chain(setting.genesis + 3600 if now is None else now)
        deployed = deploy(self.chain, setting, contracts)
        self.pool, self.rewards = deployed.pool, deployed.rewards
        self.itx, self.relay = deployed.itx, deployed.relay
        self.verifiers = deployed.verifiers
        self.parties: dict[EthAddress, Party] = {}
        self.received: Counter[EthAddress] = Counter()
        self.logs: Answer | None = None
        """What came of the last call that was accepted."""
        self._make_models()

    def _make_models(self) -> None:
        setting = self.setting
        transfers, blocks, claims = self.verifiers
        self.pool_model = PoolModel(
            PoolSetup(
                chain_id=CHAIN_ID,
                address=self.pool.address,
                owner=DEPLOYER,
                seal_interval=Seconds(setting.seal_interval),
                seal_interval_min=Seconds(setting.seal_interval_min),
                seal_interval_max=Seconds(setting.seal_interval_max),
            ),
            transfers,
            blocks,
            lambda claim_id: self.rewards_model.claimed(claim_id),
        )
        self.rewards_model = RewardsModel(
            RewardsSetup(
                chain_id=CHAIN_ID,
                address=self.rewards.address,
                genesis=Timestamp(setting.genesis),
                period=Seconds(setting.period),
                lock_min=Seconds(setting.lock_min),
                lock_range=Seconds(setting.lock_range),
            ),
            self.pool_model,
            claims,
        )
