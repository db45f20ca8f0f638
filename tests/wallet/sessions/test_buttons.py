"""The table of buttons of docs/flows.md: which are shown, which can be pressed, and why not."""

from dataclasses import replace

import pytest

from tests.wallet.sessions.scenes import (
    FEE,
    INTERVAL,
    NETWORK,
    PERIOD,
    POOL,
    TENTH,
    TERMS,
    Scene,
    matured,
    mining,
    withdrawn,
)
from tests.wallet.worlds import STRANGER
from winze.protocol import MAIN_ACCOUNT, MINING_ACCOUNTS, Wei
from winze.wallet import Button, IntentKind, IntentState, Session, Terms

PLANNED = IntentState.PLANNED
UNFINISHED = (
    "This mining session has unfinished reward claims. You can press the Claim Rewards button to "
    "resume the interrupted claiming process."
)
UNPAID = (
    "Insufficient balance to pay claim fee. Please top up your mining account to proceed with "
    "claiming rewards."
)


def labels(scene: Scene, terms: Terms = TERMS) -> list[str]:
    """What the buttons of session 0 read; those that cannot be pressed in brackets."""
    shown = scene.session(terms).buttons
    return [each.label if each.enabled else f"({each.label})" for each in shown]


def why_not(session: Session, button: Button) -> str:
    offer = session.offer(button)
    assert offer is not None
    return offer.why_not


def completed(left: int = 0) -> Scene:
    scene = withdrawn(left)
    scene.claim(scene.notes[0])
    return scene


def canceled(left: int = 0) -> Scene:
    scene = mining()
    kept = [(0, left)] if left else []
    scene.spend([scene.notes[0]], STRANGER, TENTH - left, kept)
    scene.prove()
    return scene


# -- before the withdrawal ----------------------------------------------------------------------


def test_nobody_proves_a_deposit_that_the_chain_does_not_hold() -> None:
    scene = Scene()
    scene.write(IntentKind.MINE, amount=TENTH)
    scene.now += 10_000
    assert labels(scene) == []


def test_prove_it_yourself_is_offered_a_minute_after_the_block_was_due() -> None:
    scene = Scene()
    scene.mine()
    scene.now += INTERVAL + 59
    assert labels(scene) == []
    scene.now += 1
    assert labels(scene) == ["Prove it yourself"]
    scene.write(IntentKind.BUILD, MAIN_ACCOUNT, PLANNED)
    assert labels(scene) == ["(Proving…)"]


def test_a_locked_session_can_be_canceled_and_a_matured_one_withdrawn_or_redeposited() -> None:
    assert labels(mining()) == ["Cancel Mining Session"]
    assert labels(matured()) == ["Withdraw", "Redeposit"]
    hints = [each.button.hint for each in matured().session().buttons]
    assert hints == ["Withdraw and claim ITX reward", "Redeposit and claim ITX reward"]


@pytest.mark.parametrize("kind", [IntentKind.WITHDRAW, IntentKind.CANCEL, IntentKind.REDEPOSIT])
def test_what_is_being_prepared_is_not_begun_twice(kind: IntentKind) -> None:
    scene = matured()
    intent = scene.write(kind, state=PLANNED)
    assert labels(scene) == ["(Withdraw)", "(Redeposit)"]
    assert "being prepared" in why_not(scene.session(), Button.WITHDRAW)
    scene.settle(intent, IntentState.FAILED)
    assert labels(scene) == ["Withdraw", "Redeposit"]


def test_what_is_handed_over_offers_nothing() -> None:
    scene = matured()
    scene.write(IntentKind.WITHDRAW, recipient=STRANGER, amount=TENTH)
    assert labels(scene) == []


def test_a_full_wallet_can_withdraw_and_not_redeposit() -> None:
    scene = matured()
    for number in range(1, MINING_ACCOUNTS):
        assert labels(scene) == ["Withdraw", "Redeposit"]
        scene.write(IntentKind.MINE, number, amount=TENTH)
    assert labels(scene) == ["Withdraw", "(Redeposit)"]
    assert "accounts of this wallet are used" in why_not(scene.session(), Button.REDEPOSIT)


