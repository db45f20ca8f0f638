"""Random histories of the pool and its rewards, with what must always hold.

P1  The pool's ETH is what was deposited less what was paid out.
P2  It covers everything that waits and everything that is still private.
P3  No nullifier stands in the ledger twice, and no claim id counts twice.
P4  Every entry is in exactly one block, in order, and no block has more than its slots.
P5  The roots to spend under are exactly those that proofs made, each after its own block.
P6  A due block can be sealed, a sealed one be drawn and proved: nothing is stuck.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.protocol.histories import ALICE, BOB, NOBODY, POOL, RELAYER
from tests.protocol.worlds import World, only
from winze.protocol import (
    ETHER,
    SLOTS,
    Accepts,
    Claimed,
    Deposited,
    Events,
    Refused,
    Skipped,
    Transfer,
    Transferred,
    Unpaid,
    Withdrawn,
    everyone_accepts,
)

accounts = st.sampled_from([ALICE, BOB, RELAYER])
accepting = st.lists(accounts, unique=True).map(lambda some: only(*some))


class PoolMachine(RuleBasedStateMachine):
    """Keeps the pool's books a second time, from the events alone."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.world.anchor()
        self.deposited = self.world.pool.balance
        self.private = self.deposited
        self.paid = 0
        self.waiting = 0
        self.entries = 1
        self.roots = [self.world.pool.root]
        self.fees: dict[int, int] = {}
        self.spent: list[int] = []
        self.claimed: list[int] = []

    def book(self, events: Events) -> None:
        for event in events:
            if isinstance(event, Deposited):
                self.entries += 1
                self.private += event.word % 2**128
            elif isinstance(event, Transferred):
                self.entries += 1
                fee = self.fees[event.nullifier1]  # the event does not tell it
                self.private -= event.amount + fee
                self.paid += fee + (0 if event.recipient == POOL else event.amount)
                self.spent += [event.nullifier1, event.nullifier2]
            elif isinstance(event, Unpaid):
                self.waiting += event.amount
                self.paid -= event.amount
            elif isinstance(event, Withdrawn):
                self.waiting -= event.amount
                self.paid += event.amount
            elif isinstance(event, Claimed):
                self.claimed.append(event.claim_id)

    def submit(self, *transfers: Transfer, accepts: Accepts = everyone_accepts) -> Events:
        """Have transfers executed, and the books kept."""
        self.fees |= {transfer.nullifier1: transfer.fee for transfer in transfers}
        events = self.world.execute(*transfers, accepts=accepts)
        self.book(events)
        return events

    # -- what may happen ------------------------------------------------------------------------

    @rule(value=st.sampled_from([1, ETHER // 10, ETHER, 3 * ETHER]), mine=st.booleans())
    def deposit(self, value: int, *, mine: bool) -> None:
        try:
            self.book(self.world.deposit(value, mine=mine))
        except Refused as refusal:
            assert refusal.reason == "pool: not a mineable amount"  # noqa: PT017 - others are failures
            assert mine
        else:
            self.deposited += value

    @rule(count=st.integers(1, 15), accepts=accepting, again=st.booleans(), data=st.data())
    def execute(self, count: int, accepts, *, again: bool, data: st.DataObject) -> None:  # noqa: ANN001 - an `Accepts`
        transfers = [
            self.world.transfer(
                recipient=data.draw(st.sampled_from([ALICE, BOB])),
                amount=data.draw(st.integers(0, 3)),
                fee=data.draw(st.integers(0, 3)),
                relayer=data.draw(st.sampled_from([NOBODY, ALICE, RELAYER])),
                anchor=data.draw(st.integers(0, self.world.anchor())),
                deadline=data.draw(st.sampled_from([0, 1])),
            )
            for _ in range(count)
        ]
        transfers += transfers[:1] * again
        events = self.submit(*transfers, accepts=accepts)
        assert sum(isinstance(event, Transferred | Skipped) for event in events) == len(transfers)

    @rule()
    def redeposit(self) -> None:
        self.submit(self.world.transfer(recipient=POOL, amount=ETHER, inner=5))

    @rule(account=accounts, accepts=accepting)
    def withdraw(self, account, accepts) -> None:  # noqa: ANN001 - an address, an `Accepts`
        try:
            self.book(self.world.pool.withdraw(self.world.call(ALICE), account, account, accepts))
        except Refused as refusal:
            assert refusal.reason in {"pool: nothing to withdraw", "pool: payment refused"}  # noqa: PT017 - as above

    @rule(again=st.booleans())
    def claim(self, *, again: bool) -> None:
        claim = self.world.a_claim()
        self.book(self.world.claim(*[claim] * (1 + again)))

    @rule(seconds=st.integers(1, 80))
    def wait(self, seconds: int) -> None:
        self.world.now += seconds
        self.world.number += 1 + seconds // 12

    @precondition(lambda self: self.world.pool.open_block.notes)
    @rule()
    def seal(self) -> None:
        self.world.seal()

    @precondition(lambda self: self.world.pool.proved < self.world.pool.open_block.index)
    @rule(forgotten=st.booleans())
    def prove_all(self, *, forgotten: bool) -> None:
        """P6: also when the chain has forgotten every draw."""
        pool, world = self.world.pool, self.world
        world.number += 300 if forgotten else 2
        unproved = range(pool.proved, pool.open_block.index)
        for block in [pool.ledger.blocks[index] for index in unproved]:
            if world.number > block.draw + 256:
                pool.redraw(world.call(), block.index, block.digest, block.timestamp, block.draw)
        world.number += 2
        blocks = [world.submitted(index) for index in unproved]
        world.prove(*blocks)
        self.roots += [block.new_root for block in blocks]

    # -- what must hold -------------------------------------------------------------------------

    @invariant()
    def the_books_agree(self) -> None:
        """P1 and P2."""
        pool = self.world.pool
        assert pool.balance == self.deposited - self.paid
        assert pool.balance == self.private + self.waiting
        assert self.waiting == sum(map(pool.withdrawable, [ALICE, BOB, RELAYER]))

    @invariant()
    def nothing_is_spent_or_claimed_twice(self) -> None:
        """P3."""
        assert len(set(self.spent)) == len(self.spent)
        assert len(set(self.claimed)) == len(self.claimed)
        assert all(map(self.world.pool.spent, self.spent))

    @invariant()
    def every_entry_is_in_one_block(self) -> None:
        """P4."""
        ledger = self.world.pool.ledger
        held = [*(block.entries for block in ledger.blocks), ledger.open]
        assert sum(map(len, held)) == self.entries
        assert [burned for each in held for burned in each.nullifiers] == self.spent
        assert all(len(each.commitments) <= SLOTS for each in held)
        assert all(len(each) for each in held[:-1])

    @invariant()
    def the_roots_are_those_that_were_proved(self) -> None:
        """P5."""
        pool = self.world.pool
        told = [pool.root_after(index) for index in range(pool.open_block.index + 2)]
        assert told == self.roots + [0] * (len(told) - len(self.roots))


PoolMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestPool = PoolMachine.TestCase
