"""A network with keys from a ceremony: several people's `.zkey` files, imported and deployed.

What is small here is the first phase, the powers of tau, which a real ceremony downloads.
"""

from collections.abc import Iterator

import pytest

from tests.chains import QUICK, bare_chain, made_up_key
from tests.circuits.ceremonies import held_ceremony, tiny_subject
from tests.circuits.tiny import FACTORS
from winze.circuits import (
    CeremonyStore,
    Circuit,
    CircuitKeys,
    CircuitProver,
    KeyKind,
)
from winze.contracts import ContractName, Deployment, DeploymentKey, Sender, Verifier, deploy
from winze.devnet import funded_account
from winze.protocol import FAST

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CircuitKeys]:
    """A small circuit's keys from a real ceremony."""
    folder = tmp_path_factory.mktemp("ceremony")
    with held_ceremony(folder) as held:
        store = folder / "keys"
        store.mkdir()
        yield CeremonyStore(store).add(held.zkey, tiny_subject(held.source))


async def test_a_network_deployed_with_imported_keys_verifies_their_proofs(
    tiny: CircuitKeys,
) -> None:
    """The two other circuits have keys that nothing fits; what is asked is one verifier."""
    deployment = Deployment(
        name="ceremony",
        address_prefix="winzedev",
        profile=FAST,
        setup=KeyKind.CEREMONY,
        keys={
            Circuit.TRANSFER: DeploymentKey.of(tiny),
            Circuit.CLAIM: made_up_key(6),
            Circuit.BLOCK: made_up_key(8),
        },
    )
    proof = CircuitProver(tiny).prove(FACTORS, [35])
    async with bare_chain() as chain:
        network = await deploy(Sender(chain.w3, funded_account(0), pace=QUICK), deployment)
        pinned = network.keys[Circuit.TRANSFER]
        tiny.require(pinned.proving_key_sha256, pinned.verifying_key_sha256)
        verifier = Verifier(chain.w3, network.address(ContractName.TRANSFER_VERIFIER))
        assert await verifier.verify([proof], [[35]])
        assert await verifier.verify([proof, proof], [[35], [35]])
        assert not await verifier.verify([proof], [[36]])
        assert not await verifier.verify([proof, proof], [[35], [36]])
