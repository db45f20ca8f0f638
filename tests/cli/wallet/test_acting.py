"""What the commands ask, do and refuse; nothing is begun that was not confirmed."""

import pytest

from tests.cli.wallet.standin import (
    LONG,
    NOW,
    OTHER,
    SOMEBODY,
    TENTH,
    StandIn,
    form_of,
    run,
    session,
)
from winze.cli.output import ExitCode
from winze.contracts import RpcError
from winze.protocol import EthAddress, Timestamp, WinzeError
from winze.wallet import (
    AddressRefused,
    DepositRefused,
    HomeError,
    InsufficientNotes,
    IntentState,
    NoNode,
    NoRelayer,
    NotYet,
    SessionState,
    VaultLocked,
    WalletFull,
    When,
    WrongPassphrase,
)

TO = ("--to", SOMEBODY)
ACTIONS = [
    (["mine", "0.1"], "Confirm Deposit", "Mine"),
    (["deposit", "0.5"], "Confirm Deposit", "Deposit"),
    (["withdraw", "0.5", *TO], "Confirm Withdrawal", "Confirm"),
    (["session", "withdraw", "0", *TO], "Confirm Withdrawal", "Confirm"),
    (["session", "redeposit", "0", "--rewards", SOMEBODY], "Confirm Redeposit", "Confirm"),
    (["session", "claim", "0"], "Claim Rewards", "Claim"),
    (["session", "top-up", "0"], "Top Up for Claim Fee", "Send"),
    (["session", "top-up", "0", "--deposit"], "Top Up for Claim Fee", "Send"),
    (["session", "rest", "0"], "Withdraw Rest Amount", "Confirm"),
    (["session", "rest", "0", "--withdraw"], "Withdraw Rest Amount", "Confirm"),
    (["withdrawable", "pay", SOMEBODY], "Withdraw ETH", "Withdraw ETH"),
    (["prove", "0"], "Prove it yourself", "Prove"),
    (["distribute", "0"], "Send ITX yourself", "Send"),
]


@pytest.mark.parametrize(("command", "title", "question"), ACTIONS)
def test_every_action_is_shown_and_asked_before_it_is_begun(
    command: list[str], title: str, question: str
) -> None:
    wallet = StandIn([session()])
    declined = run(wallet, *command, answers=["n"])
    assert declined.exit_code == ExitCode.REFUSED
    assert wallet.begun == []
    assert f"─ {title} ─" in declined.output
    assert f"{question} [y/N]" in declined.output
    assert "not confirmed; nothing was sent" in declined.output
    confirmed = run(wallet, *command, answers=["y"])
    assert confirmed.exit_code == ExitCode.DONE, confirmed.output
    assert len(wallet.begun) == 1


@pytest.mark.parametrize(("command", "title", "_question"), ACTIONS)
def test_yes_confirms_and_json_is_all_there_is_on_the_output(
    command: list[str], title: str, _question: str
) -> None:
    wallet = StandIn([session()])
    told = run(wallet, *command, "--yes", "--json")
    assert told.exit_code == ExitCode.DONE, told.output
    assert form_of(told)["intent"]["id"] == "ab" * 16
    assert title in told.stderr


def test_nobody_who_answers_is_no_yes() -> None:
    wallet = StandIn([session()])
    told = run(wallet, "mine", "0.1")
    assert told.exit_code == ExitCode.REFUSED
    assert "nobody answered: --yes confirms" in told.output
    assert wallet.begun == []


def test_cancelling_takes_the_mining_rule_to_be_accepted_first() -> None:
    wallet = StandIn([session()])
    command = ["session", "cancel", "0", *TO]
    told = run(wallet, *command, answers=["n"])
    assert told.exit_code == ExitCode.REFUSED
    assert "─ Mining rule ─" in told.output
    assert "Cancel Mining" not in told.output
    told = run(wallet, *command, answers=["y", "n"])
    assert "─ Cancel Mining ─" in told.output
    assert "Cancel + Withdrawal [y/N]" in told.output
    assert wallet.begun == []
    assert run(wallet, *command, answers=["y", "y"]).exit_code == ExitCode.DONE
    assert len(wallet.begun) == 1


def test_a_second_top_up_says_that_it_is_an_extra_one() -> None:
    told = run(StandIn([session(top_ups=1)]), "session", "top-up", "0", answers=["n"])
    assert "This is an Extra Top-up !" in told.output
    assert "Next [y/N]" in told.output
    first = run(StandIn([session(top_ups=0)]), "session", "top-up", "0", answers=["n"])
    assert "Extra" not in first.output


