"""A network's description for tests that ask no chain."""

from winze.circuits import Circuit, KeyKind
from winze.contracts import ContractName, DeployedContract, NetworkDescription, PinnedKeys
from winze.protocol import FAST, GENESIS, ChainBlock, EthAddress, Profile


def described(profile: Profile = FAST, chain_id: int = 31_337) -> NetworkDescription:
    """A network whose contracts stand nowhere."""
    return NetworkDescription(
        name="devnet",
        address_prefix="winzedev",
        chain_id=chain_id,
        deployment_block=ChainBlock(1),
        profile=profile,
        genesis=GENESIS,
        setup=KeyKind.DEVELOPMENT,
        contracts={
            name: DeployedContract(EthAddress.from_bytes(bytes([index] * 20)), "c" * 64)
            for index, name in enumerate(ContractName, start=1)
        },
        keys={circuit: PinnedKeys("a" * 64, "b" * 64) for circuit in Circuit},
    )
