"""How what happens is told to the chain, to the journal, and to the second set of books."""

from dataclasses import replace
from random import Random

from hypothesis.stateful import RuleBasedStateMachine

from tests.wallet.sessions.model import Books, Coin, Life, Promise
from tests.wallet.sessions.scenes import NOBODY, POOL, REWARDS, TENTH, Scene
from winze.protocol import MAIN_ACCOUNT, EthAddress, Wei
from winze.wallet import Entry, Intent, IntentKind, IntentState, OwnNote, Session
from winze.wire import RelayRequest

FEE = 10
"""What every transfer costs here, in wei."""

UNSEEN = (IntentKind.PAYOUT, IntentKind.BUILD)
"""What leaves no trace in a wallet's holdings, so that the journal is told of it at once."""


class Playing(RuleBasedStateMachine):
    """One wallet, its chain, and its journal."""

    def __init__(self) -> None:
        super().__init__()
        self.scene, self.books = Scene(), Books()
        self.books.now = self.scene.now

    # -- the journal ----------------------------------------------------------------------------

    def promise(
        self,
        kind: IntentKind,
        account: int,
        coins: list[Coin] | None = None,
        *,
        amount: int = 0,
        onward: int | None = None,
        relayed: bool = True,
    ) -> Promise:
        intent = self.scene.write(
            kind,
            account,
            IntentState.PLANNED,
            amount=Wei(amount or TENTH),
            onward=onward,
            relayed=relayed,
            rewards=REWARDS if kind in {IntentKind.WITHDRAW, IntentKind.REDEPOSIT} else NOBODY,
        )
        made = Promise(kind, account, intent.id, coins or [])
        made.amount, made.onward, made.relayed = amount, onward, relayed
        self.books.promises.append(made)
        return made

    def journal(self, promise: Promise, **changes: object) -> None:
        places = [each.id for each in self.scene.intents]
        place = places.index(promise.intent)
        self.scene.intents[place] = self.scene.intents[place].but(**changes)

    def intent(self, promise: Promise) -> Intent:
        return next(each for each in self.scene.intents if each.id == promise.intent)

    def drop(self, promise: Promise) -> None:
        promise.open = False
        self.journal(promise, state=IntentState.FAILED)
        number = promise.account if promise.kind is IntentKind.MINE else promise.onward
        begun = None if number is None else self.books.lives.get(number)
        if begun is not None and begun.phase == "asked for":
            del self.books.lives[begun.number]

    # -- what is there --------------------------------------------------------------------------

    def free(self, account: int, least: int = 0) -> list[Coin]:
        """The account's proved coins that nothing else is to spend, the least first."""
        meant = {coin for each in self.books.promises if each.open for coin in each.coins}
        coins = [coin for coin in self.books.proved_coins(account) if coin not in meant]
        worth_it = [coin for coin in coins if coin.value > least + FEE]
        return sorted(worth_it, key=lambda coin: (coin.value, coin.note.position))

    def one_of(self, chance: Random, *phases: str) -> Life | None:
        found = [each for each in self.books.lives.values() if each.phase in phases]
        return chance.choice(found) if found else None

    def one_promise(self, chance: Random, *, left: bool | None = None) -> Promise | None:
        found = [each for each in self.books.promises if each.open and left in {None, each.left}]
        return chance.choice(found) if found else None

    # -- the chain ------------------------------------------------------------------------------

    def deposited(self, number: int, note: OwnNote) -> None:
        life = self.books.lives[number]
        life.phase, life.deposit = "deposited", note
        life.deposited, life.block = self.books.now, note.position.block

    def spent(
        self,
        life: Life,
        promise: Promise | None,
        where: EthAddress,
        amount: int,
        kept: list[tuple[int, int]],
    ) -> None:
        """A session's deposit is spent; what was planned for its reward stands in its change."""
        assert life.deposit is not None
        coins = promise.coins if promise else []
        onward = promise.onward if promise else None
        said = REWARDS if any(value for _, value in kept) else NOBODY
        self.move(coins, where, amount, kept, promise, deposit=life.deposit, said=said)
        life.phase, life.executed = "spent", self.books.now
        life.block = self.scene.spends[-1].block
        life.destination = None if where == POOL else where
        if onward is not None:
            self.deposited(onward, self.scene.notes[-1])

    def move(
        self,
        coins: list[Coin],
        where: EthAddress,
        amount: int,
        kept: list[tuple[int, int]],
        promise: Promise | None = None,
        *,
        deposit: OwnNote | None = None,
        said: EthAddress = NOBODY,
    ) -> None:
        """A transfer is executed, whose outputs are coins again."""
        inputs = [*([deposit] if deposit else []), *(coin.note for coin in coins)]
        brought = deposit is None and all(each.account.index == MAIN_ACCOUNT for each in inputs)
        made = self.scene.spend(
            inputs,
            where,
            amount,
            [each for each in kept if each[1] > 0],
            rewards=said,
            request=self.request(promise),
            onward=promise.onward if promise else None,
        )
        for coin in coins:
            self.books.heap(coin.note.account.index).remove(coin)
        for out in made.outputs:
            index = out.account.index
            self.books.heap(index).append(Coin(out, brought and index != MAIN_ACCOUNT))

    def request(self, promise: Promise | None) -> RelayRequest | None:
        return None if promise is None else self.intent(promise).request

    def claimed(self, life: Life, promise: Promise | None = None) -> None:
        """A claim counts, and its fee is taken in the same transaction."""
        assert life.deposit is not None
        made = self.scene.claim(life.deposit)
        life.phase, life.claimed = "claimed", self.books.now
        if promise is not None and promise.coins:
            (coin,) = promise.coins
            index = coin.note.account.index
            self.move([coin], NOBODY, 0, [(index, coin.value - FEE)], promise)
            last = self.scene.spends[-1]
            self.scene.spends[-1] = replace(last, happened=made.happened)

    def mint(self) -> None:
        """The ITX of all closed days is sent."""
        self.scene.mint()
        self.books.minted()

    # -- keeping what was promised --------------------------------------------------------------

    def kept(self, promise: Promise) -> bool:
        """Whether the chain could carry it out, which it has done then."""
        life = self.books.lives.get(promise.account)
        worth = sum(coin.value for coin in promise.coins)
        match promise.kind:
            case IntentKind.MINE:
                self.deposited(promise.account, self.scene.mine(promise.account))
            case IntentKind.WITHDRAW | IntentKind.CANCEL | IntentKind.REDEPOSIT:
                return self._kept_spending(promise, life, worth)
            case IntentKind.CLAIM:
                if life is None or life.phase != "earned":
                    return False
                self.claimed(life, promise)
            case IntentKind.TOP_UP:
                made = self.scene.deposit(promise.account, promise.amount)
                self.books.heap(promise.account).append(Coin(made, brought=True))
                self.journal(promise, deposit_number=made.number)
            case IntentKind.DISTRIBUTE:
                self.mint()
            case IntentKind.PAYOUT:
                assert promise.destination is not None
                self.books.refused.pop(promise.destination, None)
                self.scene.withdrawable.pop(promise.destination, None)
            case IntentKind.BUILD:
                pass
            case _:
                self._kept_transfer(promise, worth)
        if promise.kind in UNSEEN:
            self.journal(promise, state=IntentState.DONE)
        return True

    def _kept_spending(self, promise: Promise, life: Life | None, worth: int) -> bool:
        if life is None or life.phase != "locked":
            return False
        change = (MAIN_ACCOUNT, worth - FEE) if worth else (life.number, TENTH - promise.amount)
        where = POOL if promise.onward is not None else promise.destination
        assert where is not None
        self.spent(life, promise, where, promise.amount, [change])
        return True

    def _kept_transfer(self, promise: Promise, worth: int) -> None:
        left, index, where = worth - FEE, promise.account, promise.destination or NOBODY
        amount = promise.amount
        match promise.kind:
            case IntentKind.MOVE:
                outputs, paid = [(index, amount), (MAIN_ACCOUNT, left - amount)], 0
            case IntentKind.SEND:
                outputs, paid = [(MAIN_ACCOUNT, left - amount)], 0
            case IntentKind.TRANSFER_OUT:
                outputs, paid = [(MAIN_ACCOUNT, left - amount)], amount
            case IntentKind.REST:
                outputs, paid = [], left
            case _:
                outputs, paid = [(MAIN_ACCOUNT, left)], 0
        self.move(promise.coins, where if paid else NOBODY, paid, outputs, promise)

    def refuse(self, where: EthAddress) -> None:
        """A destination does not take what it was paid."""
        self.books.refused[where] = self.books.refused.get(where, 0) + 1
        self.scene.withdrawable[where] = Wei(self.books.refused[where])


def but_for_what_is_lost(known: Session, rebuilt: Session) -> bool:
    """Whether a session shown without its journal is the same, apart from what it names as lost."""
    if rebuilt.lost:
        known, rebuilt = (replace(each, rewards=None, lost=()) for each in (known, rebuilt))
    return known == rebuilt


def same_entry(known: Entry, rebuilt: Entry) -> bool:
    """The same for an entry of the history; a note to oneself is the journal's alone."""
    known = replace(known, text="")
    if rebuilt.lost:
        known = replace(known, amount=None, fee=None, counterparty="", lost=rebuilt.lost)
    return known == rebuilt
