"""Random histories: what people do, in an order that the seed decides.

Moves come from a shuffled deck, so that each is played once before any comes again; one that is
impossible just now waits for its time. What the chain itself decides (hashes, locks) no seed can.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from eth_account import Account as EthAccount

from tests.integration.people import Gift, Person, Spending
from tests.integration.town import FIRST_PERSON, PASSER_BY, Proved, Town
from winze.circuits import Proof
from winze.contracts import ContractEvent, Sender
from winze.devnet import Refuser, deploy_refuser
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    FIELD_ORDER,
    Account,
    Claim,
    Claimed,
    ClaimTerms,
    EthAddress,
    Field,
    Note,
    Period,
    Seconds,
    Timestamp,
    Transferred,
    Unpaid,
    Wei,
    period_at,
    period_start,
)
from winze.wallet import OwnNote, Payment

PEOPLE = 4
FEES = tuple(Wei(fee) for fee in (0, 10**14, 2 * 10**14, 5 * 10**14))
FEE_MONEY = Wei(ETHER // 20)
BATCH = 4
"""Moves in one transaction; some are two transfers."""
CLAIMS = 2
"""Claims in one transaction, duplicates not counted."""
FAR = 10**7
"""Seconds that no history lasts."""

Move = Callable[[Person], list[Spending] | None]
"""Transfers that somebody makes; None where that is impossible just now."""


class History:
    """One history of a town."""

    def __init__(self, town: Town, people: Sequence[Person], refuser: Refuser, seed: int) -> None:
        self.town, self.people, self._refuser = town, people, refuser
        self.random = Random(seed)  # noqa: S311 - a story, not a secret
        self.paid: dict[EthAddress, int] = {}
        """Wei that fresh addresses should hold."""
        self.fees = 0
        """Wei that the relayer earned."""
        self.waiting = 0
        """Wei that the refuser could not take."""
        self.rewarded: dict[Period, list[EthAddress]] = {}
        self.played: Counter[str] = Counter()
        """How often each kind of move was made."""
        self._deck: list[Move] = []
        self._executed: list[Proved] = []

    @classmethod
    async def begin(cls, town: Town, seed: int) -> "History":
        people = [await Person.settle(town, FIRST_PERSON + i) for i in range(PEOPLE)]
        refuser = await deploy_refuser(town.devnet.sender(PASSER_BY))
        town.refusing.add(refuser.address)
        return cls(town, people, refuser, seed)

    async def play(self, rounds: int) -> None:
        """Everything before the last period ends."""
        await self.arrive()
        for number in range(rounds):
            # Some locks have ended then and others have not, at first.
            await self.wait(min if number == 0 else self.random.choice)
            await self.claim()
            await self.deposit(self.random.randrange(3))
            await self.change_the_interval()
            await self.transfer()
            await self.build()
        await self.wait(max)
        await self.transfer()
        await self.build()
        await self.claim()
        await self.collect()
        await self.build()

    # -- deposits -------------------------------------------------------------------------------

    async def arrive(self) -> None:
        """Everybody deposits money for fees, and mines."""
        sendings = []
        for person in self.people:
            purse = person.new_note(person.main, FEE_MONEY, mine=False)
            # Twice the same: two notes of one commitment, of which each can be spent.
            sendings += [(person, person.main, purse), (person, person.main, purse)]
            sendings.append(self._new_session(person))
        await self._deposit(sendings)
        await self.build()

    async def deposit(self, count: int) -> None:
        """A few more deposits, mining or not, some of them at the same time."""
        sendings = []
        for person in self.random.sample(self.people, min(count, PEOPLE)):
            kind = self.random.choice(["mine", "mine", "plain", "denomination"])
            if kind == "mine":
                sendings.append(self._new_session(person))
                continue
            odd = Wei(self.random.randrange(1, ETHER))
            value = odd if kind == "plain" else self._denomination()
            sendings.append((person, person.main, person.new_note(person.main, value, mine=False)))
        await self._deposit(sendings)

    def _new_session(self, person: Person) -> tuple[Person, Account, Note]:
        account = person.new_session()
        return person, account, person.new_note(account, self._denomination(), mine=True)

    def _denomination(self) -> Wei:
        return self.random.choice(sorted(DENOMINATIONS)[:3])

    async def _deposit(self, sendings: Sequence[tuple[Person, Account, Note]]) -> None:
        if not sendings:
            return
        sender = self.town.devnet.sender
        await self.town.deposit(*((sender(who.number), note) for who, _, note in sendings))
        for who, account, note in sendings:
            who.book.append((account.index, note))

    # -- transfers ------------------------------------------------------------------------------

    async def transfer(self) -> None:
        """A batch of transfers, some of which are passed over, by the relayer or somebody else."""
        spendings = [spending for made in self._moves() for spending in made]
        proved = await asyncio.gather(*(spending.prove() for spending in spendings))
        if self._executed and self.random.random() < 0.5:
            self.played["repeat"] += 1
            proved.insert(self.random.randrange(len(proved) + 1), self._executed[0])
        if not proved:
            return
        self.random.shuffle(proved)
        events = await self.town.execute(self.town.relayer, proved)
        self._write_down(spendings, proved, events)

    def _moves(self) -> Iterator[list[Spending]]:
        """The next moves of the deck that are possible now."""
        deck, self._deck = self._deck or self._new_deck(), []
        played = 0
        for move in deck:
            made = self._try(move) if played < BATCH else None
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
        self.random.shuffle(deck)
        # Its time passes: in the end everything has matured.
        return sorted(deck, key=lambda move: move != self.cancel)

    def _try(self, move: Move) -> list[Spending] | None:
        """Have the first person make the move who can."""
        for person in self.random.sample(self.people, PEOPLE):
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
        fee = self.random.choice(FEES)
        kept = self.random.choice([0, 2 * fee])
        payment = self._payment(_fresh_address(), own.note.value - fee - kept, fee)
        return [person.spend([own], payment, own.account, None)]

    def withdraw_exactly(self, person: Person) -> list[Spending] | None:
        """A session that has matured, just what was deposited; the main account pays the fee."""
        own = self._pick(own for own in person.mining() if self._has_matured(person, own))
        purse = self._pick(own for own in person.purse() if own.note.value >= max(FEES))
        if own is None or purse is None:
            return None
        payment = self._payment(_fresh_address(), own.note.value)
        return [person.spend([own, purse], payment, person.main, None)]

    def cancel(self, person: Person) -> list[Spending] | None:
        """A session that has not matured; all of it goes to the main account, or out."""
        own = self._pick(own for own in person.mining() if not self._has_matured(person, own))
        if own is None:
            return None
        fee = self.random.choice(FEES)
        amount = self.random.choice([0, own.note.value - fee])
        to = _fresh_address() if amount else EthAddress.zero()
        return [person.spend([own], self._payment(to, amount, fee), person.main, None)]

    def redeposit(self, person: Person) -> list[Spending] | None:
        """A session goes on as another one, matured or not, without leaving the pool."""
        own = self._pick(person.mining())
        purse = self._pick(own for own in person.purse() if own.note.value >= max(FEES))
        if own is None or purse is None:
            return None
        account = person.new_session()
        note = person.new_note(account, own.note.value, mine=True)
        payment = replace(self._payment(self.town.network.pool, note.value), inner=note.inner)
        made = person.spend([own, purse], payment, person.main, None)
        return [replace(made, again=(account, note))]

    def give(self, person: Person) -> list[Spending] | None:
        """A private payment to somebody else's main account."""
        purse = self._pick(own for own in person.purse() if own.note.value > max(FEES))
        if purse is None:
            return None
        payment = self._payment()
        most = purse.note.value - payment.fee
        others = [other for other in self.people if other is not person]
        gift = Gift.of(self.random.choice(others), Wei(self.random.randrange(1, most + 1)))
        return [person.spend([purse], payment, person.main, gift)]

    def merge(self, person: Person) -> list[Spending] | None:
        """Two notes of the main account become one."""
        purse = [own for own in person.purse() if own.note.value >= max(FEES)]
        if len(purse) < 2:
            return None
        inputs = self.random.sample(purse, 2)
        return [person.spend(inputs, self._payment(), person.main, None)]

    def withdraw_to_a_refuser(self, person: Person) -> list[Spending] | None:
        """Part of the main account's money to a contract that takes none."""
        purse = self._pick(own for own in person.purse() if own.note.value > max(FEES))
        if purse is None:
            return None
        amount = self.random.randrange(1, purse.note.value - max(FEES) + 1)
        payment = self._payment(self._refuser.address, amount)
        return [person.spend([purse], payment, person.main, None)]

    def too_early(self, person: Person) -> list[Spending] | None:
        """A transfer that nobody may execute in this history."""
        return self._mischief(person, not_before=Timestamp(self._now + FAR))

    def too_late(self, person: Person) -> list[Spending] | None:
        """One whose time is over."""
        return self._mischief(person, deadline=Timestamp(self._now - FAR))

    def for_no_claim(self, person: Person) -> list[Spending] | None:
        """A fee for a claim that was never made."""
        return self._mischief(person, claim_id=Field(self.random.randrange(1, FIELD_ORDER)))

    def twice(self, person: Person) -> list[Spending] | None:
        """Two transfers of the same note; the one that comes first is executed."""
        first = self.give(person)
        if first is None:
            return None
        spent = first[0].witness.inputs[0].nullifier
        (own,) = (own for own in person.purse() if own.nullifier == spent)
        return [*first, person.spend([own], self._payment(), person.main, None)]

    def _mischief(self, person: Person, **terms: Timestamp | Field) -> list[Spending] | None:
        purse = self._pick(own for own in person.purse() if own.note.value >= max(FEES))
        if purse is None:
            return None
        payment = replace(self._payment(), **terms)  # type: ignore[arg-type]
        return [person.spend([purse], payment, person.main, None)]

    def _payment(
        self, to: EthAddress | None = None, amount: int = 0, fee: Wei | None = None
    ) -> Payment:
        """A payment whose fee goes to the relayer, or to whoever executes it."""
        relayer = self.random.choice([self.town.relayer.address, EthAddress.zero()])
        fee = self.random.choice(FEES) if fee is None else fee
        return Payment(to or EthAddress.zero(), Wei(amount), fee, relayer)

    def _has_matured(self, person: Person, own: OwnNote) -> bool:
        matures = person.maturity(own)
        return matures is not None and matures <= self._now

    @property
    def _now(self) -> Timestamp:
        return self.town.follower.now

    def _pick(self, notes: Iterator[OwnNote] | Sequence[OwnNote]) -> OwnNote | None:
        found = list(notes)
        return self.random.choice(found) if found else None

    def _write_down(
        self,
        spendings: Sequence[Spending],
        proved: Sequence[Proved],
        events: Sequence[ContractEvent],
    ) -> None:
        executed = {event.out1 for event in events if isinstance(event, Transferred)}
        self.waiting += sum(event.amount for event in events if isinstance(event, Unpaid))
        for spending in spendings:
            if spending.witness.statement.out1 in executed:
                spending.happened()
            spending.person.promised.clear()
        for transfer, _ in proved:
            if transfer.out1 not in executed:
                continue
            self.fees += transfer.fee
            elsewhere = {self.town.network.pool, self._refuser.address, EthAddress.zero()}
            if transfer.recipient not in elsewhere:
                self.paid[transfer.recipient] = transfer.amount
        self._executed += [each for each in proved if each[0].out1 in executed]

    # -- claims ---------------------------------------------------------------------------------

    async def claim(self) -> None:
        """Claim what can be, with fees where there is money for them, and some of it twice."""
        ripe = [(person, own) for person in self.people for own in person.matured()]
        self.random.shuffle(ripe)
        if not ripe:
            return
        chosen = ripe[:CLAIMS]
        claims = list(await asyncio.gather(*(self._prove_claim(*each) for each in chosen)))
        feeing = [self._fee_for(*each) for each in chosen]
        spendings = [spending for spending in feeing if spending is not None]
        fees = list(await asyncio.gather(*(spending.prove() for spending in spendings)))
        if len(fees) < len(claims) or self.random.random() < 0.3:
            events = await self._claim_alone(claims)
            events += await self.town.execute(self.town.relayer, fees) if fees else []
        else:
            self.played["claim through the relay"] += 1
            if self.random.random() < 0.5:
                self.played["claim twice"] += 1
                claims.append(claims[0])
            events = await self.town.relay_claims(claims, fees)
        self._write_down(spendings, fees, events)
        for event in events:
            if isinstance(event, Claimed):
                self.rewarded.setdefault(Period(event.period), []).append(event.recipient)
        counted = {event.claim_id for event in events if isinstance(event, Claimed)}
        for person, own in chosen:
            person.claimed |= {own.claim_id} & counted

    async def _claim_alone(self, claims: Sequence[tuple[Claim, Proof]]) -> list[ContractEvent]:
        """Without the relay: whoever wants may send a claim."""
        contents, proofs = [claim for claim, _ in claims], [proof for _, proof in claims]
        self.played["claim alone"] += 1
        return await self.town.send(
            self.town.devnet.sender(PASSER_BY),
            self.town.rewards.claim(contents, proofs),
            partial(self.town.mirror.rewards.claim, claims=contents, proofs=proofs),
        )

    async def _prove_claim(self, person: Person, own: OwnNote) -> tuple[Claim, Proof]:
        # Some use an address again.
        known = [address for period in self.rewarded.values() for address in period]
        recipient = self.random.choice([_fresh_address(), *known[:1]])
        return await person.prove_claim(own, ClaimTerms(recipient))

    def _fee_for(self, person: Person, own: OwnNote) -> Spending | None:
        """A fee that is only good once the claim was made; the same note may promise it twice."""
        purse = self._pick(own for own in person.purse() if own.note.value >= max(FEES))
        if purse is None:
            return None
        payment = Payment(fee=max(FEES), relayer=self.town.relayer.address, claim_id=own.claim_id)
        return person.spend([purse], payment, person.main, None)

    # -- time -----------------------------------------------------------------------------------

    async def build(self) -> None:
        """Have everything proved; sometimes what is open is sealed before anybody begins."""
        if self.random.random() < 0.7:
            await self.town.seal()
            await self.town.devnet.clock.mine(self.town.network.profile.confirmations + 3)
        await self.town.build()

    async def wait(self, which: Callable[[Sequence[Timestamp]], Timestamp]) -> None:
        """Skip the time until one of the sessions matures, which `which` chooses."""
        await self.town.follower.sync()
        waiting = [
            matures
            for person in self.people
            for own in person.mining()
            if (matures := person.maturity(own)) is not None and matures > self._now
        ]
        if waiting:
            await self.town.advance_to(which(waiting))
            await self.town.devnet.clock.mine(self.town.network.profile.confirmations)
            await self.town.follower.sync()

    async def change_the_interval(self) -> None:
        """The owner has blocks stay open for longer, or shorter."""
        profile = self.town.network.profile
        interval = self.random.randint(profile.seal_interval_min, profile.seal_interval_max)
        model = self.town.mirror.pool
        await self.town.send(
            self.town.devnet.owner,
            self.town.pool.set_seal_interval(Seconds(interval)),
            partial(model.set_seal_interval, seconds=interval),
        )

    async def collect(self) -> None:
        """What the refuser could not take is paid elsewhere."""
        assert await self.town.pool.withdrawable(self._refuser.address) == self.waiting
        if not self.waiting:
            return
        home = _fresh_address()
        call = self.town.pool.withdraw(self._refuser.address, home)
        await self.town.send(
            self.town.devnet.sender(PASSER_BY),
            self._refuser.forward(call),
            partial(self.town.mirror.pool.withdraw, account=self._refuser.address, to=home),
            caller=self._refuser.address,
        )
        self.paid[home] = self.waiting

    async def close(self) -> None:
        """The periods end, and their ITX is minted, by two who do not know of each other."""
        network = self.town.network
        length = network.profile.period
        now = period_at(await self.town.devnet.clock.now(), network.genesis, length)
        end = period_start(Period(now + 1), network.genesis, length)
        await self.town.advance_to(Timestamp(end))
        for period, recipients in self.rewarded.items():
            half = recipients[: len(recipients) // 2 + 1]
            await self._distribute(self.town.devnet.sender(PASSER_BY), period, half)
            await self._distribute(self.town.relayer, period, recipients)

    async def _distribute(
        self, sender: Sender, period: Period, recipients: Sequence[EthAddress]
    ) -> None:
        await self.town.send(
            sender,
            self.town.rewards.distribute(period, recipients),
            partial(self.town.mirror.rewards.distribute, period=period, recipients=recipients),
        )


def _fresh_address() -> EthAddress:
    """An address that nobody has seen before; its key is thrown away."""
    return EthAddress(EthAccount.create().address)
