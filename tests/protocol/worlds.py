"""A pool and its rewards in a world of their own: a clock, a chain, and proofs that say themselves
whether they hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from tests.protocol.histories import (
    ALICE,
    BOB,
    CHAIN_ID,
    LOCK_MIN,
    LOCK_RANGE,
    MEMOS,
    POOL,
    RELAYER,
    REWARDS,
)
from winze.protocol import (
    DAY,
    ETHER,
    Accepts,
    BlockIndex,
    Call,
    ChainBlock,
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
    everyone_accepts,
    keccak,
    word,
)

OWNER = EthAddress("0x" + "0f" * 20)
GENESIS = 20_000 * DAY
SETUP = PoolSetup(
    chain_id=CHAIN_ID,
    address=POOL,
    owner=OWNER,
    seal_interval=Seconds(60),
    seal_interval_min=Seconds(10),
    seal_interval_max=Seconds(600),
)
REWARDS_SETUP = RewardsSetup(
    chain_id=CHAIN_ID,
    address=REWARDS,
    genesis=Timestamp(GENESIS),
    period=Seconds(600),
    lock_min=LOCK_MIN,
    lock_range=LOCK_RANGE,
)
NO_PERMIT = Permit(deadline=0, by_screener=False)


@dataclass
class World:
    """Where the models live. A proof is True where it holds."""

    now: int = GENESIS
    number: int = 1000
    verified: list[list[int]] = field(default_factory=list)
    pool: PoolModel = field(init=False)
    rewards: RewardsModel = field(init=False)
    _nonce: int = 0

    def __post_init__(self) -> None:
        self.pool = PoolModel(SETUP, self.verify, self.verify, self.claimed)
        self.rewards = RewardsModel(REWARDS_SETUP, self.pool, self.verify)

    def verify(self, proofs: Sequence[object], inputs: Sequence[Sequence[int]]) -> bool:
        self.verified = [list(signals) for signals in inputs]
        return len(proofs) == len(inputs) and all(proofs)

    def claimed(self, claim_id: int) -> bool:
        return self.rewards.claimed(claim_id)

    def call(self, caller: EthAddress = ALICE) -> Call:
        return Call(caller, Timestamp(self.now), ChainBlock(self.number))

    def blockhash(self, number: int) -> bytes:
        return keccak(word(number))

    # -- acts -----------------------------------------------------------------------------------

    def deposit(
        self,
        value: int = ETHER,
        inner: int = 5,
        *,
        mine: bool = False,
        permit: Permit = NO_PERMIT,
        caller: EthAddress = ALICE,
    ) -> Events:
        return self.pool.deposit(self.call(caller), value, inner, mine=mine, permit=permit)

    def execute(
        self,
        *transfers: Transfer,
        proofs: Sequence[bool] | None = None,
        accepts: Accepts = everyone_accepts,
        caller: EthAddress = RELAYER,
    ) -> Events:
        proofs = [True] * len(transfers) if proofs is None else proofs
        return self.pool.execute(self.call(caller), transfers, proofs, accepts)

    def claim(
        self,
        *claims: Claim,
        proofs: Sequence[bool] | None = None,
        caller: EthAddress = RELAYER,
    ) -> Events:
        proofs = [True] * len(claims) if proofs is None else proofs
        return self.rewards.claim(self.call(caller), claims, proofs)

    def prove(self, *blocks: SubmittedBlock, proofs: Sequence[bool] | None = None) -> Events:
        proofs = [True] * len(blocks) if proofs is None else proofs
        return self.pool.prove(self.call(), blocks, proofs, self.blockhash)

    def seal(self) -> Events:
        """Seal the open block when it is due, and go on to the chain block after its draw."""
        self.now = max(self.now, self.pool.open_block.due)
        events = self.pool.seal(self.call())
        self.number += 2
        return events

    # -- things to submit -----------------------------------------------------------------------

    def anchor(self) -> int:
        """The last proved block; the first call makes one, of a deposit of 1000 ETH."""
        if not self.pool.proved:
            self.deposit(1000 * ETHER)
            self.seal()
            self.prove(self.submitted(0))
        return self.pool.ledger.anchor

    def submitted(self, index: int) -> SubmittedBlock:
        """A sealed block, ready to be proved."""
        ledger = self.pool.ledger
        for block in ledger.blocks[ledger.proved : index + 1]:
            drawn = self.blockhash(block.draw)
            ledger.fix_entropy(block.index, draw_entropy(drawn, block.index))
        return ledger.block_witness(BlockIndex(index)).submission

    def transfer(self, **changes: object) -> Transfer:
        """1 ETH to Bob for a fee of 3 wei to the relayer; each has fresh nullifiers."""
        self._nonce += 10
        transfer = Transfer(
            anchor=self.anchor(),
            nullifier1=self._nonce + 1,
            nullifier2=self._nonce + 2,
            out1=self._nonce + 3,
            out2=self._nonce + 4,
            recipient=BOB,
            amount=ETHER,
            fee=3,
            relayer=RELAYER,
            not_before=0,
            deadline=0,
            claim_id=0,
            inner=0,
            memos=MEMOS,
        )
        return replace(transfer, **changes)  # type: ignore[arg-type]

    def a_claim(self, **changes: object) -> Claim:
        """Alice's claim for 1 ETH; each has a fresh id."""
        self._nonce += 1
        claim = Claim(self.anchor(), self._nonce, ETHER, ALICE, 0, 0)
        return replace(claim, **changes)  # type: ignore[arg-type]

    # -- what can be seen -----------------------------------------------------------------------

    def visible(self) -> list[object]:
        """All that the contracts would show, and what they remember besides."""
        pool, rewards = self.pool, self.rewards
        return [
            pool.root,
            pool.proved,
            pool.open_block,
            [pool.sealed(index) for index in range(pool.open_block.index + 2)],
            dict(pool.ledger._spends),
            pool.balance,
            dict(pool._waiting),
            (pool.owner, pool.pending_owner, pool.screener, pool.paused),
            (pool.deposit_cap, pool.balance_cap, pool.seal_interval),
            set(pool._used_permits),
            dict(rewards._records),
            set(rewards._minted),
            dict(rewards._totals),
            dict(rewards._counts),
            dict(rewards._itx),
        ]

    def refuses(
        self, reason: str, act: Callable[..., object], *arguments: object, **named: object
    ) -> None:
        """See the act refused for exactly this reason, and nothing changed by it."""
        before = self.visible()
        with pytest.raises(Refused) as refusal:
            act(*arguments, **named)
        assert refusal.value.reason == reason
        assert self.visible() == before


def only(*accounts: EthAddress) -> Accepts:
    """The world in which only these accounts take payments."""
    return lambda account, _: account in accounts