def test_a_withdrawal_shows_everything_exactly_and_warns_before_it_asks() -> None:
    told = run(StandIn([session()]), "session", "withdraw", "0", *TO, answers=["n"]).output
    for shown in ("0.123456789012345678 ETH", "0.123456789012345677 ETH", SOMEBODY, "Now"):
        assert shown in told
    assert "hides among 11 deposits of its amount" in told
    assert told.index("few to hide among") < told.index("[y/N]")
    assert "By default, your withdrawal address will receive all assets" in told


def test_a_separate_rewards_address_is_passed_on() -> None:
    wallet = StandIn([session()])
    command = ["session", "withdraw", "0", *TO, "--rewards", OTHER, "--yes"]
    assert "By default" not in run(wallet, *command).output
    assert wallet.asked[0][:4] == ("withdraw", 0, EthAddress(SOMEBODY), EthAddress(OTHER))


@pytest.mark.parametrize(
    ("options", "when"),
    [
        ([], When.NOW),
        (["--later"], When.LATER),
        (["--at", "2027-01-15T09:00+00:00"], Timestamp(NOW + 3600)),
    ],
)
def test_the_time_is_passed_on(options: list[str], when: object) -> None:
    wallet = StandIn([session()])
    assert run(wallet, "session", "withdraw", "0", *TO, "--yes", *options).exit_code == 0
    assert ("when", when) in wallet.asked[0]


def test_amounts_are_read_exactly() -> None:
    wallet = StandIn()
    assert run(wallet, "deposit", "0.123456789012345678", "--yes").exit_code == 0
    assert wallet.asked[0] == ("deposit", LONG)


@pytest.mark.parametrize(
    "wrong",
    [
        ["deposit", "0"],
        ["deposit", "1e3"],
        ["deposit", "-1"],
        ["deposit", "0.1234567890123456789"],
        ["session", "show", "256"],
        ["session", "withdraw", "0"],
        ["session", "withdraw", "0", *TO, "--later", "--at", "2027-01-15 09:00"],
        ["session", "withdraw", "0", *TO, "--at", "tomorrow"],
        ["watch", "--until", "ready"],
        ["watch", "0", "--until", "rich"],
    ],
)
def test_a_wrong_command_line_is_bad_usage_and_asks_nobody(wrong: list[str]) -> None:
    wallet = StandIn([session()])
    assert run(wallet, *wrong).exit_code == ExitCode.USAGE
    assert wallet.asked == []


@pytest.mark.parametrize("to", ["vitalik.eth", "0x12", SOMEBODY[:-1] + "A", "winzetest1qq"])
def test_what_is_no_address_is_refused_before_anybody_is_asked(to: str) -> None:
    wallet = StandIn([session()])
    told = run(wallet, "session", "withdraw", "0", "--to", to, "--yes")
    assert told.exit_code == ExitCode.REFUSED
    assert "AddressRefused" in told.output
    assert wallet.asked == []


def test_an_address_without_a_checksum_is_warned_of() -> None:
    told = run(StandIn([session()]), "session", "withdraw", "0", "--to", SOMEBODY.lower(), "--yes")
    assert "typing errors cannot be found" in " ".join(told.output.split())


def test_only_denominations_mine() -> None:
    wallet = StandIn()
    told = run(wallet, "mine", "0.2", "--yes")
    assert told.exit_code == ExitCode.REFUSED
    assert "0.2 ETH cannot mine; choose one of 0.1 · 1 · 10 · 100 (ETH)" in told.output
    assert wallet.asked == []


def test_the_amount_is_asked_for_where_it_is_left_out() -> None:
    wallet = StandIn([session()])
    told = run(wallet, "mine", answers=["0.1", "y"])
    assert "Amount to deposit 0.1 · 1 · 10 · 100 (ETH)" in told.output
    assert wallet.asked == [("mine", TENTH)]
    assert run(StandIn(), "mine").exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DepositRefused("deposits are paused"), ExitCode.REFUSED),
        (WalletFull(), ExitCode.REFUSED),
        (AddressRefused("connected", "it is the connected wallet's"), ExitCode.REFUSED),
        (InsufficientNotes(1, 3), ExitCode.TOP_UP),
        (NotYet("in an hour"), ExitCode.WAITING),
        (NoRelayer("nobody"), ExitCode.UNREACHABLE),
        (NoNode({}), ExitCode.UNREACHABLE),
        (RpcError("no answer"), ExitCode.UNREACHABLE),
        (VaultLocked("locked"), ExitCode.LOCKED),
        (WrongPassphrase("wrong"), ExitCode.LOCKED),
        (HomeError("none"), ExitCode.MISCONFIGURED),
        (WinzeError("else"), ExitCode.FAILED),
    ],
)
def test_each_failure_has_its_exit_status_and_its_words(error: Exception, status: int) -> None:
    wallet = StandIn([session()], raises=error)
    told = run(wallet, "session", "withdraw", "0", *TO, "--yes")
    assert told.exit_code == status
    assert type(error).__name__ in told.stderr
    assert wallet.begun == []


