"""The chain in memory: each begins as the first one did, however many there were."""

from tests.contracts.evm.chain import Chain


def operations(chain: Chain) -> dict[int, object]:
    """What the machine's operations are done by."""
    return dict(chain.env.evm.vm.state.computation_class.opcodes)


def test_another_chain_puts_nothing_around_a_machines_operations() -> None:
    first = operations(Chain(now=0))
    assert operations(Chain(now=0)) == first
