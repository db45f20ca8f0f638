"""What a proxy can answer that is not so."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.node.faults.proxy import Answer, Asked, Fault, Forward
from winze.protocol import EthAddress

Hex = str
BITS = 256


def changed(method: str, change: Callable[[Asked, Any], Any]) -> Fault:
    """The result of a method as `change` makes it; errors and nothing stay as they are."""

    async def lied(asked: Asked, forward: Forward) -> Answer:
        answer = await forward(asked)
        if asked.method != method or answer.get("result") is None:
            return answer
        return {"result": change(asked, answer["result"])}

    return lied


def without_logs(keep: Callable[[int], bool] = lambda _: False) -> Fault:
    """Some events are left out: those whose place in the answer `keep` does not want."""
    return changed(
        "eth_getLogs", lambda _, logs: [log for place, log in enumerate(logs) if keep(place)]
    )


def with_logs_twice() -> Fault:
    """Every event is told twice, the second time as a later one of its block."""

    def more(_asked: Asked, logs: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        later = [{**log, "logIndex": hex(int(log["logIndex"], 16) + 1_000)} for log in logs]
        return logs + later

    return changed("eth_getLogs", more)


def wrong_states(contract: EthAddress) -> Fault:
    """Whatever one contract is asked, a bit of its answer is wrong."""

    def flipped(asked: Asked, result: Hex) -> Hex:
        ours = str(asked.params[0].get("to", "")).lower() == contract.lower()
        if not ours or len(result) <= len("0x"):
            return result
        return result[:-1] + f"{int(result[-1], 16) ^ 1:x}"

    return changed("eth_call", flipped)


def stale_head(blocks: int) -> Fault:
    """The newest block is one so many before it, for every question: the node has fallen behind."""

    async def behind(asked: Asked, forward: Forward) -> Answer:
        if asked.method == "eth_blockNumber":
            answer = await forward(asked)
            return {"result": hex(max(int(answer["result"], 16) - blocks, 0))}
        if "latest" in asked.params:
            head = await forward(Asked("eth_blockNumber", []))
            old = hex(max(int(head["result"], 16) - blocks, 0))
            params = [old if each == "latest" else each for each in asked.params]
            return await forward(Asked(asked.method, params))
        return await forward(asked)

    return behind


def old_head(number: int) -> Fault:
    """The newest block is said to be this one, and everything else is as it is."""
    return changed("eth_blockNumber", lambda _, result: hex(min(number, int(result, 16))))


def foreign_hashes() -> Fault:
    """Blocks have hashes of another chain: a node behind the same address is on a fork."""

    def another(_asked: Asked, block: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**block, "hash": _other(block["hash"]), "parentHash": _other(block["parentHash"])}

    return changed("eth_getBlockByNumber", another)


def swapped_receipts() -> Fault:
    """Whoever asks for a receipt gets that of the transaction that was asked for before."""
    previous: list[Mapping[str, Any]] = []

    def another(_asked: Asked, receipt: Mapping[str, Any]) -> Mapping[str, Any]:
        found = previous[-1] if previous else receipt
        previous.append(receipt)
        return found

    return changed("eth_getTransactionReceipt", another)


def foreign_chain_id(chain_id: int = 1) -> Fault:
    """The address now answers for another chain."""
    return changed("eth_chainId", lambda *_: hex(chain_id))


def nonsense(random: Random) -> Fault:
    """Answers that are no answers: nothing, another type, half of it."""

    async def talked(asked: Asked, forward: Forward) -> Answer:
        answer = await forward(asked)
        made_up: list[Any] = [None, "0x", "zz", 7, {}, [], [None], "0x" + "ff" * 40, True]
        return {"result": random.choice([answer.get("result"), *made_up])}

    return talked


def no_receipts() -> Fault:
    """No transaction is ever said to be in a block."""
    return changed("eth_getTransactionReceipt", lambda *_: None)


def _other(hashed: Hex) -> Hex:
    mask = (1 << BITS) - 1
    return f"0x{int(hashed, 16) ^ mask:064x}"
