"""What a request must be like to be accepted, and again to be sent.

Everything that the contracts would revert is found here, so that no request ever spoils a batch for
others; and everything that they would skip, so that no gas is spent on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from winze.circuits import Proof, Prover, Statement, circuit_of
from winze.contracts import NetworkDescription
from winze.index import Index
from winze.protocol import (
    DENOMINATIONS,
    MEMOS_BYTES,
    Claim,
    ClaimTerms,
    EthAddress,
    Field,
    InvalidStatement,
    Ledger,
    LedgerError,
    OutOfRange,
    Seconds,
    Timestamp,
    Transfer,
    TransferTerms,
    Wei,
)
from winze.wire import Rejection, RelayRequest

from ..errors import Rejected
from ..metrics import Metrics
from .quotes import QuoteBoard

_REMEMBERED: Final = 4096
"""Proofs whose verdict is remembered, about 2 kB each."""


@dataclass(frozen=True)
class Rules:
    """What this relayer asks of requests, beside what the protocol asks."""

    relayer: EthAddress
    """Who gets the fees."""

    max_delay: Seconds
    """How far ahead `not_before` may lie."""

    free_claims: bool = False
    """Whether claims are made that nothing pays for."""


class Checks:
    """Holds requests against the network, the ledger and the relayer's own rules."""

    def __init__(
        self,
        network: NetworkDescription,
        ledger: Ledger,
        index: Index,
        prover: Prover,
        *,
        quotes: QuoteBoard,
        rules: Rules,
        metrics: Metrics,
    ) -> None:
        self._network, self._ledger, self._index = network, ledger, index
        self._prover, self._quotes, self._rules = prover, quotes, rules
        self._metrics = metrics
        # A proof that holds for a statement does so for ever: what a batch asks again is known.
        self._holds = lru_cache(_REMEMBERED)(self._verify)

    def terms(self, request: RelayRequest, now: Timestamp) -> None:
        """Refuse what the request's own words, or the relayer's rules, speak against.

        Raises:
            Rejected: with the first thing that is wrong.
        """
        for part in request.parts:
            self._times(part, now)
        if request.claim is not None:
            self._claim_terms(request.claim)
        if request.transfer is not None:
            self._transfer_terms(request.transfer)
        self._fee(request)

    def chain(self, request: RelayRequest) -> None:
        """Refuse what the chain, as far as it was read, speaks against.

        Raises:
            Rejected: a nullifier is spent, the claim was made, or what it pays for was not.
        """
        transfer, claim = request.transfer, request.claim
        if transfer is not None:
            spent = self._index.spent([Field(transfer.nullifier1), Field(transfer.nullifier2)])
            if spent is not None:
                raise Rejected(Rejection.SPENT, f"nullifier {spent} is spent already")
            unpaid_for = claim is None and transfer.claim_id != 0
            if unpaid_for and self._index.claim(Field(transfer.claim_id)) is None:
                raise Rejected(
                    Rejection.CLAIM_MISSING,
                    f"it pays for claim {transfer.claim_id}, which was not made: hand over both",
                )
        if claim is not None and self._index.claim(Field(claim.claim_id)) is not None:
            raise Rejected(Rejection.CLAIMED, f"claim {claim.claim_id} was made already")

    def statements(self, request: RelayRequest) -> list[tuple[Statement, Proof]]:
        """What the request's proofs have to show, under the roots that its anchors name.

        Raises:
            Rejected: an anchor's block is not proved, as far as the chain was read.
        """
        network, profile = self._network, self._network.profile
        found: list[tuple[Statement, Proof]] = []
        try:
            if request.transfer is not None and request.transfer_proof is not None:
                root = self._root(request.transfer.anchor)
                moved = request.transfer.statement(network.chain_id, network.pool, root)
                found.append((moved, request.transfer_proof))
            if request.claim is not None and request.claim_proof is not None:
                lock = profile.lock_min, profile.lock_range
                root = self._root(request.claim.anchor)
                counted = request.claim.statement(network.chain_id, network.rewards, lock, root)
                found.append((counted, request.claim_proof))
        except OutOfRange as wrong:
            raise Rejected(Rejection.MALFORMED, str(wrong)) from wrong
        return found

    def proofs(self, statements: Sequence[tuple[Statement, Proof]]) -> None:
        """Refuse proofs that do not show what they have to; 2 ms each the first time, for a thread.

        Raises:
            Rejected: one does not.
        """
        for statement, proof in statements:
            if not self._holds(statement, proof):
                raise Rejected(
                    Rejection.BAD_PROOF,
                    f"the {circuit_of(statement)}'s proof does not hold for this network, its "
                    f"terms and the root after its anchor: prove it again",
                )

    # -- one by one -----------------------------------------------------------------------------

    def _verify(self, statement: Statement, proof: Proof) -> bool:
        with self._metrics.verification.labels(circuit_of(statement)).time():
            return self._prover.verify(statement, proof)

    def _times(self, part: Transfer | Claim, now: Timestamp) -> None:
        if part.deadline and part.deadline <= now:
            raise Rejected(
                Rejection.TOO_LATE,
                f"its deadline {part.deadline} is over: the chain's time is {now}",
            )
        furthest = now + self._rules.max_delay
        if part.not_before > furthest:
            raise Rejected(
                Rejection.TOO_FAR,
                f"not_before {part.not_before} is too far ahead: {furthest} is the furthest that "
                f"this relayer keeps a request for",
            )

    def _transfer_terms(self, transfer: Transfer) -> None:
        if len(transfer.memos) != MEMOS_BYTES:
            raise Rejected(
                Rejection.MEMOS_SIZE, f"memos take {MEMOS_BYTES} bytes, not {len(transfer.memos)}"
            )
        redeposits = transfer.recipient == self._network.pool
        if redeposits and transfer.amount not in DENOMINATIONS:
            raise Rejected(
                Rejection.NO_DENOMINATION,
                f"a redeposit of {transfer.amount} wei is none of the mineable amounts",
            )
        try:
            _terms_of(transfer).check(self._network.pool)
        except (InvalidStatement, OutOfRange) as wrong:
            raise Rejected(Rejection.MALFORMED, str(wrong)) from wrong
        if transfer.relayer not in {EthAddress.zero(), self._rules.relayer}:
            raise Rejected(
                Rejection.WRONG_RELAYER,
                f"its fee goes to {transfer.relayer}; this relayer is {self._rules.relayer}",
            )

    def _claim_terms(self, claim: Claim) -> None:
        if claim.value not in DENOMINATIONS:
            raise Rejected(
                Rejection.NO_DENOMINATION, f"a deposit of {claim.value} wei earns nothing"
            )
        try:
            ClaimTerms(
                claim.recipient, Timestamp(claim.not_before), Timestamp(claim.deadline)
            ).check()
        except (InvalidStatement, OutOfRange) as wrong:
            raise Rejected(Rejection.MALFORMED, str(wrong)) from wrong

    def _fee(self, request: RelayRequest) -> None:
        claims = request.claim is not None
        if request.transfer is None:
            if not self._rules.free_claims:
                raise Rejected(
                    Rejection.FEE_TOO_LOW, "nothing pays for the claim: hand over a transfer too"
                )
            return
        least = self._quotes.least(claims=claims)
        if least is None:
            raise Rejected(Rejection.BUSY, "there is no quote right now: ask again in a moment")
        if request.transfer.fee < least:
            raise Rejected(
                Rejection.FEE_TOO_LOW,
                f"its fee is {request.transfer.fee} wei; a {'claim' if claims else 'transfer'} "
                f"takes {int(least)}: ask for a new quote",
            )

    def _root(self, anchor: int) -> Field:
        try:
            return self._ledger.root_at(anchor + 1)
        except LedgerError as unknown:
            raise Rejected(
                Rejection.UNKNOWN_ANCHOR,
                f"block {anchor} is not proved, as far as this node has read the chain: "
                f"{self._ledger.proved} blocks are",
            ) from unknown


def _terms_of(transfer: Transfer) -> TransferTerms:
    return TransferTerms(
        memos=transfer.memos,
        recipient=transfer.recipient,
        amount=Wei(transfer.amount),
        fee=Wei(transfer.fee),
        relayer=transfer.relayer,
        not_before=Timestamp(transfer.not_before),
        deadline=Timestamp(transfer.deadline),
        claim_id=Field(transfer.claim_id),
        inner=Field(transfer.inner),
    )
