"""What people can do with their notes: a deck of moves, shuffled by the seed.

Each is played once before any comes again; one that is impossible just now waits for its time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from eth_account import Account as EthAccount

from tests.integration.people import Gift, Person, Spending
from tests.integration.town import Town
from winze.protocol import FIELD_ORDER, EthAddress, Field, Timestamp, Wei
from winze.wallet import OwnNote, Payment

FEES = tuple(Wei(fee) for fee in (0, 10**14, 2 * 10**14, 5 * 10**14))
FAR = 10**7
"""Seconds that no history lasts."""

Move = Callable[[Person], list[Spending] | None]
"""Transfers that somebody makes; None where that is impossible just now."""


class Moves:
    """The deck of one history."""

    def __init__(
        self, town: Town, people: Sequence[Person], refuser: EthAddress, random: Random
    ) -> None:
        self._town, self._people, self._refuser, self._random = town, people, refuser, random
        self.played: Counter[str] = Counter()
        """How often each kind of move was made."""
        self._deck: list[Move] = []

    def next(self, count: int) -> Iterator[list[Spending]]:
        """The next `count` moves of the deck that are possible now."""
        deck, self._deck = self._deck or self._new_deck(), []
        played = 0
        for move in deck:
            made = self._try(move) if played < count else None
            if made is None:
                self._deck.append(move)
            else:
                played += 1
                yield made

    def _new_deck(self) -> list[Move]:
        deck: list[Move] = [
            self.withdraw,
            self.withdraw_exactly,
            self.cancel,
            self.redeposit,
            self.give,
            self.merge,
            self.withdraw_to_a_refuser,
            self.too_early,
            self.too_late,
            self.for_no_claim,
            self.twice,
        ]
        self._random.shuffle(deck)
        # Its time passes: in the end everything has matured.
        return sorted(deck, key=lambda move: move != self.cancel)

    def _try(self, move: Move) -> list[Spending] | None:
        """Have the first person make the move who can."""
        for person in self._random.sample(self._people, len(self._people)):
            made = move(person)
            if made is not None:
                self.played[move.__name__] += 1
                for spending in made:
                    inputs = [each for each in spending.witness.inputs if each.membership]
                    person.promised |= {spent.nullifier for spent in inputs}
                return made
        return None

    def withdraw(self, person: Person) -> list[Spending] | None:
        """A session that has matured, less the fee; what is left over stays in its account."""
        own = self._pick(own for own in person.mining() if self._has_matured(person, own))
        if own is None:
            return None
        fee = self._random.choice(FEES)
        kept = self._random.choice([0, 2 * fee])
        payment = self._payment(fresh_address(), own.note.value - fee - kept, fee)
        return [person.spend([own], payment, own.account, None)]

    def withdraw_exactly(self, person: Person) -> list[Spending] | None:
        """A session that has matured, just what was deposited; the main account pays the fee."""
        own = self._pick(own for own in person.mining() if self._has_matured(person, own))
        purse = self.fee_money(person)
        if own is None or purse is None:
            return None
        payment = self._payment(fresh_address(), own.note.value)
        return [person.spend([own, purse], payment, person.main, None)]

    def cancel(self, person: Person) -> list[Spending] | None:
        """A session that has not matured; all of it goes to the main account, or out."""
        own = self._pick(own for own in person.mining() if not self._has_matured(person, own))
        if own is None:
            return None
        fee = self._random.choice(FEES)
        amount = self._random.choice([0, own.note.value - fee])
        to = fresh_address() if amount else EthAddress.zero()
        return [person.spend([own], self._payment(to, amount, fee), person.main, None)]

    def redeposit(self, person: Person) -> list[Spending] | None:
        """A session goes on as another one, matured or not, without leaving the pool."""
        own = self._pick(person.mining())
        purse = self.fee_money(person)
        if own is None or purse is None:
            return None
        account = person.new_session()
        note = person.new_note(account, own.note.value, mine=True)
        payment = replace(self._payment(self._town.network.pool, note.value), inner=note.inner)
        made = person.spend([own, purse], payment, person.main, None)
        return [replace(made, again=(account, note))]

    def give(self, person: Person) -> list[Spending] | None:
        """A private payment to somebody else's main account."""
        purse = self._pick(own for own in person.purse() if own.note.value > max(FEES))
        if purse is None:
            return None
        payment = self._payment()
        most = purse.note.value - payment.fee
        others = [other for other in self._people if other is not person]
        gift = Gift.of(self._random.choice(others), Wei(self._random.randrange(1, most + 1)))
        return [person.spend([purse], payment, person.main, gift)]

    def merge(self, person: Person) -> list[Spending] | None:
        """Two notes of the main account become one."""
        purse = [own for own in person.purse() if own.note.value >= max(FEES)]
        if len(purse) < 2:
            return None
        inputs = self._random.sample(purse, 2)
        return [person.spend(inputs, self._payment(), person.main, None)]

    def withdraw_to_a_refuser(self, person: Person) -> list[Spending] | None:
        """Part of the main account's money to a contract that takes none."""
        purse = self._pick(own for own in person.purse() if own.note.value > max(FEES))
        if purse is None:
            return None
        amount = self._random.randrange(1, purse.note.value - max(FEES) + 1)
        payment = self._payment(self._refuser, amount)
        return [person.spend([purse], payment, person.main, None)]

    def too_early(self, person: Person) -> list[Spending] | None:
        """A transfer that nobody may execute in this history."""
        return self._mischief(person, not_before=Timestamp(self._now + FAR))

    def too_late(self, person: Person) -> list[Spending] | None:
        """One whose time is over."""
        return self._mischief(person, deadline=Timestamp(self._now - FAR))

    def for_no_claim(self, person: Person) -> list[Spending] | None:
        """A fee for a claim that was never made."""
        return self._mischief(person, claim_id=Field(self._random.randrange(1, FIELD_ORDER)))

    def twice(self, person: Person) -> list[Spending] | None:
        """Two transfers of the same note; the one that comes first is executed."""
        first = self.give(person)
        if first is None:
            return None
        spent = first[0].witness.inputs[0].nullifier
        (own,) = (own for own in person.purse() if own.nullifier == spent)
        return [*first, person.spend([own], self._payment(), person.main, None)]

    def _mischief(self, person: Person, **terms: Timestamp | Field) -> list[Spending] | None:
        purse = self.fee_money(person)
        if purse is None:
            return None
        payment = replace(self._payment(), **terms)  # type: ignore[arg-type]
        return [person.spend([purse], payment, person.main, None)]

    def fee_money(self, person: Person) -> OwnNote | None:
        """A note of the main account that can pay any fee."""
        return self._pick(own for own in person.purse() if own.note.value >= max(FEES))

    def _payment(
        self, to: EthAddress | None = None, amount: int = 0, fee: Wei | None = None
    ) -> Payment:
        """A payment whose fee goes to the relayer, or to whoever executes it."""
        relayer = self._random.choice([self._town.relayer.address, EthAddress.zero()])
        fee = self._random.choice(FEES) if fee is None else fee
        return Payment(to or EthAddress.zero(), Wei(amount), fee, relayer)

    def _has_matured(self, person: Person, own: OwnNote) -> bool:
        matures = person.maturity(own)
        return matures is not None and matures <= self._now

    @property
    def _now(self) -> Timestamp:
        return self._town.follower.now

    def _pick(self, notes: Iterable[OwnNote]) -> OwnNote | None:
        found = list(notes)
        return self._random.choice(found) if found else None


def fresh_address() -> EthAddress:
    """An address that nobody has seen before; its key is thrown away."""
    return EthAddress(EthAccount.create().address)
