"""What the deployment took, and what it made."""

import asyncio
import re
import subprocess
from importlib.metadata import version
from typing import Final

from benchmarks.figures import Figures
from winze.contracts import ContractName, compiled, request
from winze.devnet import find_anvil
from winze.protocol import EthAddress

from .scene import Scene

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+\S*")


async def measure(scene: Scene, figures: Figures) -> None:
    """Read the receipts of the deployment, which was made before anything else."""
    found = await _receipts(scene)
    for name, contract in scene.network.contracts.items():
        figures.add(f"gas.deploy.{name}", found[contract.address])
    for source in {name.source for name in ContractName}:
        figures.add(f"code.size.{source}", compiled(source).size)


async def facts(scene: Scene) -> str:
    """Which chain and which compiler the gas was measured with."""
    node = await request(scene.devnet.w3, "asking for its hardfork", "anvil_nodeInfo")
    program = await asyncio.to_thread(find_anvil, scene.teller.tell)
    said = (await asyncio.to_thread(_said, str(program))).splitlines()[0]
    number = _VERSION.search(said)
    anvil = number[0] if number else said
    return f"anvil {anvil} ({node['hardFork'].lower()}), Vyper {version('vyper')}"


async def _receipts(scene: Scene) -> dict[EthAddress, int]:
    """The gas of each deployment, by what it made."""
    gas: dict[EthAddress, int] = {}
    for number in range(scene.network.deployment_block, await scene.clock.height() + 1):
        receipts = await request(
            scene.devnet.w3, "reading the deployment", "eth_getBlockReceipts", hex(number)
        )
        for receipt in receipts:
            if receipt["contractAddress"]:
                gas[EthAddress(receipt["contractAddress"])] = int(receipt["gasUsed"], 16)
    return gas


def _said(program: str) -> str:
    return subprocess.run(  # noqa: S603 - the anvil that the devnet runs, without a shell
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout
