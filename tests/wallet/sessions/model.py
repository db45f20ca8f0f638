"""What sessions should look like, from a second set of books that is kept as things happen.

The books know nothing of notes, intents or proofs: a session is in a phase that events change, an
account is a heap of coins, and a request is a promise that is kept, broken or open.
"""

from dataclasses import dataclass, field
from itertools import accumulate

from tests.wallet.sessions.scenes import INTERVAL, NETWORK, PERIOD
from winze.protocol import MAIN_ACCOUNT, EthAddress
from winze.wallet import Button, IntentKind, OwnNote, SessionState

SPENDING = (IntentKind.WITHDRAW, IntentKind.CANCEL, IntentKind.REDEPOSIT)
TOPPING_UP = (IntentKind.TOP_UP, IntentKind.MOVE)
SLOW = 60


def day(now: int) -> int:
    """The number of the period."""
    return (now - NETWORK.genesis) // PERIOD


@dataclass(eq=False)
class Coin:
    """Something spendable, once its block is proved."""

    note: OwnNote
    brought: bool = False
    """Whether somebody brought it to its account; else it is what a transfer left."""

    @property
    def value(self) -> int:
        return self.note.note.value

    @property
    def block(self) -> int:
        return self.note.position.block


@dataclass(eq=False)
class Promise:
    """What was asked for: open until it is kept or broken."""

    kind: IntentKind
    account: int
    intent: str
    coins: list[Coin] = field(default_factory=list)
    deposit: OwnNote | None = None
    """The mining deposit that it spends."""
    onward: int | None = None
    destination: EthAddress | None = None
    amount: int = 0
    deadline: int = 0
    relayed: bool = True
    left: bool = False
    open: bool = True

    def flies(self, now: int) -> bool:
        """Whether it is out, and may still be kept."""
        return self.open and self.left and not (self.deadline and now > self.deadline)


@dataclass(eq=False)
class Life:
    """A session, as one who saw everything would tell it."""

    number: int
    phase: str = "asked for"
    """Then: deposited, locked, spent, earned or canceled, claimed."""
    deposit: OwnNote | None = None
    deposited: int = 0
    matures: int = 0
    executed: int = 0
    block: int = -1
    """The block of its deposit, later that of its spend."""
    destination: EthAddress | None = None
    claimed: int = 0
    minted: bool = False

    def itx_due(self, now: int) -> bool:
        """Whether its ITX could have been sent, and was not."""
        return self.phase == "claimed" and not self.minted and day(now) > day(self.claimed)


_ALWAYS = {
    "asked for": SessionState.DEPOSIT_PROCESSING,
    "deposited": SessionState.DEPOSIT_PROCESSING,
    "spent": SessionState.CLAIM_PROCESSING,
    "canceled": SessionState.CANCELED,
    "claimed": SessionState.COMPLETED,
}


