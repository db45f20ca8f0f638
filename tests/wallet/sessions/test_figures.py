"""The figures of a session and of the portfolio: rewards, amounts, addresses, totals."""

from dataclasses import replace

import pytest

from tests.wallet.sessions.scenes import (
    FEE,
    LOCK,
    NETWORK,
    NOBODY,
    PERIOD,
    POOL,
    REWARDS,
    TENTH,
    TERMS,
    Scene,
    matured,
    mining,
    withdrawn,
)
from tests.wallet.worlds import OWN, STRANGER, seed
from winze.protocol import (
    ETHER,
    MAIN_ACCOUNT,
    MINING_ACCOUNTS,
    Itx,
    Wei,
    issuance,
    period_at,
)
from winze.wallet import Identity, IntentKind, IntentState, SessionState, WalletFull
from winze.wallet.sessions import accounts, derive, next_account, portfolio


def issued(scene: Scene) -> Itx:
    period = period_at(scene.holdings.now, NETWORK.genesis, PERIOD)
    return issuance(period, PERIOD)


# -- rewards ------------------------------------------------------------------------------------


def test_alone_a_session_is_estimated_all_of_todays_issuance() -> None:
    scene = mining()
    shown = scene.session()
    assert (shown.estimate, shown.final) == (issued(scene), False)
    assert shown.estimate > 0


def test_an_estimate_is_the_share_among_the_points_so_far_and_its_own() -> None:
    scene = mining()
    other = scene.mine(1, ETHER)
    scene.spend([other], STRANGER, ETHER)
    scene.claim(other)
    assert scene.session().estimate == issued(scene) // 5
    assert scene.session(number=1).estimate == issued(scene)


def test_before_genesis_nothing_is_estimated() -> None:
    scene = Scene()
    scene.mine()
    scene.now = NETWORK.genesis - 1
    assert scene.session().estimate == 0
    scene.now += 1
    assert scene.session().estimate > 0


def test_a_canceled_session_earns_nothing_and_that_is_final() -> None:
    scene = mining()
    scene.spend([scene.notes[0]], STRANGER, TENTH)
    assert scene.session().estimate > 0
    scene.prove()
    assert (scene.session().estimate, scene.session().final) == (0, True)


