"""What is known of one session: from the chain first, from the journal what the chain cannot know.

An intent that is neither over nor executed is *live*: something is to be done for it. It is *handed
over* once it may have left the machine, until its deadline: the pool skips what comes later than
that, so the chain stays as it is until the intent is handed over anew.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from winze.protocol import (
    MAIN_ACCOUNT,
    MINING_ACCOUNTS,
    Field,
    Period,
    Position,
    Timestamp,
    Wei,
    period_start,
)

from ..holdings import Holdings, OwnClaim, OwnNote, OwnSpend
from ..journal import Intent, IntentKind, IntentState
from .session import Terms

SPENDING: Final = frozenset({IntentKind.WITHDRAW, IntentKind.CANCEL, IntentKind.REDEPOSIT})
"""What spends the mined note itself."""

TOPPING_UP: Final = frozenset({IntentKind.TOP_UP, IntentKind.MOVE})
"""What brings a session the fee of its claim."""


class Known:
    """Chain and journal of one wallet, with the journal sorted by session."""

    def __init__(self, holdings: Holdings, intents: Sequence[Intent], terms: Terms) -> None:
        self.holdings, self.intents, self.terms = holdings, intents, terms
        self._of: defaultdict[int, list[Intent]] = defaultdict(list)
        for intent in intents:
            self._of[intent.account].append(intent)

    def of(self, number: int) -> Sequence[Intent]:
        """The intents about one account, the oldest first."""
        return self._of.get(number, ())

    def handed_over(self, intent: Intent) -> bool:
        """Whether it may have left the machine, and can still be executed."""
        expired = intent.deadline != 0 and self.holdings.now > intent.deadline
        return intent.state is IntentState.LEAVING and not expired

    def free(self, account: int) -> Sequence[OwnNote]:
        """What the account can spend, without deposits that mine."""
        return [own for own in self.holdings.spendable(account) if not self.holdings.mines(own)]

    @cached_property
    def executed(self) -> Collection[tuple[Field, Field]]:
        """What executed transfers left behind."""
        return {spend.outs for spend in self.holdings.spends}

    def live(self, intent: Intent) -> bool:
        """Whether something is still to be done for it."""
        return not intent.state.over and outs_of(intent) not in self.executed

    @cached_property
    def promised(self) -> Collection[int]:
        """The nullifiers of what has been handed over, and so is as good as spent."""
        requests = [each.request for each in self.intents if self.handed_over(each)]
        transfers = [each.transfer for each in requests if each is not None and each.transfer]
        return {word for each in transfers for word in (each.nullifier1, each.nullifier2)}

    @cached_property
    def full(self) -> bool:
        """Whether no account is left for another session."""
        return len(taken(self.holdings, self.intents)) == MINING_ACCOUNTS

    def facts(self) -> Iterator["Facts"]:
        """Of every session, in the order of their accounts."""
        beginnings = dict(self._beginnings())
        for number in range(MINING_ACCOUNTS):
            note = self.holdings.mined(number)
            if note is not None or number in beginnings:
                yield Facts(self, number, note, beginnings.get(number))

    def _beginnings(self) -> Iterator[tuple[int, Intent]]:
        """What the journal says began sessions; the last word counts."""
        for intent in self.intents:
            if intent.kind is IntentKind.MINE and intent.state is not IntentState.FAILED:
                yield intent.account, intent
            elif intent.onward is not None and self._arriving(intent):
                yield intent.onward, intent

    def _arriving(self, redeposit: Intent) -> bool:
        """Whether a redeposit is on its way; once the note is spent, the chain tells the rest."""
        note = self.holdings.mined(redeposit.account)
        unspent = note is not None and self.holdings.spend_of(note) is None
        return unspent and self.handed_over(redeposit)

    @cached_property
    def moves(self) -> Mapping[int, Sequence[OwnSpend]]:
        """What moved money from the main account to a mining account, by that account."""
        found: defaultdict[int, list[OwnSpend]] = defaultdict(list)
        for spend in self.holdings.spends:
            if spend.amount == 0 and all(is_main(own) for own in spend.inputs):
                for number in {own.account.index for own in spend.outputs if not is_main(own)}:
                    found[number].append(spend)
        return found

    @cached_property
    def onwards(self) -> Mapping[Position, int]:
        """By the position of a redeposited note, the session that it went on as.

        A redeposit's deposit stands behind its transfer's own entries and both in the order of the
        batch, so of several in one transaction the first goes with the first.
        """
        deposits: defaultdict[tuple[bytes, Wei], deque[OwnNote]] = defaultdict(deque)
        for own in self.holdings.notes:
            if own.depositor is not None and own.depositor.is_zero:
                deposits[own.happened.transaction, own.note.value].append(own)
        found: dict[Position, int] = {}
        for spend in self.holdings.spends:
            if spend.recipient == self.terms.network.pool:
                made = deposits[spend.happened.transaction, spend.amount]
                if made:
                    number = made.popleft().account.index
                    found.update((own.position, number) for own in spend.inputs)
        return found


def is_main(own: OwnNote) -> bool:
    """Whether a note is the main account's."""
    return own.account.index == MAIN_ACCOUNT


