"""Deposits on a private chain, many to a chain block, sealed into blocks of a wanted size."""

from collections.abc import Sequence
from typing import Any, Final

from benchmarks.errors import NotAsPlanned
from winze.contracts import ContractCall, Pool, request
from winze.devnet import Devnet, funded_account
from winze.protocol import ETHER, EthAddress, Note, Seed, Wei, keccak

VALUE: Final = Wei(ETHER // 10)
"""What every deposit holds."""

SEED: Final = Seed(keccak(b"benchmark of a node"))
"""Whose deposits they are: nobody's but a private chain's."""

DEPOSITOR: Final = EthAddress(funded_account(5).address)
"""The test account that pays for them."""

_GAS: Final = hex(300_000)


def notes(count: int) -> list[Note]:
    """The notes of so many deposits."""
    return [SEED.main.deposit_note(number, VALUE, mineable=False) for number in range(count)]


class Player:
    """Makes ledger blocks on a devnet, which makes chain blocks only when told meanwhile."""

    def __init__(self, devnet: Devnet) -> None:
        self._w3, self._clock = devnet.w3, devnet.clock
        self._interval = devnet.network.profile.seal_interval
        self._pool = Pool(devnet.w3, devnet.network.pool)

    async def play(self, deposits: Sequence[Note], size: int) -> None:
        """Deposit `deposits`, so many to a block of the ledger; every block is sealed and drawn.

        Raises:
            NotAsPlanned: a deposit was refused.
        """
        await request(self._w3, "making no blocks", "evm_setIntervalMining", 0)
        for first in range(0, len(deposits), size):
            # A block that is full or due is sealed by the first deposit after it.
            await self._send(
                *(
                    self._pool.deposit(note.inner, note.value, mine=note.mineable)
                    for note in deposits[first : first + size]
                )
            )
            await request(self._w3, "moving time", "evm_increaseTime", int(self._interval) + 1)
        await self._send(self._pool.seal())
        await self._clock.mine(2)
        await request(self._w3, "making blocks again", "evm_setIntervalMining", 1)

    async def _send(self, *calls: ContractCall) -> None:
        hashes = []
        for call in calls:
            # The chain's own accounts need no signature, and a fixed limit no simulation.
            fields: dict[str, Any] = {**call.fields(DEPOSITOR), "gas": _GAS}
            hashes.append(await request(self._w3, call.action, "eth_sendTransaction", fields))
        await self._clock.mine()
        for sent in hashes:
            receipt = await request(self._w3, "looking", "eth_getTransactionReceipt", sent)
            if receipt is None or int(receipt["status"], 16) != 1:
                raise NotAsPlanned(f"transaction {sent} was not carried out")
