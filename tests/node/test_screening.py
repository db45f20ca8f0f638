"""Screening: who gets a permit, what it says, and lists that change while the node runs."""

import os
from pathlib import Path

import pytest
from eth_account import Account

from tests.node.networks import described
from tools.repository import ROOT
from winze.contracts import sign_permit
from winze.node import LISTED, DepositRefused, ListUnusable, Screener
from winze.node.screening import read_list
from winze.protocol import EthAddress, Field, Seconds, Timestamp, Wei, word

KEY = Account.from_key(word(7))
NETWORK = described()
GOOD = EthAddress("0x" + "ab" * 20)
BAD = EthAddress("0x" + "cd" * 20)
VALUE, INNER = Wei(10**17), Field(5)


class World:
    """A screener with a clock of its own, and what it warned of."""

    def __init__(self, *lists: Path) -> None:
        self.time = Timestamp(1000)
        self.warnings: list[str] = []
        self.screener = Screener(
            KEY,
            NETWORK,
            lists,
            lifetime=Seconds(3600),
            now=lambda: self.time,
            warn=self.warnings.append,
        )

    async def refuses(self, depositor: EthAddress) -> bool:
        try:
            await self.screener.permit(depositor, VALUE, INNER)
        except DepositRefused:
            return True
        return False


def listing(path: Path, *lines: str) -> Path:
    """A list that holds these lines; each writing is seen as a change."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text("\n".join(lines))
    os.utime(path, ns=(before + 1, before + 1))
    return path


async def test_a_permit_is_for_this_deposit_on_this_network_for_its_lifetime() -> None:
    world = World()
    for moment in (1000, 2000):
        world.time = Timestamp(moment)
        assert await world.screener.permit(GOOD, VALUE, INNER) == sign_permit(
            KEY,
            NETWORK.chain_id,
            NETWORK.pool,
            depositor=GOOD,
            value=VALUE,
            inner=INNER,
            deadline=Timestamp(moment + 3600),
        )
    assert world.screener.address == KEY.address


async def test_a_listed_depositor_is_refused_in_the_words_of_the_flows(tmp_path: Path) -> None:
    world = World(listing(tmp_path / "a", GOOD), listing(tmp_path / "b", BAD))
    for listed in (GOOD, BAD):
        with pytest.raises(DepositRefused) as refused:
            await world.screener.permit(listed, VALUE, INNER)
        assert str(refused.value) == LISTED
    assert f'"{LISTED}"' in " ".join((ROOT / "docs" / "flows.md").read_text("utf-8").split())
    assert not await world.refuses(EthAddress("0x" + "ef" * 20))


async def test_nobody_and_nothing_get_no_permit() -> None:
    screener = World().screener
    with pytest.raises(DepositRefused, match="zero address"):
        await screener.permit(EthAddress.zero(), VALUE, INNER)
    with pytest.raises(DepositRefused, match="0 wei"):
        await screener.permit(GOOD, Wei(0), INNER)
    assert await screener.permit(GOOD, Wei(1), Field(0))
    assert await screener.permit(GOOD, Wei(Wei.bound - 1), Field(Field.bound - 1))


@pytest.mark.parametrize(
    "line", [BAD, BAD.lower(), f"  {BAD}\t", f"{BAD} # since June", "0x" + BAD[2:].upper()]
)
def test_an_address_is_listed_however_it_is_spelled(tmp_path: Path, line: str) -> None:
    path = listing(tmp_path / "list", "# refused", "", line, "   # the end")
    assert read_list(path) == {BAD}


@pytest.mark.parametrize(
    "line", ["nobody", BAD[:-1], BAD + "0", BAD[2:], BAD[:-1] + BAD[-1].swapcase(), f"{BAD},{GOOD}"]
)
def test_a_bad_line_refuses_the_list_with_its_number(tmp_path: Path, line: str) -> None:
    path = listing(tmp_path / "list", GOOD, "# a comment", line)
    with pytest.raises(ListUnusable, match=f"the list {path}, line 3: "):
        World(path)


def test_a_list_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list"
    with pytest.raises(ListUnusable, match="cannot be read: No such file"):
        World(path)
    path.write_bytes(b"\xff")
    with pytest.raises(ListUnusable, match="no UTF-8 text"):
        World(path)


async def test_a_changed_list_counts_at_once(tmp_path: Path) -> None:
    path = listing(tmp_path / "list", GOOD)
    world = World(path)
    listing(path, BAD)
    assert (await world.refuses(GOOD), await world.refuses(BAD)) == (False, True)
    listing(path)
    assert (await world.refuses(GOOD), await world.refuses(BAD)) == (False, False)
    listing(path, BAD)
    assert await world.refuses(BAD)
    other = listing(tmp_path / "new", GOOD)
    os.utime(other, ns=(path.stat().st_mtime_ns,) * 2)
    other.rename(path)
    assert (await world.refuses(GOOD), await world.refuses(BAD)) == (True, False)
    assert world.warnings == []


async def test_a_list_that_goes_bad_counts_as_before_and_is_warned_of_once(tmp_path: Path) -> None:
    path = listing(tmp_path / "list", GOOD)
    world = World(path)
    listing(path, BAD, "nobody")
    for _ in range(2):
        assert (await world.refuses(GOOD), await world.refuses(BAD)) == (True, False)
    assert len(world.warnings) == 1
    assert "line 2" in world.warnings[0]
    assert "its 1 addresses of before still count" in world.warnings[0]
    path.unlink()
    assert await world.refuses(GOOD)
    assert len(world.warnings) == 2
    listing(path, BAD)
    assert (await world.refuses(GOOD), await world.refuses(BAD)) == (False, True)


async def test_warnings_do_not_name_who_asked(tmp_path: Path) -> None:
    path = listing(tmp_path / "list", BAD)
    world = World(path)
    path.unlink()
    assert not await world.refuses(GOOD)
    assert GOOD.lower() not in world.warnings[0].lower()
