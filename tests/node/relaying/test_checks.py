"""What a request must be like: every rejection, and the nearest request that is accepted."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from tests.networks import prover
from tests.node.relaying.requests import (
    BAD,
    GOOD,
    MAX_DELAY,
    NETWORK,
    NOW,
    RELAYER,
    Office,
    claim,
    counting,
    moving,
    paired,
    transfer,
)
from tests.wallet.test_spending import SEED, Wallet
from tests.wallet.worlds import network as wallet_network
from winze.circuits import Proof
from winze.contracts import NetworkDescription
from winze.index import Index
from winze.node.errors import Rejected
from winze.node.metrics import Metrics
from winze.node.relaying import Checks, QuoteBoard, QuotePolicy, Rules
from winze.protocol import DENOMINATIONS, EthAddress, Field, Ledger, Wei
from winze.wallet import Payment
from winze.wire import Rejection, RelayRequest

SOMEBODY = EthAddress("0x" + "0d" * 20)
DENOMINATION = next(iter(DENOMINATIONS))


@pytest.fixture
async def office(engine: Engine) -> Office:
    office = Office(engine)
    await office.quote()
    return office


def refused(office: Office, request: RelayRequest) -> Rejection | None:
    """The code of what its words, or the chain, speak against."""
    try:
        office.checks.terms(request, NOW)
        office.checks.chain(request)
        office.checks.proofs(office.checks.statements(request))
    except Rejected as why:
        return why.code
    return None


def test_what_nothing_speaks_against_is_accepted(office: Office) -> None:
    for request in (moving(), paired(), moving(recipient=SOMEBODY, amount=1)):
        assert refused(office, request) is None


@pytest.mark.parametrize("make", [moving, paired])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"deadline": NOW}, Rejection.TOO_LATE),
        ({"deadline": NOW + 1}, None),
        ({"not_before": NOW + MAX_DELAY}, None),
        ({"not_before": NOW + MAX_DELAY + 1}, Rejection.TOO_FAR),
        ({"not_before": 10, "deadline": NOW + 1}, None),
        ({"not_before": NOW + 20, "deadline": NOW + 19}, Rejection.MALFORMED),
        ({"relayer": RELAYER}, None),
        ({"relayer": SOMEBODY}, Rejection.WRONG_RELAYER),
        ({"relayer": NETWORK.pool}, Rejection.MALFORMED),
        ({"amount": 1}, Rejection.MALFORMED),
        ({"recipient": SOMEBODY, "amount": 1, "inner": 1}, Rejection.MALFORMED),
        ({"recipient": NETWORK.pool, "amount": DENOMINATION, "inner": 1}, None),
        (
            {"recipient": NETWORK.pool, "amount": DENOMINATION + 1, "inner": 1},
            Rejection.NO_DENOMINATION,
        ),
        ({"recipient": NETWORK.pool, "amount": 0, "inner": 1}, Rejection.NO_DENOMINATION),
    ],
)
def test_a_transfers_terms(
    office: Office, make: object, changes: dict[str, object], code: Rejection | None
) -> None:
    assert refused(office, make(**changes)) is code  # type: ignore[operator]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": Wei(DENOMINATION)}, None),
        ({"value": Wei(DENOMINATION + 1)}, Rejection.NO_DENOMINATION),
        ({"value": Wei(0)}, Rejection.NO_DENOMINATION),
        ({"recipient": EthAddress.zero()}, Rejection.MALFORMED),
        ({"deadline": NOW}, Rejection.TOO_LATE),
        ({"deadline": NOW + 1}, None),
        ({"not_before": NOW + MAX_DELAY + 1}, Rejection.TOO_FAR),
        ({"not_before": NOW + MAX_DELAY}, None),
        ({"not_before": NOW + 20, "deadline": NOW + 19}, Rejection.MALFORMED),
    ],
)
def test_a_claims_terms(office: Office, changes: dict[str, object], code: Rejection | None) -> None:
    assert refused(office, paired(claim(**changes))) is code


def test_memos_of_another_size_are_refused_should_the_form_ever_let_them_pass(
    office: Office,
) -> None:
    request = moving()
    memos = request.transfer.memos + b"\0"  # type: ignore[union-attr]
    object.__setattr__(request, "transfer", transfer(memos=memos))
    assert refused(office, request) is Rejection.MEMOS_SIZE


@pytest.mark.parametrize("make", [moving, paired])
def test_a_fee_is_enough_at_the_quote_and_not_one_wei_below(office: Office, make: object) -> None:
    quote = office.quotes.holding()[-1]
    least = quote.claim if make is paired else quote.transfer
    assert quote.transfer < quote.claim
    assert refused(office, make(fee=int(least))) is None  # type: ignore[operator]
    assert refused(office, make(fee=int(least) - 1)) is Rejection.FEE_TOO_LOW  # type: ignore[operator]
    with pytest.raises(Rejected, match=str(int(least))):
        office.checks.terms(make(fee=int(least) - 1), NOW)  # type: ignore[operator]


def test_a_claim_that_nothing_pays_for_is_refused_unless_the_relayer_gives_them_away(
    office: Office,
) -> None:
    assert refused(office, counting()) is Rejection.FEE_TOO_LOW
    office.checks_with(free_claims=True).terms(counting(), NOW)


def test_without_a_quote_the_relayer_is_busy(engine: Engine) -> None:
    assert refused(Office(engine), moving()) is Rejection.BUSY


@pytest.mark.parametrize("mine", ["nullifier1", "nullifier2"])
@pytest.mark.parametrize("theirs", ["nullifier1", "nullifier2"])
@pytest.mark.parametrize("make", [moving, paired])
def test_a_spent_nullifier_is_refused_in_either_place(
    office: Office, make: object, mine: str, theirs: str
) -> None:
    nullifier = int(getattr(office.transferred, theirs))
    assert refused(office, make(**{mine: nullifier})) is Rejection.SPENT  # type: ignore[operator]
    assert refused(office, make(**{mine: nullifier ^ 1})) is None  # type: ignore[operator]


def test_a_claim_that_was_made_is_refused(office: Office) -> None:
    claimed = int(office.claimed.claim_id)
    assert refused(office, paired(claim(claim_id=claimed))) is Rejection.CLAIMED
    assert refused(office, paired(claim(claim_id=claimed ^ 1))) is None


def test_a_transfer_that_pays_for_a_claim_alone_needs_the_claim_to_be_made(
    office: Office,
) -> None:
    claimed = int(office.claimed.claim_id)
    assert refused(office, moving(claim_id=claimed)) is None
    assert refused(office, moving(claim_id=claimed ^ 1)) is Rejection.CLAIM_MISSING


@pytest.mark.parametrize(("anchor", "code"), [(0, None), (1, Rejection.UNKNOWN_ANCHOR)])
def test_an_anchor_is_known_up_to_the_last_proved_block(
    office: Office, anchor: int, code: Rejection | None
) -> None:
    assert office.ledger.proved == 1
    assert refused(office, moving(anchor=anchor)) is code
    assert refused(office, paired(anchor=anchor)) is code
    assert refused(office, paired(claim(anchor=anchor))) is code


def test_each_proof_of_a_request_is_verified(office: Office) -> None:
    assert refused(office, moving(BAD)) is Rejection.BAD_PROOF
    counted = claim()
    moved = transfer(claim_id=counted.claim_id)
    for proofs in ((GOOD, BAD), (BAD, GOOD)):
        request = RelayRequest(moved, proofs[0], counted, proofs[1])
        assert refused(office, request) is Rejection.BAD_PROOF
    office.prover.asked.clear()
    assert refused(office, paired()) is None
    assert len(office.prover.asked) == 2


def test_a_proof_is_verified_once_for_each_statement(office: Office) -> None:
    request = paired()
    assert [refused(office, request) for _ in range(2)] == [None, None]
    assert len(office.prover.asked) == 2
    statement, proof = office.checks.statements(request)[0]
    office.checks.proofs([(replace(statement, root=Field(5)), proof)])
    office.checks.proofs([(statement, Proof(bytes(255) + b"\1"))])
    assert len(office.prover.asked) == 4
    for _ in range(2):
        with pytest.raises(Rejected, match="bad_proof"):
            office.checks.proofs([(statement, BAD)])


def test_a_proof_is_verified_once_and_another_of_the_same_statement_for_itself(
    office: Office,
) -> None:
    good = moving()
    bad = replace(good, transfer_proof=BAD)
    for _ in range(3):
        assert refused(office, good) is None
        assert refused(office, bad) is Rejection.BAD_PROOF
    assert len(office.prover.asked) == 2


def test_what_is_verified_are_this_networks_statements_under_the_anchors_root(
    office: Office,
) -> None:
    request = paired()
    (moved, _), (counted, _) = office.checks.statements(request)
    root = office.ledger.root_at(1)
    assert (moved.root, counted.root) == (root, root)
    elsewhere = replace(NETWORK, chain_id=NETWORK.chain_id + 1)
    assert request.transfer is not None
    assert moved == request.transfer.statement(NETWORK.chain_id, NETWORK.pool, root)
    assert moved != request.transfer.statement(elsewhere.chain_id, elsewhere.pool, root)


@pytest.mark.chain
def test_a_real_proof_holds_for_its_network_and_terms_only(engine: Engine) -> None:
    wallet, network = Wallet(), wallet_network()
    session, purse = wallet.notes
    payment = Payment(recipient=SOMEBODY, amount=Wei(1), fee=Wei(100), relayer=RELAYER)
    witness = wallet.spender.transfer([session, purse], payment, SEED.main)
    proof = prover().prove(witness)
    here = _checks(engine, network, wallet.world.ledger)
    good = RelayRequest(witness.transfer, proof)
    here.proofs(here.statements(good))
    for changes in ({"amount": 2}, {"fee": 99}, {"recipient": NETWORK.pool}, {"deadline": NOW}):
        changed = RelayRequest(replace(witness.transfer, **changes), proof)  # type: ignore[arg-type]
        with pytest.raises(Rejected) as why:
            here.proofs(here.statements(changed))
        assert why.value.code is Rejection.BAD_PROOF
    for place in (0, 100, 255):
        flipped = Proof(bytes(b ^ (n == place) for n, b in enumerate(proof)))
        with pytest.raises(Rejected):
            here.proofs(here.statements(RelayRequest(witness.transfer, flipped)))
    there = _checks(engine, replace(network, chain_id=network.chain_id + 1), wallet.world.ledger)
    with pytest.raises(Rejected) as why:
        there.proofs(there.statements(good))
    assert why.value.code is Rejection.BAD_PROOF


def _checks(engine: Engine, network: NetworkDescription, ledger: Ledger) -> Checks:
    return Checks(
        network,
        ledger,
        Index(engine),
        prover(),
        quotes=QuoteBoard(engine, RELAYER, QuotePolicy()),
        rules=Rules(RELAYER, MAX_DELAY),
        metrics=Metrics(),
    )
