"""Every figure: what it means, who measures it, and what it aims at."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from winze.circuits import Circuit
from winze.contracts import ContractName


class Group(StrEnum):
    """What is measured in one go, and can be measured alone."""

    GAS = "gas"
    PROVE = "prove"
    SETUP = "setup"
    MEMORY = "memory"
    SMALL = "small"
    NODE = "node"
    WALLET = "wallet"


@dataclass(frozen=True)
class Row:
    """One figure of the table."""

    name: str
    """As `results.json` calls it; its ending says the unit."""

    meaning: str
    """In words, and in what circumstances."""

    group: Group = Group.GAS
    """Who measures it."""

    aim: float | None = None
    """What it should be at most, where we aim at something."""

    rate: bool = False
    """Whether more of it is better: then the aim is the least that it should be."""

    def misses(self, value: float) -> bool:
        """Whether a figure is on the wrong side of the aim."""
        return self.aim is not None and (value < self.aim if self.rate else value > self.aim)


_OPERATIONS: Final = (
    Row("gas.deposit", "deposit that mines, into an open block", aim=42_000),
    Row("gas.deposit.first", "the same, first of its block; seals the one before", aim=75_000),
    Row("gas.deposit.screened", "the same, with a screener's permit", aim=72_000),
    Row("gas.transfer.1", "transfer paying out and a fee, alone", aim=390_000),
    Row("gas.transfer.16", "the same, each of 16", aim=160_000),
    Row("gas.transfer.private.1", "transfer paying nothing out but a fee, alone"),
    Row("gas.transfer.refused.1", "transfer paying out to an account that refuses, alone"),
    Row(
        "gas.redeposit.16", "transfer that deposits again inside the pool, each of 16", aim=130_000
    ),
    Row("gas.withdraw", "taking out what was refused, to a fresh address"),
    Row("gas.claim.1", "claim, alone", aim=330_000),
    Row("gas.claim.first", "the same, first of its period"),
    Row("gas.claim.16", "claim, each of 16", aim=105_000),
    Row("gas.relay.1", "claim and the transfer of its fee, in one call of the relay"),
    Row("gas.relay.16", "the same, each of 16"),
    Row("gas.seal", "sealing a block that is due", aim=65_000),
    Row("gas.redraw", "drawing a block again"),
    Row("gas.prove.1", "proving a block of 64 notes and 64 spends, alone", aim=440_000),
    Row("gas.prove.4", "the same, each of 4", aim=220_000),
    Row("gas.prove.1.deposits", "proving a block of 64 deposits, alone"),
    Row("gas.distribute.50", "minting a period's ITX, each of 50 recipients", aim=28_000),
)

_DEPLOYMENT: Final = (
    *(Row(f"gas.deploy.{name}", f"deploying `{name}`") for name in ContractName),
    *(
        Row(f"code.size.{source}", f"bytes of `{source}.vy` on chain")
        for source in dict.fromkeys(name.source for name in ContractName)
    ),
)

_PROVING: Final = (
    Row("prove.transfer.seconds", "proving a transfer of two notes", Group.PROVE, 1.1),
    Row("prove.claim.seconds", "proving a claim", Group.PROVE, 1.1),
    Row("prove.block.seconds", "proving a full block", Group.PROVE, 3.5),
    Row("prove.block.parallel.seconds", "two full blocks at once, until both stand", Group.PROVE),
    Row("verify.seconds", "verifying a transfer's proof", Group.PROVE),
)

_KEYS: Final = (
    Row("setup.seconds", "making all development keys, on all cores", Group.SETUP),
    *(
        Row(f"setup.{each}.seconds", f"making the keys of `{each}` alone", Group.SETUP)
        for each in Circuit
    ),
    *(
        Row(f"load.{each}.seconds", f"reading the proving key of `{each}`", Group.MEMORY)
        for each in Circuit
    ),
    *(
        Row(f"key.{each}.bytes", f"the proving key of `{each}` on disk", Group.MEMORY)
        for each in Circuit
    ),
    *(Row(f"constraints.{each}", f"constraints of `{each}`", Group.MEMORY) for each in Circuit),
    Row("memory.idle.bytes", "a process that has loaded no key", Group.MEMORY),
    *(
        Row(f"memory.{each}.bytes", f"the same after one proof of `{each}`", Group.MEMORY)
        for each in Circuit
    ),
    Row("memory.all.bytes", "the same after one proof of each", Group.MEMORY),
)

_SMALL: Final = (
    Row("poseidon.2.seconds", "hashing two elements", Group.SMALL),
    Row("memos.open.seconds", "opening a transfer's memos", Group.SMALL),
    Row("follower.events_per_second", "events that a follower takes over JSON-RPC"),
)

REQUESTS: Final = 300
"""Requests that are handed over to a node."""

BLOCKS: Final = 12
"""Blocks that wait for a node to prove them."""

SIZES: Final = (1_000, 10_000, 100_000)
"""Notes of the synthetic ledgers."""

_NODE: Final = (
    Row(
        "node.requests_per_second",
        "requests accepted in a second: handed over, verified, stored, answered",
        Group.NODE,
        150,
        rate=True,
    ),
    Row(
        "node.requests.done.seconds",
        f"{REQUESTS} requests, from the first one handed over until all are carried out",
        Group.NODE,
    ),
    Row("node.blocks.full.per_minute", "full blocks proved in a minute", Group.NODE),
    Row("node.blocks.small.per_minute", "the same, of blocks with a single entry", Group.NODE),
    Row(
        "node.index.rpc.entries_per_second",
        "deposits and transfers indexed in a second over JSON-RPC, stub verifiers",
        Group.NODE,
        2_000,
        rate=True,
    ),
    Row("node.memory.start.bytes", "a node that has started, its proving key read", Group.NODE),
    Row(
        "node.memory.requests.bytes",
        f"the same after {REQUESTS} requests and their blocks",
        Group.NODE,
    ),
    Row("node.memory.proving.bytes", f"a node that has proved {BLOCKS} blocks", Group.NODE),
)


def _grown(notes: int) -> tuple[Row, ...]:
    told = f"{notes:,} notes"
    return (
        Row(
            f"node.index.{notes}.entries_per_second",
            f"deposits and transfers indexed in a second, {told}",
            Group.NODE,
            2_000,
            rate=True,
        ),
        Row(f"node.database.{notes}.bytes", f"the database of {told}", Group.NODE),
        Row(f"node.start.{notes}.seconds", f"reading {told} back at the start", Group.NODE),
        Row(f"node.memory.{notes}.bytes", f"what such a node holds, {told}", Group.NODE),
        Row(
            f"node.sync.{notes}.seconds",
            f"serving all bulk data of {told} to a new wallet",
            Group.NODE,
            5 if notes == max(SIZES) else None,
        ),
    )


def _served(encoding: str, told: str) -> tuple[Row, ...]:
    name = f"node.sync.{encoding}"
    return (
        Row(f"{name}.bytes", f"all bulk data of {max(SIZES):,} notes, {told}", Group.NODE),
        Row(f"{name}.made.pages_per_second", "pages of it, made for the first time", Group.NODE),
        Row(f"{name}.made.bytes_per_second", "rows in them", Group.NODE),
        Row(f"{name}.kept.pages_per_second", "pages of it, asked for again", Group.NODE),
        Row(f"{name}.kept.bytes_per_second", "rows in them", Group.NODE),
    )


_SYNTHETIC: Final = (
    *(row for notes in SIZES for row in _grown(notes)),
    *_served("identity", "as it is"),
    *_served("zstd", "compressed"),
)


def _wallet(notes: int) -> tuple[Row, ...]:
    told, most = f"{notes:,} notes", notes == max(SIZES)
    return (
        Row(f"wallet.sync.{notes}.seconds", f"reading and verifying {told}", Group.WALLET),
        Row(f"wallet.scan.{notes}.seconds", "looking for one's own among them", Group.WALLET),
        Row(
            f"wallet.ready.{notes}.seconds",
            "both: from nothing to a balance",
            Group.WALLET,
            15 if most else None,
        ),
        Row(
            f"wallet.poll.{notes}.seconds",
            "looking whether anything is new",
            Group.WALLET,
            0.05 if most else None,
        ),
        Row(f"wallet.again.{notes}.seconds", "to a balance, started again", Group.WALLET),
        Row(f"wallet.memory.{notes}.bytes", "what the wallet held at most", Group.WALLET),
        Row(f"wallet.rows.{notes}.bytes", "its file of rows", Group.WALLET),
    )


_ACTING: Final = (
    Row(
        "wallet.click.seconds",
        "from the yes to a withdrawal's handing over, a relayer's quote and the proof included",
        Group.WALLET,
    ),
    Row(
        "wallet.click.first.seconds",
        "the same, the first since the wallet was opened: the proving key is read",
        Group.WALLET,
    ),
    Row("wallet.help.seconds", "`winze --help`", Group.WALLET, 0.5),
)

_WALLET: Final = tuple(row for notes in SIZES for row in _wallet(notes))

SECTIONS: Final[tuple[tuple[str, tuple[Row, ...]], ...]] = (
    ("Operations, gas each", _OPERATIONS),
    ("Deployment, once", _DEPLOYMENT),
    ("Proving", _PROVING),
    ("Keys and memory", _KEYS),
    ("Small things, done often", _SMALL),
    ("The node", _NODE),
    ("The node on a synthetic ledger, whose transfers a stub verifier accepted", _SYNTHETIC),
    ("A wallet that acts", _ACTING),
    ("A wallet on the same ledgers", _WALLET),
)
"""The table's rows under their headings."""

ROWS: Final = tuple(row for _, rows in SECTIONS for row in rows)
"""All of them."""
