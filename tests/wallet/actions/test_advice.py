"""What is warned of before a person confirms (docs/privacy.md)."""

from dataclasses import replace

import pytest

from tests.wallet.actions.books import HOME, NOW, OWN, REWARDS, Books
from tests.wallet.worlds import network
from winze.protocol import ETHER, MAIN_ACCOUNT, EthAddress, Timestamp, Wei
from winze.wallet import Intent, IntentKind, Journal, WarningCode
from winze.wallet.actions.advice import Adviser
from winze.wallet.errors import AddressRefused

PERIOD = network().profile.period


def adviser(books: Books, *, contract: bool | None = False, alike: int = 100) -> Adviser:
    async def is_contract(_: EthAddress) -> bool | None:
        return contract

    return Adviser(network(), OWN, Journal(None, books.seed), lambda _: alike, is_contract)


def intent(kind: IntentKind, **fields: object) -> Intent:
    made = Intent("1" * 32, kind, Timestamp(NOW), account=0, amount=Wei(ETHER), recipient=HOME)
    return replace(made, **fields)  # type: ignore[arg-type]


def books() -> Books:
    """A session that matured long ago."""
    found = Books(now=NOW + 100 * PERIOD)
    own = found.mined(matures=NOW)
    found.notes[0] = replace(own, happened=replace(own.happened, timestamp=Timestamp(NOW - PERIOD)))
    return found


async def codes(found: Books, what: Intent, **options: object) -> list[WarningCode]:
    warned = await adviser(found, **options).warnings(what, found.holdings)  # type: ignore[arg-type]
    return [each.code for each in warned]


async def test_a_whole_denomination_long_after_its_maturity_to_a_new_address_is_fine() -> None:
    assert await codes(books(), intent(IntentKind.WITHDRAW, rewards=HOME)) == []


@pytest.mark.parametrize(
    ("kind", "to"), [(IntentKind.WITHDRAW, HOME), (IntentKind.REDEPOSIT, EthAddress.zero())]
)
async def test_what_the_claims_time_tells_is_told_where_it_has_an_address_of_its_own(
    kind: IntentKind, to: EthAddress
) -> None:
    follows = WarningCode.CLAIM_FOLLOWS
    assert follows in await codes(books(), intent(kind, recipient=to, rewards=REWARDS))
    assert follows not in await codes(books(), intent(IntentKind.WITHDRAW, rewards=HOME))
    assert follows not in await codes(books(), intent(IntentKind.CANCEL))


async def test_a_top_up_is_told_to_show_whose_claim_it_pays() -> None:
    shown = intent(IntentKind.TOP_UP, recipient=EthAddress.zero())
    assert await codes(books(), shown) == [WarningCode.TOP_UP_SHOWS]
    assert await codes(books(), replace(shown, kind=IntentKind.MINE)) == []


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (IntentKind.WITHDRAW, "recipient"),
        (IntentKind.WITHDRAW, "rewards"),
        (IntentKind.CANCEL, "recipient"),
        (IntentKind.REDEPOSIT, "rewards"),
        (IntentKind.CLAIM, "recipient"),
        (IntentKind.TRANSFER_OUT, "recipient"),
    ],
)
async def test_the_connected_wallets_address_is_refused_wherever_something_goes(
    kind: IntentKind, field: str
) -> None:
    with pytest.raises(AddressRefused):
        await codes(books(), intent(kind, **{field: OWN}))


async def test_what_is_not_the_whole_amount_and_few_to_hide_among_are_told() -> None:
    part = intent(IntentKind.WITHDRAW, amount=Wei(ETHER - 1))
    assert await codes(books(), part, alike=1) == [
        WarningCode.NOT_DENOMINATION,
        WarningCode.SMALL_SET,
    ]


@pytest.mark.parametrize(
    ("found", "told"),
    [(True, [WarningCode.CONTRACT]), (False, []), (None, [WarningCode.PERHAPS_CONTRACT])],
)
async def test_a_contract_is_told_of_also_where_nobody_may_be_asked(
    found: bool | None,  # noqa: FBT001
    told: list[WarningCode],
) -> None:
    assert await codes(books(), intent(IntentKind.CANCEL), contract=found) == told


async def test_the_connected_wallet_that_sends_it_itself_is_told_of() -> None:
    sent = intent(IntentKind.WITHDRAW, relayed=False)
    assert await codes(books(), sent) == [WarningCode.LINKS_SENDER]
    assert await codes(books(), intent(IntentKind.BUILD, relayed=False)) == []
    paid = intent(IntentKind.PAYOUT, relayed=False, source=OWN, recipient=OWN)
    assert await codes(books(), paid) == []


async def test_what_stays_in_the_pool_is_not_warned_of() -> None:
    for kind in (IntentKind.SWEEP, IntentKind.MERGE, IntentKind.SEND):
        sent = intent(kind, account=MAIN_ACCOUNT, recipient=EthAddress.zero())
        assert await codes(books(), sent) == []


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (0, "no other's of that day, and so that they belong together"),
        (1, "with that of another claim of the same day, and may guess"),
        (2, "with that of 2 other claims of the same day, and may guess"),
    ],
)
def test_itx_that_the_connected_wallet_has_sent_may_be_its_own(others: int, told: str) -> None:
    (warning,) = adviser(books()).of_distribution(others)
    assert warning.code is WarningCode.LINKS_SENDER
    assert told in warning.text
    assert OWN in warning.text