# -- after the claim ----------------------------------------------------------------------------


def test_itx_that_is_late_can_be_sent_by_oneself() -> None:
    scene = completed()
    closes = PERIOD - (scene.now - NETWORK.genesis) % PERIOD
    scene.now += closes - 1
    assert scene.session().waits_for == "the close of the day, when its ITX is sent"
    scene.now += 1
    assert scene.session().waits_for == "its ITX to be sent, now that its day is over"
    scene.now += PERIOD // 24 - 1
    assert labels(scene) == ["Backup Tx"]
    scene.now += 1
    assert labels(scene) == ["Send ITX yourself", "Backup Tx"]
    intent = scene.write(IntentKind.DISTRIBUTE, state=PLANNED)
    assert labels(scene) == ["(Sending ITX…)", "Backup Tx"]
    scene.settle(intent, IntentState.FAILED)
    assert labels(scene) == ["Send ITX yourself", "Backup Tx"]
    scene.mint()
    assert labels(scene) == ["Backup Tx"]
    assert scene.session().waits_for == ""


# -- the claim ----------------------------------------------------------------------------------


def test_a_claim_waits_for_the_block_of_its_withdrawal() -> None:
    scene = matured()
    scene.spend([scene.notes[0]], STRANGER, TENTH - FEE, [(0, FEE)])
    assert labels(scene) == ["(Claim Rewards)"]
    assert "not proved" in why_not(scene.session(), Button.CLAIM)
    assert scene.session().message == ""
    scene.prove()
    assert labels(scene) == ["Claim Rewards"]
    assert scene.session().message == UNFINISHED


@pytest.mark.parametrize("how_far", [PLANNED, IntentState.LEAVING])
def test_a_claim_under_way_says_so(how_far: IntentState) -> None:
    scene = withdrawn(FEE)
    intent = scene.write(IntentKind.CLAIM, state=how_far)
    assert labels(scene) == ["(Claiming…)"]
    assert scene.session().message == ""
    scene.settle(intent, IntentState.FAILED)
    assert labels(scene) == ["Claim Rewards"]


def test_a_claim_can_be_resumed_the_second_after_its_deadline_where_nothing_will_be_done() -> None:
    scene = withdrawn(FEE)
    intent = scene.write(IntentKind.CLAIM, deadline=scene.holdings.now)
    assert scene.session().waits_for == "the claim to be executed"
    scene.now += 1
    assert scene.session().waits_for == "the claim to be made"  # it will be handed over anew
    scene.settle(intent, IntentState.FAILED)
    assert labels(scene) == ["Claim Rewards"]


def test_a_claim_that_waits_for_its_time_says_so() -> None:
    scene = withdrawn(FEE)
    scene.write(IntentKind.CLAIM, not_before=scene.now + 1)
    assert scene.session().waits_for == "the time that was chosen for the claim"
    scene.now += 1
    assert scene.session().waits_for == "the claim to be executed"


def test_without_the_fee_a_top_up_is_offered() -> None:
    scene = withdrawn()
    assert labels(scene) == ["Top Up for Claim Fee", "(Claim Rewards)"]
    assert scene.session().message == UNPAID
    assert "top up" in why_not(scene.session(), Button.CLAIM)


def test_a_top_up_that_settles_says_for_how_long() -> None:
    scene = withdrawn()
    intent = scene.write(IntentKind.TOP_UP, amount=FEE, deposit_number=1)
    assert labels(scene) == ["(Top Up for Claim Fee)", "(Claim Rewards)"]
    assert "waits for its transaction" in why_not(scene.session(), Button.TOP_UP)
    scene.deposit(0, FEE)
    scene.settle(intent)
    assert f"due in {INTERVAL} s" in why_not(scene.session(), Button.TOP_UP)
    scene.now += INTERVAL
    assert "as soon as" in why_not(scene.session(), Button.TOP_UP)
    scene.prove()
    assert labels(scene) == ["Claim Rewards"]


