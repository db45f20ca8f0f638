"""`pool.redraw`.

the block    is open · is yet to come · is proved · is sealed
the seal     is right · has another digest, time or draw
the draw     is 256 blocks ago · 257 · more
the order    is any
"""

from dataclasses import dataclass

import pytest

from tests.contracts.evm.refusals import refused
from tests.contracts.evm.samples import ALICE, BOB, Town
from winze.protocol import ETHER, Proved, Redrawn, Sealed


@dataclass(frozen=True)
class Seal:
    """What has to be handed back of a sealed block."""

    index: int
    digest: bytes
    timestamp: int
    draw: int

    @property
    def values(self) -> tuple[int, bytes, int, int]:
        return self.index, self.digest, self.timestamp, self.draw


def sealed(town: Town) -> Seal:
    """A block that has just been sealed."""
    town.deposit(ALICE, ETHER, town.fresh())
    town.wait(60)
    (event,) = town.seal(ALICE)
    assert isinstance(event, Sealed)
    return Seal(event.index, event.digest, event.timestamp, event.draw)


def redraw(town: Town, seal: Seal) -> Seal:
    (event,) = town.redraw(BOB, *seal.values)
    assert isinstance(event, Redrawn)
    return Seal(seal.index, seal.digest, seal.timestamp, event.draw)


@pytest.mark.parametrize("after", [0, 1, 2, 256])
def test_a_draw_that_is_still_known_is_kept(town: Town, after: int) -> None:
    seal = sealed(town)
    town.wait(blocks=1 + after)
    assert town.chain.number == seal.draw + after
    with refused("pool: draw still known"):
        town.redraw(BOB, *seal.values)


@pytest.mark.parametrize("after", [257, 258, 10**9])
def test_a_forgotten_draw_is_drawn_again(town: Town, after: int) -> None:
    seal = sealed(town)
    town.wait(blocks=1 + after)
    again = redraw(town, seal)
    assert again.draw == town.chain.number + 1
    with refused("pool: draw unknown"):
        town.prove(ALICE, [town.submission(1)])
    town.wait(blocks=2)
    (event,) = town.prove(ALICE, [town.submission(1)])
    assert isinstance(event, Proved)


def test_a_draw_may_be_forgotten_again_and_again(town: Town) -> None:
    seal = sealed(town)
    for _ in range(3):
        town.wait(seconds=10**6, blocks=1000)
        seal = redraw(town, seal)
    town.wait(blocks=2)
    town.build_sealed()
    assert town.pool.ask("proved") == 2


def test_the_open_block_has_no_draw(town: Town) -> None:
    town.deposit(ALICE, ETHER, 5)
    index, *_, digest = town.pool.ask("open_block")
    town.wait(blocks=10**6)
    with refused("pool: not sealed"):
        town.redraw(BOB, index, digest, 0, 0)


@pytest.mark.parametrize("index", [2, 2**32, 2**256 - 1])
def test_a_block_that_is_yet_to_come_has_no_draw(town: Town, index: int) -> None:
    town.wait(blocks=10**6)
    with refused("pool: not sealed"):
        town.redraw(BOB, index, bytes(32), 0, 0)


def test_a_proved_block_is_not_drawn_again(town: Town) -> None:
    seal = sealed(town)
    town.wait(blocks=2)
    town.build_sealed()
    town.wait(blocks=1000)
    with refused("pool: already proved"):
        town.redraw(BOB, *seal.values)


@pytest.mark.parametrize("part", ["digest", "timestamp", "draw"])
def test_what_was_sealed_has_to_be_handed_back(town: Town, part: str) -> None:
    seal = sealed(town)
    town.wait(blocks=1000)
    wrong = {**vars(seal)}
    wrong[part] = bytes(32) if part == "digest" else wrong[part] - 1
    with refused("pool: wrong seal"):
        town.redraw(BOB, **wrong)
    redraw(town, seal)


def test_another_blocks_seal_is_none(town: Town) -> None:
    first, second = sealed(town), sealed(town)
    town.wait(blocks=1000)
    with refused("pool: wrong seal"):
        town.redraw(BOB, first.index, *second.values[1:])


def test_a_redrawn_block_has_lost_its_old_seal(town: Town) -> None:
    seal = sealed(town)
    town.wait(blocks=1000)
    redraw(town, seal)
    with refused("pool: wrong seal"):
        town.redraw(BOB, *seal.values)


def test_blocks_are_drawn_again_in_any_order(town: Town) -> None:
    seals = [sealed(town) for _ in range(3)]
    town.wait(blocks=1000)
    for number in (2, 0, 1):
        redraw(town, seals[number])
        town.wait(blocks=1)
    town.wait(blocks=1)
    town.build_sealed()
    assert town.pool.ask("proved") == 4


def test_a_later_draw_changes_no_time(town: Town) -> None:
    seal = sealed(town)
    town.wait(seconds=10**6, blocks=1000)
    redraw(town, seal)
    town.wait(blocks=2)
    assert town.submission(1).timestamp == seal.timestamp
    town.prove(ALICE, [town.submission(1)])


def test_a_proof_for_the_old_draw_is_worthless(town: Town) -> None:
    seal = sealed(town)
    town.wait(blocks=2)
    old = town.submission(1)
    town.wait(blocks=1000)
    redraw(town, seal)
    town.wait(blocks=2)
    with refused("pool: wrong entries"):
        town.prove(ALICE, [old])
