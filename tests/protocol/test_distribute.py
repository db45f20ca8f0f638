"""Who is minted the ITX of a period that is over, and that no claim's share is minted twice."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.histories import ALICE, BOB
from tests.protocol.worlds import GENESIS, World
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    Claimed,
    Distributed,
    Events,
    Period,
    Points,
    Seconds,
    issuance,
    share,
)

PERIOD = 600
ISSUED = issuance(Period(0), Seconds(PERIOD))


def closed(*claims: dict[str, object]) -> World:
    """A world in whose period 0, which is over, these claims were made."""
    world = World()
    world.anchor()
    if claims:
        world.claim(*(world.a_claim(**changes) for changes in claims))
    world.now = GENESIS + PERIOD
    return world


def crowded(count: int) -> World:
    """A world in whose period 0, which is over, Alice made so many claims."""
    return closed(*({} for _ in range(count)))


def ids(world: World) -> list[int]:
    """The ids of all claims, in the order of their counting."""
    return list(world.rewards._records)


def distribute(world: World, claim_ids: Sequence[int], period: int = 0) -> Events:
    return world.rewards.distribute(world.call(), period, claim_ids)


# -- shares -------------------------------------------------------------------------------------


def test_a_period_is_shared_out_by_points() -> None:
    world = closed({"value": ETHER // 10}, {"recipient": BOB})
    assert distribute(world, ids(world)) == (Distributed(0, 0, 0b11),)
    assert world.rewards.itx(ALICE) == ISSUED // 5
    assert world.rewards.itx(BOB) == ISSUED * 4 // 5
    assert world.rewards.total_itx == ISSUED // 5 + ISSUED * 4 // 5


def test_several_claims_of_one_recipient_each_bring_their_share() -> None:
    world = closed({}, {"recipient": BOB}, {"value": 10 * ETHER}, {"value": 100 * ETHER})
    first, _, third, fourth = ids(world)
    assert distribute(world, [first, fourth]) == (Distributed(0, 0, 0b1001),)
    total = Points(4 + 4 + 9 + 16)
    assert world.rewards.itx(ALICE) == share(ISSUED, Points(4), total) + share(
        ISSUED, Points(16), total
    )
    assert [world.rewards.distributed(each) for each in ids(world)] == [True, False, False, True]
    assert distribute(world, [third]) == (Distributed(0, 0, 0b0100),)
    assert world.rewards.itx(ALICE) == sum(share(ISSUED, Points(p), total) for p in (4, 9, 16))
    assert world.rewards.itx(BOB) == 0


def test_after_the_last_phase_a_share_is_nothing_and_is_minted_all_the_same() -> None:
    world = World()
    world.anchor()
    world.now = GENESIS + 2032 * 86_400
    (event,) = world.claim(world.a_claim())
    assert isinstance(event, Claimed)
    world.now += PERIOD
    assert distribute(world, ids(world), event.period) == (Distributed(event.period, 0, 1),)
    assert world.rewards.distributed(event.claim_id)
    assert world.rewards.total_itx == 0
    assert distribute(world, ids(world), event.period) == ()


@given(
    st.lists(st.tuples(st.sampled_from([*DENOMINATIONS]), st.booleans()), min_size=1, max_size=30),
    st.data(),
)
def test_a_period_never_mints_more_than_it_issues(
    claims: list[tuple[int, bool]], data: st.DataObject
) -> None:
    world = World()
    for value, for_bob in claims:
        world.claim(world.a_claim(value=value, recipient=BOB if for_bob else ALICE))
    world.now = GENESIS + PERIOD
    distribute(world, data.draw(st.lists(st.sampled_from(ids(world)))))
    assert world.rewards.total_itx <= ISSUED
    distribute(world, ids(world))
    # Each share is rounded down by less than one of the smallest unit.
    assert ISSUED - len(claims) < world.rewards.total_itx <= ISSUED


# -- when ---------------------------------------------------------------------------------------


def test_a_period_is_distributed_when_it_is_over_and_not_a_second_before() -> None:
    world = closed({})
    world.now -= 1
    world.refuses("rewards: period not over", distribute, world, ids(world))
    world.refuses("rewards: period not over", distribute, world, ids(world), 1)
    world.now += 1
    world.refuses("rewards: period not over", distribute, world, ids(world), 1)
    assert distribute(world, ids(world))


def test_nothing_is_distributed_before_genesis() -> None:
    world = World(now=GENESIS - 1)
    world.refuses("rewards: before genesis", distribute, world, [1])


def test_an_idle_period_issues_nothing() -> None:
    world = closed()
    world.refuses("rewards: no claims", distribute, world, [1])
    world.refuses("rewards: no claims", distribute, world, [])


# -- what is passed over ------------------------------------------------------------------------


def test_no_claim_is_minted_twice() -> None:
    world = closed({}, {"recipient": BOB})
    alices, bobs = ids(world)
    assert distribute(world, [alices, alices]) == (Distributed(0, 0, 0b01),)
    before = world.visible()
    assert distribute(world, [alices]) == ()
    assert distribute(world, [alices, alices]) == ()
    assert distribute(world, []) == ()
    assert world.visible() == before
    assert world.rewards.record(alices) is not None  # the record itself stays
    assert distribute(world, [alices, bobs]) == (Distributed(0, 0, 0b10),)
    assert world.rewards.itx(ALICE) == world.rewards.itx(BOB) == ISSUED // 2


def test_an_id_that_nobody_claimed_is_passed_over() -> None:
    world = closed({})
    (known,) = ids(world)
    for unknown in (0, known + 1, 2**256 - 1):
        assert distribute(world, [unknown]) == ()
        assert not world.rewards.distributed(unknown)
    assert distribute(world, [0, known, known + 1]) == (Distributed(0, 0, 1),)


def test_a_claim_of_another_period_is_passed_over() -> None:
    world = closed({})
    (early,) = ids(world)
    world.claim(world.a_claim(recipient=BOB))
    late = ids(world)[-1]
    world.now += PERIOD
    assert distribute(world, [late], 0) == ()
    assert distribute(world, [early], 1) == ()
    assert distribute(world, [late, early], 0) == (Distributed(0, 0, 1),)
    assert not world.rewards.distributed(late)
    assert distribute(world, [late, early], 1) == (Distributed(1, 0, 1),)
    assert world.rewards.itx(BOB) == issuance(Period(1), Seconds(PERIOD))


# -- words of 256 claims ------------------------------------------------------------------------


def test_the_claims_numbered_255_and_256_stand_in_two_words() -> None:
    world = crowded(258)
    claims = ids(world)
    assert [world.rewards.record(claims[n]).number for n in (255, 256)] == [255, 256]  # type: ignore[union-attr]
    assert distribute(world, claims[254:258]) == (
        Distributed(0, 0, 1 << 254 | 1 << 255),
        Distributed(0, 1, 0b11),
    )
    assert distribute(world, claims) == (Distributed(0, 0, (1 << 254) - 1),)
    assert world.rewards.itx(ALICE) == 258 * share(ISSUED, Points(4), Points(4 * 258))


def test_a_claim_of_the_second_word_alone_says_nothing_of_the_first() -> None:
    world = crowded(257)
    assert distribute(world, ids(world)[256:]) == (Distributed(0, 1, 1),)
    assert not world.rewards.distributed(ids(world)[0])


def test_words_out_of_order_are_announced_as_often_as_they_change() -> None:
    world = crowded(258)
    claims = ids(world)
    order = [claims[n] for n in (256, 3, 257, 3, 256, 4)]
    assert distribute(world, order) == (
        Distributed(0, 1, 0b01),
        Distributed(0, 0, 1 << 3),
        Distributed(0, 1, 0b10),
        Distributed(0, 0, 1 << 4),
    )
    assert world.rewards.itx(ALICE) == 4 * share(ISSUED, Points(4), Points(4 * 258))


def test_a_word_in_which_nothing_is_new_is_not_announced() -> None:
    world = crowded(257)
    claims = ids(world)
    distribute(world, [claims[0]])
    assert distribute(world, [claims[0], claims[256], claims[0]]) == (Distributed(0, 1, 1),)


def test_an_announced_bit_is_the_number_of_the_claim_among_those_that_were_counted() -> None:
    world = closed({}, {"deadline": 1}, {"value": 1}, {})
    assert len(ids(world)) == 2
    assert distribute(world, ids(world)[1:]) == (Distributed(0, 0, 0b10),)
