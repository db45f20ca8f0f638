"""The token: who mints, how much at most, and that nobody owns it.

the minter    mints · anybody else
the supply    reaches the cap · goes one unit beyond
"""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.contracts.evm.chain import NO_WORDS, Chain
from tests.contracts.evm.deployment import DEPLOYER, Deployed, artifacts
from tests.contracts.evm.refusals import fails
from tests.contracts.evm.samples import ALICE, BOB, CAROL, NOBODY
from winze.contracts import compiled
from winze.protocol import TOTAL_SUPPLY, EthAddress

MINTER = CAROL


def shares(recipients: Sequence[EthAddress], amounts: Sequence[int]) -> list[int]:
    """What `mint` takes: a word for each."""
    pairs = zip(recipients, amounts, strict=True)
    return [amount << 160 | int(recipient, 16) for recipient, amount in pairs]


@pytest.fixture
def itx() -> Deployed:
    """A token whose minter is Carol."""
    chain = Chain(10**9)
    artifact = artifacts()["itx"]
    return Deployed(chain, chain.deploy(artifact, MINTER, sender=DEPLOYER), artifact.abi)


def test_the_minter_mints_each_recipient_its_amount(itx: Deployed) -> None:
    itx.call("mint", shares([ALICE, BOB, ALICE], [1, 2, 4]), sender=MINTER)
    assert (itx.ask("balanceOf", ALICE), itx.ask("balanceOf", BOB)) == (5, 2)
    assert itx.ask("totalSupply") == 7


@pytest.mark.parametrize("caller", [DEPLOYER, ALICE, NOBODY])
def test_nobody_else_mints(itx: Deployed, caller: EthAddress) -> None:
    with fails("itx: only the minter"):
        itx.call("mint", shares([ALICE], [1]), sender=caller)
    with fails("itx: only the minter"):
        itx.call("mint", shares([], []), sender=caller)


def test_the_supply_reaches_its_cap_and_no_more(itx: Deployed) -> None:
    with fails("itx: above the cap"):
        itx.call("mint", shares([ALICE], [TOTAL_SUPPLY + 1]), sender=MINTER)
    itx.call("mint", shares([ALICE, BOB], [TOTAL_SUPPLY - 1, 1]), sender=MINTER)
    assert itx.ask("totalSupply") == itx.ask("CAP") == TOTAL_SUPPLY
    with fails("itx: above the cap"):
        itx.call("mint", shares([ALICE], [1]), sender=MINTER)
    itx.call("mint", shares([ALICE], [0]), sender=MINTER)


def test_the_largest_amount_of_a_share_is_above_the_cap_not_below_zero(itx: Deployed) -> None:
    itx.call("mint", shares([ALICE], [5]), sender=MINTER)
    with fails("itx: above the cap"):
        itx.call("mint", shares([BOB], [2**96 - 1]), sender=MINTER)
    assert itx.ask("totalSupply") == 5


def test_the_highest_address_is_no_part_of_its_amount(itx: Deployed) -> None:
    highest = EthAddress("0x" + "ff" * 20)
    itx.call("mint", shares([highest], [1]), sender=MINTER)
    assert itx.ask("balanceOf", highest) == itx.ask("totalSupply") == 1


def test_sixty_four_recipients_are_the_most(itx: Deployed) -> None:
    itx.call("mint", shares([ALICE] * 64, [1] * 64), sender=MINTER)
    with fails(NO_WORDS):
        itx.call("mint", shares([ALICE] * 65, [1] * 65), sender=MINTER)


def test_it_is_a_token_and_nothing_more() -> None:
    """No burning, no owner, no other minter."""
    functions = {each["name"] for each in compiled("itx").interface if each["type"] == "function"}
    assert functions == {
        *("name", "symbol", "decimals", "totalSupply", "balanceOf", "allowance"),
        *("transfer", "approve", "transferFrom"),
        *("permit", "nonces", "DOMAIN_SEPARATOR", "eip712Domain"),
        *("CAP", "minter", "mint"),
    }


def test_it_says_what_it_is(itx: Deployed) -> None:
    shown = [itx.ask(view) for view in ("name", "symbol", "decimals", "minter")]
    assert shown == ["Winze ITX", "ITX", 18, MINTER]


def test_what_was_minted_can_be_sent(itx: Deployed) -> None:
    itx.call("mint", shares([ALICE], [5]), sender=MINTER)
    itx.call("transfer", BOB, 2, sender=ALICE)
    itx.call("approve", BOB, 3, sender=ALICE)
    itx.call("transferFrom", ALICE, CAROL, 3, sender=BOB)
    found: list[Any] = [itx.ask("balanceOf", who) for who in (ALICE, BOB, CAROL)]
    assert found == [0, 2, 3]
