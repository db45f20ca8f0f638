"""One wallet's life on a chain that is only times and blocks, for tests that are pure."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import count

from tests.wallet.worlds import OWN, STRANGER, network, seed
from winze.circuits import Proof
from winze.protocol import (
    ETHER,
    MEMOS_BYTES,
    SLOTS,
    Account,
    BlockIndex,
    ChainBlock,
    EthAddress,
    Field,
    Memo,
    Note,
    Period,
    Points,
    Position,
    Timestamp,
    Transfer,
    Wei,
    period_at,
    points,
)
from winze.wallet import (
    Happened,
    Holdings,
    Intent,
    IntentKind,
    IntentState,
    OwnClaim,
    OwnNote,
    OwnSpend,
    Session,
    Terms,
)
from winze.wallet.sessions import derive
from winze.wire import RelayRequest

NETWORK = network()
POOL = NETWORK.pool
NOBODY = EthAddress.zero()
REWARDS = EthAddress("0x" + "0c" * 20)
TENTH = Wei(ETHER // 10)
FEE = Wei(1000)
TERMS = Terms(NETWORK, claim_fee=FEE, transfer_fee=Wei(100))
LOCK = 150
INTERVAL = NETWORK.profile.seal_interval
PERIOD = NETWORK.profile.period


@cache
def account(index: int) -> Account:
    return seed().account(index)


class Scene:
    """What the chain tells, grown by what the tests make happen; the journal beside it."""

    def __init__(self) -> None:
        # The first second of a period: a claim soon after lies in the same one.
        self.now = NETWORK.genesis + 100_000 * PERIOD
        self.proved = 0
        self.times: dict[BlockIndex, Timestamp] = {}
        self.sealed: list[int] = []
        """The times of the sealed blocks; the next one is open."""
        self.due: int | None = None
        self.maturities: dict[Position, Timestamp] = {}
        self.notes: list[OwnNote] = []
        self.spends: list[OwnSpend] = []
        self.claims: dict[Field, OwnClaim] = {}
        self.withdrawable: dict[EthAddress, Wei] = {}
        self.intents: list[Intent] = []
        self.fresh = count(1)
        self._slots = 0

    # -- what the tests look at -----------------------------------------------------------------

    @property
    def holdings(self) -> Holdings:
        now = Timestamp(self.now)
        totals: dict[Period, Points] = {}
        for claim in self.claims.values():
            totals[claim.period] = Points(totals.get(claim.period, 0) + claim.points)
        claims = {
            key: replace(claim, total_points=totals[claim.period])
            for key, claim in self.claims.items()
        }
        return Holdings(
            now=now,
            proved=self.proved,
            times=dict(self.times),
            maturities=dict(self.maturities),
            notes=tuple(self.notes),
            spends=tuple(self.spends),
            claims=claims,
            points=totals,
            withdrawable=dict(self.withdrawable),
        )

    def sessions(self, terms: Terms = TERMS, *, journal: bool = True) -> list[Session]:
        return derive(self.holdings, self.intents if journal else [], terms)

    def session(self, terms: Terms = TERMS, number: int = 0, *, journal: bool = True) -> Session:
        shown = self.sessions(terms, journal=journal)
        return next(each for each in shown if each.number == number)

    # -- what happens on the chain --------------------------------------------------------------

    def deposit(
        self, index: int, value: int, depositor: EthAddress = OWN, *, mines: bool = False
    ) -> OwnNote:
        """A deposit into an account; a denomination that `mines`, or any amount."""
        number = sum(own.number is not None for own in self.notes if own.account.index == index)
        note = account(index).deposit_note(number, Wei(value), mineable=mines)
        own = OwnNote(
            note,
            account(index),
            self._place(),
            self._happened(),
            number=number,
            depositor=depositor,
        )
        self.notes.append(own)
        return own

    def mine(self, index: int = 0, value: int = TENTH) -> OwnNote:
        return self.deposit(index, value, mines=True)

    def received(self, index: int, value: int, happened: Happened | None = None) -> OwnNote:
        """An output of a transfer, with its memo."""
        blinding = Field(next(self.fresh))
        note = Note(Wei(value), mineable=False, owner=account(index).owner, blinding=blinding)
        memo = Memo(Wei(value), blinding)
        at = happened or self._happened()
        own = OwnNote(note, account(index), self._place(), at, memo=memo)
        self.notes.append(own)
        return own

    def spend(
        self,
        inputs: Sequence[OwnNote],
        recipient: EthAddress = NOBODY,
        amount: int = 0,
        outputs: Sequence[tuple[int, int]] = (),
        *,
        rewards: EthAddress = NOBODY,
        request: RelayRequest | None = None,
        onward: int | None = None,
    ) -> OwnSpend:
        """An executed transfer; `outputs` are accounts with what comes back to them."""
        happened, place = self._happened(), self._place()
        own = tuple(self.received(index, value, happened) for index, value in outputs)
        spend = OwnSpend(
            inputs=tuple(inputs),
            recipient=recipient,
            amount=Wei(amount),
            outputs=own,
            rewards=rewards,
            block=place.block,
            happened=happened,
            outs=_outs(request) if request else self.outs(),
        )
        self.spends.append(spend)
        if onward is not None:
            made = self.deposit(onward, amount, NOBODY, mines=True)
            self.notes[-1] = replace(made, happened=happened)
        return spend

    def seal(self) -> None:
        """Seal the open block, dated as the pool dates it: now, or when it was due if earlier."""
        if self.due is not None:
            self.sealed.append(min(self.now, self.due))
            self.due, self._slots = None, 0

    def prove(self, lock: int = LOCK) -> None:
        """Seal what is open, and prove everything; each deposit gets this `lock`."""
        self.seal()
        for index in range(self.proved, len(self.sealed)):
            self.times[BlockIndex(index)] = Timestamp(self.sealed[index])
        for own in self.notes:
            if own.note.mineable and self.proved <= own.position.block < len(self.sealed):
                dated = self.sealed[own.position.block]
                self.maturities[own.position] = Timestamp(dated + lock)
        self.proved = len(self.sealed)

    def claim(self, own: OwnNote, recipient: EthAddress = REWARDS) -> OwnClaim:
        period = period_at(Timestamp(self.now), NETWORK.genesis, PERIOD)
        earned = points(own.note.value)
        made = OwnClaim(own.claim_id, recipient, period, earned, earned, None, self._happened())
        self.claims[own.claim_id] = made
        return made

    def mint(self) -> None:
        """Send the ITX of every closed period."""
        today = period_at(Timestamp(self.now), NETWORK.genesis, PERIOD)
        for key, claim in self.claims.items():
            if claim.minted is None and claim.period < today:
                self.claims[key] = replace(claim, minted=self._happened())

    # -- what the journal holds -----------------------------------------------------------------

    def write(
        self,
        kind: IntentKind,
        index: int = 0,
        state: IntentState = IntentState.LEAVING,
        **more: object,
    ) -> Intent:
        """An intent; `more` are its other fields."""
        name = f"{next(self.fresh):032x}"
        intent = Intent(name, kind, Timestamp(self.now), state, index).but(**more)
        self.intents.append(intent)
        return intent

    def settle(self, intent: Intent, state: IntentState = IntentState.DONE) -> None:
        place = [each.id for each in self.intents].index(intent.id)
        self.intents[place] = self.intents[place].but(state=state)

    def request(self, inputs: Sequence[OwnNote]) -> RelayRequest:
        """A transfer that spends `inputs`, as it is handed over."""
        marks = [*(own.nullifier for own in inputs), Field(next(self.fresh))]
        out1, out2 = self.outs()
        zero = {"recipient": NOBODY, "relayer": NOBODY, "amount": 0, "fee": 0, "anchor": 0}
        times = {"not_before": 0, "deadline": 0, "claim_id": 0, "inner": 0}
        terms = {**zero, **times, "memos": bytes(MEMOS_BYTES)}
        made = Transfer(
            nullifier1=marks[0],
            nullifier2=marks[1],
            out1=out1,
            out2=out2,
            **terms,  # type: ignore[arg-type]
        )
        return RelayRequest(made, Proof(bytes(256)))

    def outs(self) -> tuple[Field, Field]:
        return Field(next(self.fresh)), Field(next(self.fresh))

    # -- helpers --------------------------------------------------------------------------------

    def _place(self) -> Position:
        """The next slot, in a new block where the open one is due or full."""
        if self.due is not None and (self.now >= self.due or self._slots == SLOTS):
            self.seal()
        if self.due is None:
            self.due = self.now + INTERVAL
        self._slots += 1
        return Position.at(BlockIndex(len(self.sealed)), self._slots - 1)

    def _happened(self) -> Happened:
        mark = next(self.fresh)
        return Happened(ChainBlock(mark), Timestamp(self.now), mark.to_bytes(32, "big"))


def _outs(request: RelayRequest) -> tuple[Field, Field]:
    assert request.transfer is not None
    return Field(request.transfer.out1), Field(request.transfer.out2)


def mining() -> Scene:
    """A session of 0.1 ETH whose block is proved; 150 s of lock begin now."""
    scene = Scene()
    scene.mine()
    scene.prove()
    return scene


def matured() -> Scene:
    """The same at the second of its maturity."""
    scene = mining()
    scene.now += LOCK
    return scene


def withdrawn(left: int = 0, rewards: EthAddress = REWARDS) -> Scene:
    """Spent at the second of its maturity in a block that is proved; `left` wei of it are kept."""
    scene = matured()
    kept = [(0, left)] if left else []
    scene.spend([scene.notes[0]], STRANGER, TENTH - left, kept, rewards=rewards)
    scene.prove()
    return scene
