"""The peers' figures, and which of ours stand beside them.

They were measured as `docs/peers.md` says, which is where they come from: nothing stands here that
does not stand there. Ours are sums of measured figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from winze.protocol import SLOTS


class Peer(StrEnum):
    """A comparable system."""

    INTMAX = "INTMAX"
    NOVA = "Tornado Nova"
    TORNADO = "Tornado Cash"
    PRIVACY_POOLS = "Privacy Pools"
    RAILGUN = "Railgun"


@dataclass(frozen=True)
class Share:
    """A part of what a figure costs: a block's proof is shared by what the block holds."""

    name: str
    of: int = 1


@dataclass(frozen=True)
class Comparison:
    """One thing that people do, and what it costs in each system."""

    operation: str

    transaction: tuple[Share, ...]
    """Ours: the transaction that does it."""

    blocks: tuple[Share, ...] = ()
    """Ours: its share of a full block."""

    theirs: Mapping[Peer, str] = field(default_factory=dict)
    """Gas, as `docs/peers.md` has it, and a word where it needs one."""


_TRANSFERS: Final = SLOTS // 2
_DEPOSITED: Final = (Share("gas.seal", SLOTS), Share("gas.prove.1.deposits", SLOTS))
_ONE: Final = (Share("gas.seal", _TRANSFERS), Share("gas.prove.1", _TRANSFERS))
_FOUR: Final = (Share("gas.seal", _TRANSFERS), Share("gas.prove.4", _TRANSFERS))
_PAID: Final = Share("gas.distribute.50")

COMPARISONS: Final = (
    Comparison(
        "deposit",
        (Share("gas.deposit"),),
        _DEPOSITED,
        {
            Peer.INTMAX: "112,834; 157k with its relaying, batch of 10",
            Peer.NOVA: "994,663",
            Peer.TORNADO: "902,445",
            Peer.PRIVACY_POOLS: "353,266",
            Peer.RAILGUN: "767,078",
        },
    ),
    Comparison(
        "withdrawal to a fresh address, alone",
        (Share("gas.transfer.1"),),
        _ONE,
        {
            Peer.INTMAX: "609k",
            Peer.NOVA: "1,010,108",
            Peer.TORNADO: "343,015 relayed, 335,783 not",
            Peer.PRIVACY_POOLS: "571,408 relayed, 510,021 not",
            Peer.RAILGUN: "468,812 in full, 1,116,723 with change",
        },
    ),
    Comparison(
        "the same, each of 16",
        (Share("gas.transfer.16"),),
        _FOUR,
        {Peer.INTMAX: "106k"},
    ),
    Comparison(
        "payment that stays private, alone",
        (Share("gas.transfer.private.1"),),
        _ONE,
        {Peer.NOVA: "982,183", Peer.RAILGUN: "1,066,000"},
    ),
    Comparison(
        "claim with its relayer's fee, alone, and its payment",
        (Share("gas.relay.1"), _PAID),
        _ONE,
        {Peer.TORNADO: "407,314 and 401,640 (anonymity mining)"},
    ),
    Comparison(
        "claim without a fee, each of 16, and its payment",
        (Share("gas.claim.16"), _PAID),
        theirs={Peer.INTMAX: "125k"},
    ),
    Comparison(
        "payment of ITX, each of many",
        (_PAID,),
        theirs={Peer.INTMAX: "37,294"},
    ),
    Comparison(
        "taking out what was refused, to a fresh address",
        (Share("gas.withdraw"),),
        theirs={Peer.INTMAX: "76,986"},
    ),
    Comparison(
        "bringing one leaf into the tree",
        (Share("gas.seal", 2 * SLOTS), Share("gas.prove.4", 2 * SLOTS)),
        theirs={Peer.TORNADO: "6,655 (Tornado trees, each of 256)"},
    ),
)
"""Only what was measured on both sides."""
