"""What follows from a wallet's notes and spends."""

from tests.wallet.actions.books import Books


def test_an_account_is_settled_once_its_notes_and_their_spends_are_in_proved_blocks() -> None:
    books = Books()
    assert books.holdings.settled(0)
    mined = books.mined()
    books.note(5, account=0, proved=False)
    assert not books.holdings.settled(0)
    assert books.holdings.settled(1)
    books.notes.pop()
    assert books.holdings.settled(0)
    books.proved = mined.position.block
    assert not books.holdings.settled(0)
    books.proved += 1
    assert books.holdings.settled(0)
    books.proved = 1_000
    books.spend(mined, proved=False)
    assert not books.holdings.settled(0)
    books.proved += 1
    assert not books.holdings.settled(0)
    books.proved += 1
    assert books.holdings.settled(0)
