"""With recipients that refuse ETH, burn gas, change their minds or call back, and forced ETH."""

from collections.abc import Callable
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.contracts.evm.chain import NO_WORDS, OUT_OF_GAS, Answer
from tests.contracts.evm.machines.building import PEOPLE, mostly, people
from tests.contracts.evm.machines.owning import OwningMachine
from tests.contracts.evm.parties import Fickle, Reentrant, bookkeeper, burner, refuser
from tests.contracts.evm.samples import ALICE, NOBODY
from tests.contracts.evm.told import good_proof
from winze.contracts.contract import struct
from winze.protocol import EthAddress, Events

REFUSER, BURNER, BOOKKEEPER, FICKLE, REENTRANT = (
    EthAddress(f"0x{0xBAD00 + number:040x}") for number in range(5)
)
PLOTS = (
    *("deposit", "execute", "seal", "withdraw", "withdraw"),
    *("accept_ownership", "renounce_ownership"),
)
"""What the reentrant recipient tries."""
STARVED = ("pool: not enough gas", NO_WORDS, OUT_OF_GAS)
"""How a call ends that has too little gas."""
RESERVE = 70_000
"""More than the pool wants to have left."""
GAS_STEP = 700
"""So near to the least gas the search comes."""
PARTIES = (REFUSER, BURNER, BOOKKEEPER, FICKLE, REENTRANT)


class RefusingMachine(OwningMachine):
    """Whatever a recipient does, it holds up nobody else, and its ETH waits for it (C6, L8)."""

    CALLS: ClassVar[tuple[str, ...]] = (*OwningMachine.CALLS, "withdraw", "execute starved")

    def move_in(self) -> None:
        chain = self.town.chain
        self.fickle = Fickle.at(chain, FICKLE)
        self.reentrant = Reentrant.at(chain, REENTRANT)
        others = refuser(chain, REFUSER), burner(chain, BURNER), bookkeeper(chain, BOOKKEEPER)
        for party in (*others, self.fickle, self.reentrant):
            self.town.add(party)

    def payees(self) -> st.SearchStrategy[EthAddress]:
        return st.sampled_from((*PARTIES, *PEOPLE))

    @rule(takes=st.booleans())
    def change_mind(self, *, takes: bool) -> None:
        self.fickle.decide(takes=takes)

    def watch(self, name: str, made: Callable[[], Events]) -> None:
        """Besides, see that no call from inside another one did anything."""
        before = self.town.answer
        super().watch(name, made)
        if self.town.answer is not before:
            tried = self.reentrant.outcomes(self.town.answer.logs)
            assert not any(tried), name
            self.happened["call from inside a call, refused"] += len(tried)

    @rule(function=st.sampled_from(PLOTS), data=st.data())
    def plot(self, function: str, data: st.DataObject) -> None:
        """The next payment to the reentrant recipient makes it call the pool."""
        account = data.draw(st.sampled_from(sorted(self.ghost.waiting) or PARTIES))
        arguments: dict[str, tuple[object, ...]] = {
            "deposit": (self.town.fresh(), False),
            "execute": ([struct(self.town.transfer())], [good_proof(0)]),
            "withdraw": (account, account),
        }
        words = self.town.pool.encode(function, *arguments.get(function, ()))
        self.reentrant.plan(self.town.pool.address, words, value=int(function == "deposit"))

    @rule(
        who=people,
        data=st.data(),
        batch=st.lists(st.just("payment"), min_size=1, max_size=4),
        fee=st.sampled_from((0, 1)),
    )
    def starve(self, who: EthAddress, data: st.DataObject, batch: list[str], fee: int) -> None:
        """A relayer gives too little gas: all is done as with enough of it, or nothing (C6)."""
        none = {"relayer": NOBODY, "not_before": None, "deadline": None}
        transfers = [self.sign(data, kind, fee, **none) for kind in batch]
        full = self.town.tried(who, transfers)
        assert isinstance(full, Answer), full
        # What matters is how much is left when a payment is sent, so the least gas is looked for
        # with which anything is done. It is more than is used: the pool keeps a reserve.
        low, high = full.gas // 2, full.gas + RESERVE
        while high - low > GAS_STEP:
            given = (low + high) // 2
            starved = self.town.tried(who, transfers, gas=given)
            if isinstance(starved, str):
                assert starved in STARVED, starved
                low = given
                self.happened[f"starved: {starved}"] += 1
            else:
                assert starved.logs == full.logs
                high = given
                self.happened["starved, and done all the same"] += 1
        self.watch("execute starved", lambda: self.town.execute(who, transfers))
        assert self.town.answer.logs == full.logs

    @rule(data=st.data(), by_itself=mostly, elsewhere=mostly, waiting=mostly)
    def withdraw(
        self, data: st.DataObject, *, by_itself: bool, elsewhere: bool, waiting: bool
    ) -> None:
        if not self.ghost.waiting:
            self.execute_at_once(ALICE, data, ["payment"] * 2)
        owed = sorted(self.ghost.waiting) if waiting else []
        account = data.draw(st.sampled_from(owed or PARTIES))
        who = account if by_itself else data.draw(people)
        to = data.draw(st.sampled_from((*PEOPLE, REENTRANT))) if elsewhere else account
        self.watch("withdraw", lambda: self.town.withdraw(who, account, to))

    @rule(wei=st.sampled_from((1, 10**18)))
    def force(self, wei: int) -> None:
        """ETH that no call brought: it belongs to nobody, and hurts nobody."""
        self.town.force(wei)
        self.ghost.forced += wei

    def leave(self) -> None:
        """Besides, everything that waits is withdrawn; what was forced upon the pool is left."""
        super().leave()
        for account in sorted(self.ghost.waiting):
            self.watch("leave", lambda a=account: self.town.withdraw(a, a, ALICE))
        assert self.town.chain.balance(self.town.pool.address) == self.ghost.forced
