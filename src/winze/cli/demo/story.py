"""The demo's story: three people mine, each in another way, until the day closes.

Ann loses patience and cancels; Cleo withdraws and claims to two addresses that nobody knows; Ben
redeposits, claims, and sends his second session to a contract that refuses it. They deposit by
themselves; everything else they hand to the node.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from eth_account import Account as EthAccount

from winze.devnet import Devnet, deploy_refuser, funded_account
from winze.protocol import (
    ETHER,
    ChainBlock,
    Claimed,
    EthAddress,
    Field,
    Period,
    Timestamp,
    Wei,
    issuance,
    period_at,
    period_start,
    share,
)
from winze.wallet import Intent, IntentKind, Proposal, SessionState

from ..operator.local import NODE_ACCOUNTS
from ..units import clock_time, coins, duration
from .people import Person, Stopwatch, connected_person
from .report import Balance, Report, Step
from .stage import ITX, Stage, Watched, period_of
from .timeline import Timeline

_FIRST_PERSON: Final = 1 + max(NODE_ACCOUNTS.values())
"""The funded accounts before it belong to the owner and the node."""

_NAMES: Final = "Ann", "Ben", "Cleo", "Dora"

_FEE_MONEY: Final = Wei(ETHER // 100)
_CROWD: Final = (Wei(ETHER // 10), Wei(ETHER), Wei(10 * ETHER), Wei(ETHER // 10))

_LOCKED: Final = SessionState.MINING, SessionState.READY


@dataclass(frozen=True)
class Deposit:
    """A deposit that somebody wants to make."""

    person: Person
    value: Wei
    mine: bool = True

    async def proposed(self) -> Proposal:
        """What the wallet would have its owner confirm."""
        propose = self.person.wallet.propose
        return await (propose.mine(self.value) if self.mine else propose.deposit(self.value))


class Story:
    """The people, and what they do, in order."""

    def __init__(self, stage: Stage, ann: Person, ben: Person, cleo: Person, dora: Person) -> None:
        self._stage = stage
        self._tell = stage.timeline.tell
        self._ann, self._ben, self._cleo, self._dora = ann, ben, cleo, dora
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
        await self.claims_follow((self._cleo, 0), (self._ben, 0))
        chapter("Ben's second session, to a contract that refuses ETH")
        await self.ben_withdraws_to_a_refuser()
        chapter("The day closes")
        await self.the_day_closes()
        return await self._stage.compared([*self._rewarded, self._ben.address])

    async def everybody_deposits(self) -> None:
        """Three sessions among other people's, and Ben's money for fees."""
        ann, ben, cleo, dora = self._ann, self._ben, self._cleo, self._dora
        deposits = [
            Deposit(ann, Wei(ETHER // 10)),
            Deposit(ben, Wei(ETHER)),
            Deposit(ben, _FEE_MONEY, mine=False),
            Deposit(cleo, Wei(10 * ETHER)),
            *(Deposit(dora, value) for value in _CROWD),
        ]
        async with self._stage.step(
            f"{len(deposits)} deposits, one by one",
            *(self._pays(person, deposits) for person in (ann, ben, cleo, dora)),
            self._pool_gets(lambda: sum(each.value for each in deposits)),
        ) as outcome:
            begun = [
                (each.person, await each.person.begin(await each.proposed())) for each in deposits
            ]
            for each in deposits:
                purpose = "mines" if each.mine else "is for fees"
                self._tell(f"{each.person.name} deposits {coins(each.value)} ETH, which {purpose}")
            await self._stage.carried_out(*begun)
            outcome.items = len(deposits)
        await self._stage.build()
        for person in (ann, ben, cleo):
            await self._tell_maturity(person, 0)

    async def ann_cancels(self) -> None:
        """She gets her ETH back, less the fee, and no reward."""
        ann, stage, home = self._ann, self._stage, _fresh_address()
        in_time = (await stage.until(ann, 0, *_LOCKED)).state is SessionState.MINING
        if in_time:
            proposal = await ann.wallet.propose.cancel(0, home)
        else:
            self._tell("all this took so long that her lock had ended: she withdraws after all")
            proposal = await ann.wallet.propose.withdraw(0, home, self._rewards_of(ann, 0))
        async with stage.step(
            "Ann cancels: 0.1 ETH less the fee, to a fresh address",
            Watched("Ann's address", home, lambda: proposal.amount),
            self._pool_gets(lambda: -proposal.amount - proposal.fee),
        ):
            await stage.carried_out((ann, await ann.begin(proposal)))
        self._tell(f"Ann's withdrawal is executed: {coins(proposal.amount)} ETH")
        await stage.build()
        if in_time:
            session = await stage.until(
                ann, 0, SessionState.CANCELED, SessionState.CLAIM_PROCESSING
            )
            self._tell(f"her session is {session.badge}: nothing can be claimed for it")

    async def cleo_and_ben_spend(self) -> None:
        """Both sessions mature; one batch pays Cleo out and makes Ben's second deposit."""
        ben, cleo, stage, home = self._ben, self._cleo, self._stage, _fresh_address()
        matured = [each.session().maturity or Timestamp(0) for each in (ben, cleo)]
        await stage.skip_to(max(matured), "until both sessions have matured")
        for person in (ben, cleo):
            await stage.until(person, 0, SessionState.READY)
        out = await cleo.wallet.propose.withdraw(0, home, self._rewards_of(cleo, 0))
        onward = await ben.wallet.propose.redeposit(0, self._rewards_of(ben, 0))
        async with stage.step(
            "Cleo withdraws 10 ETH less fees, Ben redeposits 1 ETH; one batch",
            Watched("Cleo's address", home, lambda: out.amount),
            self._pool_gets(lambda: -out.amount - out.fee - onward.fee),
        ) as outcome:
            # Cleo keeps twice the claim's fee back, in the session's own account. Ben pays from
            # his main account, so that exactly 1 ETH goes on.
            outcome.items = 2
            await stage.carried_out((cleo, await cleo.begin(out)), (ben, await ben.begin(onward)))
        self._tell(f"Cleo's withdrawal is executed: {coins(out.amount)} ETH")
        self._tell("Ben's 1 ETH never left the pool: it is a new deposit")
        await stage.build()

    async def claims_follow(self, *sessions: tuple[Person, int]) -> None:
        """The wallets claim by themselves; claims and what pays for them share transactions."""
        stage = self._stage
        names = " and ".join(person.name for person, _ in sessions)
        claims = [each for person, number in sessions for each in self._claims(person, number)]

        def paid() -> int:
            made = [each for person, number in sessions for each in self._claims(person, number)]
            return -sum(each.fee for each in made if each not in claims)

        title = f"{names} claim" if sessions[1:] else f"{names} claims"
        async with stage.step(f"{title}, to fresh addresses", self._pool_gets(paid)) as outcome:
            outcome.items = len(sessions)
            begun = [
                (person, await self._begun_claim(person, number)) for person, number in sessions
            ]
            await stage.carried_out(*begun)
        for person, number in sessions:
            self._tell(f"{person.name}'s claim of session {number} is counted")
        await stage.build()
        for person, number in sessions:
            await stage.until(person, number, SessionState.COMPLETED)

    async def ben_withdraws_to_a_refuser(self) -> None:
        """The payment is refused, waits in the withdrawable state, and is taken elsewhere."""
        ben, stage = self._ben, self._stage
        await self._tell_maturity(ben, 1)
        sender = stage.devnet.sender(_FIRST_PERSON + _NAMES.index(ben.name))
        refuser = await deploy_refuser(sender)
        stage.refuses(refuser)
        matures = ben.session(1).maturity or Timestamp(0)
        await stage.skip_to(matures, "until the second session has matured")
        await stage.until(ben, 1, SessionState.READY)
        rewards = self._rewards_of(ben, 1)
        proposal = await ben.wallet.propose.withdraw(1, refuser.address, rewards)
        async with stage.step(
            "Ben withdraws 1 ETH to a contract, which refuses it",
            Watched("the contract", refuser.address, lambda: 0),
            self._pool_gets(lambda: -proposal.fee),
        ):
            await stage.carried_out((ben, await ben.begin(proposal)))
        waiting = ben.wallet.withdrawable(refuser.address)
        self._tell(f"the contract refuses; {coins(waiting)} ETH are withdrawable")
        home = _fresh_address()
        async with stage.step(
            "the contract has its withdrawable ETH sent to a fresh address",
            Watched("Ben's address", home, lambda: waiting),
            self._pool_gets(lambda: -waiting),
        ):
            await sender.send(refuser.forward(stage.pool.withdraw(refuser.address, home)))
        self._tell(f"taken out of the withdrawable state: {coins(waiting)} ETH")
        await stage.build()
        await self.claims_follow((ben, 1))

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

    def _rewards_of(self, person: Person, number: int) -> EthAddress:
        """A fresh address for a session's reward."""
        rewards = _fresh_address()
        self._rewarded[rewards] = f"{person.name}, session {number}"
        return rewards

    def _claims(self, person: Person, number: int) -> list[Intent]:
        """The claims of a session that its wallet has begun."""
        return [
            each
            for each in person.wallet.journal.intents()
            if each.kind is IntentKind.CLAIM and each.account == number
        ]

    async def _begun_claim(self, person: Person, number: int) -> Intent:
        """The claim that a wallet begins by itself once it can be made."""
        while not (found := self._claims(person, number)):
            await self._stage.looks(person)
            await asyncio.sleep(0)
        return found[-1]

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

    def _pays(self, person: Person, deposits: list[Deposit]) -> Watched:
        paid = sum(each.value for each in deposits if each.person is person)
        return Watched(f"{person.name}'s wallet", person.address, lambda: -paid)

    def _pool_gets(self, amount: Callable[[], int]) -> Watched:
        return Watched("the pool", self._stage.network.pool, amount)

    async def _tell_maturity(self, person: Person, number: int) -> None:
        session = await self._stage.until(person, number, *_LOCKED)
        matures, begun = session.maturity or Timestamp(0), session.timeline[1].time
        lock = "" if begun is None else f" is {duration(matures - begun)}: it"
        self._tell(f"{person.name}'s lock{lock} ends at {clock_time(matures)}", begun)


async def play(devnet: Devnet, node: str, prover: Stopwatch, timeline: Timeline) -> Report:
    """Play the story on a fresh devnet with the node at `node`."""
    stage = Stage(devnet, prover, timeline)
    async with AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(
                connected_person(name, funded_account(_FIRST_PERSON + i), devnet, node, prover)
            )
            for i, name in enumerate(_NAMES)
        ]
        for person in people:
            await stage.looks(person)
        return await Story(stage, *people).play()


def _fresh_address() -> EthAddress:
    """An address that nobody has seen before; its key is thrown away."""
    return EthAddress(EthAccount.create().address)
