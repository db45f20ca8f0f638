"""The base: deposits, transfers, and blocks that are sealed and proved by anybody."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, rule

from tests.contracts.evm.machines.counting import Counting
from tests.contracts.evm.machines.ghost import Coin, Ghost, Plan
from tests.contracts.evm.samples import ALICE, BOB, BUILDER, CAROL, LAST, NOBODY, RELAYER, Town
from tests.contracts.evm.told import BAD, ProofWords, good_proof
from winze.protocol import DENOMINATIONS, ETHER, EthAddress, Events, SubmittedBlock, Transfer

PEOPLE = (ALICE, BOB, CAROL)
DENOMINATED = tuple(int(value) for value in DENOMINATIONS)

people = st.sampled_from(PEOPLE)
values = st.sampled_from((*DENOMINATED, 1, 12_345, 3 * ETHER)) | st.sampled_from((0, 2**96))
mostly = st.sampled_from((True,) * 7 + (False,))
moments = st.sampled_from((None, None, -40, -1, 0, 1, 30))
"""Seconds from now; no moment at all, mostly."""


class BuildingMachine(Counting):
    """Everybody keeps to the rules, or is refused."""

    signed = Bundle("signed")
    """Transfers with their proofs, executed or not."""

    prepared = Bundle("prepared")
    """Blocks as they could be proved at some time."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town()
        self.ghost = Ghost(self.town.fresh)
        self.ghost.make(1000 * ETHER, 0, mineable=False)  # what the town begins with

    # -- deposits ------------------------------------------------------------------------------

    @rule(who=people, value=values, mine=st.booleans(), in_field=mostly)
    def deposit(self, who: EthAddress, value: int, *, mine: bool, in_field: bool) -> None:
        inner = self.town.fresh() if in_field else LAST + 1 + self.town.fresh()
        self.watch("deposit", lambda: self.town.deposit(who, value, inner, mine=mine))

    @rule(who=people, count=st.integers(20, 60))
    def deposit_often(self, who: EthAddress, count: int) -> None:
        for _ in range(count):
            inner = self.town.fresh()
            self.watch("deposit_often", lambda inner=inner: self.town.deposit(who, 7, inner))

    # -- transfers -----------------------------------------------------------------------------

    @rule(
        target=signed,
        data=st.data(),
        kind=st.sampled_from(("payment", "payment", "redeposit", "private")),
        fee=st.sampled_from((0, 1, 10**15)),
        relayer=st.sampled_from((NOBODY, RELAYER)),
        not_before=moments,
        deadline=moments,
    )
    def sign(
        self,
        data: st.DataObject,
        kind: str,
        fee: int,
        relayer: EthAddress,
        not_before: int | None,
        deadline: int | None,
    ) -> Transfer:
        """A transfer of one or two notes, or of none; nothing is submitted yet."""
        coins = self._some_coins(data)
        worth = sum(coin.value for coin in coins)
        fee = min(fee, worth)
        amount, terms = self._destination(data, kind, worth - fee)
        return self.plan(
            coins,
            amount=amount,
            fee=fee,
            relayer=relayer,
            not_before=self._moment(not_before),
            deadline=self._moment(deadline),
            **terms,
        )

    @rule(target=signed, count=st.integers(10, 16))
    def sign_many(self, count: int) -> Any:
        """Transfers of nothing, which fill blocks like any other."""
        return multiple(*(self.plan([]) for _ in range(count)))

    def plan(self, coins: list[Coin], **terms: Any) -> Transfer:
        """A transfer that spends these notes, and makes two of what is left."""
        numbers = [coin.nullifier for coin in coins]
        numbers += [self.town.fresh() for _ in range(2 - len(coins))]
        transfer = self.town.transfer(nullifier1=numbers[0], nullifier2=numbers[1], **terms)
        left = sum(coin.value for coin in coins) - transfer.amount - transfer.fee
        self.ghost.plans[transfer.out1] = Plan(tuple(coins), (left // 2, left - left // 2))
        return transfer

    def _some_coins(self, data: st.DataObject) -> list[Coin]:
        coins = self.ghost.spendable(self.town.pool_model.proved)
        return data.draw(st.lists(st.sampled_from(coins), max_size=2, unique=True)) if coins else []

    def _destination(
        self, data: st.DataObject, kind: str, available: int
    ) -> tuple[int, dict[str, Any]]:
        """What leaves, and where it goes."""
        possible = [value for value in DENOMINATED if value <= available]
        if kind == "redeposit" and possible:
            terms = {"recipient": self.town.pool.address, "inner": self.town.fresh()}
            return data.draw(st.sampled_from(possible)), terms
        if kind == "payment" and available:
            return data.draw(st.integers(1, available)), {"recipient": data.draw(self.payees())}
        return 0, {}

    def payees(self) -> st.SearchStrategy[EthAddress]:
        """Who may be paid."""
        return people

    def _moment(self, seconds: int | None) -> int:
        return 0 if seconds is None else self.town.chain.now + seconds

    @rule(
        who=people,
        batch=st.lists(signed, min_size=1, max_size=16),
        good=mostly,
        data=st.data(),
    )
    def execute(
        self, who: EthAddress, batch: list[Transfer], data: st.DataObject, *, good: bool
    ) -> None:
        proofs = self.proofs(len(batch), None if good else data.draw(st.integers(0, 15)))
        self.watch("execute", lambda: self.town.execute(who, batch, proofs))

    @staticmethod
    def proofs(count: int, wrong: int | None = None) -> list[ProofWords]:
        """Good proofs, but for one."""
        proofs = [good_proof(number) for number in range(count)]
        if wrong is not None:
            proofs[wrong % count] = BAD
        return proofs

    # -- blocks --------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((1, 12, 59, 60, 200)), blocks=st.sampled_from((0, 1, 5)))
    def wait(self, seconds: int, blocks: int) -> None:
        self.town.wait(seconds, blocks)

    @rule(who=people, until_due=mostly)
    def seal(self, who: EthAddress, *, until_due: bool) -> None:
        if until_due:
            self.town.wait(max(0, self.town.pool_model.open_block.due - self.town.chain.now))
        self.watch("seal", lambda: self.town.seal(who))

    @rule(count=st.integers(1, 4), blocks=st.sampled_from((0, 2)))
    def build(self, count: int, blocks: int) -> None:
        """An eager builder proves what there is."""
        self.town.wait(blocks=blocks)
        batch = self.next_blocks(count)
        self.watch("build", lambda: self.town.prove(BUILDER, batch))

    @rule(target=prepared, count=st.integers(1, 4))
    def prepare(self, count: int) -> list[SubmittedBlock]:
        """A slow builder proves too, and submits later."""
        return self.next_blocks(count)

    @rule(
        who=people, blocks=prepared, good=mostly, backwards=st.sampled_from((False,) * 7 + (True,))
    )
    def submit(
        self, who: EthAddress, blocks: list[SubmittedBlock], *, good: bool, backwards: bool
    ) -> None:
        blocks = blocks[::-1] if backwards else blocks
        proofs = self.proofs(len(blocks), None if good or not blocks else 0)
        self.watch("submit", lambda: self.town.prove(who, blocks, proofs))

    def next_blocks(self, count: int) -> list[SubmittedBlock]:
        """What proves the next sealed blocks now."""
        ledger = self.town.pool_model.ledger
        until = min(ledger.open_index, ledger.proved + count)
        return [self.town.submission(index) for index in range(ledger.proved, until)]

    # -- what must hold ------------------------------------------------------------------------

    def watch(self, rule_name: str, made: Any) -> None:
        """Make a call, and have the ghost hear of what it did."""
        model = self.town.pool_model
        events: Events | None = self.call(rule_name, made)
        if events is not None:
            model = self.town.pool_model
            now, interval = self.town.chain.now, model.seal_interval
            self.ghost.see(events, now, interval, model.ledger.open_index)

    @classmethod
    def preparations(cls) -> set[str]:
        return {"sign", "sign_many", "wait", "prepare"}

    @invariant()
    def the_pool_holds_what_it_owes(self) -> None:
        """S1."""
        assert self.town.chain.balance(self.town.pool.address) == self.ghost.owed

    def teardown(self) -> None:
        """Whatever happened, both sides show the same, and everybody can leave (L1, L3, R3)."""
        self.town.check()
        self.leave()
        self.town.check()

    def leave(self) -> None:
        """Seal, draw and prove all there is; pay out every note."""
        town, ghost = self.town, self.ghost
        self.finish_blocks()
        while coins := ghost.spendable(town.pool_model.proved)[:32]:
            pairs = [coins[i : i + 2] for i in range(0, len(coins), 2)]
            batch = [
                self.plan(pair, amount=sum(coin.value for coin in pair), recipient=ALICE)
                for pair in pairs
            ]
            self.watch("leave", lambda batch=batch: town.execute(BOB, batch))
        assert not ghost.unspent
        self.finish_blocks()

    def finish_blocks(self) -> None:
        """Prove everything that was entered."""
        model = self.town.pool_model
        if len(model.ledger.open):
            self.town.wait(self.town.setting.seal_interval_max)
            self.watch("leave", lambda: self.town.seal(BUILDER))
        self.town.wait(blocks=2)
        self.draw_again()
        while batch := self.next_blocks(4):
            self.watch("leave", lambda batch=batch: self.town.prove(BUILDER, batch))
        assert model.proved == model.ledger.open_index

    def draw_again(self) -> None:
        """Redraw whatever the chain has forgotten."""
        ledger = self.town.pool_model.ledger
        for index in range(ledger.proved, ledger.open_index):
            block = ledger.blocks[index]
            if self.town.chain.number > block.draw + 256:
                seal = index, block.digest, block.timestamp, block.draw
                self.watch("leave", lambda seal=seal: self.town.redraw(BUILDER, *seal))
        self.town.wait(blocks=2)
