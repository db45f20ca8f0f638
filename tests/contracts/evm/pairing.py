"""One call on both sides: the contract and its model have to say the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.contracts.evm.chain import CHAIN_ID, Answer, CallFailed, Chain
from tests.contracts.evm.deployment import DEFAULT, DEPLOYER, Deployed, Setting, deploy
from tests.contracts.evm.observing import after_a_call, compare, events_of, everything
from tests.contracts.evm.parties import Party
from winze.contracts import Artifact
from winze.protocol import (
    Call,
    Claim,
    EthAddress,
    Events,
    PoolModel,
    PoolSetup,
    Refused,
    RewardsModel,
    RewardsSetup,
    Seconds,
    Timestamp,
    Transfer,
)

Outcome = Events | str
"""What a call announced, or why it was refused."""


@dataclass
class Seen:
    """All that was ever spoken of, so that both sides can be asked about it."""

    nullifiers: set[int] = field(default_factory=set)
    accounts: set[EthAddress] = field(default_factory=set)
    claim_ids: set[int] = field(default_factory=set)
    periods: set[int] = field(default_factory=set)
    earners: set[EthAddress] = field(default_factory=set)

    def transfers(self, transfers: Sequence[Transfer]) -> None:
        """Remember transfers that are submitted."""
        for each in transfers:
            self.nullifiers |= {each.nullifier1, each.nullifier2}
            self.accounts |= {each.recipient, each.relayer}

    def claims(self, claims: Sequence[Claim], period: int) -> None:
        """Remember claims that are submitted in a period."""
        self.periods.add(max(period, 0))
        for each in claims:
            self.claim_ids.add(each.claim_id)
            self.earners.add(each.recipient)


class Pairing:
    """Pool, token, rewards and relay on a chain, and the models that they answer to."""

    def __init__(
        self,
        setting: Setting = DEFAULT,
        *,
        now: int | None = None,
        contracts: Mapping[str, Artifact] | None = None,
        chain: Callable[[int], Chain] = Chain,
    ) -> None:
        """Deploy on a chain whose clock shows `now`, an hour after genesis by default."""
        self.setting = setting
        self.chain = chain(setting.genesis + 3600 if now is None else now)
        deployed = deploy(self.chain, setting, contracts)
        self.pool, self.rewards = deployed.pool, deployed.rewards
        self.itx, self.relay = deployed.itx, deployed.relay
        self.verifiers = deployed.verifiers
        self.credulous = False
        """Whether verifiers agree with anything, asked by the model or not."""
        self.parties: dict[EthAddress, Party] = {}
        self.received: Counter[EthAddress] = Counter()
        """What everybody was paid so far, and holds; what depositors hold is not counted."""
        self.seen = Seen()
        self.answer = Answer(b"", (), 0)
        """What came of the last call that was accepted."""
        self._payments: list[tuple[EthAddress, int]] = []
        self.pool_model = self._pool_model()
        self.rewards_model = self._rewards_model()

    def _pool_model(self) -> PoolModel:
        setting = self.setting
        setup = PoolSetup(
            chain_id=CHAIN_ID,
            address=self.pool.address,
            owner=DEPLOYER,
            seal_interval=Seconds(setting.seal_interval),
            seal_interval_min=Seconds(setting.seal_interval_min),
            seal_interval_max=Seconds(setting.seal_interval_max),
        )
        transfers, blocks, _ = self.verifiers

        def claimed(claim_id: int) -> bool:
            """Asks the rewards' model of the moment; a function, which `deepcopy` leaves alone."""
            return self.rewards_model.claimed(claim_id)

        return PoolModel(setup, transfers, blocks, claimed)

    def _rewards_model(self) -> RewardsModel:
        setting = self.setting
        setup = RewardsSetup(
            chain_id=CHAIN_ID,
            address=self.rewards.address,
            genesis=Timestamp(setting.genesis),
            period=Seconds(setting.period),
            lock_min=Seconds(setting.lock_min),
            lock_range=Seconds(setting.lock_range),
        )
        return RewardsModel(setup, self.pool_model, self.verifiers[2])

    def wait(self, seconds: int = 0, blocks: int = 0) -> None:
        """Let time and blocks go by."""
        self.chain.advance(seconds, blocks)

    def force(self, wei: int) -> None:
        """Give the pool ETH that no call brought, as a destroyed contract can."""
        self.chain.give(self.pool.address, wei)
        self.pool_model.balance += wei

    def add(self, party: Party) -> EthAddress:
        """Let the models know how an account with code behaves."""
        self.parties[party.address] = party
        return party.address

    def check(self) -> None:
        """Contracts and models show the same in everything that was ever spoken of."""
        compare(everything(self))

    def _both(
        self,
        specified: Callable[[Call], Events],
        call: tuple[Deployed, str, *tuple[object, ...]],
        caller: EthAddress,
        *,
        value: int = 0,
        gas: int | None = None,
    ) -> Events:
        """Make a call on both sides; they have to say the same.

        Raises:
            Refused: both refuse, for the same reason.
        """
        self._payments = []
        self.seen.accounts.add(caller)
        expected = self._specified(specified, caller)
        for verifier in self.verifiers:
            verifier.speak()
        contract, function, *arguments = call
        try:
            self.answer = contract.call(function, *arguments, sender=caller, value=value, gas=gas)
            actual: Outcome = events_of(self.pool, self.rewards, self.answer.logs)
        except CallFailed as failure:
            actual = failure.reason
        compare([(function, actual, expected)])
        if isinstance(expected, str):
            raise Refused(expected)
        self._settle()
        return expected

    def _specified(self, specified: Callable[[Call], Events], caller: EthAddress) -> Outcome:
        """What the model says, the verifiers being told accordingly."""
        for verifier in self.verifiers:
            verifier.agree()
        try:
            outcome: Outcome = specified(Call(caller, self.chain.now, self.chain.number))
        except Refused as refusal:
            outcome = refusal.reason
        # Where something else than a proof is wrong, no verifier shall cover for a missing check.
        proofs_decide = not isinstance(outcome, str) or outcome.endswith(": invalid proof")
        for verifier in self.verifiers:
            if self.credulous:
                verifier.agree()
            elif proofs_decide:
                verifier.doubt()
        return outcome

    def _settle(self) -> None:
        for account, wei in self._payments:
            self.received[account] += wei
        compare(after_a_call(self))

    def _takes_payment(self, account: EthAddress, wei: int) -> bool:
        party = self.parties.get(account)
        return self._taken(account, wei, taken=party is None or party.takes_payments)

    def _takes_withdrawal(self, account: EthAddress, wei: int) -> bool:
        party = self.parties.get(account)
        return self._taken(account, wei, taken=party is None or party.takes_withdrawals)

    def _taken(self, account: EthAddress, wei: int, *, taken: bool) -> bool:
        if taken:
            self._payments.append((account, wei))
        return taken
