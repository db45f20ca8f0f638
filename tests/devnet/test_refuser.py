"""The contract that refuses ETH, and what its owner can do about it."""

import pytest

from tests.chains import deployed_chain
from winze.contracts import ContractCall, TransactionReverted
from winze.devnet import deploy_refuser
from winze.protocol import Wei

pytestmark = pytest.mark.chain


async def test_a_payment_to_it_fails() -> None:
    async with deployed_chain() as chain:
        refuser = await deploy_refuser(chain.sender(1))
        with pytest.raises(TransactionReverted):
            await chain.sender(2).send(ContractCall("paying", refuser.address, b"", Wei(1)))


async def test_its_owner_calls_others_in_its_name() -> None:
    async with deployed_chain() as chain:
        alice = chain.sender(1)
        refuser = await deploy_refuser(alice)
        assert await refuser.owner() == alice.address
        elsewhere = chain.pool.withdraw(refuser.address, alice.address)
        with pytest.raises(TransactionReverted, match="pool: only the account"):
            await alice.send(elsewhere)
        # As the account itself it gets further: there is only nothing to withdraw.
        with pytest.raises(TransactionReverted, match="pool: nothing to withdraw"):
            await alice.send(refuser.forward(elsewhere))


async def test_nobody_else_calls_others_in_its_name() -> None:
    async with deployed_chain() as chain:
        refuser = await deploy_refuser(chain.sender(1))
        call = refuser.forward(chain.pool.withdraw(refuser.address, refuser.address))
        with pytest.raises(TransactionReverted, match="refuser: only the owner"):
            await chain.sender(2).send(call)
