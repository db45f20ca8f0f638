"""Random histories of a wallet's sessions, held against a second set of books.

After each step every session has the state and the buttons that the books say; "Completed" is shown
of what was claimed and of nothing else; and whenever nothing is under way, a wallet without its
journal shows the same, but for what it names as lost.
"""

from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from tests.wallet.sessions.model import SPENDING, Coin, Life
from tests.wallet.sessions.playing import Playing, but_for_what_is_lost, same_entry
from tests.wallet.sessions.scenes import INTERVAL, LOCK, NETWORK, PERIOD, TENTH
from winze.protocol import MAIN_ACCOUNT, EthAddress, Wei
from winze.wallet import Button, IntentKind, IntentState, SessionState, Terms
from winze.wallet.sessions import derive, history, next_account

PLACES = [EthAddress("0x" + digit * 40) for digit in "de"]
FROM_ACCOUNT = (IntentKind.REST, IntentKind.SWEEP)
FROM_MAIN = (IntentKind.SEND, IntentKind.TRANSFER_OUT, IntentKind.MERGE)
fees = st.sampled_from([1000, 1000, 400, 3000, 0, None])


class Sessions(Playing):
    """All that people, relayers, other machines and time can do."""

    steps: ClassVar[Counter[str]] = Counter()
    states: ClassVar[Counter[SessionState]] = Counter()
    pressed: ClassVar[Counter[Button]] = Counter()
    busy: ClassVar[Counter[str]] = Counter()
    rebuilt: ClassVar[Counter[bool]] = Counter()

    # -- beginning ------------------------------------------------------------------------------

    @precondition(lambda self: len(self.books.lives) < 6)
    @rule()
    def ask_to_mine(self) -> None:
        number = next_account(self.scene.holdings, self.scene.intents)
        self.books.lives[number] = Life(number)
        self.promise(IntentKind.MINE, number)

    @precondition(lambda self: len(self.books.lives) < 6)
    @rule()
    def mine_elsewhere(self) -> None:
        """On another machine, whose journal is not here."""
        number = next_account(self.scene.holdings, self.scene.intents)
        self.books.lives[number] = Life(number)
        self.deposited(number, self.scene.mine(number))
        self.steps["mine elsewhere"] += 1

    @rule(index=st.integers(0, 5), value=st.sampled_from([50, 300, 450, 900, 2000]))
    def fund(self, index: int, value: int) -> None:
        """The main account, or a session's."""
        account = index if index in self.books.lives and index % 2 else MAIN_ACCOUNT
        made = self.scene.deposit(account, value)
        self.books.heap(account).append(Coin(made, brought=True))
        self.steps["fund"] += 1

    # -- asking ---------------------------------------------------------------------------------

    @rule(
        data=st.data(), kept=st.sampled_from([0, 0, 90, 700, 5000]), where=st.sampled_from(PLACES)
    )
    def ask_to_spend(self, data: st.DataObject, kept: int, where: EthAddress) -> None:
        life = self.one_of(data, "locked")
        if life is None or self.books.open(life.number, *SPENDING):
            return
        early = self.books.now < life.matures
        kind = IntentKind.CANCEL if early else data.draw(st.sampled_from(SPENDING[::2]))
        onward = None
        if kind is IntentKind.REDEPOSIT:
            onward, kept = next_account(self.scene.holdings, self.scene.intents), 0
        payers = [] if kept else self.free(MAIN_ACCOUNT)[:1]
        promise = self.promise(kind, life.number, payers, amount=TENTH - kept, onward=onward)
        promise.deposit, promise.destination = life.deposit, where
        self.journal(promise, recipient=where)

    @rule(data=st.data(), relayed=st.booleans())
    def ask_to_claim(self, data: st.DataObject, relayed: bool) -> None:  # noqa: FBT001
        life = self.one_of(data, "earned")
        if life is not None and not self.books.open(life.number, IntentKind.CLAIM):
            payers = (self.free(life.number) or self.free(MAIN_ACCOUNT))[:1] if relayed else []
            self.promise(IntentKind.CLAIM, life.number, payers, relayed=relayed)

    @rule(data=st.data(), move=st.booleans(), amount=st.sampled_from([300, 1000]))
    def ask_to_top_up(self, data: st.DataObject, move: bool, amount: int) -> None:  # noqa: FBT001
        life = self.one_of(data, "earned")
        if life is None:
            return
        if not move:
            self.promise(IntentKind.TOP_UP, life.number, amount=amount)
        elif coins := self.free(MAIN_ACCOUNT, amount):
            self.promise(IntentKind.MOVE, life.number, coins[:1], amount=amount)

    @rule(data=st.data(), kind=st.sampled_from(FROM_ACCOUNT))
    def ask_for_the_rest(self, data: st.DataObject, kind: IntentKind) -> None:
        life = self.one_of(data, "claimed", "canceled")
        if life is not None and not self.books.open(life.number, *FROM_ACCOUNT):
            coins = self.free(life.number)[-2:]
            if coins:
                promise = self.promise(kind, life.number, coins)
                promise.destination = life.destination or PLACES[0]

    @rule(kind=st.sampled_from(FROM_MAIN))
    def ask_of_the_main_account(self, kind: IntentKind) -> None:
        coins = self.free(MAIN_ACCOUNT, 10)[-2:]
        if coins and (kind is not IntentKind.MERGE or len(coins) == 2):
            promise = self.promise(kind, MAIN_ACCOUNT, coins, amount=coins[0].value // 2)
            promise.destination = PLACES[0]

    @rule(where=st.sampled_from(PLACES))
    def ask_for_a_payout(self, where: EthAddress) -> None:
        if self.books.refused.get(where) and not self.books.kept_open(IntentKind.PAYOUT):
            promise = self.promise(IntentKind.PAYOUT, MAIN_ACCOUNT)
            promise.destination = where
            self.journal(promise, recipient=where)

    @rule()
    def ask_to_build(self) -> None:
        if not self.books.kept_open(IntentKind.BUILD):
            self.promise(IntentKind.BUILD, MAIN_ACCOUNT)

    # -- what becomes of it ---------------------------------------------------------------------

    @rule(data=st.data(), deadline=st.sampled_from([0, 0, 0, 30]))
    def hand_over(self, data: st.DataObject, deadline: int) -> None:
        promise = self.one_promise(data, left=False)
        if promise is not None:
            promise.left = True
            promise.deadline = self.books.now + deadline if deadline else 0
            inputs = [coin.note for coin in promise.coins]
            inputs = [promise.deposit, *inputs] if promise.deposit else inputs
            request = self.scene.request(inputs) if inputs else None
            self.journal(
                promise, state=IntentState.LEAVING, deadline=promise.deadline, request=request
            )
            if promise.onward is not None:
                self.books.lives[promise.onward] = Life(promise.onward)
            self.steps["hand over"] += 1

    @rule(data=st.data(), refuses=st.integers(0, 3))
    def carry_out(self, data: st.DataObject, refuses: int) -> None:
        promise = self.one_promise(data, left=True)
        if promise is None or not promise.flies(self.books.now):
            return
        if any(
            coin not in self.books.proved_coins(coin.note.account.index) for coin in promise.coins
        ):
            return
        if self.kept(promise):
            promise.open = False
            self.steps[promise.kind] += 1
            if promise.destination and promise.kind in {*SPENDING, IntentKind.REST} and not refuses:
                self.refuse(promise.destination)

    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        """What never left, was too late, or was forestalled."""
        promise = self.one_promise(data)
        if promise is not None and not promise.flies(self.books.now):
            self.drop(promise)
            self.steps["give up"] += 1

    @rule()
    def notice(self) -> None:
        """The journal learns what the chain has shown for a while."""
        for promise in self.books.promises:
            if not promise.open and self.intent(promise).state is IntentState.LEAVING:
                self.journal(promise, state=IntentState.DONE)

    @rule(data=st.data())
    def claim_elsewhere(self, data: st.DataObject) -> None:
        life = self.one_of(data, "earned")
        if life is not None:
            self.claimed(life)
            for promise in self.books.open(life.number, IntentKind.CLAIM):
                self.drop(promise)
            self.steps["claim elsewhere"] += 1

    @rule(data=st.data(), kept=st.sampled_from([0, 1500]))
    def spend_elsewhere(self, data: st.DataObject, kept: int) -> None:
        life = self.one_of(data, "locked")
        if life is not None and life.deposit is not None:
            self.spent(life, None, PLACES[1], TENTH - kept, [(life.number, kept)])
            for promise in self.books.open(life.number, *SPENDING):
                self.drop(promise)
            self.steps["spend elsewhere"] += 1

    # -- time -----------------------------------------------------------------------------------

    @rule(data=st.data(), seconds=st.sampled_from([1, INTERVAL, 61, PERIOD]))
    def wait(self, data: st.DataObject, seconds: int) -> None:
        """A while, or until a second before a maturity, or until it."""
        locked = [each.matures for each in self.books.lives.values() if each.phase == "locked"]
        ahead = [each + by for each in locked for by in (-1, 0) if each + by > self.books.now]
        until = data.draw(st.sampled_from([self.books.now + seconds, *ahead, *ahead]))
        self.scene.now = self.books.now = until
        self.steps["wait"] += 1

    @rule(lock=st.sampled_from([INTERVAL, LOCK, LOCK + 7]))
    def prove(self, lock: int) -> None:
        self.scene.prove(lock)
        self.books.blocks_proved(self.scene.sealed, lock)
        self.steps["prove"] += 1

    @rule()
    def close_the_day(self) -> None:
        self.scene.mint()

    @rule(claim=fees, transfer=st.sampled_from([100, 100, 0, None]))
    def ask_for_fees(self, claim: int | None, transfer: int | None) -> None:
        self.books.claim_fee, self.books.transfer_fee = claim, transfer
        self.steps["ask for fees"] += 1

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
            max_examples=60,
            stateful_step_count=60,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(Sessions.states) == set(SessionState)
    assert set(Sessions.pressed) == set(Button)
    assert set(Sessions.busy) == {"Claiming…", "Sync Withdrawals", "Proving…"}
    assert set(Sessions.rebuilt) == {True, False}
    print(
        sum(Sessions.steps.values()),
        Sessions.steps,
        Sessions.states,
        Sessions.pressed,
        Sessions.busy,
        Sessions.rebuilt,
    )
