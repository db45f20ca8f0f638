"""A session from deposit to ITX, with everything real (docs/flows.md)."""

import pytest

from tests.wallet.camp import Camp, new_address
from winze.contracts import ItxToken, eth_balance
from winze.protocol import ETHER
from winze.wallet import SessionState

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]


async def test_ann_mines_withdraws_claims_and_is_paid_to_two_addresses_nobody_knows(
    town: Camp,
) -> None:
    home, rewards = new_address(), new_address()
    async with town.wallet("ann", 0) as ann:
        session = await town.matured(ann, ETHER // 10)
        withdrawn = await ann.withdraw(session.number, home, rewards)
        assert withdrawn.state is not SessionState.COMPLETED
        done = await ann.wait(session.number, SessionState.COMPLETED)
        held = await eth_balance(town.devnet.w3, home)
        assert held == withdrawn.withdrawn_amount
        await town.skip(town.devnet.network.profile.period)
        token = ItxToken(town.devnet.w3, town.devnet.network.itx)
        while not ann.session(session.number).minted:
            await ann.step()
        assert done.rewards == rewards
        assert await token.balance_of(rewards) == ann.session(session.number).estimate > 0
