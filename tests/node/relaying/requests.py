"""Requests of nobody's notes, a prover that believes what it is told, and their index."""

from dataclasses import replace
from itertools import count
from typing import Any, Final

from sqlalchemy import Engine

from benchmarks.node.synthetic import Synthetic
from tests.node.networks import described
from winze.circuits import Proof, Statement
from winze.contracts import FeePolicy, GasMarket
from winze.index import Index, SqlStore
from winze.node.metrics import Metrics
from winze.node.relaying import Checks, QuoteBoard, QuotePolicy, Rules
from winze.protocol import (
    ETHER,
    MEMOS_BYTES,
    Claim,
    Claimed,
    EthAddress,
    Ledger,
    Seconds,
    Timestamp,
    Transfer,
    Transferred,
    Wei,
)
from winze.wire import RelayRequest

NOW: Final = Timestamp(1_800_001_000)
RELAYER: Final = EthAddress("0x" + "e1" * 20)
MINER: Final = EthAddress("0x" + "e2" * 20)
GOOD: Final = Proof(bytes(256))
BAD: Final = Proof(b"\x01" + bytes(255))
MAX_DELAY: Final = Seconds(3600)
NETWORK: Final = described()
MARKET: Final = GasMarket(base=1_600_000_000, tip=1_000_000_000)

_fresh = count(1_000_000)


def transfer(**changes: Any) -> Transfer:
    """A transfer with words of its own, paying 1 ETH of fee."""
    plain = Transfer(
        anchor=0,
        nullifier1=next(_fresh),
        nullifier2=next(_fresh),
        out1=next(_fresh),
        out2=next(_fresh),
        recipient=EthAddress.zero(),
        amount=0,
        fee=int(ETHER),
        relayer=EthAddress.zero(),
        not_before=0,
        deadline=0,
        claim_id=0,
        inner=0,
        memos=bytes(MEMOS_BYTES),
    )
    return replace(plain, **changes)


def moving(proof: Proof = GOOD, **changes: Any) -> RelayRequest:
    """A request for a transfer."""
    return RelayRequest(transfer=transfer(**changes), transfer_proof=proof)


def claim(**changes: Any) -> Claim:
    """A claim with an id of its own."""
    plain = Claim(
        anchor=0,
        claim_id=next(_fresh),
        value=Wei(ETHER // 10),
        recipient=MINER,
        not_before=0,
        deadline=0,
    )
    return replace(plain, **changes)


def counting(**changes: Any) -> RelayRequest:
    """A request for a claim that nothing pays for."""
    return RelayRequest(claim=claim(**changes), claim_proof=GOOD)


def paired(counted: Claim | None = None, **changes: Any) -> RelayRequest:
    """A request for a claim and the transfer that pays for it."""
    counted = counted or claim()
    paying = transfer(claim_id=counted.claim_id, **changes)
    return RelayRequest(paying, GOOD, counted, GOOD)


class Believer:
    """A prover that says of each proof what the stub verifiers say: good if it begins with 0."""

    def __init__(self) -> None:
        self.asked: list[Statement] = []

    def verify(self, statement: Statement, proof: Proof) -> bool:
        self.asked.append(statement)
        return not proof[0]


class Office:
    """What checks a request, on an index that holds 24 transfers and 8 claims."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        history, store = Synthetic(), SqlStore(engine)
        (piece,) = history.pieces(1)
        store.extend(piece.records, piece.cursor, piece.proved)
        self.events = [record.logged.event for record in piece.records]
        self.ledger: Ledger = history.ledger
        self.prover = Believer()
        self.quotes = QuoteBoard(engine, RELAYER, QuotePolicy())
        self.checks = self.checks_with()

    def checks_with(self, **rules: Any) -> Checks:
        """The checks of a relayer with rules of its own."""
        return Checks(
            NETWORK,
            self.ledger,
            Index(self.engine),
            self.prover,  # type: ignore[arg-type]
            quotes=self.quotes,
            rules=Rules(RELAYER, MAX_DELAY, **rules),
            metrics=Metrics(),
        )

    @property
    def transferred(self) -> Transferred:
        """A transfer that the index holds."""
        return next(each for each in self.events if isinstance(each, Transferred))

    @property
    def claimed(self) -> Claimed:
        """A claim that the index holds."""
        return next(each for each in self.events if isinstance(each, Claimed))

    async def quote(self) -> None:
        """Have a quote."""
        await self.quotes.refresh(MARKET, FeePolicy(), NOW)
