"""What a person is shown of a mining session: its state, its timeline, and what can be done.

Labels and messages are those of docs/flows.md, word for word.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from winze.contracts import NetworkDescription
from winze.protocol import EthAddress, Itx, Seconds, Timestamp, Wei

from ..holdings import Happened


class SessionState(StrEnum):
    """Where a session stands; the value is its badge."""

    DEPOSIT_PROCESSING = "Deposit Processing"
    """Deposited, or about to be, and its block not proved: the lock has not begun."""
    MINING = "Mining in Progress"
    """Locked until its maturity."""
    READY = "Ready to Claim"
    """Matured and unspent."""
    WITHDRAWAL_PROCESSING = "Withdrawal Processing"
    """Handed over and not executed; or executed, and whether in time shows with its block."""
    CLAIM_PROCESSING = "Claim Processing"
    """Withdrawn after its maturity, and not claimed."""
    UNPAID_CLAIM_FEE = "Unpaid Claim Fee"
    """The same, and nothing of the user's covers the claim's fee."""
    TOP_UP_PROCESSING = "Processing Fee Top Up"
    """The same, and a top-up is on its way."""
    COMPLETED = "Completed"
    """Withdrawn and claimed."""
    CANCELED = "Canceled"
    """Spent in a block dated before its maturity."""


class Button(StrEnum):
    """What can be pressed; the value is its label."""

    PROVE = "Prove it yourself"
    CANCEL = "Cancel Mining Session"
    WITHDRAW = "Withdraw"
    REDEPOSIT = "Redeposit"
    CLAIM = "Claim Rewards"
    TOP_UP = "Top Up for Claim Fee"
    REST = "Withdraw Rest Amount"
    WITHDRAW_ETH = "Withdraw ETH"
    DISTRIBUTE = "Send ITX yourself"
    BACKUP = "Backup Tx"

    @property
    def hint(self) -> str:
        """What stands beside it; empty where the label says it all."""
        return _HINTS.get(self, "")


_HINTS: Final = {
    Button.WITHDRAW: "Withdraw and claim ITX reward",
    Button.REDEPOSIT: "Redeposit and claim ITX reward",
}

UNFINISHED_CLAIM: Final = (
    "This mining session has unfinished reward claims. You can press the Claim Rewards button to "
    "resume the interrupted claiming process."
)
"""Said of a session whose claim nobody is making."""

UNPAID_FEE: Final = (
    "Insufficient balance to pay claim fee. Please top up your mining account to proceed with "
    "claiming rewards."
)
"""Said of a session whose claim nothing pays for."""

CLAIMING: Final = "Claiming…"
"""What the button reads while a claim is under way."""

SYNC_WITHDRAWALS: Final = "Sync Withdrawals"
"""What the button reads while a rest amount is under way."""


PROVING: Final = "Proving…"
"""What the button reads while one's own blocks are being proved."""

SENDING_ITX: Final = "Sending ITX…"
"""What the button reads while one has a closed day's ITX sent."""


@dataclass(frozen=True)
class Offer:
    """A button of a session, as it is shown now."""

    button: Button
    why_not: str = ""
    """Why it cannot be pressed now; empty where it can."""
    busy: str = ""
    """What it reads instead of its label while its work is under way; it cannot be pressed then."""

    @property
    def label(self) -> str:
        """What it reads."""
        return self.busy or self.button

    @property
    def enabled(self) -> bool:
        """Whether it can be pressed."""
        return not (self.why_not or self.busy)


class StepName(StrEnum):
    """The steps of a session's life, in their order."""

    DEPOSIT_PROCESSING = "Deposit Processing"
    MINING = "Mining"
    WITHDRAWAL_PROCESSING = "Withdrawal Processing"
    WITHDRAWAL_COMPLETED = "Withdrawal Completed"
    CLAIM_PROCESSING = "Rewards Claim Processing"
    CLAIM_COMPLETED = "Rewards Claim Completed"
    ITX_SENT = "ITX Sent"


class StepState(StrEnum):
    """Whether a step is behind, under way, or ahead."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to come"


@dataclass(frozen=True)
class Step:
    """One step of a session's timeline."""

    name: StepName
    state: StepState
    time: Timestamp | None = None
    """When it happened, in chain time; None where that is not known yet."""
    transaction: str = ""
    """The hash of the transaction behind it, in hex with 0x; empty where none is known."""


@dataclass(frozen=True)
class Terms:
    """What the state of a session depends on beside chain and journal."""

    network: NetworkDescription
    claim_fee: Wei | None
    """What a claim's relayer asks now; None where that is not known, 0 where one claims oneself."""
    transfer_fee: Wei | None
    """What a transfer's relayer asks now, in the same way."""


@dataclass(frozen=True)
class Session:
    """A mining session as a person sees it."""

    number: int
    """The number of its mining account, 0 to 255."""
    amount: Wei
    """The denomination that it mines with."""
    state: SessionState
    message: str
    """What flows.md says of this state; empty where it says nothing."""
    waits_for: str
    """What it waits for by itself, in words; empty where it waits for its owner, or is over."""
    buttons: tuple[Offer, ...]
    timeline: tuple[Step, ...]
    """All steps in order; those of the reward are left out of a canceled session."""
    begun_at: Timestamp
    """When it was deposited, or meant to be."""
    deposited: Happened | None
    """The deposit; None while the chain has not shown it."""
    maturity: Timestamp | None
    """From when on its spend earns; None before its block is proved."""
    remaining: Seconds | None
    """Seconds of chain time to the maturity; 0 from then on."""
    withdrawn: Happened | None
    """The transfer that spent it."""
    withdrawn_amount: Wei | None
    """What was paid out, or is handed over to be; of a redeposit, what went on."""
    destination: EthAddress | None
    """Whom that goes to; None for a redeposit."""
    onward: int | None
    """The session that a redeposit began, or is handed over to begin."""
    rewards: EthAddress | None
    """Where its ITX goes, or is planned to; None where nothing is planned, or it is lost."""
    estimate: Itx
    """What it earns: if claimed today, or in the period of its claim; 0 once canceled."""
    final: bool
    """Whether the estimate can no longer change."""
    claimed: Happened | None
    """The claim that counted."""
    minted: Happened | None
    """When its ITX was sent."""
    rest: Wei
    """What can be spent from its account beside the mined note."""
    withdrawable: Wei
    """What waits for its destination in the withdrawable state."""
    top_ups: int
    """How many top-ups it had, those on their way included."""
    lost: tuple[str, ...]
    """What only the journal knew, and is not known here."""

    @property
    def badge(self) -> str:
        """The label of its state."""
        return self.state.value

    @property
    def transactions(self) -> tuple[str, ...]:
        """The hashes of everything that happened to it, in order, in hex with 0x."""
        return tuple(dict.fromkeys(step.transaction for step in self.timeline if step.transaction))

    def offer(self, button: Button) -> Offer | None:
        """That button as it is shown now; None where it is not."""
        return next((each for each in self.buttons if each.button is button), None)
