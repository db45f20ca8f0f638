"""What is shown of a wallet, on a terminal of 80 columns and as JSON."""

import re
from pathlib import Path

import pytest

from tests.cli.wallet.standin import (
    HASH,
    LONG,
    NOW,
    READY,
    SOMEBODY,
    StandIn,
    form_of,
    run,
    session,
)
from winze.protocol import Seconds, Timestamp, Wei
from winze.wallet import Button, EntryKind, HistoryEntry, Offer, SessionState

EXACT = "0.123456789012345678"


def test_an_empty_portfolio_says_how_to_begin() -> None:
    told = run(StandIn(), "portfolio")
    assert told.exit_code == 0
    assert "No mining session yet. `winze mine 0.1`" in told.output


@pytest.mark.parametrize("state", list(SessionState))
def test_every_session_has_its_amount_and_badge_within_80_columns(state: SessionState) -> None:
    waits = "the withdrawal's block to be proved: its time decides whether a reward is due"
    wallet = StandIn([session(255, state, READY, waits_for=waits, destination=SOMEBODY)])
    for command in (["portfolio"], ["session", "show", "255"]):
        told = run(wallet, *command)
        assert told.exit_code == 0
        assert state.value in told.output
        assert "0.1" in told.output
        assert max(len(line.rstrip()) for line in told.output.splitlines()) <= 80


def test_totals_stand_on_top() -> None:
    lines = run(StandIn([session()]), "portfolio").output.splitlines()
    assert lines[0] == "Your Mining Portfolio"
    assert lines[1] == "View and manage your mining sessions"
    assert lines[4].split() == ["1", "ETH", "2", "ETH", "3", "4"]


def test_sessions_are_paged() -> None:
    wallet = StandIn([session(number) for number in range(21)])
    first, second = run(wallet, "portfolio"), run(wallet, "portfolio", "--page", "2")
    assert "page 1 of 2" in first.output
    assert "\n20 │" not in first.output
    assert "\n20 │" in second.output


def test_a_session_is_shown_with_its_exact_figures_hashes_and_what_can_be_typed() -> None:
    told = run(StandIn([session(3, buttons=READY)]), "session", "show", "3")
    assert "Est. ITX Rewards  about 0.1234 ITX, as things stand today" in told.output
    assert HASH in told.output
    assert "Withdraw  winze session withdraw 3 --to ADDRESS" in told.output
    assert "Redeposit  winze session redeposit 3 --rewards ADDRESS" in told.output


def test_rewards_are_exact_once_they_are_final() -> None:
    told = run(StandIn([session(final=True)]), "session", "show", "0")
    assert f"Est. ITX Rewards  {EXACT} ITX\n" in re.sub(r" +\n", "\n", told.output)


def test_a_session_can_be_minimized() -> None:
    assert HASH not in run(StandIn([session()]), "session", "show", "0", "--minimize").output


def test_a_button_that_cannot_be_pressed_says_why() -> None:
    offers = [Offer(Button.CLAIM, "Nothing covers the claim's fee: top up first.")]
    told = run(StandIn([session(buttons=offers)]), "session", "show", "0")
    assert "Claim Rewards: Nothing covers the claim's fee: top up first." in told.output


def test_what_is_lost_is_named() -> None:
    wallet = StandIn([session(lost=("the rewards address planned for this session",))])
    told = run(wallet, "session", "show", "0")
    assert "lost with the journal: the rewards address" in told.output


def test_the_remaining_time_is_told() -> None:
    wallet = StandIn([session(0, SessionState.MINING, remaining=Seconds(90_061))])
    assert "1 d 1 h 1 min 1 s left" in " ".join(run(wallet, "portfolio").output.split())


def test_addresses_are_shown_whole() -> None:
    wallet = StandIn()
    told = run(wallet, "address")
    assert wallet.address in told.output
    assert f"Private balance   {EXACT} ETH" in told.output
    form = form_of(run(wallet, "address", "--json"))
    assert form["private"] == wallet.address
    assert form["balance"] == str(LONG)


def movement() -> HistoryEntry:
    return HistoryEntry(
        EntryKind.SEND,
        Timestamp(NOW),
        Wei(LONG),
        Wei(5),
        Wei(LONG + 5),
        counterparty=SOMEBODY,
        text="for lunch",
    )


def test_the_history_shows_amounts_exactly_and_the_whole_other_side() -> None:
    told = run(StandIn(movements=[movement()]), "history").output
    assert EXACT in told
    assert "for lunch" in told
    assert SOMEBODY in "".join(told.replace("│", " ").split())


def test_the_history_is_chosen_by_kind() -> None:
    wallet = StandIn(movements=[movement()])
    assert form_of(run(wallet, "history", "--kind", "receive", "--json")) == []
    assert form_of(run(wallet, "history", "--kind", "send", "--json"))[0]["amount"] == str(LONG)
    assert run(wallet, "history", "--kind", "gift").exit_code == 2


def test_an_empty_history_says_how_to_begin() -> None:
    assert "winze deposit 0.5" in run(StandIn(), "history").output


def test_the_history_is_written_as_csv_and_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    wallet = StandIn(movements=[movement()])
    assert run(wallet, "history", "--csv", str(path)).exit_code == 0
    written = path.read_text()
    assert SOMEBODY in written
    assert run(wallet, "history", "--csv", str(path)).exit_code == 2
    assert path.read_text() == written


def test_what_waits_for_an_address_is_told() -> None:
    wallet = StandIn(waiting=Wei(LONG))
    assert (
        f"{EXACT} ETH wait for {SOMEBODY}" in run(wallet, "withdrawable", "show", SOMEBODY).output
    )
    form = form_of(run(wallet, "withdrawable", "show", SOMEBODY, "--json"))
    assert form == {"address": SOMEBODY, "withdrawable": str(LONG)}
