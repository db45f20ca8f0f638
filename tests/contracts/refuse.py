"""A contract that refuses calls in every way, `refuse.vy`."""

from pathlib import Path
from typing import ClassVar

from tests.chains import Chain
from winze.contracts import Artifact, Contract, ContractCall, compile_contract, deployment_call


class Refuse(Contract):
    SOURCE: ClassVar = "refuse"

    @classmethod
    def artifact(cls) -> Artifact:
        return compile_contract(Path(__file__).with_name("refuse.vy"))

    def call(self, name: str, *values: int) -> ContractCall:
        return self._call(name, *values)


async def deploy_refuse(chain: Chain) -> Refuse:
    receipt = await chain.sender(0).send(deployment_call(Refuse.artifact()))
    assert receipt.created is not None
    return Refuse(chain.w3, receipt.created)
