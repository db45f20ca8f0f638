"""What people want of a node: each wish is an errand for the first person who can have it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random

from tests.integration.moves import fresh_address
from tests.integration.people import Gift
from tests.node.faults.errands import Errand, Wanted
from tests.node.faults.users import Place, Population, User
from winze.protocol import ETHER, Account, ClaimTerms, EthAddress, Field, Note, Timestamp, Wei
from winze.wallet import OwnNote, Payment
from winze.wire import Quote

NOBODY, NOTHING, AT_ONCE = EthAddress.zero(), Wei(0), Timestamp(0)
SMALL = Wei(ETHER // 1000)
"""What changes hands between friends."""

Wish = Callable[[User], Errand | None]
Find = Callable[[], Iterable[OwnNote]]


class Wishes:
    """Makes errands; whatever note one has chosen, no other chooses."""

    def __init__(self, place: Place, population: Population, random: Random) -> None:
        self._place, self._population, self.random = place, population, random
        self.made: Counter[str] = Counter()
        self.any_relayer = False
        """Whether fees go to whoever executes, so that any node may."""
        self._chosen: set[tuple[int, int, Note]] = set()
        self._claimed: set[Field] = set()

    def some(self, count: int, *names: str) -> list[Errand]:
        """So many errands of these kinds in turn, as far as somebody can have them."""
        deck = [name for _ in range(count) for name in names]
        found: list[Errand] = []
        for name in deck:
            if len(found) == count:
                break
            errand = self.one(name)
            if errand is not None:
                found.append(errand)
        return found

    def one(self, name: str) -> Errand | None:
        """An errand of that kind for somebody who can have it."""
        users = self._population.users
        for user in self.random.sample(users, len(users)):
            errand: Errand | None = getattr(self, name)(user)
            if errand is not None:
                self.made[name] += 1
                return errand
        return None

    # -- wishes ---------------------------------------------------------------------------------

    def withdraw(self, user: User, not_before: Timestamp = AT_ONCE) -> Errand | None:
        """A session that has matured, less the fee."""
        return self._leave("withdraw", user, not_before, matured=True)

    def cancel(self, user: User) -> Errand | None:
        """A session that has not."""
        return self._leave("cancel", user, AT_ONCE, matured=False)

    def _leave(
        self, name: str, user: User, not_before: Timestamp, *, matured: bool
    ) -> Errand | None:
        sessions = [own for own in user.mining() if self._has_matured(user, own) == matured]
        session = self._choose(user, sessions)
        if session is None:
            return None
        errand = Errand(name, user, lambda _: None, fresh_address())

        def plan(quote: Quote) -> Wanted | None:
            own = _find(user, session)
            if own is None:
                return None
            errand.amount = Wei(own.note.value - quote.transfer)
            payment = self._payment(quote, errand.recipient, errand.amount)
            return _wanted(user, [own], replace(payment, not_before=not_before), own.account)

        errand.plan = plan
        return errand

    def withdraw_exactly(self, user: User) -> Errand | None:
        """A session that has matured; the main account pays the fee."""
        matured = [own for own in user.mining() if self._has_matured(user, own)]
        return self._with_purse("withdraw_exactly", user, matured, fresh_address())

    def redeposit(self, user: User) -> Errand | None:
        """A session goes on as another one."""
        account = user.new_session()
        errand = self._with_purse("redeposit", user, user.mining(), NOBODY, account)
        if errand is None:
            user.sessions -= 1
        return errand

    def _with_purse(
        self,
        name: str,
        user: User,
        sessions: Iterable[OwnNote],
        recipient: EthAddress,
        into: Account | None = None,
    ) -> Errand | None:
        session = self._choose(user, sessions, take=False)
        purse = None if session is None else self._purse(user)
        if session is None or purse is None:
            return None
        self._take(user, session)

        def plan(quote: Quote) -> Wanted | None:
            own, fee = _find(user, session), purse.find()
            if own is None or fee is None:
                return None
            payment = self._payment(quote, recipient, own.note.value)
            if into is not None:
                inner = into.deposit_note(0, own.note.value, mineable=True).inner
                payment = replace(payment, recipient=self._place.network.pool, inner=inner)
            return _wanted(user, [own, fee], payment, user.main)

        amount = Wei(0) if into is not None else session[1].value
        return Errand(name, user, plan, recipient, amount)

    def give(self, user: User) -> Errand | None:
        """A private payment to somebody else."""
        others = [other for other in self._population.users if other is not user]
        gift = Gift.of(self.random.choice(others), SMALL)
        return self._from_purse("give", user, NOBODY, NOTHING, gift)

    def pay(self, user: User) -> Errand | None:
        """A little from the main account to a fresh address."""
        return self._from_purse("pay", user, fresh_address(), SMALL)

    def pay_a_refuser(self, user: User) -> Errand | None:
        """A little to a contract that takes no payment."""
        return self._from_purse("pay_a_refuser", user, self._population.refusing, SMALL)

    def _from_purse(
        self,
        name: str,
        user: User,
        recipient: EthAddress,
        amount: Wei,
        gift: Gift | None = None,
    ) -> Errand | None:
        purse = self._purse(user)
        if purse is None:
            return None

        def plan(quote: Quote) -> Wanted | None:
            own = purse.find()
            if own is None:
                return None
            payment = self._payment(quote, recipient, amount)
            return Wanted(user.spend([own], payment, user.main, gift))

        return Errand(name, user, plan, recipient, amount)

    def claim(self, user: User) -> Errand | None:
        """The reward of a session that ended in time; the main account pays the fee."""
        ripe = [own for own in user.claimable() if own.claim_id not in self._claimed]
        purse = self._purse(user) if ripe else None
        if purse is None:
            return None
        session = _key(ripe[0])
        self._claimed.add(ripe[0].claim_id)
        terms = ClaimTerms(fresh_address())

        def plan(quote: Quote) -> Wanted | None:
            ended = [own for own in user.claimable() if _key(own) == session]
            fee = purse.find()
            if not ended or fee is None:
                return None
            payment = self._payment(quote, NOBODY, NOTHING)
            payment = replace(payment, fee=quote.claim, claim_id=ended[0].claim_id)
            made = _wanted(user, [fee], payment, user.main)
            return replace(made, claim=user.claim_witness(ended[0], terms))

        return Errand("claim", user, plan, terms.recipient)

    def rival(self, errand: Errand) -> Errand:
        """Another payment from what a request spends, to be brought to the chain by hand."""
        user, spent = errand.user, errand.attempts[-1].nullifiers
        (own,) = (own for own in user.notes() if own.nullifier in spent)
        recipient = fresh_address()

        def plan(quote: Quote) -> Wanted:
            return _wanted(user, [own], self._payment(quote, recipient, SMALL), user.main)

        return Errand("rival", user, plan, recipient, SMALL, by_hand=True)

    # -- notes ----------------------------------------------------------------------------------

    def _purse(self, user: User) -> "Purse | None":
        key = self.fee_money(user)
        return None if key is None else Purse(self, user, key)

    def fee_money(self, user: User) -> tuple[int, Note] | None:
        """A note of the main account that nobody has chosen yet."""
        return self._choose(user, [own for own in user.purse() if own.note.value >= 10 * SMALL])

    def _choose(
        self, user: User, notes: Iterable[OwnNote], *, take: bool = True
    ) -> tuple[int, Note] | None:
        free = [_key(own) for own in notes if (user.number, *_key(own)) not in self._chosen]
        if not free:
            return None
        chosen = self.random.choice(free)
        if take:
            self._take(user, chosen)
        return chosen

    def _take(self, user: User, *notes: tuple[int, Note]) -> None:
        self._chosen |= {(user.number, *note) for note in notes}

    def _has_matured(self, user: User, own: OwnNote) -> bool:
        matures = user.maturity(own)
        return matures is not None and matures <= self._place.now

    def _payment(self, quote: Quote, recipient: EthAddress, amount: Wei) -> Payment:
        relayer = NOBODY if self.any_relayer else quote.relayer
        return Payment(recipient, Wei(amount), quote.transfer, relayer)


@dataclass
class Purse:
    """A note that pays a fee: another one where the chain took back what had made it."""

    wishes: Wishes
    user: User
    key: tuple[int, Note]

    def find(self) -> OwnNote | None:
        """The note, if it can be spent now."""
        if not any(_key(own) == self.key for own in self.user.notes()):
            self.key = self.wishes.fee_money(self.user) or self.key
        return _find(self.user, self.key)


def _key(own: OwnNote) -> tuple[int, Note]:
    return own.account.index, own.note


def _find(user: User, key: tuple[int, Note]) -> OwnNote | None:
    """The note, wherever the chain has put it now."""
    return next((own for own in user.spendable() if _key(own) == key), None)


def _wanted(user: User, inputs: list[OwnNote], payment: Payment, change: Account) -> Wanted:
    return Wanted(user.spend(inputs, payment, change, None))
