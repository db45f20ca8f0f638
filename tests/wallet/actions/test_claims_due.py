"""When a claim is begun by itself, and that nobody hears of it before (protocol §7)."""

from typing import Any

import pytest

from tests.wallet.actions.books import CLAIM_FEE, QUOTE, Books
from tests.wallet.worlds import network
from winze.protocol import Timestamp
from winze.wallet import IntentKind, Journal
from winze.wallet.actions import Driver, Offer, Transfers, Workshop
from winze.wallet.errors import NoRelayer

NETWORK = network()
HOUR = NETWORK.profile.period // 24
START = Timestamp(NETWORK.genesis + 1_000 * NETWORK.profile.period)


class Counter:
    """A desk that counts what it is asked."""

    open = True

    def __init__(self) -> None:
        self.known: Offer | None = Offer("http://a", QUOTE)
        self.asked = 0

    async def offer(self) -> Offer:
        self.asked += 1
        raise NoRelayer("nobody is there")


def withdrawn(*, kept: int) -> Books:
    """A session that was withdrawn in a proved block of the day's first second."""
    books = Books(now=START)
    books.spend(books.mined(matures=START - 100), at=START)
    if kept:
        books.note(kept, account=0)
    return books


async def begun(
    books: Books, now: int, desk: Counter, *, at_once: bool = False
) -> list[IntentKind]:
    """The kinds of what a wallet begins by itself."""
    books.now = now

    async def prover() -> Any:
        raise AssertionError

    journal = Journal(None, books.seed)
    asked: Any = desk
    ledger: Any = None
    work = Workshop(NETWORK, books.seed, ledger, journal, prover, asked, lambda _: None)
    await Driver(work, Transfers(work, None), claims_at_once=at_once).step(books.holdings)
    return [each.kind for each in journal.intents()]


@pytest.mark.parametrize(("past", "begins"), [(0, False), (HOUR - 1, False), (HOUR, True)])
async def test_a_claim_is_begun_when_the_hour_of_its_spend_is_over(
    past: int,
    begins: bool,  # noqa: FBT001
) -> None:
    found = await begun(withdrawn(kept=CLAIM_FEE), START + past, Counter())
    assert found == [IntentKind.CLAIM] * begins


async def test_where_that_is_asked_for_it_is_begun_at_once() -> None:
    found = await begun(withdrawn(kept=CLAIM_FEE), START, Counter(), at_once=True)
    assert found == [IntentKind.CLAIM]


@pytest.mark.parametrize("kept", [0, CLAIM_FEE - 1])
async def test_nobody_is_asked_for_fees_because_a_claim_is_due(kept: int) -> None:
    desk = Counter()
    assert await begun(withdrawn(kept=kept), START + HOUR, desk) == []
    desk.known = None
    assert await begun(withdrawn(kept=CLAIM_FEE), START + HOUR, desk) == []
    assert desk.asked == 0