def taken(holdings: Holdings, intents: Iterable[Intent]) -> set[int]:
    """The mining accounts that are no longer free: used on the chain, or meant to be."""
    used = {own.account.index for own in holdings.notes}
    for intent in intents:
        if intent.state is IntentState.FAILED:
            continue
        if intent.kind is IntentKind.MINE:
            used.add(intent.account)
        if intent.kind is IntentKind.REDEPOSIT and intent.onward is not None:
            used.add(intent.onward)
    return used - {MAIN_ACCOUNT}


def outs_of(intent: Intent) -> tuple[Field, Field] | None:
    """The commitments that an intent's transfer leaves behind; None where it has none."""
    transfer = None if intent.request is None else intent.request.transfer
    return None if transfer is None else (Field(transfer.out1), Field(transfer.out2))


@dataclass(frozen=True)
class Facts:
    """One session's."""

    known: Known
    number: int
    note: OwnNote | None
    """The mined note; None while the chain has not shown it."""
    beginning: Intent | None
    """What the journal says began it."""

    @property
    def now(self) -> Timestamp:
        """Chain time."""
        return self.known.holdings.now

    @cached_property
    def maturity(self) -> Timestamp | None:
        """From when on a spend earns; None before its block is proved."""
        return None if self.note is None else self.known.holdings.maturities.get(self.note.position)

    @cached_property
    def spend(self) -> OwnSpend | None:
        """What spent the note, executed though perhaps not proved."""
        return None if self.note is None else self.known.holdings.spend_of(self.note)

    @property
    def redeposited(self) -> bool:
        """Whether it went on inside the pool."""
        return self.spend is not None and self.spend.recipient == self.known.terms.network.pool

    @property
    def spend_proved(self) -> bool:
        """Whether the time of the spend's block is known."""
        return self.spend is not None and self.spend.block in self.known.holdings.times

    @cached_property
    def earned(self) -> bool | None:
        """Whether the spend came late enough to earn; None where that is open, or nothing spent it.

        The block's time decides (protocol §6.2). While it is not known, the spend's own time bounds
        it from below: a block's time is the lesser of the time of its sealing and its due time, the
        sealing comes after every entry, and what comes when a block is due opens the next one. So
        a spend at or after the maturity has earned; one before it may have, in a block dated later.
        """
        if self.spend is None or self.maturity is None:
            return None
        dated = self.known.holdings.times.get(self.spend.block)
        if dated is not None:
            return dated >= self.maturity
        return True if self.spend.happened.timestamp >= self.maturity else None

    @cached_property
    def claim(self) -> OwnClaim | None:
        """Its claim that counted."""
        if self.note is None or self.spend is None or not self.known.holdings.claims:
            return None
        return self.known.holdings.claims.get(self.note.claim_id)

    @property
    def day_closes(self) -> Timestamp | None:
        """When the day of its claim is over, and its ITX can be sent; None before it is claimed."""
        if self.claim is None:
            return None
        network = self.known.terms.network
        after = Period(self.claim.period + 1)
        return period_start(after, network.genesis, network.profile.period)

    @cached_property
    def leaving(self) -> Intent | None:
        """What is handed over and spends the note, while the chain has not shown it."""
        if self.spend is not None:
            return None
        return self._newest(SPENDING, self.known.handed_over)

    @cached_property
    def claiming(self) -> Intent | None:
        """A claim that is handed over, or that the connected wallet sends without a fee."""
        if self.claim is not None:
            return None
        return self._newest({IntentKind.CLAIM}, self._needs_no_cover)

    def live(self, *kinds: IntentKind) -> Intent | None:
        """The newest live intent of these kinds about this session."""
        return self._newest(kinds, self.known.live)

    def written(self, *kinds: IntentKind) -> Intent | None:
        """The newest intent of these kinds that did not fail."""
        return self._newest(kinds, lambda each: each.state is not IntentState.FAILED)

    def _needs_no_cover(self, claim: Intent) -> bool:
        unpaid = not claim.state.over and not claim.relayed
        return unpaid or self.known.handed_over(claim)

    def _newest(
        self, kinds: Collection[IntentKind], counts: Callable[[Intent], bool]
    ) -> Intent | None:
        newest = reversed(self.known.of(self.number))
        return next((each for each in newest if each.kind in kinds and counts(each)), None)
