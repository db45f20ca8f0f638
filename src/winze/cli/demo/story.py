"""The demo's story: three people mine, each in another way, until the day closes.

Ann loses patience and cancels; Cleo withdraws and claims to two addresses that nobody knows; Ben
redeposits, claims, and sends his second session to a contract that refuses it. They deposit by
themselves; everything else they hand to the node.
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
    ChainBlock,
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
    issuance,
    period_at,
    period_start,
    share,
)
from winze.wallet import NodeClient, Payment
from winze.wire import Quote, RelayRequest

from ..operator.local import NODE_ACCOUNTS
from ..units import clock_time, coins, duration
from .people import Person, Submission
from .report import Balance, Report, Step
from .stage import ITX, Stage, Watched, period_of
from .timeline import Timeline

_FIRST_PERSON: Final = 1 + max(NODE_ACCOUNTS.values())
"""The funded accounts before it belong to the owner and the node."""

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
        return await self._stage.compared([*self._rewarded, self._ben.address])

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
            await asyncio.gather(
                *(
                    each.sender.send(
                        pool.deposit(each.note.inner, each.note.value, mine=each.note.mineable)
                    )
                    for each in deposits
                )
            )
            for each in deposits:
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
        quote = await stage.node.fees()
        amount = Wei(ETHER // 10 - quote.transfer)
        async with stage.step(
            "Ann cancels: 0.1 ETH less the fee, to a fresh address",
            Watched("Ann's address", home, amount),
            self._pool_gets(-ETHER // 10),
        ) as outcome:
            payment = Payment(home, amount, quote.transfer, quote.relayer)
            proved = await ann.prove_transfer(
                stage.prover, [ann.mined_note(account)], payment, ann.main
            )
            outcome.count(proved)
            await stage.hand_over(_transfer(proved))
        self._tell(f"Ann's withdrawal is executed: {coins(amount)} ETH")
        await stage.build()
        in_time = ann.spent(account) >= ann.maturity(account)
        try:
            ann.claim_witness(account, home)
        except InvalidStatement as refused:
            self._tell(f"her claim can't be proved: {refused}")
        else:
            if not in_time:
                raise ModelMismatch("a canceled session could be claimed")
            self._tell("all this took so long that her lock had ended: she could claim after all")

    async def cleo_and_ben_spend(self) -> None:
        """Both sessions mature; one batch pays Cleo out and makes Ben's second deposit."""
        ben, cleo, stage = self._ben, self._cleo, self._stage
        matured = max(ben.maturity(ben.session(0)), cleo.maturity(cleo.session(0)))
        await stage.skip_to(matured, "until both sessions have matured")
        home, quote = _fresh_address(), await stage.node.fees()
        amount = Wei(10 * ETHER - quote.transfer - 2 * quote.claim)
        async with stage.step(
            "Cleo withdraws 10 ETH less fees, Ben redeposits 1 ETH; one batch",
            Watched("Cleo's address", home, amount),
            self._pool_gets(-amount - 2 * quote.transfer),
        ) as outcome:
            # Cleo keeps twice the claim's fee back, in the session's own account. Ben pays from
            # his main account, so that exactly 1 ETH goes on.
            again = ben.new_note(ben.session(1), Wei(ETHER), mine=True)
            fee, relayer = quote.transfer, quote.relayer
            onward = Payment(stage.network.pool, again.value, fee, relayer, inner=again.inner)
            out, redeposit = await asyncio.gather(
                cleo.prove_transfer(
                    stage.prover,
                    [cleo.mined_note(cleo.session(0))],
                    Payment(home, amount, fee, relayer),
                    cleo.session(0),
                ),
                ben.prove_transfer(
                    stage.prover,
                    [ben.mined_note(ben.session(0)), *ben.notes(ben.main)],
                    onward,
                    ben.main,
                ),
            )
            outcome.count(out, redeposit)
            await stage.hand_over(_transfer(out), _transfer(redeposit))
        self._tell(f"Cleo's withdrawal is executed: {coins(amount)} ETH")
        self._tell("Ben's 1 ETH never left the pool: it is a new deposit")
        await stage.build()
        self._tell_maturity(ben, ben.session(1))

    async def cleo_and_ben_claim(self) -> None:
        """Two claims and the transfers that pay for them, in one transaction of the node."""
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
        quote = await stage.node.fees()
        async with stage.step(
            "Ben withdraws 1 ETH to a contract, which refuses it",
            Watched("the contract", refuser.address, 0),
            self._pool_gets(-quote.transfer),
        ) as outcome:
            proved = await ben.prove_transfer(
                stage.prover,
                [ben.mined_note(account), *ben.notes(ben.main)],
                Payment(refuser.address, Wei(ETHER), quote.transfer, quote.relayer),
                ben.main,
            )
            outcome.count(proved)
            await stage.hand_over(_transfer(proved))
        waiting = await stage.pool.withdrawable(refuser.address)
        self._tell(f"the contract refuses; {coins(waiting)} ETH are withdrawable")
        home = _fresh_address()
        async with stage.step(
            "the contract has its withdrawable ETH sent to a fresh address",
            Watched("Ben's address", home, waiting),
            self._pool_gets(-waiting),
        ):
            await sender.send(refuser.forward(stage.pool.withdraw(refuser.address, home)))
        self._tell(f"taken out of the withdrawable state: {coins(waiting)} ETH")
        await stage.build()
        await self._claim_together(
            "Ben claims his second session too", [Claiming(ben, account, ben.main)]
        )

    async def the_day_closes(self) -> None:
        """Every period with claims ends, and the node has its ITX minted."""
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
        await stage.until_distributed(list(periods))
        for period, claim_ids in periods.items():
            await self._tell_distribution(period, claim_ids)

    async def _claim_together(self, title: str, claiming: list[Claiming]) -> None:
        """Claims with their fee transfers, in one transaction of the node."""
        stage = self._stage
        quote = await stage.node.fees()
        async with stage.step(title, self._pool_gets(-quote.claim * len(claiming))) as outcome:
            claims = await asyncio.gather(*map(self._prove_claim, claiming))
            fees = await asyncio.gather(*(self._prove_fee(each, quote) for each in claiming))
            outcome.count(*claims, *fees, items=len(claims))
            await stage.hand_over(*map(_paid_claim, claims, fees))
        for each in claiming:
            self._tell(f"{each.person.name}'s claim of session {each.session.index} is counted")
        await stage.build()

    async def _prove_claim(self, claiming: Claiming) -> Submission[Claim]:
        rewards = _fresh_address()
        self._rewarded[rewards] = f"{claiming.person.name}, session {claiming.session.index}"
        return await claiming.person.prove_claim(self._stage.prover, claiming.session, rewards)

    async def _prove_fee(self, claiming: Claiming, quote: Quote) -> Submission[Transfer]:
        """A transfer that is only good once the claim was made."""
        person, payer = claiming.person, claiming.payer
        payment = Payment(
            fee=quote.claim,
            relayer=quote.relayer,
            claim_id=person.mined_note(claiming.session).claim_id,
        )
        return await person.prove_transfer(self._stage.prover, person.notes(payer), payment, payer)

    async def _tell_distribution(self, period: Period, claim_ids: list[Field]) -> None:
        """Report what the node's distributions of a period changed, by what the chain held then."""
        stage = self._stage
        model, token = stage.mirror.rewards, stage.token
        issued = issuance(period, stage.network.profile.period)
        self._tell(f"period {period} has ended; it issues {coins(issued)} ITX")
        sent = [each.receipt for each in stage.distributions if period_of(each) == period]
        before, after = ChainBlock(sent[0].block - 1), sent[-1].block
        balances = []
        for record in filter(None, map(model.record, claim_ids)):
            owner = self._rewarded[record.recipient]
            begun = await token.balance_of(record.recipient, before)
            held = await token.balance_of(record.recipient, after)
            earned = share(issued, record.points, model.total_points(period))
            balances.append(Balance(owner, ITX, begun, held, begun + earned))
            self._tell(f"{owner} gets {coins(earned)} ITX")
        title = f"the ITX of period {period} is distributed"
        gas = sum(receipt.gas_used for receipt in sent)
        stage.report.steps.append(Step(title, gas, len(claim_ids), (), tuple(balances)))

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


async def play(devnet: Devnet, node: NodeClient, prover: Prover, timeline: Timeline) -> Report:
    """Play the story on a fresh devnet with a node."""
    stage = Stage(devnet, node, prover, timeline)
    names = "Ann", "Ben", "Cleo", "Dora"
    people = [
        await Person.connect(
            name, funded_account(_FIRST_PERSON + i), devnet.network, stage.follower
        )
        for i, name in enumerate(names)
    ]
    return await Story(stage, *people).play()


def _transfer(proved: Submission[Transfer]) -> RelayRequest:
    return RelayRequest(transfer=proved.content, transfer_proof=proved.proof)


def _paid_claim(claim: Submission[Claim], fee: Submission[Transfer]) -> RelayRequest:
    return RelayRequest(fee.content, fee.proof, claim.content, claim.proof)


def _fresh_address() -> EthAddress:
    """An address that nobody has seen before; its key is thrown away."""
    return EthAddress(EthAccount.create().address)
