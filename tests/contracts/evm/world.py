"""Every function of pool, rewards and relay as one call on both sides."""

from collections.abc import Sequence
from copy import deepcopy

from tests.contracts.evm.chain import Answer, CallFailed
from tests.contracts.evm.pairing import Pairing
from tests.contracts.evm.permits import SignedFor
from tests.contracts.evm.told import ProofWords, good_proof
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
    Refused,
    RelayModel,
    RewardsModel,
    SubmittedBlock,
    Transfer,
    draw_entropy,
)

Proofs = Sequence[ProofWords]


class World(Pairing):
    """The contracts beside their models.

    Each method returns the events that both announce, and raises `Refused` where both refuse.
    """

    # -- the pool ------------------------------------------------------------------------------

    def deposit(
        self,
        caller: EthAddress,
        value: int,
        inner: int,
        *,
        mine: bool = False,
        permit: SignedFor | None = None,
    ) -> Events:
        """`pool.deposit` of `value` wei."""
        signed = NO_PERMIT
        arguments: tuple[object, ...] = (inner, mine)
        if permit is not None:
            for_this = (permit.depositor, permit.value, permit.inner) == (caller, value, inner)
            by_screener = permit.signer == self.pool_model.screener and for_this
            signed = Permit(permit.deadline, by_screener)
            arguments = (*arguments, permit.words)
        return self._both(
            lambda call: self.pool_model.deposit(call, value, inner, mine=mine, permit=signed),
            (self.pool, "deposit", *arguments),
            caller,
            value=value,
        )

    def execute(
        self,
        caller: EthAddress,
        transfers: Sequence[Transfer],
        proofs: Proofs | None = None,
        gas: int | None = None,
    ) -> Events:
        """`pool.execute`; the proofs are good ones where none are given."""
        proofs = _good(transfers) if proofs is None else proofs
        self.seen.transfers(transfers)
        return self._both(
            lambda call: self.pool_model.execute(call, transfers, proofs, self._takes_payment),
            (self.pool, "execute", [struct(each) for each in transfers], proofs),
            caller,
            gas=gas,
        )

    def tried(
        self, caller: EthAddress, transfers: Sequence[Transfer], gas: int | None = None
    ) -> Answer | str:
        """What the contract's `execute` comes to, or why it fails, with verifiers that agree.

        Then all is undone.
        """
        with self.chain.undone():
            for verifier in self.verifiers:
                verifier.agree()
                verifier.speak()
            structs = [struct(each) for each in transfers]
            try:
                return self.pool.call("execute", structs, _good(transfers), sender=caller, gas=gas)
            except CallFailed as failure:
                return failure.reason

    def withdraw(self, caller: EthAddress, account: EthAddress, to: EthAddress) -> Events:
        """`pool.withdraw`."""
        self.seen.accounts |= {account, to}
        return self._both(
            lambda call: self.pool_model.withdraw(call, account, to, self._takes_withdrawal),
            (self.pool, "withdraw", account, to),
            caller,
        )

    # -- the ledger ----------------------------------------------------------------------------

    def seal(self, caller: EthAddress) -> Events:
        """`pool.seal`."""
        return self._both(self.pool_model.seal, (self.pool, "seal"), caller)

    def redraw(
        self, caller: EthAddress, index: int, digest: bytes, timestamp: int, draw: int
    ) -> Events:
        """`pool.redraw`."""
        return self._both(
            lambda call: self.pool_model.redraw(call, index, digest, timestamp, draw),
            (self.pool, "redraw", index, digest, timestamp, draw),
            caller,
        )

    def prove(
        self, caller: EthAddress, blocks: Sequence[SubmittedBlock], proofs: Proofs | None = None
    ) -> Events:
        """`pool.prove`; the proofs are good ones where none are given."""
        proofs = _good(blocks) if proofs is None else proofs
        return self._both(
            lambda call: self.pool_model.prove(call, blocks, proofs, self.chain.blockhash),
            (self.pool, "prove", [struct(each) for each in blocks], proofs),
            caller,
        )

    def submission(self, index: int) -> SubmittedBlock:
        """What proves a sealed block now, given that all blocks before it are proved with it."""
        ledger = self.pool_model.ledger
        for number in range(ledger.proved, index + 1):
            drawn = self.chain.blockhash(ledger.blocks[number].draw)
            ledger.fix_entropy(BlockIndex(number), draw_entropy(drawn, BlockIndex(number)))
        return ledger.block_witness(BlockIndex(index)).submission

    # -- the owner -----------------------------------------------------------------------------

    def own(self, caller: EthAddress, function: str, *arguments: object) -> Events:
        """One of the functions for the owner, which have the same names in the model."""
        specified = getattr(self.pool_model, function)
        if function == "set_paused":
            return self._both(
                lambda call: specified(call, paused=arguments[0]),
                (self.pool, function, *arguments),
                caller,
            )
        return self._both(
            lambda call: specified(call, *arguments), (self.pool, function, *arguments), caller
        )

    # -- the rewards ---------------------------------------------------------------------------

    def claim(
        self, caller: EthAddress, claims: Sequence[Claim], proofs: Proofs | None = None
    ) -> Events:
        """`rewards.claim`; the proofs are good ones where none are given."""
        proofs = _good(claims) if proofs is None else proofs
        self.seen.claims(claims, self.period)
        return self._both(
            lambda call: self.rewards_model.claim(call, claims, proofs),
            (self.rewards, "claim", [struct(each) for each in claims], proofs),
            caller,
        )

    def distribute(self, caller: EthAddress, period: int, claim_ids: Sequence[int]) -> Events:
        """`rewards.distribute`."""
        self.seen.claim_ids |= set(claim_ids)
        return self._both(
            lambda call: self.rewards_model.distribute(call, period, claim_ids),
            (self.rewards, "distribute", period, claim_ids),
            caller,
        )

    @property
    def period(self) -> int:
        """The period in which a claim would land now; negative before genesis."""
        return (self.chain.now - self.setting.genesis) // self.setting.period

    # -- the relay -----------------------------------------------------------------------------

    def relayed(
        self,
        caller: EthAddress,
        claims: Sequence[Claim],
        transfers: Sequence[Transfer],
        claim_proofs: Proofs | None = None,
        transfer_proofs: Proofs | None = None,
    ) -> Events:
        """`relay.relay`; the proofs are good ones where none are given."""
        claim_proofs = _good(claims) if claim_proofs is None else claim_proofs
        transfer_proofs = _good(transfers) if transfer_proofs is None else transfer_proofs
        self.seen.claims(claims, self.period)
        self.seen.transfers(transfers)
        before = self._copied(caller)
        model = RelayModel(self.relay.address, self.pool_model, self.rewards_model)

        def specified(call: Call) -> Events:
            events = model.relay(
                call,
                claims,
                transfers,
                claim_proofs=claim_proofs,
                transfer_proofs=transfer_proofs,
                accepts=self._takes_payment,
            )
            self._hand_over(call.caller)
            return events

        try:
            return self._both(
                specified,
                (
                    self.relay,
                    "relay",
                    [struct(each) for each in claims],
                    claim_proofs,
                    [struct(each) for each in transfers],
                    transfer_proofs,
                ),
                caller,
            )
        except Refused:
            self.pool_model, self.rewards_model = before
            raise

    def _copied(self, caller: EthAddress) -> tuple[PoolModel, RewardsModel]:
        """The models as they are, to return to if the relay's call is refused half way.

        The pool's own part comes last of all but the hand-over, which only code refuses; so its
        model, which takes long to copy, is left alone where the caller has none.
        """
        if caller in self.parties:
            return deepcopy((self.pool_model, self.rewards_model))
        return self.pool_model, deepcopy(self.rewards_model, {id(self.pool_model): self.pool_model})

    def _hand_over(self, caller: EthAddress) -> None:
        """All that the relay holds goes to its caller, with all gas."""
        address = self.relay.address
        held = self.received[address] + sum(wei for to, wei in self._payments if to == address)
        if held and not self._takes_withdrawal(caller, held):
            raise Refused("relay: the caller refuses its fees")
        if held:
            self._payments.append((address, -held))


def _good(items: Sequence[object]) -> Proofs:
    return [good_proof(number) for number in range(len(items))]
