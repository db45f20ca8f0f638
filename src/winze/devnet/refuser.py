"""A contract that refuses ETH, to show what becomes of a payment to such a one."""

from pathlib import Path
from typing import ClassVar

from winze.contracts import (
    Artifact,
    At,
    Contract,
    ContractCall,
    DeploymentFailed,
    Sender,
    compile_contract,
    deployment_call,
)
from winze.protocol import EthAddress


class Refuser(Contract):
    """`refuser.vy`: no payment to it succeeds, but its owner can act in its name."""

    SOURCE: ClassVar = "refuser"

    @classmethod
    def artifact(cls) -> Artifact:
        """The compiled contract."""
        return compile_contract(Path(__file__).with_name("refuser.vy"))

    def forward(self, call: ContractCall) -> ContractCall:
        """`call`, made by the contract instead of its owner. It cannot carry ETH."""
        return self._call("call", call.to, call.data)

    async def owner(self, at: At = "latest") -> EthAddress:
        """Who can act in its name."""
        return EthAddress(await self._one("owner", at=at))


async def deploy_refuser(sender: Sender) -> Refuser:
    """Deploy one that belongs to the account of `sender`.

    Raises:
        TransactionError: the deployment did not go through.
        RpcError: the node cannot be asked.
    """
    receipt = await sender.send(deployment_call(Refuser.artifact()))
    if receipt.created is None:
        raise DeploymentFailed(f"transaction {receipt.transaction} deployed nothing")
    return Refuser(sender.w3, receipt.created)
