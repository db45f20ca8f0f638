"""What a wallet tells while it works: typed, so that a terminal and a page show the same."""

from dataclasses import dataclass

from winze.protocol import Timestamp

from ..journal import Intent, IntentState


@dataclass(frozen=True)
class Event:
    """Something that happened to an intent."""

    intent: Intent
    """Its newest version, as the journal holds it."""


@dataclass(frozen=True)
class Planned(Event):
    """Written down; nothing has left the machine."""


@dataclass(frozen=True)
class Proving(Event):
    """The proof is being made: about a second."""


@dataclass(frozen=True)
class Asking(Event):
    """The connected wallet is asked, or sends."""


@dataclass(frozen=True)
class HandedOver(Event):
    """It has left the machine: whatever happens here now, it goes on."""


@dataclass(frozen=True)
class Waiting(Event):
    """Nothing can be done for it at this moment."""

    what: str
    """For what it waits, as a phrase: "the relayer's batch"."""
    until: Timestamp | None = None
    """Chain time at which it goes on, where that is known."""


@dataclass(frozen=True)
class Finished(Event):
    """It is over: the chain shows it."""


@dataclass(frozen=True)
class Failed(Event):
    """It is over, and nothing moved; the intent's `reason` says why."""


def told_of(intent: Intent) -> Event:
    """What its newest version tells, where another process wrote it."""
    match intent.state:
        case IntentState.PLANNED:
            return Planned(intent)
        case IntentState.LEAVING:
            return HandedOver(intent)
        case IntentState.DONE:
            return Finished(intent)
        case IntentState.FAILED:
            return Failed(intent)
