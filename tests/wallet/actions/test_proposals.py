"""What a person is asked to confirm, and what happens with it when it begins."""

from tests.wallet.actions.books import FEE, HOME, NOW
from tests.wallet.actions.test_advice import adviser
from tests.wallet.actions.test_transfers import Table, table
from winze.protocol import ETHER, Wei
from winze.wallet import IntentKind, IntentState
from winze.wallet.actions.driver import Driver
from winze.wallet.actions.proposals import Proposals

__all__ = ["table"]


def proposals(at: Table) -> tuple[Driver, Proposals]:
    driver = Driver(at.bench, at.transfers)
    return driver, Proposals(driver, adviser(at.books), lambda: at.books.holdings)


async def test_what_is_spread_over_many_notes_can_be_confirmed_and_is_merged_first(
    table: Table,
) -> None:
    for _ in range(3):
        table.books.note(ETHER)
    driver, propose = proposals(table)
    wanted = await propose.transfer_out(Wei(2 * ETHER + 1), HOME)
    assert (wanted.merges, wanted.amount, wanted.fee) == (2, 2 * ETHER + 1, FEE)
    intent = driver.begin(wanted)
    await driver.step(table.books.holdings)
    merge = next(each for each in table.bench.journal.intents() if each.kind is IntentKind.MERGE)
    assert table.newest(intent).state is IntentState.PLANNED
    await driver.step(table.books.holdings)
    assert table.newest(merge).state is IntentState.LEAVING
    # Two notes of three became one.
    first, second = table.bench.made[0].inputs
    table.books.spend(first, second)
    table.books.note(2 * ETHER - FEE)
    await driver.step(table.books.holdings)
    assert table.newest(intent).state is IntentState.LEAVING


async def test_what_was_given_up_is_done_where_the_chain_shows_it_after_all(
    table: Table,
) -> None:
    own = table.books.mined(matures=NOW)
    driver, propose = proposals(table)
    intent = driver.begin(await propose.withdraw(0, HOME, HOME))
    await driver.step(table.books.holdings)
    left = table.newest(intent)
    table.transfers.fail(left, table.books.holdings, "dearer")
    assert left.request is not None
    assert left.request.transfer is not None
    transfer = left.request.transfer
    spend = table.books.spend(own)
    table.books.spends = [type(spend)(**{**vars(spend), "outs": (transfer.out1, transfer.out2)})]
    table.books.now = left.deadline
    await driver.step(table.books.holdings)
    assert table.newest(intent).state is IntentState.DONE
