"""Random histories of a wallet's sessions, held against a second set of books.

After each step every session has the state and the buttons that the books say; "Completed" is shown
of what was claimed and of nothing else; and whenever nothing is under way, a wallet without its
journal shows the same, but for what it names as lost.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from tests.wallet.sessions.model import SPENDING, Coin, Life
from tests.wallet.sessions.playing import Playing, but_for_what_is_lost, same_entry
from tests.wallet.sessions.scenes import INTERVAL, LOCK, NETWORK, PERIOD, TENTH
from winze.protocol import MAIN_ACCOUNT, EthAddress, Wei
from winze.wallet import Button, IntentKind, IntentState, SessionState, Terms
from winze.wallet.sessions import derive, history, next_account

PLACES = [EthAddress("0x" + digit * 40) for digit in "de"]
FROM_ACCOUNT = (IntentKind.REST, IntentKind.SWEEP)
FROM_MAIN = (IntentKind.SEND, IntentKind.TRANSFER_OUT, IntentKind.MERGE)
MOST = 4
"""Sessions of one history, without redeposits."""

Act = Callable[[Random], bool]
"""Something that happens; answers whether it could."""


class Sessions(Playing):
    """All that people, relayers, other machines and time can do.

    One rule draws what is done, or the first thing behind it that can be: were each act a rule, few
    histories would come as far as a claim.
    """

    steps: ClassVar[Counter[str]] = Counter()
    carried: ClassVar[Counter[IntentKind]] = Counter()
    states: ClassVar[Counter[SessionState]] = Counter()
    pressed: ClassVar[Counter[Button]] = Counter()
    busy: ClassVar[Counter[str]] = Counter()
    rebuilt: ClassVar[Counter[bool]] = Counter()

    @initialize(chance=st.randoms(use_true_random=True))
    def begin(self, chance: Random) -> None:
        """Draw evenly from here on, where hypothesis would prefer what stands first."""
        self.chance = chance

    @rule()
    def something_happens(self) -> None:
        chance = self.chance
        acts = self.asks() if chance.randrange(5) < 2 else self.turns()
        first = chance.randrange(len(acts))
        for act in (*acts[first:], *acts[:first]):
            if act(chance):
                self.steps[act.__name__] += 1
                return

    def asks(self) -> Sequence[Act]:
        """What somebody may want."""
        return (
            *(self.ask_to_mine, self.ask_to_spend, self.ask_to_claim, self.ask_to_spend),
            *(self.mine_elsewhere, self.ask_to_spend, self.fund, self.ask_to_top_up),
            *(self.ask_to_claim, self.ask_for_the_rest, self.ask_to_top_up),
            *(self.ask_to_claim, self.ask_of_the_main_account, self.ask_to_top_up),
            *(self.ask_for_a_payout, self.ask_to_build, self.ask_for_fees, self.ask_for_itx),
        )

    def turns(self) -> Sequence[Act]:
        """How things may go on."""
        return (
            *(self.hand_over, self.carry_out, self.prove, self.hand_over, self.carry_out),
            *(self.wait, self.give_up, self.carry_out, self.prove, self.notice, self.carry_out),
            *(self.spend_elsewhere, self.carry_out, self.claim_elsewhere, self.carry_out),
            *(self.wait, self.close_the_day),
        )

    # -- beginning ------------------------------------------------------------------------------

    def ask_to_mine(self, _: Random) -> bool:
        if len(self.books.lives) == MOST:
            return False
        number = next_account(self.scene.holdings, self.scene.intents)
        self.books.lives[number] = Life(number)
        self.promise(IntentKind.MINE, number)
        return True

    def mine_elsewhere(self, _: Random) -> bool:
        """On another machine, whose journal is not here."""
        if len(self.books.lives) == MOST:
            return False
        number = next_account(self.scene.holdings, self.scene.intents)
        self.books.lives[number] = Life(number)
        self.deposited(number, self.scene.mine(number))
        return True

    def fund(self, chance: Random) -> bool:
        """The main account, or a session's."""
        account = chance.choice([MAIN_ACCOUNT, *self.books.lives])
        made = self.scene.deposit(account, chance.choice([50, 300, 450, 900, 2000]))
        self.books.heap(account).append(Coin(made, brought=True))
        return True

    # -- asking ---------------------------------------------------------------------------------

    def ask_to_spend(self, chance: Random) -> bool:
        life = self.one_of(chance, "locked")
        if life is None or self.books.open(life.number, *SPENDING):
            return False
        early, onward = self.books.now < life.matures, None
        kept = chance.choice([0, 0, 90, 700, 5000])
        kind = chance.choice([IntentKind.WITHDRAW, IntentKind.REDEPOSIT])
        kind = IntentKind.CANCEL if early else kind
        if kind is IntentKind.REDEPOSIT:
            onward, kept = next_account(self.scene.holdings, self.scene.intents), 0
        payers = [] if kept else self.free(MAIN_ACCOUNT)[:1]
        promise = self.promise(kind, life.number, payers, amount=TENTH - kept, onward=onward)
        promise.deposit, promise.destination = life.deposit, chance.choice(PLACES)
        self.journal(promise, recipient=promise.destination)
        return True

    def ask_to_claim(self, chance: Random) -> bool:
        life = self.one_of(chance, "earned")
        if life is None or self.books.open(life.number, IntentKind.CLAIM):
            return False
        relayed = chance.choice([True, False])
        payers = (self.free(life.number) or self.free(MAIN_ACCOUNT))[:1] if relayed else []
        self.promise(IntentKind.CLAIM, life.number, payers, relayed=relayed)
        return True

    def ask_to_top_up(self, chance: Random) -> bool:
        life = self.one_of(chance, "earned")
        amount = chance.choice([300, 1000])
        if life is None:
            return False
        if chance.choice([True, False]):
            self.promise(IntentKind.TOP_UP, life.number, amount=amount)
            return True
        coins = self.free(MAIN_ACCOUNT, amount)[:1]
        if coins:
            self.promise(IntentKind.MOVE, life.number, coins, amount=amount)
        return bool(coins)

    def ask_for_the_rest(self, chance: Random) -> bool:
        life = self.one_of(chance, "claimed", "canceled")
        coins = self.free(life.number)[-2:] if life else []
        if life is None or not coins or self.books.open(life.number, *FROM_ACCOUNT):
            return False
        promise = self.promise(chance.choice(FROM_ACCOUNT), life.number, coins)
        promise.destination = life.destination or PLACES[0]
        return True

    def ask_of_the_main_account(self, chance: Random) -> bool:
        kind = chance.choice(FROM_MAIN)
        coins = self.free(MAIN_ACCOUNT)[-2:]
        if not coins or (kind is IntentKind.MERGE and len(coins) == 1):
            return False
        promise = self.promise(kind, MAIN_ACCOUNT, coins, amount=coins[0].value // 2)
        promise.destination = PLACES[0]
        return True

    def ask_for_a_payout(self, chance: Random) -> bool:
        where = chance.choice(PLACES)
        if not self.books.refused.get(where) or self.books.kept_open(IntentKind.PAYOUT):
            return False
        promise = self.promise(IntentKind.PAYOUT, MAIN_ACCOUNT)
        promise.destination = where
        self.journal(promise, recipient=where)
        return True

    def ask_to_build(self, _: Random) -> bool:
        if self.books.kept_open(IntentKind.BUILD):
            return False
        self.promise(IntentKind.BUILD, MAIN_ACCOUNT)
        return True

    def ask_for_itx(self, chance: Random) -> bool:
        life = self.one_of(chance, "claimed")
        if life is None or not life.itx_due(self.books.now):
            return False
        if self.books.open(life.number, IntentKind.DISTRIBUTE):
            return False
        self.promise(IntentKind.DISTRIBUTE, life.number)
        return True

    def ask_for_fees(self, chance: Random) -> bool:
        self.books.claim_fee = chance.choice([1000, 1000, 400, 3000, 0, None])
        self.books.transfer_fee = chance.choice([100, 100, 0, None])
        return True

    # -- what becomes of it ---------------------------------------------------------------------

    def hand_over(self, chance: Random) -> bool:
        promise = self.one_promise(chance, left=False)
        if promise is None:
            return False
        late = chance.choice([0, 0, 0, 30])
        promise.left, promise.deadline = True, self.books.now + late if late else 0
        inputs = [coin.note for coin in promise.coins]
        inputs = [promise.deposit, *inputs] if promise.deposit else inputs
        request = self.scene.request(inputs) if inputs else None
        leaving = IntentState.LEAVING
        self.journal(promise, state=leaving, deadline=promise.deadline, request=request)
        if promise.onward is not None:
            self.books.lives[promise.onward] = Life(promise.onward)
        return True

    def carry_out(self, chance: Random) -> bool:
        promise = self.one_promise(chance, left=True)
        if promise is None or not promise.flies(self.books.now) or not self.kept(promise):
            return False
        promise.open = False
        paid = promise.kind in {IntentKind.WITHDRAW, IntentKind.CANCEL, IntentKind.REST}
        if paid and promise.destination and chance.choice([True, False]):
            self.refuse(promise.destination)
        self.carried[promise.kind] += 1
        return True

    def give_up(self, chance: Random) -> bool:
        """What never left, was too late, or was forestalled."""
        promise = self.one_promise(chance)
        if promise is None or promise.flies(self.books.now):
            return False
        self.drop(promise)
        return True

    def notice(self, _: Random) -> bool:
        """The journal learns what the chain has shown for a while."""
        kept = [each for each in self.books.promises if not each.open]
        late = [each for each in kept if self.intent(each).state is IntentState.LEAVING]
        for promise in late:
            self.journal(promise, state=IntentState.DONE)
        return bool(late)

    def spend_elsewhere(self, chance: Random) -> bool:
        life = self.one_of(chance, "locked")
        if life is None:
            return False
        kept = chance.choice([0, 1500])
        self.spent(life, None, PLACES[1], TENTH - kept, [(life.number, kept)])
        if chance.choice([True, False]):
            self.refuse(PLACES[1])
        for promise in self.books.open(life.number, *SPENDING):
            self.drop(promise)
        return True

    def claim_elsewhere(self, chance: Random) -> bool:
        life = self.one_of(chance, "earned")
        if life is None:
            return False
        self.claimed(life)
        for promise in self.books.open(life.number, IntentKind.CLAIM):
            self.drop(promise)
        return True

    # -- time -----------------------------------------------------------------------------------

    def wait(self, chance: Random) -> bool:
        """A while, or until a second before a maturity, or until it."""
        locked = [each.matures for each in self.books.lives.values() if each.phase == "locked"]
        ahead = [each + by for each in locked for by in (-1, 0) if each + by > self.books.now]
        shortly = [self.books.now + each for each in (1, INTERVAL, 61, PERIOD)]
        self.scene.now = self.books.now = chance.choice(
            ahead if ahead and chance.randrange(2) else shortly
        )
        return True

    def prove(self, chance: Random) -> bool:
        lock = chance.choice([INTERVAL, LOCK, LOCK + 7])
        self.scene.prove(lock)
        self.books.blocks_proved(self.scene.sealed, lock)
        return True

    def close_the_day(self, _: Random) -> bool:
        self.mint()
        return True

    # -- what must hold -------------------------------------------------------------------------

    @property
    def terms(self) -> Terms:
        claim, transfer = self.books.claim_fee, self.books.transfer_fee
        return Terms(
            NETWORK,
            None if claim is None else Wei(claim),
            None if transfer is None else Wei(transfer),
        )

    @invariant()
    def every_session_is_shown_as_the_books_have_it(self) -> None:
        shown = {each.number: each for each in self.scene.sessions(self.terms)}
        lives = self.books.visible()
        assert shown.keys() == lives.keys()
        for number, life in lives.items():
            session = shown[number]
            assert session.state is self.books.badge(life)
            enabled = {each.button for each in session.buttons if each.enabled}
            assert enabled == self.books.pressable(life)
            assert (session.badge == "Completed") == (life.phase == "claimed")
            self.states[session.state] += 1
            self.pressed.update(enabled)
            self.busy.update(each.busy for each in session.buttons if each.busy)

    @invariant()
    def without_its_journal_a_wallet_shows_the_same(self) -> None:
        if any(each.open for each in self.books.promises):
            return
        holdings, intents = self.scene.holdings, self.scene.intents
        known, rebuilt = (derive(holdings, each, self.terms) for each in (intents, ()))
        pairs = zip(known, rebuilt, strict=True)
        assert all(but_for_what_is_lost(one, other) for one, other in pairs)
        told, retold = history(holdings, intents), history(holdings, ())
        assert all(same_entry(one, other) for one, other in zip(told, retold, strict=True))
        self.rebuilt[any(each.lost for each in rebuilt)] += 1

    def teardown(self) -> None:
        for promise in self.books.promises:
            if promise.open:
                self.drop(promise)
        self.every_session_is_shown_as_the_books_have_it()
        self.without_its_journal_a_wallet_shows_the_same()


def test_random_histories_are_shown_as_they_happened() -> None:
    run_state_machine_as_test(
        Sessions,
        settings=settings(
            derandomize=True,
            max_examples=100,
            stateful_step_count=60,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # making a history of this size shorter takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(Sessions.states) == set(SessionState)
    assert set(Sessions.pressed) == set(Button)
    assert set(Sessions.busy) == {"Claiming…", "Sync Withdrawals", "Proving…", "Sending ITX…"}
    assert set(Sessions.rebuilt) == {True, False}
    assert set(Sessions.carried) >= {*SPENDING, IntentKind.CLAIM, IntentKind.TOP_UP}
    assert sum(Sessions.steps.values()) > 5000
