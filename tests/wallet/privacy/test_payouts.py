"""What would give a wallet away is refused or told, and nothing else is."""

from dataclasses import replace

import pytest

from tests.wallet.worlds import OWN, STRANGER, network, seed
from winze.contracts import ContractName
from winze.protocol import (
    ETHER,
    MAIN_ACCOUNT,
    BlockIndex,
    ChainBlock,
    EthAddress,
    Field,
    Period,
    Points,
    Position,
    Timestamp,
    Wei,
)
from winze.wallet import (
    AddressRefused,
    Happened,
    Holdings,
    Intent,
    IntentKind,
    IntentState,
    Known,
    OwnClaim,
    OwnNote,
    OwnSpend,
    Payout,
    Refusal,
    WarningCode,
    check_payout,
)

NOW = 1_800_000_000
PERIOD = int(network().profile.period)
FRESH, SECOND, THIRD = (EthAddress("0x" + f"{each:02x}" * 20) for each in (0xC0, 0xC1, 0xC2))
ONE = Wei(ETHER)


def happened(at: int) -> Happened:
    return Happened(ChainBlock(5), Timestamp(at), bytes(32))


def deposited(
    account: int, value: int, at: int, place: int, depositor: EthAddress | None = OWN
) -> OwnNote:
    owner = seed().account(account)
    note = owner.deposit_note(0, Wei(value), mineable=account != MAIN_ACCOUNT)
    return OwnNote(note, owner, Position(place), happened(at), 0, depositor)


MINED = deposited(0, ETHER, NOW - 100 * PERIOD, 0)
OTHER = deposited(1, ETHER, NOW - 100 * PERIOD, 1, STRANGER)
BRIDGED = deposited(MAIN_ACCOUNT, 3 * ETHER, NOW - 10 * PERIOD, 2)


def spent(own: OwnNote, recipient: EthAddress, rewards: EthAddress) -> OwnSpend:
    outs = Field(1), Field(2)
    return OwnSpend((own,), recipient, ONE, (), rewards, BlockIndex(1), happened(NOW), outs)


def claimed(own: OwnNote, recipient: EthAddress) -> OwnClaim:
    one = Points(4)
    return OwnClaim(own.claim_id, recipient, Period(3), one, one, None, happened(NOW))


def holdings(*spends: OwnSpend, claims: tuple[OwnClaim, ...] = (), matured: int = 0) -> Holdings:
    return Holdings(
        now=Timestamp(NOW),
        proved=5,
        times={},
        maturities={MINED.position: Timestamp(matured or NOW - 5 * PERIOD)},
        notes=(MINED, OTHER, BRIDGED),
        spends=spends,
        claims={each.claim_id: each for each in claims},
    )


def known(found: Holdings | None = None, *intents: Intent) -> Known:
    return Known(OWN, network(), found or holdings(), intents)


def withdrawal(**changes: object) -> Payout:
    usual = Payout(0, ONE, Timestamp(NOW), FRESH, alike=100)
    return replace(usual, **changes)  # type: ignore[arg-type]


def bridge(amount: int, **changes: object) -> Payout:
    return withdrawal(account=MAIN_ACCOUNT, amount=Wei(amount), **changes)


def codes(payout: Payout, knowing: Known | None = None) -> list[WarningCode]:
    return [each.code for each in check_payout(knowing or known(), payout)]


def intent(account: int, kind: IntentKind = IntentKind.WITHDRAW, **changes: object) -> Intent:
    made = Intent("ab" * 16, kind, Timestamp(NOW), account=account)
    return made.but(**changes)


# -- refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["destination", "rewards"])
@pytest.mark.parametrize(
    ("address", "code"),
    [
        (OWN, Refusal.CONNECTED),
        (STRANGER, Refusal.DEPOSITOR),
        (EthAddress.zero(), Refusal.NOBODYS),
        (EthAddress("0x" + "00" * 18 + "ffff"), Refusal.NOBODYS),
        *((network().address(name), Refusal.NETWORKS) for name in ContractName),
    ],
)
def test_an_address_that_is_the_wallets_public_side_or_nobodys_is_refused(
    field: str, address: EthAddress, code: Refusal
) -> None:
    with pytest.raises(AddressRefused) as told:
        check_payout(known(), withdrawal(**{field: address}))
    assert told.value.code == code


def test_the_first_address_that_somebody_can_have_is_not_refused() -> None:
    assert codes(withdrawal(destination=EthAddress("0x" + "00" * 17 + "010000"))) == []


# -- told ------------------------------------------------------------------------------------------


def test_a_whole_denomination_to_a_new_address_later_gives_nothing_away() -> None:
    assert codes(withdrawal()) == []
    assert codes(withdrawal(rewards=SECOND)) == []


def test_an_address_that_another_session_withdrew_to_is_told() -> None:
    knowing = known(holdings(spent(OTHER, FRESH, SECOND)))
    assert codes(withdrawal(), knowing) == [WarningCode.REUSED_DESTINATION]
    assert codes(withdrawal(account=1), knowing) == []
    assert codes(withdrawal(destination=THIRD, rewards=FRESH), knowing) == [
        WarningCode.REUSED_REWARDS
    ]


def test_an_address_with_another_sessions_rewards_is_told() -> None:
    for knowing in (
        known(holdings(spent(OTHER, THIRD, FRESH))),
        known(holdings(claims=(claimed(OTHER, FRESH),))),
    ):
        assert codes(withdrawal(), knowing) == [WarningCode.DESTINATION_HAS_REWARDS]
        assert codes(withdrawal(account=1), knowing) == []
        assert codes(withdrawal(destination=SECOND, rewards=FRESH), knowing) == [
            WarningCode.REUSED_REWARDS
        ]


