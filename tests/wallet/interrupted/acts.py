"""What people do: how they ask for it, and how it looks when it is over."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from winze.protocol import ETHER, MAIN_ACCOUNT, EthAddress, PrivateAddress, Wei
from winze.wallet import IntentKind, SessionState, Wallet
from winze.wallet.actions import Proposal
from winze.wallet.actions.intents import new_intent

Given = Mapping[str, Any]
"""What an act is about: addresses as text, and what it found when it began."""

DENOMINATION: Final = Wei(ETHER // 10)
POCKET: Final = Wei(ETHER // 20)
"""What a main account holds before an act that needs it."""

SENT: Final = Wei(ETHER // 100)

_DEPOSITED: Final = ("journal 1", "journal 2", "send 1", "journal 3", "journal 4")
"""Written down, prepared, sent, sent for sure, waiting for its block."""

_RELAYED: Final = ("journal 1", "journal 2", "hand over 1", "journal 3")
"""Written down, proved, handed over, done."""

_CLAIMED: Final = (*_RELAYED, "journal 4", "journal 5", "hand over 2", "journal 6")
"""The same again for the claim that follows."""

_BY_ONESELF: Final = ("journal 1", "journal 2", "journal 3", "send 1", "journal 4")
"""Written down, proved, prepared, sent, sent for sure."""

_KEPT: Final = ("rows 1", "cache 1")
"""What was read, kept for the next time."""

_LOCKED: Final = {SessionState.MINING, SessionState.READY}


@dataclass(frozen=True)
class Act:
    """One action of one person."""

    kind: IntentKind
    propose: Callable[[Wallet, Given], Awaitable[Proposal]]
    ended: Callable[[Wallet, Given], bool]
    """Whether the chain shows all of it, and what follows from it."""
    steps: Sequence[str]
    """What it keeps and sends, in order."""
    transfers: int = 0
    """How many transfers it takes, each with its fee."""
    pocket: int = 0
    """How many deposits of `POCKET` the main account holds before."""
    session: bool = False
    """Whether there is a session before, which has matured unless the act cancels it."""
    withdrawn: str = ""
    """Whether that was withdrawn before: "relayed", or "own" and so without what pays its claim."""
    refused: bool = False
    """Whether its destination refused that, so that it waits in the withdrawable state."""
    rest: bool = False
    """Whether more than the claim's fee is in the session's account."""
    elsewhere: bool = False
    """Whether the connected wallet is another program that signs and sends."""

    @property
    def deposits(self) -> int:
        """How many deposits its person has made before it."""
        return self.session + self.pocket + self.rest

    @property
    def moments(self) -> Sequence[str]:
        """All at which it is interrupted; what is kept later is kept in the same way."""
        return [f"{when} {step}" for step in (*self.steps, *_KEPT) for when in ("before", "after")]


def _state(*states: SessionState, number: int = 0) -> Callable[[Wallet, Given], bool]:
    return lambda wallet, _: any(
        each.number == number and each.state in states for each in wallet.sessions()
    )


def _redeposited(wallet: Wallet, given: Given) -> bool:
    done = _state(SessionState.COMPLETED)(wallet, given)
    return done and _state(*_LOCKED, number=1)(wallet, given)


def _spent(wallet: Wallet, given: Given) -> bool:
    """Whether one transfer more than before was executed, and all is in proved blocks."""
    holdings = wallet.holdings
    waits = any(each.block >= holdings.proved for each in holdings.spends)
    return len(holdings.spends) > given["spends"] and not waits


def _merged(wallet: Wallet, _: Given) -> bool:
    return len(list(wallet.holdings.spendable(MAIN_ACCOUNT))) == 1 and not wallet.coming


def _to(given: Given) -> EthAddress:
    return EthAddress(given["to"])


def _rewards(given: Given) -> EthAddress:
    return EthAddress(given["rewards"])


async def _send(wallet: Wallet, given: Given) -> Proposal:
    receiver = PrivateAddress.decode(given["private"], wallet.network.address_prefix)
    return await wallet.propose.send(SENT, receiver, "for the tea")


async def _merge(wallet: Wallet, _: Given) -> Proposal:
    return await wallet.propose.of(new_intent(IntentKind.MERGE, wallet.now))


async def _mine(wallet: Wallet, _: Given) -> Proposal:
    return await wallet.propose.mine(DENOMINATION)


ACTS: Final[Mapping[str, Act]] = {
    "mine": Act(IntentKind.MINE, _mine, _state(*_LOCKED), _DEPOSITED),
    "mine elsewhere": Act(IntentKind.MINE, _mine, _state(*_LOCKED), _DEPOSITED, elsewhere=True),
    "deposit": Act(
        IntentKind.DEPOSIT,
        lambda wallet, _: wallet.propose.deposit(SENT),
        lambda wallet, _: wallet.balance == SENT,
        _DEPOSITED,
    ),
    "withdraw": Act(
        IntentKind.WITHDRAW,
        lambda wallet, given: wallet.propose.withdraw(0, _to(given), _rewards(given)),
        _state(SessionState.COMPLETED),
        _CLAIMED,
        transfers=2,
        session=True,
    ),
    "withdraw oneself": Act(
        IntentKind.WITHDRAW,
        lambda wallet, given: wallet.propose.withdraw(
            0, _to(given), _rewards(given), relayed=False
        ),
        _state(SessionState.UNPAID_CLAIM_FEE),
        _BY_ONESELF,
        transfers=1,
        session=True,
    ),
    "cancel": Act(
        IntentKind.CANCEL,
        lambda wallet, given: wallet.propose.cancel(0, _to(given)),
        _state(SessionState.CANCELED),
        _RELAYED,
        transfers=1,
        session=True,
    ),
    "redeposit": Act(
        IntentKind.REDEPOSIT,
        lambda wallet, given: wallet.propose.redeposit(0, _rewards(given)),
        _redeposited,
        _CLAIMED,
        transfers=2,
        pocket=1,
        session=True,
    ),
    "claim oneself": Act(
        IntentKind.CLAIM,
        lambda wallet, given: wallet.propose.claim(0, _rewards(given), relayed=False),
        _state(SessionState.COMPLETED),
        _BY_ONESELF,
        session=True,
        withdrawn="own",
    ),
    "top up": Act(
        IntentKind.TOP_UP,
        lambda wallet, _: wallet.propose.top_up(0),
        _state(SessionState.COMPLETED),
        _DEPOSITED,
        transfers=1,
        session=True,
        withdrawn="own",
    ),
    "move": Act(
        IntentKind.MOVE,
        lambda wallet, _: wallet.propose.move(0, SENT),
        lambda wallet, _: wallet.holdings.balance(0) == DENOMINATION + SENT,
        _RELAYED,
        transfers=1,
        pocket=1,
        session=True,
    ),
    "rest": Act(
        IntentKind.REST,
        lambda wallet, _: wallet.propose.rest(0),
        _spent,
        _RELAYED,
        transfers=1,
        session=True,
        withdrawn="relayed",
        rest=True,
    ),
    "sweep": Act(
        IntentKind.SWEEP,
        lambda wallet, _: wallet.propose.sweep(0),
        _spent,
        _RELAYED,
        transfers=1,
        session=True,
        withdrawn="relayed",
        rest=True,
    ),
    "transfer out": Act(
        IntentKind.TRANSFER_OUT,
        lambda wallet, given: wallet.propose.transfer_out(SENT, _to(given)),
        _spent,
        _RELAYED,
        transfers=1,
        pocket=2,
    ),
    "transfer out oneself": Act(
        IntentKind.TRANSFER_OUT,
        lambda wallet, given: wallet.propose.transfer_out(SENT, _to(given), relayed=False),
        _spent,
        _BY_ONESELF,
        transfers=1,
        pocket=2,
    ),
    "send": Act(IntentKind.SEND, _send, _spent, _RELAYED, transfers=1, pocket=2),
    "payout": Act(
        IntentKind.PAYOUT,
        lambda wallet, given: wallet.propose.payout(_to(given)),
        lambda wallet, given: not wallet.withdrawable(_to(given)),
        _DEPOSITED,
        session=True,
        withdrawn="relayed",
        refused=True,
    ),
    "merge": Act(IntentKind.MERGE, _merge, _merged, _RELAYED, transfers=1, pocket=2),
}
