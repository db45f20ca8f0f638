"""How requests are made, handed over, given up and made again, by what nodes and chain say."""

from dataclasses import dataclass, field, replace

import pytest

from tests.wallet.actions.books import FEE, HOME, NOW, QUOTE, REWARDS, Books
from tests.wallet.worlds import network, seed
from winze.circuits import Proof
from winze.protocol import (
    ETHER,
    MEMOS_BYTES,
    BlockIndex,
    Field,
    PrivateAddress,
    Timestamp,
    Transfer,
    Wei,
)
from winze.wallet import Intent, IntentKind, IntentState, Journal, NodeRefused, NodeUnreachable
from winze.wallet.actions.desk import Offer
from winze.wallet.actions.events import Event, HandedOver, Waiting
from winze.wallet.actions.plans import TransferPlan
from winze.wallet.actions.transfers import Transfers
from winze.wallet.actions.workshop import Workshop
from winze.wire import RelayRequest, RequestState, RequestStatus

PROOF = Proof(bytes(256))
PAUSE = 5
NEAR, FAR = "http://near", "http://far"

Answer = RequestState | Exception


class Bench(Workshop):
    """Makes requests as the wallet does, but nothing is proved."""

    async def transfer(self, plan: TransferPlan, now: Timestamp) -> RelayRequest:  # noqa: ARG002
        number = len(self.made)
        self.made.append(plan)
        spent = [own.nullifier for own in plan.inputs]
        terms = plan.payment
        return RelayRequest(
            Transfer(
                anchor=BlockIndex(0),
                nullifier1=spent[0],
                nullifier2=spent[1] if spent[1:] else Field(10**6 + number),
                out1=Field(2 * number + 1),
                out2=Field(2 * number + 2),
                recipient=terms.recipient,
                amount=terms.amount,
                fee=terms.fee,
                relayer=terms.relayer,
                not_before=terms.not_before,
                deadline=terms.deadline,
                claim_id=terms.claim_id,
                inner=terms.inner,
                memos=bytes(MEMOS_BYTES),
            ),
            PROOF,
        )

    made: list[TransferPlan]


@dataclass
class Counter:
    """The relayers, as they answer."""

    answers: dict[str, Answer] = field(default_factory=dict)
    quotes: dict[str, object] = field(default_factory=lambda: {NEAR: QUOTE})
    taken: list[tuple[str, RelayRequest]] = field(default_factory=list)

    open: bool = True
    known: Offer | None = None

    async def offer(self) -> Offer:
        url, quote = next(iter(self.quotes.items()))
        return Offer(url, quote)  # type: ignore[arg-type]

    async def hand_over(self, url: str, request: RelayRequest) -> RequestStatus:
        status = self._status(url, request)
        self.taken.append((url, request))
        return status

    async def status(self, url: str, request: RelayRequest) -> RequestStatus | None:
        return self._status(url, request)

    def _status(self, url: str, request: RelayRequest) -> RequestStatus:
        answer = self.answers.get(url, RequestState.RECEIVED)
        if isinstance(answer, Exception):
            raise answer
        at = Timestamp(NOW)
        return RequestStatus(request.id, answer, at, Timestamp(0), Timestamp(0), reason="so")


@dataclass
class Table:
    """A wallet at work."""

    books: Books
    counter: Counter
    bench: Bench
    transfers: Transfers
    heard: list[Event]

    async def advance(self, intent: Intent) -> Intent:
        return await self.transfers.advance(intent, self.books.holdings)

    def newest(self, intent: Intent) -> Intent:
        return self.bench.journal.get(intent.id) or intent


@pytest.fixture
def table() -> Table:
    books, counter, heard = Books(now=NOW + 10), Counter(), []
    bench = Bench(
        network(),
        books.seed,
        None,  # type: ignore[arg-type] - only proofs ask for the ledger
        Journal(None, books.seed),
        None,  # type: ignore[arg-type]
        counter,  # type: ignore[arg-type]
        heard.append,
    )
    bench.made = []
    return Table(books, counter, bench, Transfers(bench, None), heard)


