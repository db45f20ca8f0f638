"""Who paid what to whom, to the wei, from what stands in calldata and events."""

from collections.abc import Sequence

import pytest

from winze.chain.replayed import Replayed, settle
from winze.contracts import CallRequest, Receipt
from winze.protocol import (
    MEMOS_BYTES,
    ChainBlock,
    EthAddress,
    Event,
    Skipped,
    SkipReason,
    Timestamp,
    Transfer,
    Transferred,
    Unpaid,
    Wei,
    Withdrawn,
)

POOL, RELAY, SENDER, RELAYER, HOME, REFUSER = (
    EthAddress.from_bytes(bytes([n]) * 20) for n in range(1, 7)
)
GAS = 21_000 * 7


def transfer(number: int, **changes: object) -> Transfer:
    usual = {"recipient": HOME, "amount": 1000, "fee": 30, "relayer": RELAYER}
    terms = {"not_before": 0, "deadline": 0, "claim_id": 0, "inner": 0}
    published = {"nullifier1": number, "nullifier2": 0, "out1": 0, "out2": 0}
    memos = bytes(MEMOS_BYTES)
    return Transfer(**(published | usual | terms | {"anchor": 0, "memos": memos} | changes))  # type: ignore[arg-type]


def done(each: Transfer) -> Transferred:
    return Transferred(
        each.recipient, each.nullifier1, each.nullifier2, 0, 0, each.amount, each.memos
    )


def replayed(
    transfers: Sequence[Transfer] = (),
    events: Sequence[Event] = (),
    *,
    through_relay: bool = False,
    **changes: object,
) -> Replayed:
    request = CallRequest("execute", {"transfers": transfers})
    payees = {EthAddress.zero(): SENDER} | ({RELAY: SENDER} if through_relay else {})
    receipt = Receipt("0x00", ChainBlock(1), b"", 21_000, Wei(7), None, ())
    usual: dict[str, object] = {"value": 0, "transfers": settle(request, tuple(events), payees)}
    return Replayed(
        contract=POOL,
        request=request,
        sender=SENDER,
        caller=SENDER,
        timestamp=Timestamp(1),
        receipt=receipt,
        events=tuple(events),
        **(usual | changes),  # type: ignore[arg-type]
    )


def changed(each: Replayed) -> dict[EthAddress, int]:
    return {account: wei for account, wei in each.eth(POOL).items() if wei}


def test_a_transfer_pays_its_recipient_and_the_relayer_that_it_names() -> None:
    one = transfer(1)
    found = replayed([one], [done(one)])
    assert changed(found) == {SENDER: -GAS, HOME: 1000, RELAYER: 30, POOL: -1030}
    (settled,) = found.transfers
    assert (settled.transfer, settled.skipped, settled.payee) == (one, None, RELAYER)


def test_a_fee_for_anybody_goes_to_whoever_called() -> None:
    one = transfer(1, relayer=EthAddress.zero())
    assert changed(replayed([one], [done(one)])) == {SENDER: 30 - GAS, HOME: 1000, POOL: -1030}


@pytest.mark.parametrize("relayer", [RELAY, EthAddress.zero()])
def test_what_the_relay_earns_goes_to_its_caller(relayer: EthAddress) -> None:
    one = transfer(1, relayer=relayer)
    found = replayed([one], [done(one)], through_relay=True)
    assert changed(found) == {SENDER: 30 - GAS, HOME: 1000, POOL: -1030}


def test_a_transfer_that_was_passed_over_pays_nobody() -> None:
    one, two, three = transfer(1), transfer(2), transfer(3)
    passed_over = Skipped(two.nullifier1, two.nullifier2, SkipReason.SPENT)
    found = replayed([one, two, three], [done(one), passed_over, done(three)])
    assert changed(found) == {SENDER: -GAS, HOME: 2000, RELAYER: 60, POOL: -2060}
    assert [each.skipped for each in found.transfers] == [None, SkipReason.SPENT, None]


def test_a_redeposit_leaves_its_amount_where_it_is() -> None:
    one = transfer(1, recipient=POOL)
    assert changed(replayed([one], [done(one)])) == {SENDER: -GAS, RELAYER: 30, POOL: -30}


def test_what_is_refused_stays_in_the_pool_until_it_is_withdrawn() -> None:
    one = transfer(1, recipient=REFUSER)
    refused = replayed([one], [done(one), Unpaid(REFUSER, 1000)])
    assert changed(refused) == {SENDER: -GAS, RELAYER: 30, POOL: -30}
    withdrawn = replayed([], [Withdrawn(REFUSER, HOME, 1000)])
    assert changed(withdrawn) == {SENDER: -GAS, HOME: 1000, POOL: -1000}


def test_what_comes_along_is_the_pools_unless_the_call_is_reverted() -> None:
    assert changed(replayed(value=500)) == {SENDER: -500 - GAS, POOL: 500}
    assert changed(replayed(value=500, reverted="pool: value is zero")) == {SENDER: -GAS}