def test_what_is_only_planned_counts_until_it_failed() -> None:
    for changes, found in (
        ({"recipient": FRESH}, WarningCode.REUSED_DESTINATION),
        ({"rewards": FRESH}, WarningCode.DESTINATION_HAS_REWARDS),
    ):
        planned = intent(1, **changes)
        assert codes(withdrawal(), known(None, planned)) == [found]
        assert codes(withdrawal(account=1), known(None, planned)) == []
        assert codes(withdrawal(), known(None, planned.but(state=IntentState.FAILED))) == []
    claim = intent(1, IntentKind.CLAIM, recipient=FRESH)
    assert codes(withdrawal(), known(None, claim)) == [WarningCode.DESTINATION_HAS_REWARDS]


def test_each_withdrawal_of_the_main_account_stands_alone() -> None:
    knowing = known(holdings(spent(BRIDGED, FRESH, EthAddress.zero())))
    assert codes(bridge(ETHER), knowing) == [WarningCode.REUSED_DESTINATION]
    assert codes(bridge(ETHER, destination=SECOND), knowing) == []


def test_a_redeposit_pays_nobody_and_its_rewards_address_is_looked_at() -> None:
    knowing = known(holdings(spent(OTHER, SECOND, FRESH)))
    assert codes(withdrawal(destination=None, rewards=THIRD), knowing) == []
    assert codes(withdrawal(destination=None, rewards=FRESH), knowing) == [
        WarningCode.REUSED_REWARDS
    ]


@pytest.mark.parametrize(
    ("amount", "told"), [(ETHER, False), (ETHER - 1, True), (ETHER // 10, True)]
)
def test_a_session_that_does_not_leave_whole_is_told(amount: int, told: bool) -> None:  # noqa: FBT001
    assert (codes(withdrawal(amount=Wei(amount))) == [WarningCode.NOT_DENOMINATION]) is told


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        *((ETHER, False), (7 * ETHER, False), (12 * ETHER, False), (120 * ETHER, False)),
        *((123 * ETHER, True), (ETHER * 12 // 10, False), (ETHER * 123 // 100, True)),
        *((ETHER + 1, True), (101 * ETHER, True), (ETHER // 1000, False)),
    ],
)
def test_an_amount_with_many_digits_is_told(amount: int, told: bool) -> None:  # noqa: FBT001
    assert (codes(bridge(amount)) == [WarningCode.UNUSUAL_AMOUNT]) is told


@pytest.mark.parametrize(
    ("amount", "fee", "told"),
    [
        *((3 * ETHER, 0, True), (2 * ETHER, ETHER, True), (2 * ETHER, 0, False)),
        (3 * ETHER, ETHER, True),
    ],
)
def test_an_amount_that_was_deposited_a_short_time_ago_is_told(
    amount: int,
    fee: int,
    told: bool,  # noqa: FBT001
) -> None:
    found = codes(bridge(amount, fee=Wei(fee)))
    assert (found == [WarningCode.SAME_AS_DEPOSIT]) is told


@pytest.mark.parametrize("periods", [30, 31])
def test_a_deposits_amount_is_forgotten_after_thirty_periods(periods: int) -> None:
    long_ago = deposited(MAIN_ACCOUNT, 3 * ETHER, NOW - periods * PERIOD, 2)
    knowing = known(replace(holdings(), notes=(long_ago,)))
    assert codes(bridge(3 * ETHER), knowing) == [WarningCode.SAME_AS_DEPOSIT][: periods == 30]


def test_a_denomination_of_ones_own_is_everybodys_amount() -> None:
    mine = deposited(MAIN_ACCOUNT, ETHER, NOW - 10 * PERIOD, 2)
    assert codes(bridge(ETHER), known(replace(holdings(), notes=(mine,)))) == []


@pytest.mark.parametrize(("alike", "told"), [(0, True), (19, True), (20, False), (None, False)])
def test_a_small_set_is_told_with_its_size(alike: int | None, told: bool) -> None:  # noqa: FBT001
    found = check_payout(known(), withdrawal(alike=alike))
    assert ([each.code for each in found] == [WarningCode.SMALL_SET]) is told
    assert not told or str(alike) in found[0].text


@pytest.mark.parametrize(
    ("after", "told"),
    [(-1, False), (0, True), (PERIOD // 24 - 1, True), (PERIOD // 24, False)],
)
def test_leaving_right_at_the_maturity_is_told(after: int, told: bool) -> None:  # noqa: FBT001
    knowing = known(holdings(matured=NOW - after))
    assert (codes(withdrawal(), knowing) == [WarningCode.AT_MATURITY]) is told


@pytest.mark.parametrize(("after", "told"), [(0, True), (PERIOD - 1, True), (PERIOD, False)])
def test_leaving_right_after_the_deposit_is_told(after: int, told: bool) -> None:  # noqa: FBT001
    for account in (0, MAIN_ACCOUNT):
        mine = deposited(account, ETHER, NOW - after, 0)
        knowing = known(replace(holdings(matured=NOW + 5), notes=(mine,)))
        found = codes(withdrawal(account=account), knowing)
        assert (found == [WarningCode.AFTER_DEPOSIT]) is told


def test_a_claim_tells_nothing_by_its_time_that_its_spend_did_not_tell() -> None:
    for matured, at in ((NOW, 0), (NOW + 5, NOW)):
        mine = deposited(0, ETHER, at, 0)
        spend = spent(mine, SECOND, EthAddress.zero())
        found = replace(holdings(spend, matured=matured), notes=(mine,))
        assert codes(withdrawal(destination=None, rewards=FRESH), known(found)) == []
