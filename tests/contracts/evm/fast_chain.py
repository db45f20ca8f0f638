"""The same chain in memory on another EVM, written in Rust and some thirty times as fast.

Long histories run on it; what it shows is compared with titanoboa's own in `test_fast_chain.py`,
and a part of every soak is played on titanoboa. It differs in what follows:

* a history is one transaction to its gas meter: a slot that an earlier call touched stays warm, and
  so a call may cost less than it would;
* a block's hash is the EVM's own, and can't be forgotten before its time.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

from tests.contracts.evm.assembler import assemble
from tests.contracts.evm.chain import (
    CHAIN_ID,
    FIRST_BLOCK,
    NO_WORDS,
    OUT_OF_GAS,
    Answer,
    CallFailed,
    Chain,
    RawLog,
    creation,
)
from winze.contracts import Artifact, revert_reason
from winze.protocol import ChainBlock, EthAddress, Timestamp, word

GAS: Final = 60_000_000
"""A call's own, where nothing else is said."""

_PUPPETEER: Final = EthAddress("0x" + "99" * 20)
_BODIES: Final = 0xB0D1E5 << 64
"""Where code stands whose account makes calls; its number is added."""
_OWN: Final = 56
"""How long a puppet's code is up to what it does when it is asked."""

_REVERTED = re.compile(r"^Revert \{.* output: 0x([0-9a-f]*) \}$")
_HALTED = re.compile(r"^Halt \{ reason: (\w+)")


class FastChain(Chain):
    """Accounts and contracts; every call is a transaction of its own in the present block."""

    def __init__(self, now: int) -> None:
        # None of the other EVM's is needed, so its constructor is not called.
        self._evm = EVM(env=Env(cfg=CfgEnv(chain_id=CHAIN_ID)), gas_limit=GAS, spec_id="CANCUN")
        self._now, self._number = now, FIRST_BLOCK
        self._codes: dict[EthAddress, bytes] = {}
        """Of those who were given any and have made no call since."""
        self._puppets: set[EthAddress] = set()
        self._bodies = 0
        self._forgotten = set()
        self._set_block()

    # -- time ----------------------------------------------------------------------------------

    @property
    def now(self) -> Timestamp:
        return Timestamp(self._now)

    @property
    def number(self) -> ChainBlock:
        return ChainBlock(self._number)

    def advance(self, seconds: int = 0, blocks: int = 0) -> None:
        self._now += seconds
        self._number += blocks
        self._set_block()

    def _set_block(self) -> None:
        self._evm.set_block_env(BlockEnv(number=self._number, timestamp=self._now))

    def _hash_of(self, number: int) -> bytes:
        return bytes(self._evm.block_hash(number))

    def forget_hash(self, number: int) -> None:
        """Nothing: this chain knows every hash of its window."""

    # -- accounts ------------------------------------------------------------------------------

    def balance(self, account: EthAddress) -> int:
        return int(self._evm.get_balance(account))

    def give(self, account: EthAddress, wei: int) -> None:
        if wei:
            self._evm.set_balance(account, self.balance(account) + wei)

    def nonce(self, account: EthAddress) -> int:
        return int(self._evm.basic(account).nonce)

    # -- code ----------------------------------------------------------------------------------

    def deploy(self, artifact: Artifact, *arguments: Any, sender: EthAddress) -> EthAddress:
        try:
            return EthAddress.from_bytes(
                bytes.fromhex(self._evm.deploy(sender, creation(artifact, arguments))[2:])
            )
        except RuntimeError as error:
            raise _failure(error) from None

    def place(self, account: EthAddress, code: bytes) -> None:
        self._codes[account] = code
        self._puppets.discard(account)
        self._set_code(account, code)

    def _set_code(self, account: EthAddress, code: bytes) -> None:
        balance = self.balance(account)
        info = AccountInfo(nonce=self.nonce(account), code=code)
        self._evm.insert_account_info(account, info)
        self._evm.set_balance(account, balance)

    def store(self, account: EthAddress, slot: int, word: int) -> None:
        self._evm.insert_account_storage(account, slot, word)

    def stored(self, account: EthAddress, slot: int) -> int:
        return int(self._evm.storage(account, slot))

    def call(
        self,
        to: EthAddress,
        data: bytes,
        *,
        sender: EthAddress,
        value: int = 0,
        gas: int | None = None,
    ) -> Answer:
        if sender in self._codes:
            self._make_puppet(sender)
        if sender in self._puppets:
            data, sender, to = word(int(to, 16)) + data, _PUPPETEER, sender
        intrinsic = _intrinsic(data)
        limit = GAS if gas is None else gas + intrinsic
        self._evm.reset_transient_storage()
        self.give(sender, value)
        try:
            output = self._evm.message_call(sender, to, calldata=data, value=value, gas=limit)
        except RuntimeError as error:
            self.give(sender, -value)
            raise _failure(error) from None
        result = self._evm.result
        logs = tuple(_raw(log) for log in result.logs)
        return Answer(bytes(output), logs, result.gas_used - intrinsic)

    def _make_puppet(self, account: EthAddress) -> None:
        """Have an account with code make a call, as one without may: the EVM wants a reason."""
        self._bodies += 1
        body = EthAddress(f"0x{_BODIES + self._bodies:040x}")
        self._set_code(body, self._codes.pop(account))
        self._set_code(account, _puppet(body))
        self._puppets.add(account)

    @contextmanager
    def undone(self) -> Iterator[None]:
        snapshot = self._evm.snapshot()
        try:
            yield
        finally:
            self._evm.revert(snapshot)


