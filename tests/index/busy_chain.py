"""A chain in memory on which everything happens that the index knows."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.chain.acts import deposit, prove, redraw, seal, spend
from tests.chain.fakes import Act, FakeChain, World
from tests.protocol.histories import ALICE, BOB, RELAYER
from winze.chain import Header, Logged, Record
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    ChainBlock,
    Claimed,
    ClaimSkipped,
    ClaimSkipReason,
    Distributed,
    EthAddress,
    Event,
    PausedSet,
    PoolModel,
    Timestamp,
    Unpaid,
    Withdrawn,
    word,
)

ACCOUNTS = (ALICE, BOB, RELAYER)
PERIODS = 3
POINTS = tuple(int(each) for each in DENOMINATIONS.values())


class BusyChain(FakeChain):
    """With rewards and refused payments, of which only what the contracts would announce is."""

    claims: dict[int, list[int]]
    minted: set[tuple[int, int]]
    waiting: dict[EthAddress, int]

    def _deployed(self) -> PoolModel:
        self.claims = {period: [] for period in range(PERIODS)}
        self.minted, self.waiting = set(), {}
        return super()._deployed()

    def claim(self, number: int) -> Act:
        """A claim that counts, or is passed over because it was made."""

        def act(_: World) -> Sequence[Event]:
            if any(number in made for made in self.claims.values()):
                return (ClaimSkipped(number, ClaimSkipReason.USED),)
            period = number % PERIODS
            self.claims[period].append(number)
            account = ACCOUNTS[number // PERIODS % len(ACCOUNTS)]
            return (Claimed(number, account, period, POINTS[number % len(POINTS)]),)

        return act

    def distribute(self, period: int, wanted: int) -> Act:
        """Minting for those of the wanted claims of a period that were made."""

        def act(_: World) -> Sequence[Event]:
            numbers = range(len(self.claims[period]))
            due = {(period, each) for each in numbers if wanted >> each & 1} - self.minted
            self.minted |= due
            minted = sum(1 << each for _, each in due)
            return (Distributed(period, 0, minted),) if due else ()

        return act

    def refuse(self, account: EthAddress, amount: int) -> Act:
        """A payment that its recipient refuses."""

        def act(_: World) -> Sequence[Event]:
            self.waiting[account] = self.waiting.get(account, 0) + amount
            return (Unpaid(account, amount),)

        return act

    def withdraw(self, account: EthAddress) -> Act:
        """All that waits for an account, taken."""

        def act(_: World) -> Sequence[Event]:
            amount = self.waiting.pop(account, 0)
            return (Withdrawn(account, BOB, amount),) if amount else ()

        return act


def pause(_: World) -> Sequence[Event]:
    """Something that no row tells."""
    return (PausedSet(paused=True),)


MAKERS: dict[str, Any] = {
    "claim": BusyChain.claim,
    "distribute": BusyChain.distribute,
    "refuse": BusyChain.refuse,
    "withdraw": BusyChain.withdraw,
}
Named = tuple[Any, ...]
"""An act that any chain can be asked for: its name and arguments, or the act itself."""

acts = st.one_of(
    st.builds(
        lambda inner, value, mine: (deposit(inner, value, mine=mine),),
        st.integers(0, 5),
        st.sampled_from([ETHER // 10, ETHER, 10 * ETHER, 100 * ETHER]),
        st.booleans(),
    ),
    st.integers(0, 5).map(lambda number: (spend(number),)),
    st.integers(0, 1).map(lambda ahead: (redraw(ahead),)),
    st.sampled_from([(seal,), (seal,), (prove,), (prove,), (pause,)]),
    st.tuples(st.just("claim"), st.integers(0, 30)),
    st.tuples(st.just("distribute"), st.integers(0, PERIODS - 1), st.integers(1, 31)),
    st.tuples(st.just("refuse"), st.sampled_from(ACCOUNTS), st.integers(1, 9)),
    st.tuples(st.just("withdraw"), st.sampled_from(ACCOUNTS)),
)
moves = st.one_of(
    st.tuples(st.just(0), st.lists(st.lists(acts, max_size=5), min_size=1, max_size=6)),
    st.tuples(st.integers(1, 8), st.lists(st.lists(acts, max_size=5), max_size=10)),
)
histories = st.lists(moves, max_size=8)
"""How many blocks go, and what comes in their place, again and again."""


def named(chain: BusyChain, act: Named) -> Act:
    """The act on this chain."""
    found: Act = MAKERS[act[0]](chain, *act[1:]) if isinstance(act[0], str) else act[0]
    return found


def eventful() -> BusyChain:
    """A chain on which everything has happened."""
    chain = BusyChain()
    chain.mine(deposit(1, mine=True), deposit(2, ETHER // 10, mine=True), deposit(3))
    chain.mine(seal)
    chain.mine()
    chain.mine(prove, deposit(4, 10 * ETHER, mine=True), pause)
    chain.mine(spend(1), spend(1), spend(2), seal)
    chain.mine(*(chain.claim(number) for number in (0, 1, 3, 6, 9, 9)))
    chain.mine(prove, chain.refuse(ALICE, 5), chain.refuse(BOB, 7), chain.refuse(ALICE, 6))
    chain.mine(chain.distribute(0, 0b0101), deposit(1, mine=True), spend(3))
    chain.mine(chain.withdraw(BOB), chain.claim(2), chain.refuse(BOB, 1), seal)
    chain.mine(chain.distribute(0, 0b0010), spend(4), redraw())
    return chain


def announced(event: Event, number: int = 7) -> Record:
    """An event that stands on no chain."""
    return Record(Logged(event, ChainBlock(number), word(number), word(1)), Timestamp(9), None)


def header(number: int) -> Header:
    """The chain block of such events."""
    return Header(ChainBlock(number), word(number), Timestamp(9))
