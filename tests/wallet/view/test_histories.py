"""A wallet's holdings are the same however its machine went on: a model of restarts and reforms."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.acts import deposit, prove, seal
from tests.chain.fakes import FakeChain
from tests.wallet.view.acts import claimed, deposited, spent
from tests.wallet.view.fakes import view_of
from tests.wallet.view.test_scanner import main, mining
from tests.wallet.view.test_view import SETTLED, honest
from tests.wallet.worlds import OWN, STRANGER, seed
from winze.wallet import Holdings, LedgerView, Scanner

SEED = seed()
MINED = 9
"""Mining accounts that are used, and looked at; to derive more of them takes its time."""

steps = st.one_of(
    st.tuples(st.just("mine"), st.integers(0, MINED - 1)),
    st.tuples(st.just("top up"), st.integers(0, 3)),
    st.tuples(st.just("deposit"), st.integers(0, 21)),
    st.tuples(st.just("dust"), st.integers(0, 3)),
    st.tuples(st.just("stranger"), st.integers(1, 9)),
    st.tuples(st.just("spend"), st.integers(0, 9)),
    st.tuples(st.just("claim"), st.integers(0, 9)),
    *(st.tuples(st.sampled_from(["prove", "prove", "restart", "settle"]), st.just(0)),),
    st.tuples(st.just("undo"), st.integers(1, 6)),
)
Steps = list[tuple[str, int]]


@settings(max_examples=10, deadline=None)
@given(history=st.lists(steps, max_size=12))
def test_whatever_happened_a_wallet_that_went_on_holds_what_a_new_one_finds(history: Steps) -> None:
    asyncio.run(live(history))


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(history=st.lists(steps, max_size=40))
def test_so_it_is_after_longer_histories(history: Steps) -> None:
    asyncio.run(live(history))


async def live(history: Steps) -> None:
    """Go through a history, and compare whenever the chain was looked at."""
    chain = FakeChain()
    node = honest(chain)
    with TemporaryDirectory() as folder:
        files = Path(folder)
        view, scanner = _opened(chain, files)
        holdings = None
        for step, number in history:
            if step == "restart":
                view, scanner = _opened(chain, files)
            else:
                _do(chain, step, number, holdings)
            await view.sync()
            holdings = await scanner.scan()
        fresh = view_of(chain, node)
        await fresh.sync()
        found = await Scanner(fresh, SEED, OWN, accounts=MINED).scan()
        assert holdings is None or holdings == found


def _opened(chain: FakeChain, files: Path) -> tuple[LedgerView, Scanner]:
    view = view_of(chain, honest(chain), path=files / "rows")
    return view, Scanner(view, SEED, OWN, files / "scan", accounts=MINED)


def _do(  # noqa: C901 - a line for each step
    chain: FakeChain, step: str, number: int, holdings: Holdings | None
) -> None:
    own: Any = holdings.notes[number % len(holdings.notes)] if holdings and holdings.notes else None
    match step:
        case "mine":
            chain.mine(deposited(mining(number), OWN))
        case "top up":
            chain.mine(deposited(mining(0, number + 1), OWN))
        case "deposit":
            chain.mine(deposited(main(number, number + 1), OWN))
        case "dust":
            chain.mine(deposited(main(number, 5), STRANGER))
        case "stranger":
            chain.mine(deposit(number))
        case "spend" if own is not None:
            chain.mine(spent(own, SEED, int(own.note.value) // 2, to=STRANGER))
        case "claim" if own is not None and own.note.mineable:
            chain.mine(claimed(own, STRANGER, number))
        case "prove":
            for acts in ((seal,), (), (prove,)):
                chain.mine(*acts)
        case "settle":
            chain.mine_empty(SETTLED)
        case "undo":
            chain.reorganise(min(number, len(chain.blocks) - 6), *[[]] * (number + 1))