def withdrawing(**fields: object) -> Intent:
    base = Intent(
        *("a" * 32, IntentKind.WITHDRAW, Timestamp(NOW)),
        account=0,
        recipient=HOME,
        rewards=REWARDS,
        fee=FEE,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def sending(amount: int) -> Intent:
    receiver = PrivateAddress(seed(2).main.owner, seed(2).viewing.public)
    private = receiver.encode(network().address_prefix)
    return Intent(
        *("b" * 32, IntentKind.SEND, Timestamp(NOW)), private=private, amount=Wei(amount), fee=FEE
    )


async def test_a_request_is_on_the_disk_before_it_is_handed_over(table: Table) -> None:
    table.books.mined()
    table.counter.answers[NEAR] = NodeUnreachable("it is away")
    intent = await table.advance(withdrawing())
    assert table.newest(intent).request is not None
    assert intent.state is IntentState.LEAVING
    assert table.counter.taken == []


async def test_it_is_handed_over_once_and_then_asked_about(table: Table) -> None:
    table.books.mined()
    intent = await table.advance(withdrawing())
    for _ in range(3):
        intent = await table.advance(intent)
    assert len(table.counter.taken) == len(table.bench.made) == 1
    assert [type(each) for each in table.heard].count(HandedOver) == 1


async def test_another_process_hands_the_same_request_over_again(table: Table) -> None:
    table.books.mined()
    intent = await table.advance(withdrawing())
    again = Transfers(table.bench, None)
    await again.advance(table.newest(intent), table.books.holdings)
    first, second = (request.id for _, request in table.counter.taken)
    assert first == second
    assert len(table.bench.made) == 1


@pytest.mark.parametrize("code", ["spent", "claimed", "in_flight", "busy"])
async def test_what_passes_by_itself_is_waited_for(table: Table, code: str) -> None:
    table.books.mined()
    table.counter.answers[NEAR] = NodeRefused(code, "not now")
    intent = await table.advance(withdrawing())
    await table.advance(intent)
    assert len(table.bench.made) == 1
    assert isinstance(table.heard[-1], Waiting)


@pytest.mark.parametrize(
    "answer",
    [NodeRefused("unknown_anchor", "which block?"), RequestState.SKIPPED, RequestState.FAILED],
    ids=str,
)
async def test_what_was_given_up_is_made_again_at_once_and_then_after_a_pause(
    table: Table, answer: Answer
) -> None:
    own = table.books.mined()
    table.counter.answers[NEAR] = answer
    intent = await table.advance(withdrawing())
    assert len(table.bench.made) == 2
    table.books.now += PAUSE - 1
    intent = await table.advance(intent)
    assert len(table.bench.made) == 2
    table.books.now += 1
    await table.advance(intent)
    assert len(table.bench.made) == 3
    assert all(own in plan.inputs for plan in table.bench.made)


async def test_another_relayers_request_spends_a_note_of_the_first_one(table: Table) -> None:
    for _ in range(4):
        table.books.note(ETHER)
    intent = await table.advance(sending(ETHER // 2))
    table.counter.answers[NEAR] = NodeUnreachable("it is away")
    table.counter.quotes = {FAR: QUOTE}
    table.books.note(ETHER // 2 + FEE)  # a better choice, were it free to choose
    await table.advance(intent)
    first, second = table.bench.made
    assert first.inputs == second.inputs
    assert [url for url, _ in table.counter.taken] == [NEAR, FAR]


async def test_a_request_beyond_its_deadline_is_made_anew(table: Table) -> None:
    table.books.mined()
    intent = await table.advance(withdrawing())
    assert intent.deadline > table.books.now
    table.books.now = intent.deadline
    await table.advance(intent)
    assert len(table.bench.made) == 1
    table.books.now += 1
    intent = await table.advance(intent)
    assert len(table.bench.made) == 2
    assert intent.deadline > table.books.now


@pytest.mark.parametrize(("state", "outs"), [(IntentState.DONE, True), (IntentState.FAILED, False)])
async def test_whose_transfer_spent_the_deposit_decides(
    table: Table,
    state: IntentState,
    outs: bool,  # noqa: FBT001
) -> None:
    own = table.books.mined()
    intent = await table.advance(withdrawing())
    assert intent.request is not None
    assert intent.request.transfer is not None
    spend = table.books.spend(own)
    if outs:
        transfer = intent.request.transfer
        table.books.spends = [replace(spend, outs=(transfer.out1, transfer.out2))]  # type: ignore[arg-type]
    assert (await table.advance(intent)).state is state


async def test_what_the_chain_takes_back_is_handed_over_again(table: Table) -> None:
    own = table.books.mined()
    intent = await table.advance(withdrawing())
    assert intent.request is not None
    assert intent.request.transfer is not None
    transfer = intent.request.transfer
    table.books.spends = [
        replace(table.books.spend(own), outs=(transfer.out1, transfer.out2))  # type: ignore[arg-type]
    ]
    done = await table.advance(intent)
    assert done.state is IntentState.DONE
    table.books.spends = []
    table.counter.answers[NEAR] = RequestState.RECEIVED
    assert (await table.advance(done)).state is IntentState.LEAVING


async def test_a_note_that_the_chain_moved_is_spent_by_another_request(table: Table) -> None:
    table.books.mined()
    intent = await table.advance(withdrawing())
    table.books.notes.clear()
    table.books.note(1)  # so that the deposit stands elsewhere
    table.books.mined()
    await table.advance(intent)
    first, second = table.bench.made
    assert first.inputs != second.inputs


# -- what was confirmed -----------------------------------------------------------------------


@pytest.mark.parametrize("rises", [False, True])
async def test_what_costs_more_than_was_confirmed_is_not_done(
    table: Table,
    rises: bool,  # noqa: FBT001
) -> None:
    table.books.mined()
    confirmed = FEE - rises
    intent = await table.advance(withdrawing(fee=Wei(confirmed)))
    if rises:
        assert intent.state is IntentState.FAILED
        assert "has risen" in intent.reason
        assert table.bench.made == []
    else:
        assert intent.state is IntentState.LEAVING


async def test_a_withdrawal_that_became_dearer_is_to_be_confirmed_again(table: Table) -> None:
    table.books.mined()
    intent = await table.advance(withdrawing())
    table.counter.answers[NEAR] = NodeRefused("fee_too_low", "more, please")
    table.counter.quotes = {NEAR: replace(QUOTE, transfer=Wei(2 * FEE))}
    assert (await table.advance(intent)).state is IntentState.FAILED


async def test_a_payment_that_became_dearer_waits_as_long_as_the_first_may_be_executed(
    table: Table,
) -> None:
    table.books.note(2 * ETHER)
    intent = await table.advance(sending(ETHER))
    table.counter.answers[NEAR] = NodeRefused("fee_too_low", "more, please")
    table.counter.quotes = {NEAR: replace(QUOTE, transfer=Wei(2 * FEE))}
    # Given up now, it could be paid twice: by who has the first request, and by the next one.
    waiting = await Transfers(table.bench, None).advance(intent, table.books.holdings)
    assert waiting.state is IntentState.LEAVING
    table.books.now = intent.deadline + 1
    assert (await table.advance(intent)).state is IntentState.FAILED


async def test_notes_of_a_request_on_its_way_are_not_taken_for_another(table: Table) -> None:
    first = table.books.note(ETHER)
    table.books.note(2 * ETHER)
    await table.advance(sending(ETHER // 2))
    other = replace(sending(ETHER // 2), id="c" * 32)
    await table.advance(other)
    assert table.bench.made[0].inputs == (first,)
    assert first not in table.bench.made[1].inputs