def test_a_claim_counts_in_its_period_and_is_final_once_that_has_closed() -> None:
    scene = withdrawn()
    scene.claim(scene.notes[0])
    period = period_at(scene.holdings.now, NETWORK.genesis, PERIOD)
    scene.claim(scene.mine(1, ETHER))
    scene.now = NETWORK.genesis + (period + 1) * PERIOD - 1
    shown = scene.session()
    assert (shown.estimate, shown.final) == (issuance(period, PERIOD) // 5, False)
    scene.now += 1
    assert scene.session().final
    told = replace(scene.holdings, issued={period: Itx(1000)})
    assert derive(told, (), TERMS)[-1].estimate == 200


@pytest.mark.parametrize("journal", [True, False])
def test_the_planned_rewards_address_is_remembered_by_the_memo(journal: bool) -> None:  # noqa: FBT001
    scene = withdrawn()
    scene.write(IntentKind.WITHDRAW, state=IntentState.DONE, rewards=OWN)
    shown = scene.session(journal=journal)
    assert (shown.rewards, shown.lost) == (REWARDS, ())


def test_an_address_that_no_memo_remembers_is_in_the_journal_or_lost() -> None:
    scene = withdrawn(rewards=NOBODY)
    scene.write(IntentKind.WITHDRAW, state=IntentState.DONE, rewards=OWN)
    assert (scene.session().rewards, scene.session().lost) == (OWN, ())
    rebuilt = scene.session(journal=False)
    assert rebuilt.rewards is None
    assert rebuilt.lost == ("the rewards address planned for this session",)


def test_a_claim_that_counted_says_where_its_itx_went() -> None:
    scene = withdrawn()
    scene.claim(scene.notes[0], OWN)
    assert (scene.session(journal=False).rewards, scene.session().lost) == (OWN, ())


def test_a_claim_on_its_way_goes_where_it_says() -> None:
    scene = withdrawn()
    scene.write(IntentKind.CLAIM, recipient=OWN)
    assert scene.session().rewards == OWN


def test_nothing_is_lost_where_nothing_was_planned() -> None:
    assert mining().session(journal=False).lost == ()
    scene = mining()
    scene.spend([scene.notes[0]], STRANGER, TENTH)
    assert scene.session().lost == ()
    scene.prove()
    assert scene.session().lost == ()


# -- amounts, addresses, order ------------------------------------------------------------------


def test_what_is_handed_over_and_what_was_executed_say_whom_they_pay() -> None:
    scene = matured()
    scene.write(IntentKind.WITHDRAW, recipient=STRANGER, amount=Wei(TENTH - 1), rewards=OWN)
    meant = scene.session()
    assert (meant.withdrawn_amount, meant.destination) == (TENTH - 1, STRANGER)
    assert (meant.rewards, meant.withdrawn) == (OWN, None)
    scene.spend([scene.notes[0]], REWARDS, TENTH)
    done = scene.session()
    assert (done.withdrawn_amount, done.destination) == (TENTH, REWARDS)
    assert done.withdrawn is not None
    assert done.remaining is None


def test_top_ups_are_counted_by_the_chain() -> None:
    scene = withdrawn()
    assert scene.session().top_ups == 0
    scene.deposit(0, FEE)
    fund = scene.deposit(MAIN_ACCOUNT, FEE)
    scene.spend([fund], NOBODY, 0, [(0, FEE)])
    assert scene.session().top_ups == 2
    scene.write(IntentKind.TOP_UP, deposit_number=2)
    assert scene.session().top_ups == 3


def test_the_newest_session_comes_first() -> None:
    scene = Scene()
    for index in (4, 2):
        scene.mine(index)
        scene.now += 1
    scene.write(IntentKind.MINE, 9, amount=TENTH)
    scene.write(IntentKind.MINE, 8, amount=TENTH)
    assert [each.number for each in scene.sessions()] == [9, 8, 2, 4]


# -- totals -------------------------------------------------------------------------------------


def test_the_totals_count_each_session_once() -> None:
    scene = withdrawn()
    scene.claim(scene.notes[0])
    scene.now += PERIOD
    scene.mint()
    for index in (1, 2, 3):
        scene.mine(index, ETHER)
        scene.now += 1
    scene.prove()
    scene.now += LOCK - 3
    scene.spend([scene.notes[1]], STRANGER, ETHER)
    scene.prove()
    scene.claim(scene.notes[1])
    scene.mine(5)
    scene.write(IntentKind.MINE, 6, amount=TENTH)
    shown = {each.number: each for each in scene.sessions()}
    totals = portfolio(list(shown.values()))
    assert shown[0].minted is not None
    assert totals.claimed == shown[0].estimate
    assert totals.expected == shown[1].estimate
    states = [shown[number].state for number in (2, 3)]
    ready = states.count(SessionState.READY)
    assert totals.ready == ready * ETHER
    assert totals.locked == (2 - ready) * ETHER + TENTH
    assert portfolio([]).locked == 0


# -- accounts -----------------------------------------------------------------------------------


def test_the_address_list_holds_every_account_used_and_unused() -> None:
    scene = mining()
    scene.deposit(MAIN_ACCOUNT, 7)
    listed = accounts(scene.holdings, Identity(OWN, seed()))
    assert len(listed) == MINING_ACCOUNTS + 1
    assert len({each.address for each in listed}) == len(listed)
    main, first, second = listed[:3]
    assert (main.index, main.used, main.balance, main.coming) == (MAIN_ACCOUNT, True, 0, 7)
    assert (first.index, first.used, first.balance, first.coming) == (0, True, TENTH, 0)
    assert (second.index, second.used) == (1, False)
    assert main.address == Identity(OWN, seed()).private_address


def test_the_256th_session_can_be_begun_and_the_257th_is_refused() -> None:
    scene = Scene()
    for number in range(MINING_ACCOUNTS):
        assert next_account(scene.holdings, scene.intents) == number
        if number % 2:
            scene.mine(number)
        else:
            scene.write(IntentKind.MINE, number)
    with pytest.raises(WalletFull, match="256 mining operations"):
        next_account(scene.holdings, scene.intents)


def test_an_account_is_free_again_only_where_its_session_failed() -> None:
    scene = mining()
    scene.spend([scene.notes[0]], POOL, TENTH)
    scene.write(IntentKind.MINE, 1, IntentState.FAILED)
    assert next_account(scene.holdings, scene.intents) == 1
    scene.write(IntentKind.MINE, 1, IntentState.DONE)
    scene.write(IntentKind.REDEPOSIT, 0, IntentState.PLANNED, onward=2)
    assert next_account(scene.holdings, scene.intents) == 3
    scene.deposit(3, 5)
    assert next_account(scene.holdings, scene.intents) == 4
