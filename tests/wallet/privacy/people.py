"""One of fifty people: a wallet's real actions, and somebody who decides at random."""

from collections.abc import Awaitable
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any, Final

from winze.circuits import Proof
from winze.protocol import (
    ETHER,
    GENESIS,
    MAIN_ACCOUNT,
    Account,
    BlockIndex,
    Claim,
    EthAddress,
    Field,
    Note,
    Position,
    PrivateAddress,
    Seed,
    Timestamp,
    Transfer,
    Wei,
)
from winze.wallet import (
    Holdings,
    Intent,
    Journal,
    OwnClaim,
    OwnNote,
    OwnSpend,
    WalletError,
    maturity_of,
)
from winze.wallet.actions import (
    Adviser,
    Driver,
    Offer,
    Proposal,
    Proposals,
    Transfers,
    When,
    Workshop,
)
from winze.wallet.actions.claims import due_claims
from winze.wire import RelayRequest, RequestStatus

if TYPE_CHECKING:
    from tests.wallet.privacy.crowd import Crowd

_ACCOUNTS: Final = 8
_NODE: Final = "http://node.invalid"
_DAY: Final = 86_400
_AMOUNTS: Final = tuple(Wei(each * ETHER // 10) for each in (1, 10, 100, 1_000))


class OneDesk:
    """The desk of one person at the node of the crowd."""

    open = True

    def __init__(self, crowd: "Crowd", person: "Person") -> None:
        self._crowd, self._person = crowd, person

    @property
    def known(self) -> Offer:
        return Offer(_NODE, self._crowd.quote)

    async def offer(self) -> Offer:
        return self.known

    async def hand_over(self, _: str, request: RelayRequest) -> RequestStatus:
        return self._crowd.receive(self._person, request)

    async def status(self, _: str, request: RelayRequest) -> RequestStatus:
        return self._crowd.status(request)


class Believed:
    """A prover that asks the crowd to believe."""

    def __init__(self, crowd: "Crowd") -> None:
        self._crowd = crowd

    def prove(self, witness: Any) -> Proof:
        return self._crowd.prove(witness)


class Person:
    """Decides what to do; their wallet does it."""

    def __init__(self, crowd: "Crowd", number: int, *, funded: bool, network: Any) -> None:
        self.crowd, self.number, self.funded, self.network = crowd, number, funded, network
        self.seed = Seed((number + 1).to_bytes(32, "big"))
        self.address = self.fresh()
        self.accounts: dict[int, Account] = {
            each: self.seed.account(each) for each in (*range(_ACCOUNTS), MAIN_ACCOUNT)
        }
        self._owners = {each.owner: each for each in self.accounts.values()}
        self.notes: list[OwnNote] = []
        self.spends: list[OwnSpend] = []
        self.claims: dict[Field, OwnClaim] = {}
        self._awake, self._wakes = False, set[BlockIndex]()
        self._scheduled: set[Position] = set()
        self._cleared: set[Position] = set()
        self._begun = 0

        async def prover() -> Any:
            return Believed(crowd)

        async def nobody_is_asked(_: EthAddress) -> None:
            return None

        desk: Any = OneDesk(crowd, self)
        self.journal = Journal(None, self.seed)
        work = Workshop(
            network, self.seed, crowd.ledger, self.journal, prover, desk, lambda _: None
        )
        self.driver = Driver(work, Transfers(work, None))
        adviser = Adviser(network, self.address, self.journal, lambda _: 100, nobody_is_asked)
        self.propose = Proposals(self.driver, adviser, lambda: self.holdings)

    # -- what the chain tells of them -----------------------------------------------------------

    @property
    def holdings(self) -> Holdings:
        ledger = self.crowd.ledger
        blocks = {own.position.block for own in self.notes} | {each.block for each in self.spends}
        times = {each: ledger.timestamp(each) for each in blocks if each < ledger.proved}
        return Holdings(
            now=Timestamp(self.crowd.now),
            proved=ledger.proved,
            times=times,
            maturities={
                own.position: self.maturity(own)
                for own in self.notes
                if own.note.mineable and own.position.block in times
            },
            notes=self.notes,
            spends=self.spends,
            claims=self.claims,
        )

    def maturity(self, own: OwnNote) -> Timestamp:
        profile = self.network.profile
        found = maturity_of(own, self.crowd.ledger, (profile.lock_min, profile.lock_range))
        assert found is not None
        return found

    def fresh(self) -> EthAddress:
        """An address that nobody has used."""
        return EthAddress.from_bytes(self.crowd.random.randbytes(20))

    def owner_of(self, note: Note) -> Account | None:
        return self._owners.get(note.owner)

    def gets(self, own: OwnNote) -> None:
        self.notes.append(own)
        self.wake_after(own.position.block)

    def gets_again(self, inner: Field, position: Position, value: Wei) -> None:
        """The deposit of a redeposit."""
        for account in self.accounts.values():
            note = account.deposit_note(0, value, mineable=True)
            if note.inner == inner:
                here = self.crowd.here
                self.gets(OwnNote(note, account, position, here, 0, EthAddress.zero()))
                return
        raise AssertionError(inner)

    def wake_after(self, block: BlockIndex) -> None:
        """Look again when this block is proved."""
        self._wakes.add(block)

    def spent(self, transfer: Transfer) -> list[OwnNote]:
        words = {transfer.nullifier1, transfer.nullifier2}
        return [own for own in self.notes if own.nullifier in words]

    def claimed(self, claim: Claim) -> OwnNote:
        return next(own for own in self.notes if own.claim_id == claim.claim_id)

    def intent_of(self, request: RelayRequest) -> Intent:
        return next(
            each
            for each in reversed(self.journal.intents())
            if each.request is not None and each.request.id == request.id
        )

    # -- what they do ---------------------------------------------------------------------------

    def begin(self, sessions: int, days: float) -> None:
        """Decide when to deposit."""
        chance, crowd = self.crowd.random, self.crowd
        if self.funded:
            odd = self.seed.main.deposit_note(0, self._odd_amount(), mineable=False)
            crowd.at(crowd.now, lambda: crowd.deposit(self, odd, MAIN_ACCOUNT, 0))
        for index in range(sessions):
            value = chance.choices(_AMOUNTS, (4, 5, 2, 1))[0]
            note = self.seed.mining(index).deposit_note(0, value, mineable=True)
            moment = crowd.now + chance.uniform(0, days) * _DAY
            crowd.at(moment, lambda note=note, index=index: crowd.deposit(self, note, index, 0))
        for moment in [chance.uniform(1, days + 4) for _ in range(2 if self.funded else 0)]:
            crowd.at(crowd.now + moment * _DAY, self._pay_somebody)

    async def look(self) -> None:
        """Look at the chain where it has news, and let the wallet go on."""
        proved = self.crowd.ledger.proved
        news = {each for each in self._wakes if each < proved}
        if not news and not self._awake:
            return
        self._wakes, self._awake = self._wakes - news, False
        holdings = self.holdings
        await self.driver.step(holdings)
        for own in self.notes:
            if own.position in holdings.maturities and own.position not in self._scheduled:
                self._scheduled.add(own.position)
                self._plan_end(own, holdings.maturities[own.position])
        for claim in list(self.claims):
            await self._clear(claim)
        for due in due_claims(holdings, self.journal.intents()):
            self._wait_or_pay(due.account, holdings)

    def _plan_end(self, own: OwnNote, matures: Timestamp) -> None:
        chance, number = self.crowd.random, own.account.index
        if chance.random() < 0.1:
            moment = self.crowd.now + chance.uniform(0.1, 1.5) * _DAY
            self.crowd.at(moment, lambda: self.do(self.propose.cancel(number, self.fresh())))
        else:
            self.crowd.at(_evening(matures, chance), lambda: self._end(number))

    async def _end(self, number: int) -> None:
        chance = self.crowd.random
        home = self.fresh()
        rewards = self.fresh() if chance.random() < 0.7 else home
        if self.funded and self._begun < 1 and chance.random() < 0.3:
            self._begun += 1
            await self.do(self.propose.redeposit(number, rewards))
            return
        when = chance.choice([When.NOW, When.NOW, When.LATER])
        await self.do(self.propose.withdraw(number, home, rewards, when=when))

    async def _clear(self, claim_id: Field) -> None:
        """After a session's end, have what is left moved, or withdrawn."""
        mined = next(own for own in self.notes if own.claim_id == claim_id)
        number = mined.account.index
        if mined.position in self._cleared or not self.holdings.balance(number):
            return
        self._cleared.add(mined.position)
        rest = self.propose.rest if self.number % 4 == 1 else self.propose.sweep
        await self.do(rest(number))

    def _wait_or_pay(self, account: int, holdings: Holdings) -> None:
        """A claim was not begun: its hour has not come, or nothing covers its fee."""
        mined = holdings.mined(account)
        spent_at = None if mined is None else holdings.spent_at(mined)
        assert spent_at is not None
        begins = self.driver.workshop.calendar.claim_from(spent_at)
        if self.crowd.now < begins:
            self.crowd.at(begins, self._awaken)
        else:
            self._cannot_pay(account)

    def _awaken(self) -> None:
        self._awake = True

    def _cannot_pay(self, account: int) -> None:
        """Top up what a claim lacks, from the connected wallet, and remember to look again."""
        number = sum(
            own.account.index == account and own.depositor is not None for own in self.notes
        )
        amount = Wei(2 * self.crowd.quote.claim)
        note = self.seed.mining(account).deposit_note(number, amount, mineable=False)
        self.crowd.deposit(self, note, account, number)

    async def _pay_somebody(self) -> None:
        chance = self.crowd.random
        amount = Wei(chance.randrange(1, 40) * ETHER // 100)
        if chance.random() < 0.5:
            other = chance.choice(self.crowd.people).seed
            to = PrivateAddress(other.main.owner, other.viewing.public)
            await self.do(self.propose.send(amount, to))
        else:
            when = chance.choice([When.NOW, When.LATER])
            await self.do(self.propose.transfer_out(amount, self.fresh(), when=when))

    async def do(self, proposed: Awaitable[Proposal]) -> None:
        """Have it done, where it can be."""
        with suppress(WalletError):
            self.driver.begin(await proposed)
            self._awake = True
            await self.look()

    def _odd_amount(self) -> Wei:
        return Wei(self.crowd.random.randrange(50, 300) * ETHER // 100)


def _evening(after: int, chance: Random) -> float:
    """A time of one of the next evenings, which is when people have time."""
    first = after + (-(after - GENESIS) % _DAY)  # a midnight
    return first + chance.randrange(3) * _DAY + (19 + chance.random()) * 3_600
