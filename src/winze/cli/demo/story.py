"""The demo's story: three people mine, each in another way, until the day closes.

Ann loses patience and cancels; Cleo withdraws and claims to two addresses that nobody knows; Ben
redeposits, claims, and sends his second session to a contract that refuses it.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from eth_account import Account as EthAccount

from winze.chain import ModelMismatch
from winze.circuits import Prover
from winze.contracts import Sender
from winze.devnet import Devnet, deploy_refuser, funded_account
from winze.protocol import (
    ETHER,
    Account,
    Claim,
    Claimed,
    EthAddress,
    Field,
    InvalidStatement,
    Note,
    Period,
    Timestamp,
    Transfer,
    Wei,
    period_at,
    period_start,
    share,
)
from winze.wallet import Payment

from ..units import clock_time, coins, duration
from .people import Person, Proved
from .report import Report
from .stage import ITX, Stage, Watched
from .timeline import Timeline

FEE: Final = Wei(5 * 10**14)
"""What the relayer asks for a transfer, and for a claim."""

_FIRST_PERSON: Final = 3
"""The funded accounts before it belong to the owner, the builder and the relayer."""

_FEE_MONEY: Final = Wei(ETHER // 100)
_CROWD: Final = (Wei(ETHER // 10), Wei(ETHER), Wei(10 * ETHER), Wei(ETHER // 10))


@dataclass(frozen=True)
class Deposit:
    """A deposit that somebody is about to make."""

    person: Person
    sender: Sender
    note: Note


@dataclass(frozen=True)
class Claiming:
    """A claim that somebody is about to make."""

    person: Person
    session: Account
    payer: Account
    """Whose notes pay the fee, and take the change."""


class Story:
    """The people, and what they do, in order."""

    def __init__(self, stage: Stage, ann: Person, ben: Person, cleo: Person, dora: Person) -> None:
        self._stage = stage
        self._tell = stage.timeline.tell
        self._ann, self._ben, self._cleo, self._dora = ann, ben, cleo, dora
        self._senders = {
            person.address: stage.devnet.sender(_FIRST_PERSON + number)
            for number, person in enumerate((ann, ben, cleo, dora))
        }
        self._rewarded: dict[EthAddress, str] = {}

    async def play(self) -> Report:
        """Everything, from the first deposit to the last check."""
        chapter = self._stage.timeline.chapter
        chapter("Deposits")
        await self.everybody_deposits()
        chapter("Ann cancels")
        await self.ann_cancels()
        chapter("Cleo withdraws, Ben redeposits")
        await self.cleo_and_ben_spend()
        chapter("Cleo and Ben claim")
        await self.cleo_and_ben_claim()
        chapter("Ben's second session, to a contract that refuses ETH")
        await self.ben_withdraws_to_a_refuser()
        chapter("The day closes")
        await self.the_day_closes()
        return await self.compared()

    async def everybody_deposits(self) -> None:
        """Three sessions among other people's, and Ben's money for fees."""
        ann, ben, cleo, dora = self._ann, self._ben, self._cleo, self._dora
        deposits = [
            self._deposit(ann, ann.session(0), Wei(ETHER // 10)),
            self._deposit(ben, ben.session(0), Wei(ETHER)),
            self._deposit(ben, ben.main, _FEE_MONEY, mine=False),
            self._deposit(cleo, cleo.session(0), Wei(10 * ETHER)),
            *(self._deposit(dora, dora.session(i), value) for i, value in enumerate(_CROWD)),
        ]
        # One block for all of them: each hides among the others.
        async with self._stage.step(
            f"{len(deposits)} deposits, one by one",
            *(self._pays(person, deposits) for person in (ann, ben, cleo, dora)),
            self._pool_gets(sum(each.note.value for each in deposits)),
        ) as outcome:
            pool = self._stage.pool
            receipts = await asyncio.gather(
                *(
                    each.sender.send(
                        pool.deposit(each.note.inner, each.note.value, mine=each.note.mineable)
                    )
                    for each in deposits
                )
            )
            for each, receipt in zip(deposits, receipts, strict=True):
                outcome.add(each.person.address, receipt)
                purpose = "mines" if each.note.mineable else "is for fees"
                self._tell(
                    f"{each.person.name} deposits {coins(each.note.value)} ETH, which {purpose}"
                )
            outcome.items = len(deposits)
        await self._stage.build()
        for person in (ann, ben, cleo):
            self._tell_maturity(person, person.session(0))

    async def ann_cancels(self) -> None:
        """She gets her ETH back, less the fee, and no reward."""
        ann, stage = self._ann, self._stage
        account, home = ann.session(0), _fresh_address()
        amount = Wei(ETHER // 10 - FEE)
        async with stage.step(
            "Ann cancels: 0.1 ETH less the fee, to a fresh address",
            Watched("Ann's address", home, amount),
            self._pool_gets(-ETHER // 10),
        ) as outcome:
            payment = Payment(home, amount, FEE, stage.relayer.address)
            proved = await ann.prove_transfer(
                stage.prover, [ann.mined_note(account)], payment, ann.main
            )
            await stage.execute([proved], outcome)
        self._tell(f"Ann's withdrawal is executed: {coins(amount)} ETH")
        await stage.build()
        try:
            ann.claim_witness(account, home)
        except InvalidStatement as refused:
            self._tell(f"her claim can't be proved: {refused}")
        else:
            raise ModelMismatch("a canceled session could be claimed")

    async def cleo_and_ben_spend(self) -> None:
        """Both sessions mature; one batch pays Cleo out and makes Ben's second deposit."""
        ben, cleo, stage = self._ben, self._cleo, self._stage
        matured = max(ben.maturity(ben.session(0)), cleo.maturity(cleo.session(0)))
        await stage.skip_to(matured, "until both sessions have matured")
        home = _fresh_address()
        amount = Wei(10 * ETHER - 3 * FEE)
        async with stage.step(
            "Cleo withdraws 10 ETH less fees, Ben redeposits 1 ETH; one batch",
            Watched("Cleo's address", home, amount),
            self._pool_gets(-amount - 2 * FEE),
        ) as outcome:
            # Cleo keeps twice the claim's fee back, in the session's own account. Ben pays from
            # his main account, so that exactly 1 ETH goes on.
            again = ben.new_note(ben.session(1), Wei(ETHER), mine=True)
            onward = Payment(
                stage.network.pool, again.value, FEE, stage.relayer.address, inner=again.inner
            )
            out, redeposit = await asyncio.gather(
                cleo.prove_transfer(
                    stage.prover,
                    [cleo.mined_note(cleo.session(0))],
                    Payment(home, amount, FEE, stage.relayer.address),
                    cleo.session(0),
                ),
                ben.prove_transfer(
                    stage.prover,
                    [ben.mined_note(ben.session(0)), *ben.notes(ben.main)],
                    onward,
                    ben.main,
                ),
            )
            await stage.execute([out, redeposit], outcome)
        self._tell(f"Cleo's withdrawal is executed: {coins(amount)} ETH")
        self._tell("Ben's 1 ETH never left the pool: it is a new deposit")
        await stage.build()
        self._tell_maturity(ben, ben.session(1))

    async def cleo_and_ben_claim(self) -> None:
        """Two claims and the transfers that pay for them, in one transaction of the relayer."""
        ben, cleo = self._ben, self._cleo
        await self._claim_together(
            "Cleo and Ben claim, to two more fresh addresses",
            [
                Claiming(cleo, cleo.session(0), cleo.session(0)),
                Claiming(ben, ben.session(0), ben.main),
            ],
        )

    async def ben_withdraws_to_a_refuser(self) -> None:
        """The payment is refused, waits in the withdrawable state, and is taken elsewhere."""
        ben, stage = self._ben, self._stage
        account, sender = ben.session(1), self._senders[ben.address]
        refuser = await deploy_refuser(sender)
        stage.refuses(refuser)
        await stage.skip_to(ben.maturity(account), "until the second session has matured")
        async with stage.step(
            "Ben withdraws 1 ETH to a contract, which refuses it",
            Watched("the contract", refuser.address, 0),
            self._pool_gets(-FEE),
        ) as outcome:
            proved = await ben.prove_transfer(
                stage.prover,
                [ben.mined_note(account), *ben.notes(ben.main)],
                Payment(refuser.address, Wei(ETHER), FEE, stage.relayer.address),
                ben.main,
            )
            await stage.execute([proved], outcome)
        waiting = await stage.pool.withdrawable(refuser.address)
        self._tell(f"the contract refuses; {coins(waiting)} ETH are withdrawable")
        home = _fresh_address()
        async with stage.step(
            "the contract has its withdrawable ETH sent to a fresh address",
            Watched("Ben's address", home, waiting),
            self._pool_gets(-waiting),
        ) as outcome:
            receipt = await sender.send(refuser.forward(stage.pool.withdraw(refuser.address, home)))
            outcome.add(sender.address, receipt)
        self._tell(f"taken out of the withdrawable state: {coins(waiting)} ETH")
        await stage.build()
        await self._claim_together(
            "Ben claims his second session too", [Claiming(ben, account, ben.main)]
        )

    async def the_day_closes(self) -> None:
        """Every period with claims ends, and its ITX is minted."""
        stage, network = self._stage, self._stage.network
        await stage.build()
        periods: dict[Period, list[Field]] = {}
        for record in stage.follower.records():
            event = record.logged.event
            if isinstance(event, Claimed):
                periods.setdefault(Period(event.period), []).append(Field(event.claim_id))
        length = network.profile.period
        now = period_at(await stage.devnet.clock.now(), network.genesis, length)
        last = Period(max(*periods, now) + 1)
        await stage.skip_to(
            Timestamp(period_start(last, network.genesis, length)), "until the period has ended"
        )
        for period, claim_ids in periods.items():
            await self._distribute(period, claim_ids)

    async def compared(self) -> Report:
        """The report, with everything that contracts and models keep held against each other."""
        stage = self._stage
        await stage.follower.sync()
        await stage.mirrored()
        accounts = [*self._rewarded, stage.relayer.address, self._ben.address]
        stage.report.findings += await stage.mirror.compare(accounts)
        stage.report.seconds = stage.timeline.seconds
        return stage.report

    async def _claim_together(self, title: str, claiming: list[Claiming]) -> None:
        """Claims with their fee transfers, in one transaction of the relayer."""
        stage = self._stage
        async with stage.step(title, self._pool_gets(-FEE * len(claiming))) as outcome:
            claims = await asyncio.gather(*map(self._prove_claim, claiming))
            fees = await asyncio.gather(*map(self._prove_fee, claiming))
            await stage.relay_claims(claims, fees, outcome)
        for each in claiming:
            self._tell(f"{each.person.name}'s claim of session {each.session.index} is counted")
        await stage.build()

    async def _prove_claim(self, claiming: Claiming) -> Proved[Claim]:
        rewards = _fresh_address()
        self._rewarded[rewards] = f"{claiming.person.name}, session {claiming.session.index}"
        return await claiming.person.prove_claim(self._stage.prover, claiming.session, rewards)

    async def _prove_fee(self, claiming: Claiming) -> Proved[Transfer]:
        """A transfer that is only good once the claim was made."""
        person, payer = claiming.person, claiming.payer
        payment = Payment(
            fee=FEE,
            relayer=self._stage.relayer.address,
            claim_id=person.mined_note(claiming.session).claim_id,
        )
        return await person.prove_transfer(self._stage.prover, person.notes(payer), payment, payer)

    async def _distribute(self, period: Period, claim_ids: list[Field]) -> None:
        stage = self._stage
        issued = await stage.rewards.issuance(period)
        self._tell(f"period {period} has ended; it issues {coins(issued)} ITX")
        model = stage.mirror.rewards
        total = model.total_points(period)
        records = [record for each in claim_ids if (record := model.record(each))]
        shares = [
            Watched(
                self._rewarded[record.recipient],
                record.recipient,
                share(issued, record.points, total),
                ITX,
            )
            for record in records
        ]
        async with stage.step(f"the ITX of period {period} is distributed", *shares) as outcome:
            receipt = await stage.relayer.send(stage.rewards.distribute(period, claim_ids))
            outcome.add(stage.relayer.address, receipt)
            outcome.items = len(claim_ids)
        for each in shares:
            self._tell(f"{each.owner} gets {coins(each.change)} ITX")

    def _deposit(
        self, person: Person, account: Account, value: Wei, *, mine: bool = True
    ) -> Deposit:
        note = person.new_note(account, value, mine=mine)
        return Deposit(person, self._senders[person.address], note)

    def _pays(self, person: Person, deposits: list[Deposit]) -> Watched:
        paid = sum(each.note.value for each in deposits if each.person is person)
        return Watched(f"{person.name}'s wallet", person.address, -paid)

    def _pool_gets(self, amount: int) -> Watched:
        return Watched("the pool", self._stage.network.pool, amount)

    def _tell_maturity(self, person: Person, account: Account) -> None:
        note = person.mined_note(account)
        block = self._stage.follower.ledger.blocks[note.position.block]
        matures = person.maturity(account)
        self._tell(
            f"{person.name}'s lock is {duration(matures - block.timestamp)}: it ends at "
            f"{clock_time(matures)}",
            block.timestamp,
        )


async def play(devnet: Devnet, prover: Prover, timeline: Timeline) -> Report:
    """Play the story on a fresh devnet."""
    stage = Stage(devnet, prover, timeline)
    names = "Ann", "Ben", "Cleo", "Dora"
    people = [
        await Person.connect(
            name, funded_account(_FIRST_PERSON + i), devnet.network, stage.follower
        )
        for i, name in enumerate(names)
    ]
    return await Story(stage, *people).play()


def _fresh_address() -> EthAddress:
    """An address that nobody has seen before; its key is thrown away."""
    return EthAddress(EthAccount.create().address)
