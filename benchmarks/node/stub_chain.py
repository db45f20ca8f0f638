"""A history on a real chain, without a single proof: its verifiers are *stubs* that accept all.

The contracts are the real ones, and so is every event; notes belong to nobody.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Final

from winze.chain import Follower, RpcSource
from winze.circuits import Circuit, CircuitKeys, Proof
from winze.contracts import ContractCall, ContractName, Pool, Web3, request
from winze.devnet import Devnet, devnet_deployment
from winze.protocol import (
    ETHER,
    MAIN_PROFILE,
    MEMOS_BYTES,
    SLOTS,
    BlockIndex,
    EthAddress,
    Field,
    Transfer,
    Wei,
)

_ACCEPTS: Final = "0x600160005260206000f3"
"""Code that answers every call with the word 1."""

_VERIFIERS: Final = (
    *(ContractName.TRANSFER_VERIFIER, ContractName.BLOCK_VERIFIER, ContractName.CLAIM_VERIFIER),
)
_NO_PROOF: Final = Proof(bytes(256))
_DEPOSITS: Final = 16
_BATCH: Final = 12
_BATCHES: Final = (SLOTS - _DEPOSITS) // (2 * _BATCH)
_GAS: Final = hex(15_000_000)
_FIELD_BITS: Final = 253


@asynccontextmanager
async def stub_chain(keys: Mapping[Circuit, CircuitKeys], blocks: int) -> AsyncIterator[Devnet]:
    """A devnet on which so many full blocks of the ledger are proved."""
    async with Devnet(devnet_deployment(keys, MAIN_PROFILE)) as devnet:
        await request(devnet.w3, "mining on demand", "evm_setIntervalMining", 0)
        for name in _VERIFIERS:
            address = devnet.network.contracts[name].address
            await request(devnet.w3, "making a stub", "anvil_setCode", address, _ACCEPTS)
        await _Player(devnet).play(blocks)
        yield devnet


class _Player:
    """Makes the history, one ledger block after another."""

    def __init__(self, devnet: Devnet) -> None:
        self._w3: Web3 = devnet.w3
        self._network = devnet.network
        self._pool = Pool(devnet.w3, devnet.network.pool)
        source = RpcSource(devnet.w3, devnet.network)
        self._follower = Follower(source, devnet.network.deployment_block)
        self._random = Random(1)  # noqa: S311 - no secret: the same history every time
        self._sender = ""

    async def play(self, blocks: int) -> None:
        self._sender = (await request(self._w3, "asking for accounts", "eth_accounts"))[1]
        for index in range(blocks):
            deposits = _DEPOSITS if index else SLOTS  # no root yet to spend under
            for _ in range(deposits):
                await self._send(self._pool.deposit(self._field(), Wei(ETHER // 10), mine=True))
            for _ in range(_BATCHES if index else 0):
                transfers = [self._transfer(index - 1) for _ in range(_BATCH)]
                await self._send(self._pool.execute(transfers, [_NO_PROOF] * _BATCH))
            await self._seal_and_prove(BlockIndex(index))

    async def _seal_and_prove(self, index: BlockIndex) -> None:
        interval = int(MAIN_PROFILE.seal_interval)
        await request(self._w3, "letting time pass", "evm_increaseTime", interval)
        await self._send(self._pool.seal())
        await request(self._w3, "making the draw", "anvil_mine", hex(1))
        await self._follower.sync()
        witness = self._follower.ledger.block_witness(index)
        await self._send(self._pool.prove([witness.submission], [_NO_PROOF]))

    async def _send(self, call: ContractCall) -> None:
        fields: dict[str, Any] = {**call.fields(EthAddress(self._sender)), "gas": _GAS}
        sent = await request(self._w3, call.action, "eth_sendTransaction", fields)
        await request(self._w3, "mining", "evm_mine")
        receipt = await request(self._w3, call.action, "eth_getTransactionReceipt", sent)
        assert int(receipt["status"], 16) == 1, call.action

    def _transfer(self, anchor: int) -> Transfer:
        return Transfer(
            anchor=anchor,
            nullifier1=self._field(),
            nullifier2=self._field(),
            out1=self._field(),
            out2=self._field(),
            recipient=EthAddress.zero(),
            amount=0,
            fee=0,
            relayer=EthAddress.zero(),
            not_before=0,
            deadline=0,
            claim_id=0,
            inner=0,
            memos=self._random.randbytes(MEMOS_BYTES),
        )

    def _field(self) -> Field:
        return Field(self._random.getrandbits(_FIELD_BITS))
