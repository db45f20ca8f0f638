"""A wallet without a chain: what it tells is set, and what is asked of it is kept."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, Final

from typer.testing import CliRunner, Result

from tests.wallet.worlds import network, seed
from winze.cli.app import app
from winze.protocol import MAIN_ACCOUNT, EthAddress, Itx, Points, Seconds, Timestamp, Wei
from winze.wallet import (
    AccountInfo,
    Button,
    Event,
    FeeSource,
    Finished,
    HandedOver,
    Happened,
    Identity,
    Intent,
    IntentKind,
    IntentState,
    Offer,
    Planned,
    Portfolio,
    PrivacyWarning,
    Proposal,
    Proving,
    Session,
    SessionState,
    Step,
    StepName,
    StepState,
    WarningCode,
)

NOW: Final = 1_800_000_000
OWN: Final = EthAddress("0x" + "0a" * 20)
SOMEBODY: Final = EthAddress("0x" + "a1" * 20)
OTHER: Final = EthAddress("0x" + "b2" * 20)
ETHER: Final = 10**18
TENTH: Final = Wei(ETHER // 10)
HASH: Final = "0x" + "cd" * 32
LONG: Final = 123_456_789_012_345_678
"""An amount with all of its 18 decimals."""


def session(
    number: int = 0,
    state: SessionState = SessionState.READY,
    buttons: Sequence[Offer] = (),
    **fields: Any,
) -> Session:
    """A session in a state, with whatever else is to be told of it."""
    happened = Happened(7, Timestamp(NOW), bytes.fromhex(HASH[2:]))  # type: ignore[arg-type]
    steps = (
        Step(StepName.DEPOSIT_PROCESSING, StepState.DONE, Timestamp(NOW), HASH),
        Step(StepName.MINING, StepState.NOW),
    )
    told: dict[str, Any] = {
        "message": "",
        "waits_for": "",
        "timeline": steps,
        "begun_at": Timestamp(NOW),
        "deposited": happened,
        "maturity": Timestamp(NOW + 100),
        "remaining": Seconds(0),
        "withdrawn": None,
        "withdrawn_amount": None,
        "destination": None,
        "onward": None,
        "rewards": None,
        "estimate": Itx(LONG),
        "final": False,
        "claimed": None,
        "minted": None,
        "rest": Wei(0),
        "withdrawable": Wei(0),
        "top_ups": 0,
        "lost": (),
    }
    return Session(number, TENTH, state, buttons=tuple(buttons), **{**told, **fields})


@dataclass
class Journal:
    """The intents that were begun."""

    kept: dict[str, Intent] = field(default_factory=dict)

    def get(self, key: str) -> Intent | None:
        """The newest version of one."""
        return self.kept.get(key)

    def intents(self) -> list[Intent]:
        """All of them."""
        return list(self.kept.values())


@dataclass
class StandIn:
    """What the commands see of a wallet."""

    shown: list[Session] = field(default_factory=list)
    raises: Exception | None = None
    """What each proposal ends with."""
    at_step: Exception | None = None
    """What each look at the chain ends with."""
    ends: IntentState = IntentState.DONE
    movements: Sequence[Any] = ()
    waiting: Wei = TENTH
    expires: bool = False
    """Whether what was handed over fails at the next look."""
    interrupted: bool = False
    """Whether Ctrl-C is pressed once there is no further look."""
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    """Everything that was proposed, with its arguments."""
    begun: list[Proposal] = field(default_factory=list)
    later: list[list[Session]] = field(default_factory=list)
    """What each further look shows."""

    def __post_init__(self) -> None:
        self.network, self.identity = network(), Identity(OWN, seed())
        self.journal, self.propose = Journal(), self
        self.balance, self.coming = Wei(LONG), Wei(5)
        self.now, self.pace = Timestamp(NOW), 0.0
        self.holdings = SimpleNamespace(now=NOW, proved=3)
        self.address = self.identity.private_address.encode(self.network.address_prefix)

    # -- what it tells ----------------------------------------------------------------------------

    async def sync(self, _: object = None) -> None:
        """Look at nothing."""
        if self.at_step is not None:
            raise self.at_step

    async def step(self, _: object = None) -> None:
        """Go on to what the next look shows."""
        await self.sync()
        for each in self.journal.intents() if self.expires else ():
            self.journal.kept[each.id] = each.but(state=IntentState.FAILED, reason="it expired")
        if self.later:
            self.shown = self.later.pop(0)
        elif self.interrupted:
            raise KeyboardInterrupt

    def sessions(self) -> list[Session]:
        """The sessions that were set."""
        return self.shown

    def session(self, number: int) -> Session:
        """One of them."""
        return next(each for each in self.shown if each.number == number)

    def portfolio(self) -> Portfolio:
        """Totals that are no sums, so that a mistake would show."""
        return Portfolio(Wei(1 * ETHER), Wei(2 * ETHER), Itx(3 * ETHER), Itx(4 * ETHER))

    def history(self) -> Sequence[Any]:
        """The movements that were set."""
        return self.movements

    def accounts(self) -> list[AccountInfo]:
        """The main one."""
        private = self.identity.private_address
        return [AccountInfo(MAIN_ACCOUNT, private, used=True, balance=Wei(LONG), coming=Wei(5))]

    def withdrawable(self, _: EthAddress) -> Wei:
        """What was set, for anybody."""
        return self.waiting

    # -- what is proposed -------------------------------------------------------------------------

    async def top_up_amount(self) -> Wei:
        """As much as a claim takes, twice."""
        return Wei(LONG)

    def __getattr__(self, name: str) -> Any:
        kinds = {"build": IntentKind.BUILD, "rest": IntentKind.REST, "payout": IntentKind.PAYOUT}
        kind = kinds.get(name) or IntentKind(name)

        def proposed(*arguments: Any, **more: Any) -> Proposal:
            self.asked.append((name, *arguments, *sorted(more.items())))
            if self.raises is not None:
                raise self.raises
            return _proposal(kind, arguments)

        async def soon(*arguments: Any, **more: Any) -> Proposal:
            return proposed(*arguments, **more)

        return proposed if name == "build" else soon

    # -- what happens -----------------------------------------------------------------------------

    async def begin(self, proposal: Proposal) -> Intent:
        """Keep it."""
        self.begun.append(proposal)
        self.journal.kept[proposal.intent.id] = proposal.intent
        return proposal.intent

    async def follow(self, intent: Intent, until: Callable[[Intent], bool]) -> AsyncIterator[Event]:
        """All that can happen, until it is enough."""
        end = intent.but(state=self.ends, reason="it was too late" if self._fails else "")
        leaving = intent.but(state=IntentState.LEAVING)
        events = (
            [Planned(intent), Finished(end)]
            if self._fails
            else [Planned(intent), Proving(intent), HandedOver(leaving), Finished(end)]
        )
        for event in events:
            self.journal.kept[intent.id] = event.intent
            yield event
            if until(event.intent):
                return

    @property
    def _fails(self) -> bool:
        return self.ends is IntentState.FAILED


def _proposal(kind: IntentKind, arguments: Sequence[Any]) -> Proposal:
    deposits = {IntentKind.MINE, IntentKind.DEPOSIT, IntentKind.TOP_UP}
    numbers = [each for each in arguments if type(each) is int]
    addresses = [each for each in arguments if isinstance(each, EthAddress)]
    intent = Intent(
        "ab" * 16,
        kind,
        Timestamp(NOW),
        account=numbers[0] if numbers else 0,
        amount=Wei(LONG),
        fee=Wei(LONG - 1),
        recipient=addresses[0] if addresses else EthAddress.zero(),
        rewards=addresses[-1] if addresses else EthAddress.zero(),
        onward=9 if kind is IntentKind.REDEPOSIT else None,
    )
    if kind not in deposits:
        warned = (PrivacyWarning(WarningCode.SMALL_SET, "few to hide among"),)
        plan: Any = SimpleNamespace(source=FeeSource.PRINCIPAL, kept_back=Wei(7))
        return Proposal(intent, warned, alike=11, transfer=plan)
    cost = SimpleNamespace(likely=Wei(5), most=Wei(9))
    shown: Any = SimpleNamespace(
        amount=TENTH,
        cost=cost,
        total=Wei(TENTH + 5),
        points=Points(1) if kind is IntentKind.MINE else None,
        issuance=Itx(LONG),
        lock="2~5 Days" if kind is IntentKind.MINE else "",
    )
    return Proposal(replace(intent, amount=TENTH), deposit=shown)


READY: Final = (Offer(Button.WITHDRAW), Offer(Button.REDEPOSIT))


def run(wallet: StandIn, *arguments: str, answers: Iterable[str] | None = None) -> Result:
    """Run a command of the wallet with a stand-in for it, on a terminal of 80 columns."""

    @asynccontextmanager
    async def opened(_: object) -> AsyncIterator[StandIn]:
        yield wallet

    typed = None if answers is None else "\n".join(answers) + "\n"
    environment = {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    return CliRunner(env=environment).invoke(app, arguments, input=typed, obj=opened)


def form_of(told: Result) -> Any:
    """The JSON that a command wrote."""
    return json.loads(told.stdout)
