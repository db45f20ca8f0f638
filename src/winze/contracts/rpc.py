"""Asking a node: one connection, one way to call the EVM, and every failure as an error of ours."""

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, Literal

from eth_typing import ChecksumAddress, HexAddress, HexStr
from web3 import AsyncWeb3
from web3.exceptions import Web3Exception, Web3RPCError
from web3.middleware import ExtraDataToPOAMiddleware
from web3.types import RPCEndpoint

from winze.protocol import ChainBlock, EthAddress, Wei

from .call import ContractCall
from .errors import ChainUnreachable, RpcError, UnexpectedAnswer
from .nodes import Nodes
from .proxy import Proxy
from .reverts import refusal

# One of the libraries that web3 imports raises this limit beyond what the stack holds, once and for
# the whole process. Then a deeply nested answer would end it, where Python would have raised.
sys.setrecursionlimit(1000)

Web3 = AsyncWeb3[Nodes]
"""A connection to a chain, through one of its nodes."""

TIMEOUT: Final = 30.0
"""Seconds that a node has for one answer, if nothing else is said."""

At = ChainBlock | Literal["latest", "pending", "safe", "finalized", "earliest"]
"""The chain block whose state a question is about."""


def checksum(address: EthAddress) -> ChecksumAddress:
    """`address` as web3's types call it."""
    return ChecksumAddress(HexAddress(HexStr(address)))


def connect(*urls: str, timeout: float = TIMEOUT, proxy: Proxy | None = None) -> Web3:
    """A connection to the nodes at `urls`, not yet used. Close it with `disconnect`.

    One is asked after the other has failed: it is unreachable, answers with an HTTP error, has been
    asked too much, or takes longer than `timeout` seconds. Who finds that it lies calls `rotate`.
    With a `proxy` none is asked around it.

    Raises:
        ChainUnreachable: no address is given.
    """
    # The usual middleware would look up names that nobody gave it and guess fees that we choose.
    # This one reads the longer block headers of some test networks.
    middleware = [(ExtraDataToPOAMiddleware, "long headers")]
    return AsyncWeb3(Nodes(urls, timeout, proxy), middleware=middleware)


def rotate(w3: Web3) -> None:
    """Ask the next node from now on, where there are several."""
    w3.provider.rotate()


async def disconnect(w3: Web3) -> None:
    """Close a connection."""
    await w3.provider.disconnect()


@asynccontextmanager
async def connected(
    *urls: str,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - one request's
    proxy: Proxy | None = None,
) -> AsyncIterator[Web3]:
    """A connection to the nodes at `urls` that is closed afterwards; see `connect`."""
    w3 = connect(*urls, timeout=timeout, proxy=proxy)
    try:
        yield w3
    finally:
        await disconnect(w3)


@contextmanager
def rpc_errors(action: str) -> Iterator[None]:
    """Turn what goes wrong while asking a node into errors of ours that name `action`.

    Raises:
        ChainUnreachable: nothing that speaks JSON-RPC answers.
        RpcError: the node answers with an error.
        TransactionError: that error is about the call or the transaction itself.
    """
    try:
        yield
    except Web3RPCError as problem:
        raise refusal(action, (problem.rpc_response or {}).get("error", problem)) from problem
    except ChainUnreachable as problem:
        raise ChainUnreachable(f"{action}: {problem}") from None
    except Web3Exception as problem:
        raise RpcError(f"{action}: {type(problem).__name__}: {problem}") from problem
    except ValueError as problem:
        raise RpcError(f"{action}: the node's answer cannot be read: {problem}") from problem


async def request(w3: Web3, action: str, method: str, *params: Any) -> Any:
    """The raw result of a JSON-RPC method, for those that web3 has no name for.

    Raises:
        RpcError: the node cannot be asked, or answers with an error.
        TransactionError: that error is about the call or the transaction itself.
    """
    with rpc_errors(action):
        # Without web3's own error formatters: they fetch addresses that a revert names (CCIP read)
        # and fail on panics that they do not know.
        return await w3.manager.coro_request(RPCEndpoint(method), list(params))


async def request_each(
    w3: Web3, action: str, method: str, params: Sequence[Sequence[Any]]
) -> list[Any]:
    """The raw results of a JSON-RPC method for each of `params`, asked for in one message.

    A node that takes no such messages is asked one by one.

    Raises:
        RpcError: the node cannot be asked, or answers with an error.
    """
    batch = [(RPCEndpoint(method), list(each)) for each in params]
    if len(batch) == 1:
        return [await request(w3, action, method, *params[0])]
    with rpc_errors(action):
        answers = await w3.provider.make_batch_request(batch)
    if not isinstance(answers, list):
        return [await request(w3, action, method, *each) for each in params]
    for answer in answers:
        if "error" in answer:
            raise refusal(action, answer["error"])
    return [answer.get("result") for answer in answers]


async def number(w3: Web3, action: str, method: str, *params: Any) -> int:
    """The number that a JSON-RPC method answers.

    Raises:
        RpcError: the node cannot be asked, or answers with an error.
        TransactionError: that error is about the call or the transaction itself.
        UnexpectedAnswer: the answer is no number.
    """
    answer = await request(w3, action, method, *params)
    try:
        return int(answer, 16)
    except (TypeError, ValueError):
        raise UnexpectedAnswer(
            f"{action}: the node answers {answer!r}, which is no number"
        ) from None


async def run(
    w3: Web3, call: ContractCall, sender: EthAddress | None = None, at: At = "latest"
) -> bytes:
    """What `call` would answer if `sender` made it on the state at `at`; nothing is sent.

    Raises:
        TransactionReverted: the contract refuses it.
        RpcError: the node cannot be asked.
    """
    answer = await request(w3, call.action, "eth_call", call.fields(sender), _block(at))
    try:
        return bytes.fromhex(answer.removeprefix("0x"))
    except (AttributeError, ValueError):
        raise UnexpectedAnswer(f"{call.action}: the node answers {answer!r}, no bytes") from None


async def estimate_gas(w3: Web3, call: ContractCall, sender: EthAddress, at: At = "latest") -> int:
    """The gas with which `call` just goes through if `sender` makes it.

    Raises:
        TransactionReverted: it does not go through with any.
        InsufficientFunds: `sender` cannot pay its value.
        RpcError: the node cannot be asked.
    """
    return await number(w3, call.action, "eth_estimateGas", call.fields(sender), _block(at))


async def eth_balance(w3: Web3, account: EthAddress, at: At = "latest") -> Wei:
    """What `account` holds, in wei.

    Raises:
        RpcError: the node cannot be asked.
    """
    action = f"reading the balance of {account}"
    return Wei(await number(w3, action, "eth_getBalance", account, _block(at)))


def _block(at: At) -> str:
    return hex(at) if isinstance(at, int) else at
