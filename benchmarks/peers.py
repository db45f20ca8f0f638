"""The peers' figures, which of ours stand beside them, and where ours are the worse ones.

They were measured as `docs/peers.md` says, which is where they come from: nothing stands here that
does not stand there. Ours are sums of measured figures.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from benchmarks.sums import Share, block_shares
from winze.protocol import SLOTS


class Peer(StrEnum):
    """A comparable system."""

    INTMAX = "INTMAX"
    NOVA = "Tornado Nova"
    TORNADO = "Tornado Cash"
    PRIVACY_POOLS = "Privacy Pools"
    RAILGUN = "Railgun"


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


_FIGURE: Final = re.compile(r"\d[\d,]*k?")
_TERMS: Final = re.compile(r"\d[\d,]*k?(?: \+ \d[\d,]*k?)*")
_THOUSAND: Final = 1_000


def figures(cell: str) -> list[str]:
    """The gas figures in a cell, as they stand there; smaller numbers count something else."""
    return [each for each in _FIGURE.findall(cell) if _gas(each) >= _THOUSAND]


def least(cell: str) -> int:
    """The least gas that a cell speaks of: what we have to beat. Terms joined by + are one sum."""
    sums = [sum(map(_gas, figures(terms))) for terms in _TERMS.findall(cell)]
    return min(each for each in sums if each)


def _gas(figure: str) -> int:
    digits = int(figure.rstrip("k").replace(",", ""))
    return digits * _THOUSAND if figure.endswith("k") else digits


_TRANSFER_SLOTS: Final = 2
_DEPOSITED: Final = block_shares("gas.prove.1.deposits", 1)
_DEPOSITED_FOUR: Final = block_shares("gas.prove.4", 1)
_ONE: Final = block_shares("gas.prove.1", _TRANSFER_SLOTS)
_FOUR: Final = block_shares("gas.prove.4", _TRANSFER_SLOTS)
_DEPOSIT: Final = Share("gas.deposit")
_PAID: Final = Share("gas.distribute.50")

WITHDRAWAL: Final = "withdrawal to a fresh address, alone"
WITHDRAWALS: Final = "withdrawal to a fresh address, each of 16"
CLAIMS: Final = "claim without a fee, each of 16, and its payment"
MINING_FREE: Final = "deposit, withdrawal, claim without a fee and its payment, each of 16"
MINING: Final = "deposit, withdrawal, claim with its fee and its payment, each of 16"

COMPARISONS: Final = (
    Comparison(
        "deposit",
        (_DEPOSIT,),
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
        WITHDRAWAL,
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
        WITHDRAWALS,
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
        {Peer.TORNADO: "407,314 + 401,640 (anonymity mining)"},
    ),
    Comparison(
        CLAIMS,
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

STEPS: Final = (
    Comparison("deposit", (_DEPOSIT,), _DEPOSITED_FOUR),
    Comparison("withdrawal to a fresh address, each of 16", (Share("gas.transfer.16"),), _FOUR),
    Comparison(
        "claim and the transfer of its fee, each of 16 in one call of the relay",
        (Share("gas.relay.16"),),
        _FOUR,
    ),
    Comparison("minting the claim's ITX, each of 50", (_PAID,)),
)
"""Everything that is paid for mining once, by a user or out of a user's fees."""


def _way(operation: str, *names: str, transfers: int, theirs: Mapping[Peer, str]) -> Comparison:
    """A deposit, and what follows it; all blocks are proved in fours."""
    transaction = (_DEPOSIT, *(Share(name) for name in names))
    return Comparison(operation, transaction, (*_DEPOSITED_FOUR, *_FOUR * transfers), theirs)


_DISTRIBUTE: Final = "gas.distribute.50"

WAYS: Final = (
    _way(
        "deposit and withdrawal, alone",
        "gas.transfer.1",
        transfers=1,
        theirs={
            Peer.INTMAX: "157k + 609k",
            Peer.NOVA: "994,663 + 1,010,108",
            Peer.TORNADO: "902,445 + 343,015",
            Peer.PRIVACY_POOLS: "353,266 + 571,408",
            Peer.RAILGUN: "767,078 + 468,812",
        },
    ),
    _way(
        "deposit and withdrawal, each of 16",
        "gas.transfer.16",
        transfers=1,
        theirs={Peer.INTMAX: "157k + 106k"},
    ),
    _way(
        "deposit, withdrawal, claim with its fee and its payment, alone",
        *("gas.transfer.1", "gas.relay.1", _DISTRIBUTE),
        transfers=2,
        theirs={Peer.TORNADO: "902,445 + 343,015 + 407,314 + 401,640"},
    ),
    _way(
        MINING_FREE,
        *("gas.transfer.16", "gas.claim.16", _DISTRIBUTE),
        transfers=1,
        theirs={Peer.INTMAX: "157k + 106k + 125k"},
    ),
    _way(
        MINING,
        *("gas.transfer.16", "gas.relay.16", _DISTRIBUTE),
        transfers=2,
        theirs={Peer.INTMAX: "157k + 106k + 125k"},
    ),
)
"""Whole ways through a system, from the deposit on."""

REASONS: Final[Mapping[tuple[str, Peer], str]] = {
    (WITHDRAWAL, Peer.TORNADO): (
        "Its withdrawal spends one note of a fixed amount and makes none: one nullifier to record "
        "instead of two, no memos, no change, nothing that enters a tree. Ours pays any amount and "
        "keeps the rest private. Its tree is paid for by depositors, which is why the whole way "
        "costs so much more there."
    ),
    (WITHDRAWALS, Peer.INTMAX): (
        "One proof stands for its whole batch, made by an aggregator of everybody's proofs, and "
        "57,043 of the 106k are spent on its second chain. Here each owner's proof is checked on "
        "the one chain that holds the money, so each adds a pair to the pairing check and two "
        "multiplications of points, and each records two nullifiers and brings two notes with "
        "their memos. For that nobody waits 7 to 11 hours, nor for an aggregator."
    ),
    (MINING, Peer.INTMAX): (
        "Its withdrawals in batches, as above, and a transfer that INTMAX has no counterpart of: "
        "it pays the claim's relayer out of a private note, so that whoever claims needs no ETH "
        "elsewhere. A claim with its payment costs less here by itself."
    ),
}
"""Why a peer does something for less gas than we do."""