def _puppet(body: EthAddress) -> bytes:
    """Makes the calls that the puppeteer asks for, and leaves all else to the code at `body`."""
    own = assemble(
        f"""
        CALLDATASIZE PUSH0 PUSH0 CALLDATACOPY
        PUSH0 PUSH0 CALLDATASIZE PUSH0 {body.lower()} GAS DELEGATECALL
        {_OWN - 2} JUMPI PUSH0 PUSH0 REVERT
        JUMPDEST STOP
        """
    )
    asked = assemble(f"CALLER {_PUPPETEER.lower()} EQ {_OWN} JUMPI")
    forward = assemble(
        f"""
        JUMPDEST 0x20 CALLDATASIZE SUB DUP1 0x20 PUSH0 CALLDATACOPY
        PUSH0 PUSH0 SWAP2 PUSH0 CALLVALUE PUSH0 CALLDATALOAD GAS CALL
        RETURNDATASIZE PUSH0 PUSH0 RETURNDATACOPY
        {_OWN + 29} JUMPI RETURNDATASIZE PUSH0 REVERT
        JUMPDEST RETURNDATASIZE PUSH0 RETURN
        """
    )
    assert len(asked) + len(own) == _OWN, len(asked) + len(own)
    assert forward.index(b"\x5b", 1) == 29
    return asked + own + forward


def _intrinsic(data: bytes) -> int:
    """What a transaction costs beside its execution."""
    zeros = data.count(0)
    return 21_000 + 4 * zeros + 16 * (len(data) - zeros)


def _raw(log: Any) -> RawLog:
    topics, data = log.data
    account = EthAddress.from_bytes(bytes.fromhex(log.address[2:]))
    return account, tuple(bytes(topic) for topic in topics), bytes(data)


def _failure(error: RuntimeError) -> CallFailed:
    text = str(error)
    if reverted := _REVERTED.match(text):
        output = bytes.fromhex(reverted[1])
        return CallFailed(revert_reason(output) if output else NO_WORDS)
    if halted := _HALTED.match(text):
        return CallFailed(OUT_OF_GAS if halted[1] == "OutOfGas" else halted[1])
    raise error
