"""An observer of the chain and a node's operator try to link what fifty people do.

Each attack is held against the sets that docs/privacy.md states ("What was measured"); each leak
is as large as it says. Proofs hide what they hide: what is tried here is all that stands beside
them, made by the wallets' own code.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from Crypto.Hash import SHA256

from tests.wallet.privacy.crowd import DAY, NETWORK, RELAYER, history
from tests.wallet.privacy.guessing import MARGIN, Tally
from tests.wallet.privacy.seen import Claimed, Made, Seen, Transferred
from winze.protocol import DENOMINATIONS, MEMOS_BYTES, EthAddress, Field
from winze.wallet import IntentKind
from winze.wallet.actions.timing import Calendar

LOCK = int(NETWORK.profile.lock_min)
HOUR = 3_600
KEY_BYTES = 32
CALENDAR = Calendar.of(NETWORK)
SPENDS = IntentKind.WITHDRAW, IntentKind.REDEPOSIT


@pytest.fixture(scope="module")
def seen() -> Seen:
    """The history that all attacks look at: some seconds of work."""
    return asyncio.run(history())


def withdrawals(seen: Seen) -> list[Transferred]:
    """What spent a matured deposit."""
    return [each for each in seen.transfers if each.kind in SPENDS]


def suspects(seen: Seen, spend: Transferred) -> list[Made]:
    """The stated set of a withdrawal: deposits of the denomination that may have matured."""
    deposit = spend.deposit
    assert deposit is not None
    return [
        each
        for each in seen.deposits
        if each.mineable and each.value == deposit.note.value and each.at + LOCK <= spend.at
    ]


def source(seen: Seen, spend: Transferred) -> Made:
    deposit = spend.deposit
    assert deposit is not None
    return next(each for each in seen.deposits if each.position == deposit.position)


def quoted(seen: Seen, at: int) -> tuple[int, int]:
    """What the relayer took then: for a transfer, and for a claim."""
    quote = [quote for since, quote in seen.quotes if since <= at][-1]
    return int(quote.transfer), int(quote.claim)


def bits(first: bytes, second: bytes) -> int:
    """In how many bits two strings differ."""
    size = min(len(first), len(second))
    return (int.from_bytes(first[:size]) ^ int.from_bytes(second[:size])).bit_count()


def word(value: int) -> bytes:
    return int(value).to_bytes(32)


Cost = Callable[[Seen, Transferred, Made], float]

ATTACKS: dict[str, Cost] = {
    # The fee, and what was kept back, are of the hour of the deposit.
    "fee": lambda s, w, d: abs(w.transfer.fee - quoted(s, d.at)[0]),
    "amount": lambda s, w, d: abs(d.value - w.transfer.amount - 2 * quoted(s, d.at)[1]),
    "amount's last digits": lambda _, w, d: abs(w.transfer.amount % 10**6 - d.position % 10**6),
    # Hours repeat: who deposits at nine withdraws at nine.
    "hour of execution": lambda _, w, d: abs(w.at % DAY - d.at % DAY),
    "not_before": lambda _, w, d: abs(w.transfer.not_before % DAY - d.at % DAY),
    "deadline": lambda _, w, d: abs(w.transfer.deadline % DAY - d.at % DAY),
    # Secrets that are not as random as they should be.
    "first nullifier": lambda _, w, d: abs(w.transfer.nullifier1 - d.inner),
    "second nullifier": lambda _, w, d: bits(word(w.transfer.nullifier2), word(d.inner)),
    "first output": lambda _, w, d: bits(word(w.transfer.out1), word(d.inner)),
    "second output": lambda _, w, d: abs(w.transfer.out2 - d.inner),
    "ephemeral key": lambda _, w, d: bits(w.transfer.memos[:KEY_BYTES], word(d.inner)),
    "boxes": lambda _, w, d: bits(w.transfer.memos[-KEY_BYTES:], word(d.inner)),
    "new inner": lambda _, w, d: abs(w.transfer.inner - d.inner),
    # Addresses, and places.
    "addresses": lambda _, w, d: bits(w.transfer.recipient.bytes20, d.depositor.bytes20),
    "place in its batch": lambda _, w, d: abs(w.place - d.position.slot),
    "place among all": lambda s, w, d: abs(w.order % 7 - s.deposits.index(d) % 7),
    # What only the node knows.
    "hour of handing over": lambda _, w, d: abs(w.handed_over % DAY - d.at % DAY),
    "delay at the node": lambda _, w, d: abs((w.at - w.handed_over) - d.at % DAY),
    "request id": lambda _, w, d: bits(
        SHA256.new(word(w.transfer.nullifier1)).digest(), word(d.inner)
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_field_of_a_withdrawal_finds_its_deposit(seen: Seen, name: str) -> None:
    tally = Tally()
    for spend in withdrawals(seen):
        tally.add(
            suspects(seen, spend),
            source(seen, spend),
            lambda each, w=spend: ATTACKS[name](seen, w, each),
        )
    assert tally.tried > 150
    assert tally.says_nothing, (tally, tally.advantage, tally.lead)


def test_times_say_no_more_than_that_people_come_back_within_days(seen: Seen) -> None:
    """The leak that is stated: who withdraws soon after maturity narrows it down to few days."""
    ratios = []
    for days in range(2, 9):
        tally = Tally()
        for spend in withdrawals(seen):
            lag = days * DAY
            tally.add(
                suspects(seen, spend),
                source(seen, spend),
                lambda each, w=spend, lag=lag: abs(w.at - each.at - lag),
            )
        ratios.append(tally.right / tally.blind)
    assert 2 < max(ratios) < 5


def test_an_anchor_tells_the_day_alone_unless_a_note_of_that_day_pays(seen: Seen) -> None:
    midnights, young = {}, 0
    for spend in withdrawals(seen):
        midnight = CALENDAR.midnight(spend.handed_over)  # type: ignore[arg-type]
        if all(seen.times[own.position.block] < midnight for own in spend.inputs):
            # The same for everybody of that day, once the last blocks before midnight are proved.
            if spend.handed_over >= midnight + HOUR:
                midnights.setdefault(midnight, set()).add(spend.transfer.anchor)
            assert seen.times[spend.transfer.anchor] < midnight
        else:
            young += 1
            assert all(
                not own.note.mineable
                for own in spend.inputs
                if seen.times[own.position.block] >= midnight
            )
    assert all(len(anchors) == 1 for anchors in midnights.values())
    assert 0.05 < young / len(withdrawals(seen)) < 0.2  # stated: about one in eight


def test_a_withdrawal_from_the_principal_tells_the_quote_of_its_hour_and_no_more(
    seen: Seen,
) -> None:
    parts = [each for each in withdrawals(seen) if each.transfer.amount not in DENOMINATIONS]
    assert len(parts) > 50
    for spend in parts:
        fee, claim = quoted(seen, spend.handed_over)
        whole = spend.transfer.amount + fee + 2 * claim
        assert whole in DENOMINATIONS
        assert spend.transfer.fee == fee


# -- claims ---------------------------------------------------------------------------------------


def spend_of(seen: Seen, claim: Claimed) -> Transferred:
    return next(each for each in withdrawals(seen) if each.deposit is claim.mined)


def of_that_hour(seen: Seen, claim: Claimed) -> list[Transferred]:
    """The stated set of a claim: spends of its denomination in the hour before its anchor's end."""
    last = seen.times[claim.claim.anchor]
    hour = last - (last - NETWORK.genesis) % HOUR
    return [
        each
        for each in withdrawals(seen)
        if each.deposit is not None
        and each.deposit.note.value == claim.claim.value
        and hour <= seen.times[each.block] < hour + HOUR
    ]