def test_what_pays_is_waited_for_before_a_claim_can_be_resumed() -> None:
    scene = withdrawn()
    scene.deposit(MAIN_ACCOUNT, FEE)
    assert labels(scene) == ["(Claim Rewards)"]
    scene.prove()
    assert labels(scene) == ["Claim Rewards"]


# -- what is left -------------------------------------------------------------------------------


def test_a_completed_session_offers_its_transactions() -> None:
    assert labels(completed()) == ["Backup Tx"]
    assert labels(canceled()) == []


@pytest.mark.parametrize("ended", [completed, canceled])
@pytest.mark.parametrize(("left", "shown"), [(100, False), (101, True)])
def test_a_rest_is_offered_where_it_is_more_than_the_fee(
    ended: object,
    left: int,
    shown: bool,  # noqa: FBT001
) -> None:
    scene: Scene = ended(left)  # type: ignore[operator]
    assert ("Withdraw Rest Amount" in labels(scene)) == shown
    assert scene.session().rest == left


def test_as_much_as_one_transfer_can_carry_decides_over_a_rest() -> None:
    scene = canceled()
    for _ in range(3):
        scene.deposit(0, 50)
    scene.prove()
    assert labels(scene) == []
    scene.deposit(0, 51)
    scene.prove()
    assert labels(scene) == ["Withdraw Rest Amount"]


def test_a_rest_waits_until_its_session_needs_it_no_more() -> None:
    assert "Withdraw Rest Amount" not in labels(withdrawn(5 * FEE))


def test_a_rest_whose_fee_nobody_quotes_waits_for_one() -> None:
    unknown = replace(TERMS, transfer_fee=None)
    assert labels(canceled(1), unknown) == ["(Withdraw Rest Amount)"]
    assert labels(canceled(), unknown) == []
    free = replace(TERMS, transfer_fee=Wei(0))
    assert labels(canceled(1), free) == ["Withdraw Rest Amount"]
    assert labels(canceled(), free) == []


@pytest.mark.parametrize("kind", [IntentKind.REST, IntentKind.SWEEP])
def test_a_rest_under_way_says_so(kind: IntentKind) -> None:
    scene = canceled(5000)
    intent = scene.write(kind, state=PLANNED)
    assert labels(scene) == ["(Sync Withdrawals)"]
    scene.settle(intent)
    assert labels(scene) == ["Withdraw Rest Amount"]


@pytest.mark.parametrize("ended", [completed, canceled, withdrawn])
def test_eth_that_a_destination_refused_can_be_withdrawn(ended: object) -> None:
    scene: Scene = ended()  # type: ignore[operator]
    before = labels(scene)
    scene.withdrawable[POOL] = Wei(1)
    scene.withdrawable[STRANGER] = Wei(0)
    assert labels(scene) == before
    scene.withdrawable[STRANGER] = Wei(1)
    assert sorted(labels(scene)) == sorted([*before, "Withdraw ETH"])
    assert scene.session().withdrawable == 1


def test_eth_that_is_being_paid_out_is_not_paid_out_twice() -> None:
    scene = canceled()
    scene.withdrawable[STRANGER] = Wei(1)
    scene.write(IntentKind.PAYOUT, MAIN_ACCOUNT, PLANNED, recipient=POOL)
    assert labels(scene) == ["Withdraw ETH"]
    scene.write(IntentKind.PAYOUT, MAIN_ACCOUNT, PLANNED, recipient=STRANGER)
    assert labels(scene) == ["(Withdraw ETH)"]


def test_a_redeposited_session_has_no_destination_that_could_refuse() -> None:
    scene = matured()
    scene.spend([scene.notes[0]], POOL, TENTH, onward=1)
    scene.withdrawable[POOL] = Wei(1)
    assert "Withdraw ETH" not in labels(scene)
