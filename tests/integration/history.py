"""Random histories: what happens on a network, in an order that the seed decides.

What the chain itself decides (hashes, and so locks) no seed can.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from tests.integration.moves import FEES, Moves, fresh_address
from tests.integration.people import Person, Spending
from tests.integration.town import FIRST_PERSON, PASSER_BY, Proved, Town
from winze.circuits import Proof
from winze.contracts import ContractEvent, Sender
from winze.devnet import Refuser, deploy_refuser
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    HASH_WINDOW,
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
FEE_MONEY = Wei(ETHER // 20)
BATCH = 4
"""Moves in one transaction; some are two transfers."""
CLAIMS = 2
"""Claims in one transaction, duplicates not counted."""


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
        self.rewarded: dict[Period, list[Field]] = {}
        """The ids of the claims that were counted, in their order."""
        self.recipients: list[EthAddress] = []
        """Who earned points."""
        self._moves = Moves(town, people, refuser.address, self.random)
        self._executed: list[Proved] = []

    @property
    def happened(self) -> Counter[str]:
        """How often each kind of move was made, and each kind of event came."""
        return self._moves.played + self.town.seen

    @classmethod
    async def begin(cls, town: Town, seed: int) -> "History":
        people = [await Person.settle(town, FIRST_PERSON + i) for i in range(PEOPLE)]
        refuser = await deploy_refuser(town.devnet.sender(PASSER_BY))
        town.refusing.add(refuser.address)
        town.mirror.expect(refuser)
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
        await self.build(late=True)
        await self.claim()
        await self.collect()
        await self.build(late=True)  # if nobody had anything left to transfer before

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
        spendings = [spending for made in self._moves.next(BATCH) for spending in made]
        proved = await asyncio.gather(*(spending.prove() for spending in spendings))
        if self._executed and self.random.random() < 0.5:
            self._moves.played["repeat"] += 1
            proved.insert(self.random.randrange(len(proved) + 1), self._executed[0])
        if not proved:
            return
        self.random.shuffle(proved)
        sender = self.random.choice([self.town.relayer, self.town.devnet.sender(PASSER_BY)])
        self._write_down(spendings, proved, await self.town.execute(sender, proved), sender)

    def _write_down(
        self,
        spendings: Sequence[Spending],
        proved: Sequence[Proved],
        events: Sequence[ContractEvent],
        sender: Sender,
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
            payee = sender.address if transfer.relayer.is_zero else transfer.relayer
            self.fees += transfer.fee if payee == self.town.relayer.address else 0
            elsewhere = {self.town.network.pool, self._refuser.address, EthAddress.zero()}
            if transfer.recipient not in elsewhere:
                self.paid[transfer.recipient] = transfer.amount
        self._executed += [each for each in proved if each[0].out1 in executed]

    # -- claims ---------------------------------------------------------------------------------

    async def claim(self) -> None:
        """Claim what can be, with fees where there is money for them, and some of it twice."""
        ripe = [(person, own) for person in self.people for own in person.claimable()]
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
            if fees:
                events = [*events, *await self.town.execute(self.town.relayer, fees)]
        else:
            self._moves.played["claim through the relay"] += 1
            if self.random.random() < 0.5:
                self._moves.played["claim twice"] += 1
                claims.append(claims[0])
            events = await self.town.relay_claims(claims, fees)
        self._write_down(spendings, fees, events, self.town.relayer)
        for event in events:
            if isinstance(event, Claimed):
                self.rewarded.setdefault(Period(event.period), []).append(Field(event.claim_id))
                self.recipients.append(event.recipient)
        counted = {event.claim_id for event in events if isinstance(event, Claimed)}
        for person, own in chosen:
            person.claimed |= {own.claim_id} & counted

    async def _claim_alone(self, claims: Sequence[tuple[Claim, Proof]]) -> Sequence[ContractEvent]:
        """Without the relay: whoever wants may send a claim."""
        contents, proofs = [claim for claim, _ in claims], [proof for _, proof in claims]
        self._moves.played["claim alone"] += 1
        call = self.town.rewards.claim(contents, proofs)
        return await self.town.send(self.town.devnet.sender(PASSER_BY), call)

    async def _prove_claim(self, person: Person, own: OwnNote) -> tuple[Claim, Proof]:
        # Some use an address again.
        recipient = self.random.choice([fresh_address(), *self.recipients[:1]])
        return await person.prove_claim(own, ClaimTerms(recipient))

    def _fee_for(self, person: Person, own: OwnNote) -> Spending | None:
        """A fee that is only good once the claim was made; the same note may promise it twice."""
        purse = self._moves.fee_money(person)
        if purse is None:
            return None
        # For whoever calls: the relay, which hands it over, or the relayer itself.
        payment = Payment(fee=max(FEES), claim_id=own.claim_id)
        return person.spend([purse], payment, person.main, None)

    # -- time -----------------------------------------------------------------------------------

    async def build(self, *, late: bool = False) -> None:
        """Have everything proved; sometimes what is open is sealed before anybody begins.

        With `late` the chain has forgotten the draw by then, and it is drawn again.
        """
        if late or self.random.random() < 0.7:
            await self.town.seal()
            passed = HASH_WINDOW if late else self.town.network.profile.confirmations
            await self.town.devnet.clock.mine(passed + 3)
        await self.town.build()

    async def wait(self, which: Callable[[Sequence[Timestamp]], Timestamp]) -> None:
        """Skip the time until one of the sessions matures, which `which` chooses."""
        await self.town.follower.sync()
        waiting = [
            matures
            for person in self.people
            for own in person.mining()
            if (matures := person.maturity(own)) is not None and matures > self.town.follower.now
        ]
        if waiting:
            await self.town.devnet.clock.reach(which(waiting))
            await self.town.devnet.clock.mine(self.town.network.profile.confirmations)
            await self.town.follower.sync()

    async def change_the_interval(self) -> None:
        """The owner has blocks stay open for longer, or shorter."""
        profile = self.town.network.profile
        interval = self.random.randint(profile.seal_interval_min, profile.seal_interval_max)
        call = self.town.pool.set_seal_interval(Seconds(interval))
        await self.town.send(self.town.devnet.owner, call)

    async def collect(self) -> None:
        """What the refuser could not take is paid elsewhere."""
        assert await self.town.pool.withdrawable(self._refuser.address) == self.waiting
        if not self.waiting:
            return
        home = fresh_address()
        call = self.town.pool.withdraw(self._refuser.address, home)
        await self.town.send(self.town.devnet.sender(PASSER_BY), self._refuser.forward(call))
        self.paid[home] = self.waiting

    async def close(self) -> None:
        """The periods end, and their ITX is minted, by two who do not know of each other."""
        network = self.town.network
        length = network.profile.period
        now = period_at(await self.town.devnet.clock.now(), network.genesis, length)
        end = period_start(Period(now + 1), network.genesis, length)
        await self.town.devnet.clock.reach(Timestamp(end))
        for period, claim_ids in self.rewarded.items():
            half = claim_ids[: len(claim_ids) // 2 + 1]
            await self._distribute(self.town.devnet.sender(PASSER_BY), period, half)
            await self._distribute(self.town.relayer, period, claim_ids)

    async def _distribute(self, sender: Sender, period: Period, claim_ids: Sequence[Field]) -> None:
        await self.town.send(sender, self.town.rewards.distribute(period, claim_ids))