CLAIM_ATTACKS: dict[str, Callable[[Claimed, Transferred], float]] = {
    "the latest": lambda _, w: -w.order,
    "the first": lambda _, w: w.order,
    "the anchor's own block": lambda c, w: abs(c.claim.anchor - w.block),
    "the same hour": lambda c, w: abs(c.claim.not_before % DAY - w.at % DAY),
    "the fee": lambda c, w: abs(c.paid_by.fee - w.transfer.fee),
    "the deadline": lambda c, w: abs(c.claim.deadline - w.transfer.deadline),
    "the claim's id": lambda c, w: bits(word(c.claim.claim_id), word(w.transfer.nullifier1)),
    "its payment's nullifier": lambda c, w: bits(word(c.paid_by.nullifier1), word(w.transfer.out1)),
    "its payment's memos": lambda c, w: bits(c.paid_by.memos, w.transfer.memos),
    "its place": lambda c, w: abs(c.place - w.place),
    "handed over (the node)": lambda c, w: c.handed_over - w.handed_over,
}


@pytest.mark.parametrize("name", CLAIM_ATTACKS)
def test_a_claim_hides_among_the_withdrawals_of_an_hour(seen: Seen, name: str) -> None:
    tally, outside = Tally(), 0
    for claim in seen.claims:
        found, truth = of_that_hour(seen, claim), spend_of(seen, claim)
        if truth not in found:
            outside += 1  # it could not be paid at once: then it hides among earlier ones, too
            continue
        tally.add(found, truth, lambda each, c=claim: CLAIM_ATTACKS[name](c, each))
    assert outside < len(seen.claims) / 10
    assert tally.blind < 0.8 * tally.tried, "nobody to hide among: this would show nothing"
    assert tally.says_nothing, (tally, tally.advantage, tally.lead)


