"""The accounts that every local chain funds."""

import pytest

from tests.chains import bare_chain
from winze.contracts import request
from winze.devnet import FUNDED, funded_account, set_balance
from winze.protocol import EthAddress, Wei


def test_the_accounts_are_the_known_ones() -> None:
    assert funded_account(0).address == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert funded_account(9).address == "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"


@pytest.mark.chain
async def test_just_the_first_ones_hold_eth() -> None:
    async with bare_chain() as chain:
        for index, holds in ((0, True), (FUNDED - 1, True), (FUNDED, False)):
            address = funded_account(index).address
            held = int(await request(chain.w3, "", "eth_getBalance", address, "latest"), 16)
            assert (held > 0) is holds, index


@pytest.mark.chain
async def test_a_balance_is_what_it_is_set_to() -> None:
    async with bare_chain() as chain:
        for balance in (Wei(7), Wei(0), Wei(Wei.bound - 1)):
            account = EthAddress.from_bytes(b"\x07" * 20)
            await set_balance(chain.w3, account, balance)
            held = int(await request(chain.w3, "", "eth_getBalance", account, "latest"), 16)
            assert held == balance
