"""With recipients that refuse ETH, burn gas, change their minds or call back, and forced ETH."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.contracts.evm.machines.building import PEOPLE, mostly, people
from tests.contracts.evm.machines.owning import OwningMachine
from tests.contracts.evm.parties import Fickle, Reentrant, bookkeeper, burner, refuser
from tests.contracts.evm.samples import ALICE
from winze.protocol import EthAddress

REFUSER, BURNER, BOOKKEEPER, FICKLE, REENTRANT = (
    EthAddress(f"0x{0xBAD00 + number:040x}") for number in range(5)
)
PARTIES = (REFUSER, BURNER, BOOKKEEPER, FICKLE, REENTRANT)


class RefusingMachine(OwningMachine):
    """Whatever a recipient does, it holds up nobody else, and its ETH waits for it (C6, L8)."""

    CALLS: ClassVar[tuple[str, ...]] = (*OwningMachine.CALLS, "withdraw")

    def __init__(self) -> None:
        super().__init__()
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

    @rule(function=st.sampled_from(("seal", "accept_ownership", "renounce_ownership")))
    def plot(self, function: str) -> None:
        """The next payment to the reentrant recipient makes it call the pool."""
        self.reentrant.plan(self.town.pool.address, self.town.pool.encode(function))

    @rule(data=st.data(), by_itself=mostly, elsewhere=mostly, waiting=mostly)
    def withdraw(
        self, data: st.DataObject, *, by_itself: bool, elsewhere: bool, waiting: bool
    ) -> None:
        if not self.ghost.waiting:
            self.execute_at_once(ALICE, data, ["payment"] * 2)
        owed = sorted(self.ghost.waiting) if waiting else []
        account = data.draw(st.sampled_from(owed or PARTIES))
        who = account if by_itself else data.draw(people)
        to = data.draw(people) if elsewhere else account
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
