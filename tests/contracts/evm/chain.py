"""A chain in memory: titanoboa's EVM with a clock, hashes and accounts of the test's making."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from boa.environment import Env
from eth_abi.abi import encode

from winze.contracts import Artifact, revert_reason
from winze.protocol import HASH_WINDOW, ChainBlock, EthAddress, Timestamp

CHAIN_ID = 31337
FIRST_BLOCK = 1_000
SECONDS_PER_BLOCK = 12
NO_HASH = bytes(32)
_SHA3, _SSTORE = 0x20, 0x55
NO_WORDS = "reverted"
"""The reason of a call that reverts without one: a check of the language's own."""
OUT_OF_GAS = "OutOfGas"

RawLog = tuple[EthAddress, tuple[bytes, ...], bytes]


class CallFailed(Exception):
    """A call reverted; `reason` is the contract's own string, or says what ended it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Answer:
    """What came of a call."""

    output: bytes
    logs: tuple[RawLog, ...]
    gas: int
    """Used by the execution; what a transaction costs beside it is not counted."""


class Chain:
    """Accounts and contracts; every call is a transaction of its own in the present block."""

    def __init__(self, now: int) -> None:
        self.env = Env()
        self.env.enable_fast_mode()
        _leave_traces_out(self.env)
        self._forgotten: set[int] = set()
        self._to_be_undone = False
        self._patch = self.env.evm.patch
        self._patch.chain_id = CHAIN_ID
        self._patch.timestamp = now
        self._patch.block_number = FIRST_BLOCK
        self._patch.prev_hashes = self  # the EVM walks it backwards from the parent block

    # -- time ----------------------------------------------------------------------------------

    @property
    def now(self) -> Timestamp:
        """The present block's timestamp."""
        return Timestamp(self._patch.timestamp)

    @property
    def number(self) -> ChainBlock:
        """The present block's number."""
        return ChainBlock(self._patch.block_number)

    def advance(self, seconds: int = 0, blocks: int = 0) -> None:
        """Let time go by, and blocks, neither of which brings the other."""
        self._patch.timestamp += seconds
        self._patch.block_number += blocks

    def blockhash(self, number: int) -> bytes:
        """The hash of a block, as a contract sees it from the present one."""
        if number in self._forgotten or not 0 < self.number - number <= HASH_WINDOW:
            return NO_HASH
        return self._hash_of(number)

    def _hash_of(self, number: int) -> bytes:
        return hashlib.sha256(b"block %d" % number).digest()

    def forget_hash(self, number: int) -> None:
        """Have no hash for a block, as some chains have none for very recent ones."""
        self._forgotten.add(number)

    def __iter__(self) -> Iterator[bytes]:
        for number in range(self.number - 1, -1, -1):
            yield NO_HASH if number in self._forgotten else self._hash_of(number)

    # -- accounts ------------------------------------------------------------------------------

    def balance(self, account: EthAddress) -> int:
        """The account's wei."""
        return int(self.env.get_balance(account))

    def give(self, account: EthAddress, wei: int) -> None:
        """Change a balance without a call, as a block's reward does."""
        self.env.set_balance(account, self.balance(account) + wei)

    def nonce(self, account: EthAddress) -> int:
        """How many contracts the account has deployed."""
        return int(self.env.evm.vm.state.get_nonce(account.bytes20))

    # -- code ----------------------------------------------------------------------------------

    def deploy(self, artifact: Artifact, *arguments: Any, sender: EthAddress) -> EthAddress:
        """Deploy a contract.

        Raises:
            CallFailed: its constructor refuses the arguments.
        """
        code = creation(artifact, arguments)
        address, computation = self.env.deploy(sender=sender, bytecode=code)
        _raise_failure(computation)
        return EthAddress(str(address))

    def place(self, account: EthAddress, code: bytes) -> None:
        """Let an account have this code."""
        self.env.set_code(account, code)

    def store(self, account: EthAddress, slot: int, word: int) -> None:
        """Write into an account's storage without a call."""
        self.env.set_storage(account, slot, word)

    def stored(self, account: EthAddress, slot: int) -> int:
        """What stands in an account's storage."""
        return int(self.env.get_storage(account, slot))

    def call(
        self,
        to: EthAddress,
        data: bytes,
        *,
        sender: EthAddress,
        value: int = 0,
        gas: int | None = None,
    ) -> Answer:
        """Call `to`; the sender is given the `value` that it sends, and keeps nothing of it.

        Raises:
            CallFailed: the call reverted, and so changed nothing.
        """
        self._begin_transaction()
        self.give(sender, value)
        computation = self.env.execute_code(
            to_address=to, sender=sender, value=value, data=data, gas=gas
        )
        if computation.is_error:
            self.give(sender, -value)
        _raise_failure(computation)
        return Answer(computation.output, _logs(computation), computation.get_gas_used())

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is called here is undone in the end."""
        self._to_be_undone = True
        try:
            with self.env.anchor():
                yield
        finally:
            self._to_be_undone = False

    def _begin_transaction(self) -> None:
        """What titanoboa leaves out between two calls."""
        if not self._to_be_undone:  # what is locked cannot be undone
            self.env.evm.vm.state.lock_changes()
        self.env.evm.vm.state.clear_transient_storage()


def _leave_traces_out(env: Env) -> None:
    """Have hashing and storing cost what they do, however many chains there were before.

    titanoboa keeps a trace of both by wrapping these two operations, in a table that all chains of
    the process share: each call would go through the wrappers of every chain that there ever was,
    and after a thousand of them no call would be left on Python's stack.
    """
    operations = env.evm.vm.state.computation_class.opcodes
    operations[_SHA3] = operations[_SHA3].sha3
    operations[_SSTORE] = operations[_SSTORE].sstore


def creation(artifact: Artifact, arguments: tuple[Any, ...]) -> bytes:
    """The code that deploys a contract with these arguments."""
    return artifact.creation_code + encode(artifact.abi.constructor, arguments)


def _raise_failure(computation: Any) -> None:
    if not computation.is_error:
        return
    if computation.output:
        raise CallFailed(revert_reason(computation.output))
    kind = type(computation.error).__name__
    raise CallFailed(NO_WORDS if kind == "Revert" else kind)


def _logs(computation: Any) -> tuple[RawLog, ...]:
    return tuple(
        (EthAddress.from_bytes(address), tuple(topic.to_bytes(32) for topic in topics), data)
        for address, topics, data in computation.get_log_entries()
    )
