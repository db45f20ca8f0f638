"""The base: deposits, transfers, and blocks that are sealed and proved by anybody."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, precondition, rule

from tests.contracts.evm.chain import Chain
from tests.contracts.evm.machines.counting import Counting
from tests.contracts.evm.machines.ghost import Coin, Ghost, Plan
from tests.contracts.evm.machines.noticing import noticed
from tests.contracts.evm.samples import ALICE, BOB, BUILDER, CAROL, LAST, NOBODY, RELAYER, Town
from tests.contracts.evm.told import BAD, ProofWords, good_proof
from winze.contracts import Artifact
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    Block,
    EthAddress,
    Events,
    SubmittedBlock,
    Transfer,
)

PEOPLE = (ALICE, BOB, CAROL)
DENOMINATED = tuple(int(value) for value in DENOMINATIONS)

people = st.sampled_from(PEOPLE)
values = st.sampled_from((*DENOMINATED * 2, 1, 12_345, 3 * ETHER, 0, 2**96))
mostly = st.sampled_from((True,) * 9 + (False,))
seldom = mostly.map(lambda answer: not answer)
moments = st.sampled_from((None,) * 4 + (-40, -1, 0, 1, 30))
"""Seconds from now; no moment at all, mostly."""
kinds = st.sampled_from(("payment", "payment", "redeposit", "private"))


class BuildingMachine(Counting):
    """Everybody keeps to the rules, or is refused."""

    CALLS: ClassVar[tuple[str, ...]] = (
        "deposit",
        "execute",
        "seal",
        "prove",
        "prove late",
        "leave",
    )

    chain: ClassVar[Callable[[int], Chain]] = Chain
    """Where histories happen."""

    contracts: ClassVar[Mapping[str, Artifact] | None] = None
    """Which contracts are tried; ours where none are named."""

    signed = Bundle("signed")
    """Transfers, executed or not."""

    prepared = Bundle("prepared")
    """Blocks as they could be proved at some time."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(chain=self.chain, contracts=self.contracts)
        self.ghost = Ghost(self.town.fresh)
        self.move_in()
        self.ghost.make(1000 * ETHER, 0, mineable=False)  # what the town begins with
        for value in DENOMINATED:
            self.mine(ALICE, value)
        self.go_on()

    def move_in(self) -> None:
        """Who has code of their own comes to town before anything happens."""

    def watch(self, name: str, made: Callable[[], Events]) -> None:
        """Make a call, and have the ghost hear of what it did."""
        interval = self.town.pool_model.seal_interval
        events = self.count(name, made)
        if events is not None:
            model = self.town.pool_model
            self.ghost.see(events, self.town.chain.now, interval, model.ledger.open_index)
            self.happened.update(noticed(name, events, model.ledger, paused=model.paused))

    # -- deposits ------------------------------------------------------------------------------

    @rule(who=people, value=values, mine=mostly, in_field=mostly)
    def deposit(self, who: EthAddress, value: int, *, mine: bool, in_field: bool) -> None:
        inner = self.town.fresh() if in_field else LAST + 1 + self.town.fresh()
        self.watch("deposit", lambda: self.town.deposit(who, value, inner, mine=mine))

    @rule(who=people, count=st.integers(5, 20), value=st.sampled_from((7, ETHER)))
    def deposit_often(self, who: EthAddress, count: int, value: int) -> None:
        mine = value == ETHER
        for inner in [self.town.fresh() for _ in range(count)]:
            self.watch("deposit", lambda i=inner: self.town.deposit(who, value, i, mine=mine))

    @rule(who=people, value=st.sampled_from(DENOMINATED))
    def mine(self, who: EthAddress, value: int) -> None:
        inner = self.town.fresh()
        self.watch("deposit", lambda: self.town.deposit(who, value, inner, mine=True))

    # -- transfers -----------------------------------------------------------------------------

    @rule(
        target=signed,
        data=st.data(),
        kind=kinds,
        fee=st.sampled_from((0, 1, 10**15)),
        relayer=st.sampled_from((NOBODY, RELAYER)),
        not_before=moments,
        deadline=moments,
    )
    def sign(self, data: st.DataObject, kind: str, fee: int, **terms: Any) -> Transfer:
        """A transfer of one or two notes, or of none; nothing is submitted yet."""
        coins = self.some_coins(data)
        worth = sum(coin.value for coin in coins)
        fee = min(fee, worth)
        terms |= {name: self.moment(terms[name]) for name in ("not_before", "deadline")}
        terms |= self._destination(data, kind, worth - fee)
        return self.plan(coins, fee=fee, **terms)

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
        self.ghost.plans[transfer.out1] = Plan(
            tuple(coins), (left // 2, left - left // 2), transfer.fee
        )
        return transfer

    def some_coins(self, data: st.DataObject) -> list[Coin]:
        """Up to two notes that can be spent, or could when this is executed."""
        coins = self.ghost.spendable(self.town.pool_model.proved)
        return data.draw(st.lists(st.sampled_from(coins), max_size=2, unique=True)) if coins else []

    def _destination(self, data: st.DataObject, kind: str, available: int) -> dict[str, Any]:
        """What leaves, and where it goes."""
        possible = [value for value in DENOMINATED if value <= available]
        if kind == "redeposit" and possible:
            amount = data.draw(st.sampled_from(possible))
            pool = self.town.pool.address
            return {"amount": amount, "recipient": pool, "inner": self.town.fresh()}
        if kind == "payment" and available:
            amount = data.draw(st.sampled_from((1, available // 2, available)))
            return {"amount": amount, "recipient": data.draw(self.payees())}
        return {}

    def payees(self) -> st.SearchStrategy[EthAddress]:
        """Who may be paid."""
        return people

    def moment(self, seconds: int | None) -> int:
        return 0 if seconds is None else self.town.chain.now + seconds

    @rule(who=people, batch=st.lists(signed, min_size=1, max_size=16), wrong=seldom, data=st.data())
    def execute(
        self, who: EthAddress, batch: list[Transfer], data: st.DataObject, *, wrong: bool
    ) -> None:
        """New ones, old ones, and some twice."""
        proofs = proofs_of(batch, wrong=data.draw(st.integers(0, 15)) if wrong else None)
        self.watch("execute", lambda: self.town.execute(who, batch, proofs))

    @rule(who=people, data=st.data(), batch=st.lists(kinds, min_size=1, max_size=4))
    def execute_at_once(self, who: EthAddress, data: st.DataObject, batch: list[str]) -> None:
        """Transfers that are signed just now."""
        none = {"relayer": NOBODY, "not_before": None, "deadline": None}
        transfers = [self.sign(data, kind, 1, **none) for kind in batch]
        self.watch("execute", lambda: self.town.execute(who, transfers))

    @rule(who=people, data=st.data(), batch=st.lists(kinds, min_size=12, max_size=16))
    def crowd(self, who: EthAddress, data: st.DataObject, batch: list[str]) -> None:
        """As many as a call takes: two such calls are more than a block holds."""
        self.execute_at_once(who, data, batch)

    # -- blocks --------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((1, 12, 59, 60, 200)), blocks=st.sampled_from((0, 1, 5)))
    def wait(self, seconds: int, blocks: int) -> None:
        self.town.wait(seconds, blocks)

    @precondition(lambda self: len(self.town.pool_model.ledger.open))
    @rule(who=people, until_due=mostly)
    def seal(self, who: EthAddress, *, until_due: bool) -> None:
        if until_due:
            self.town.wait(max(0, self.town.pool_model.open_block.due - self.town.chain.now))
        self.watch("seal", lambda: self.town.seal(who))

    @precondition(lambda self: self.unproved)
    @rule(count=st.integers(1, 4), blocks=st.sampled_from((0, 2, 2)))
    def build(self, count: int, blocks: int) -> None:
        """An eager builder proves what there is."""
        self.town.wait(blocks=blocks)
        batch = self.next_blocks(count)
        self.watch("prove", lambda: self.town.prove(BUILDER, batch))

    @precondition(lambda self: self.unproved)
    @rule(target=prepared, count=st.integers(1, 4))
    def prepare(self, count: int) -> list[SubmittedBlock]:
        """A slow builder proves too, and submits later."""
        return self.next_blocks(count)

    @rule(who=people, blocks=prepared, wrong=seldom, backwards=seldom)
    def submit(
        self, who: EthAddress, blocks: list[SubmittedBlock], *, wrong: bool, backwards: bool
    ) -> None:
        blocks = blocks[::-1] if backwards else blocks
        proofs = proofs_of(blocks, wrong=0 if wrong else None)
        self.watch("prove late", lambda: self.town.prove(who, blocks, proofs))

    @rule(
        who=people,
        count=st.integers(1, 3),
        sooner=st.integers(0, 3),
        blocks=st.sampled_from((1, 2, 2, 2)),
    )
    def race(self, who: EthAddress, count: int, sooner: int, blocks: int) -> None:
        """Two builders prove the same blocks; one submits some of them sooner."""
        for _ in range(count):
            self.a_sealed_block()
        self.town.wait(blocks=blocks)
        batch = self.next_blocks(4)
        self.watch("prove", lambda: self.town.prove(BUILDER, batch[:sooner]))
        self.watch("prove late", lambda: self.town.prove(who, batch))

    def a_sealed_block(self) -> None:
        """There is one more, with something in it."""
        if not len(self.town.pool_model.ledger.open):
            transfer = self.plan([])
            self.watch("execute", lambda: self.town.execute(ALICE, [transfer]))
        self.town.wait(max(0, self.town.pool_model.open_block.due - self.town.chain.now))
        self.watch("seal", lambda: self.town.seal(ALICE))

    @precondition(lambda self: self.unproved or len(self.town.pool_model.ledger.open))
    @rule()
    def go_on(self) -> None:
        """Seal what is open, and prove the blocks whose draws are known."""
        model = self.town.pool_model
        if len(model.ledger.open):
            self.town.wait(max(0, model.open_block.due - self.town.chain.now))
            self.watch("seal", lambda: self.town.seal(BUILDER))
        self.town.wait(blocks=2)
        batch = self.next_blocks(4)
        self.watch("prove", lambda: self.town.prove(BUILDER, batch))

    @property
    def unproved(self) -> list[Block]:
        """The sealed blocks that wait for a proof."""
        return list(self.town.pool_model.ledger.blocks[self.town.pool_model.proved :])

    def next_blocks(self, count: int) -> list[SubmittedBlock]:
        """What proves the next sealed blocks now."""
        ledger = self.town.pool_model.ledger
        until = min(ledger.open_index, ledger.proved + count)
        return [self.town.submission(index) for index in range(ledger.proved, until)]

    # -- what must hold ------------------------------------------------------------------------

    @invariant()
    def the_pool_holds_what_it_owes(self) -> None:
        """S1."""
        assert self.town.chain.balance(self.town.pool.address) == self.ghost.owed

    def look_around(self) -> None:
        """Both sides show the same in everything that was ever spoken of."""
        self.town.check()

    def teardown(self) -> None:
        """Whatever happened, both sides show the same, and everybody can leave (L1, L3, R3)."""
        self.look_around()
        self.leave()
        self.look_around()

    def leave(self) -> None:
        """Prove all blocks, and pay out every note."""
        self.finish_blocks()
        while coins := self.ghost.spendable(self.town.pool_model.proved)[:32]:
            pairs = [coins[i : i + 2] for i in range(0, len(coins), 2)]
            batch = [
                self.plan(pair, amount=sum(coin.value for coin in pair), recipient=ALICE)
                for pair in pairs
            ]
            self.watch("leave", lambda b=batch: self.town.execute(BOB, b))
        assert not self.ghost.unspent
        self.finish_blocks()

    def finish_blocks(self) -> None:
        """Seal, draw and prove everything that was entered."""
        model = self.town.pool_model
        if len(model.ledger.open):
            self.town.wait(self.town.setting.seal_interval_max)
            self.watch("leave", lambda: self.town.seal(BUILDER))
        self.town.wait(blocks=2)
        self.draw_again()
        while batch := self.next_blocks(4):
            self.watch("leave", lambda b=batch: self.town.prove(BUILDER, b))
            assert model.proved > batch[0].index  # or this would go on for ever

    def draw_again(self) -> None:
        """Redraw whatever the chain has forgotten."""
        for block in self.unproved:
            if self.town.chain.number > block.draw + 256:
                seal = block.index, block.digest, block.timestamp, block.draw
                self.watch("leave", lambda s=seal: self.town.redraw(BUILDER, *s))
        self.town.wait(blocks=2)


def proofs_of(items: list[Any], wrong: int | None = None) -> list[ProofWords]:
    """Good proofs, but for one."""
    proofs = [good_proof(number) for number in range(len(items))]
    if wrong is not None and proofs:
        proofs[wrong % len(proofs)] = BAD
    return proofs