def test_one_address_for_both_links_claim_and_withdrawal(seen: Seen) -> None:
    paid = {each.transfer.recipient: each for each in withdrawals(seen)}
    for claim in seen.claims:
        found = paid.get(claim.claim.recipient)
        assert found is None or found is spend_of(seen, claim)
    linked = sum(each.claim.recipient in paid for each in seen.claims)
    assert 0.2 < linked / len(seen.claims) < 0.45  # three in ten take one address for both


def test_a_top_up_finds_the_depositor_of_the_claim_that_it_pays(seen: Seen) -> None:
    """The leak that is stated: a deposit of twice a claim's fee, and a claim soon after it."""
    first = {each.at for each in seen.deposits[:1]}
    amounts = {2 * int(quote.claim) for _, quote in seen.quotes}
    found = right = 0
    for made in seen.deposits:
        if made.mineable or made.value not in amounts or made.at in first:
            continue
        found += 1
        after = [each for each in seen.claims if each.handed_over > made.at]
        guess = min(after, key=lambda each: each.handed_over)
        right += guess.person == made.person
    assert found > 5
    assert right > found / 3  # a blind guess is right once in fifty


# -- all transfers --------------------------------------------------------------------------------


def test_memos_are_of_one_size_and_look_random(seen: Seen) -> None:
    memos = [each.transfer.memos for each in seen.transfers]
    assert {len(each) for each in memos} == {MEMOS_BYTES}
    assert len({each[:KEY_BYTES] for each in memos}) == len(memos), "an ephemeral key came twice"
    boxes = b"".join(each[KEY_BYTES:] for each in memos)
    expected = len(boxes) / 256
    chi = sum((count - expected) ** 2 / expected for count in _counts(boxes))
    assert abs(chi - 255) < MARGIN * (2 * 255) ** 0.5


def test_change_stands_first_as_often_as_second(seen: Seen) -> None:
    made = {own.note.commitment for each in seen.transfers for own in each.inputs}
    first = sum(Field(each.transfer.out1) in made for each in seen.transfers)
    second = sum(Field(each.transfer.out2) in made for each in seen.transfers)
    assert abs(first - second) < MARGIN * (first + second) ** 0.5
    assert first + second > 100


def test_what_pays_nobody_looks_the_same_whatever_it_is_for(seen: Seen) -> None:
    hidden = [each for each in seen.transfers if each.kind in {IntentKind.SEND, IntentKind.SWEEP}]
    assert {each.kind for each in hidden} == {IntentKind.SEND, IntentKind.SWEEP}
    for each in hidden:
        shown = each.transfer
        assert (shown.recipient, shown.amount) == (EthAddress.zero(), 0)
        assert (shown.claim_id, shown.inner, shown.not_before) == (0, 0, 0)
        assert shown.fee == quoted(seen, each.handed_over)[0]


def test_all_times_are_whole_hours_that_follow_from_when_a_request_was_made(
    seen: Seen,
) -> None:
    delays: Counter[int] = Counter()
    for each in seen.transfers:
        shown = each.transfer
        begins = max(each.handed_over, shown.not_before)
        assert shown.deadline == CALENDAR.deadline(begins)  # type: ignore[arg-type]
        assert shown.not_before % HOUR == 0
        if each.kind is IntentKind.WITHDRAW and shown.not_before:
            delays[(shown.not_before - each.handed_over) // HOUR] += 1
    # Each of the next 24 hours as likely as another.
    mean = sum(hours * count for hours, count in delays.items()) / delays.total()
    assert abs(mean - 11.5) < MARGIN * 24 / (12 * delays.total()) ** 0.5


def test_the_relayer_is_paid_for_all_of_them_and_pays_the_gas(seen: Seen) -> None:
    assert {each.transfer.relayer for each in seen.transfers} == {RELAYER}


@cache
def _counts(data: bytes) -> list[int]:
    found = Counter(data)
    return [found[each] for each in range(256)]