def test_large_amounts_of_wei_in_a_message_are_told_in_ether() -> None:
    wallet = StandIn(raises=DepositRefused(f"over the cap of {LONG} wei"))
    assert "over the cap of 0.123456789012345678 ETH" in run(wallet, "mine", "1", "--yes").stderr


def test_a_claim_that_nothing_covers_says_how_to_top_up() -> None:
    wallet = StandIn([session()], raises=InsufficientNotes(0, LONG))
    told = run(wallet, "session", "claim", "0", "--yes")
    assert told.exit_code == ExitCode.TOP_UP
    assert "winze session top-up 0" in told.stderr


def test_a_redeposit_that_nothing_covers_says_how_much_is_missing() -> None:
    wallet = StandIn([session()], raises=InsufficientNotes(0, TENTH))
    told = run(wallet, "session", "redeposit", "0", "--rewards", SOMEBODY, "--yes")
    assert told.exit_code == ExitCode.TOP_UP
    assert "`winze deposit 0.1`" in told.stderr


def test_an_action_returns_once_it_is_handed_over() -> None:
    wallet = StandIn([session()])
    told = run(wallet, "session", "withdraw", "0", *TO, "--yes")
    assert "from here this terminal may be closed" in told.output
    assert wallet.journal.intents()[0].state is IntentState.LEAVING


def test_it_waits_for_the_end_of_what_has_no_session_where_asked_to() -> None:
    wallet = StandIn()
    assert run(wallet, "withdrawable", "pay", SOMEBODY, "--yes", "--wait").exit_code == 0
    assert wallet.journal.intents()[0].state is IntentState.DONE


def test_it_waits_for_the_end_of_a_session_where_asked_to() -> None:
    wallet = StandIn([session()], later=[[session(state=SessionState.CLAIM_PROCESSING)]])
    wallet.later.append([session(state=SessionState.COMPLETED)])
    told = run(wallet, "session", "withdraw", "0", *TO, "--yes", "--wait", "--json")
    assert told.exit_code == ExitCode.DONE
    assert form_of(told)["session"]["state"] == "completed"


def test_waiting_ends_where_what_was_handed_over_expires() -> None:
    wallet = StandIn([session()], expires=True)
    told = run(wallet, "session", "withdraw", "0", *TO, "--yes", "--wait")
    assert told.exit_code == ExitCode.REFUSED
    assert "it expired; nothing moved" in told.output


def test_waiting_ends_where_only_the_owner_can_go_on() -> None:
    unpaid = session(state=SessionState.UNPAID_CLAIM_FEE, message="Insufficient balance.")
    wallet = StandIn([session()], later=[[unpaid]])
    told = run(wallet, "session", "withdraw", "0", *TO, "--yes", "--wait")
    assert told.exit_code == ExitCode.TOP_UP
    assert "winze session top-up 0" in told.output


def test_what_can_never_happen_any_more_says_why_and_that_nothing_moved() -> None:
    wallet = StandIn([session()], ends=IntentState.FAILED)
    told = run(wallet, "session", "withdraw", "0", *TO, "--yes")
    assert told.exit_code == ExitCode.REFUSED
    assert "it was too late; nothing moved" in told.output


def test_watching_ends_at_the_state_that_was_named() -> None:
    mining, ready = session(state=SessionState.MINING), session(state=SessionState.READY)
    wallet = StandIn([mining], later=[[mining], [ready]])
    told = run(wallet, "watch", "0", "--until", "ready", "--json")
    assert form_of(told)["state"] == "ready"


def test_watching_tells_each_change_as_a_line_of_json() -> None:
    mining, ready = session(state=SessionState.MINING), session(state=SessionState.READY)
    wallet = StandIn(later=[[mining], [mining], [ready]], interrupted=True)
    told = run(wallet, "watch", "--json")
    assert told.exit_code == ExitCode.INTERRUPTED
    assert [line.count('"state": "mining"') for line in told.stdout.splitlines()] == [1, 0]
    assert "nothing is lost" in told.stderr