@dataclass
class Books:
    """The second set of books."""

    lives: dict[int, Life] = field(default_factory=dict)
    coins: dict[int, list[Coin]] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    refused: dict[EthAddress, int] = field(default_factory=dict)
    now: int = 0
    proved: int = 0
    claim_fee: int | None = 1000
    transfer_fee: int | None = 100

    def visible(self) -> dict[int, Life]:
        """The sessions, without those whose redeposit came too late to begin them."""
        late = {each.onward for each in self.promises if each.open and not each.flies(self.now)}
        return {
            number: life
            for number, life in self.lives.items()
            if life.phase != "asked for" or number not in late
        }

    # -- states ---------------------------------------------------------------------------------

    def badge(self, life: Life) -> SessionState:
        if life.phase == "locked":
            return self._locked(life)
        if life.phase == "earned":
            return self._unclaimed(life)
        if life.phase == "spent" and life.executed < life.matures:
            return SessionState.WITHDRAWAL_PROCESSING
        return _ALWAYS[life.phase]

    def _locked(self, life: Life) -> SessionState:
        if self.flying(life.number, *SPENDING):
            return SessionState.WITHDRAWAL_PROCESSING
        return SessionState.MINING if self.now < life.matures else SessionState.READY

    def _unclaimed(self, life: Life) -> SessionState:
        if self._claim_flies(life) or self.payable(life):
            return SessionState.CLAIM_PROCESSING
        if self.topping_up(life):
            return SessionState.TOP_UP_PROCESSING
        soon = self.payable_soon(life)
        return SessionState.CLAIM_PROCESSING if soon else SessionState.UNPAID_CLAIM_FEE

    def topping_up(self, life: Life) -> bool:
        brought = any(each.brought for each in self.unproved(life.number))
        return brought or bool(self.open(life.number, *TOPPING_UP))

    def payable(self, life: Life) -> bool:
        kept = {coin for each in self.promises if each.flies(self.now) for coin in each.coins}
        own, main = (
            [coin.value for coin in self.proved_coins(index) if coin not in kept]
            for index in (life.number, MAIN_ACCOUNT)
        )
        return self._pays(own, main)

    def payable_soon(self, life: Life) -> bool:
        heaps = (self.heap(index) for index in (life.number, MAIN_ACCOUNT))
        return self._pays(*([coin.value for coin in heap] for heap in heaps))

    def _pays(self, own: list[int], main: list[int]) -> bool:
        if not self.claim_fee:
            return True
        if sum(sorted(own + main)[-2:]) >= self.claim_fee:
            return True
        price = self.transfer_fee or 0
        merged = [value - price for value in sorted(main, reverse=True)]  # but for the first
        return any(got + price >= self.claim_fee for got in list(accumulate(merged))[1:])

    def _claim_flies(self, life: Life) -> bool:
        mine = self.open(life.number, IntentKind.CLAIM)
        return any(each.flies(self.now) or not each.relayed for each in mine)

    # -- buttons --------------------------------------------------------------------------------

    def pressable(self, life: Life) -> set[Button]:
        """The buttons that can be pressed."""
        found = set(self._while_living(life)) | set(self._afterwards(life))
        waits = life.destination is not None and self.refused.get(life.destination, 0)
        if waits and not any(
            each.destination == life.destination for each in self.kept_open(IntentKind.PAYOUT)
        ):
            found.add(Button.WITHDRAW_ETH)
        return found

    def _while_living(self, life: Life) -> list[Button]:
        slow = self.now >= life.deposited + INTERVAL + SLOW
        if life.phase == "deposited" and slow and not self.kept_open(IntentKind.BUILD):
            return [Button.PROVE]
        if life.phase != "locked" or self.open(life.number, *SPENDING):
            return []
        if self.now < life.matures:
            return [Button.CANCEL]
        return [Button.WITHDRAW, Button.REDEPOSIT]

    def _afterwards(self, life: Life) -> list[Button]:
        if life.phase == "earned":
            if self.badge(life) is SessionState.UNPAID_CLAIM_FEE:
                return [Button.TOP_UP]
            free = not self.open(life.number, IntentKind.CLAIM) and self.payable(life)
            return [Button.CLAIM] if free else []
        if life.phase not in {"claimed", "canceled"}:
            return []
        found = [Button.BACKUP] if life.phase == "claimed" else []
        late = life.itx_due(self.now) and (self.now - NETWORK.genesis) % PERIOD >= PERIOD // 24
        late = late or life.itx_due(self.now - PERIOD)
        if late and not self.open(life.number, IntentKind.DISTRIBUTE):
            found.append(Button.DISTRIBUTE)
        under_way = self.open(life.number, IntentKind.REST, IntentKind.SWEEP)
        largest = sorted(coin.value for coin in self.proved_coins(life.number))[-2:]
        if self.transfer_fee is not None and sum(largest) > self.transfer_fee and not under_way:
            found.append(Button.REST)
        return found

    # -- looking things up ----------------------------------------------------------------------

    def heap(self, index: int) -> list[Coin]:
        return self.coins.setdefault(index, [])

    def proved_coins(self, index: int) -> list[Coin]:
        return [coin for coin in self.heap(index) if coin.block < self.proved]

    def unproved(self, index: int) -> list[Coin]:
        return [coin for coin in self.heap(index) if coin.block >= self.proved]

    def open(self, account: int, *kinds: IntentKind) -> list[Promise]:
        return [each for each in self.kept_open(*kinds) if each.account == account]

    def kept_open(self, *kinds: IntentKind) -> list[Promise]:
        return [each for each in self.promises if each.open and each.kind in kinds]

    def flying(self, account: int, *kinds: IntentKind) -> bool:
        return any(each.flies(self.now) for each in self.open(account, *kinds))

    def minted(self) -> None:
        """All ITX that can be sent is."""
        for life in self.lives.values():
            life.minted = life.minted or life.itx_due(self.now)

    # -- what time does -------------------------------------------------------------------------

    def blocks_proved(self, dates: list[int], lock: int) -> None:
        """All blocks are proved, dated as `dates` says; new deposits are locked for `lock`."""
        for life in self.lives.values():
            if self.proved <= life.block < len(dates):
                if life.phase == "deposited":
                    life.phase, life.matures = "locked", dates[life.block] + lock
                elif life.phase == "spent":
                    in_time = dates[life.block] >= life.matures
                    life.phase = "earned" if in_time else "canceled"
        self.proved = len(dates)
