"""What the typed classes of the contracts stand on: asking, describing calls, reading events."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, ClassVar, Final, Self

from winze.protocol import EthAddress, Wei

from .call import ContractCall
from .calldata import CallRequest, read_arguments
from .compile import Artifact, compiled
from .errors import NoContract, UnexpectedAnswer
from .event_words import decode_event
from .events import ContractEvent
from .receipts import Log
from .rpc import At, Web3, run

SEAL_RESERVE: Final = 100_000
"""Gas for sealing a block, which any operation may have to do that the simulation did not."""

_NOTHING: Final = Wei(0)


class Contract:
    """A contract at an address. What its subclasses' methods return is of one of two kinds.

    Those that change something return a `ContractCall`, which a `Sender` sends or simulates, and
    which somebody else's wallet may be handed. Those that only look are coroutines, and answer for
    the state after the chain block `at`.

    Raises:
        InvalidCall: a method is given a value that the contract's ABI has no room for.
        NoContract: a coroutine finds no code at the address.
        RpcError: a coroutine cannot ask the node.
        UnexpectedAnswer: a coroutine's answer is not what the ABI promises.
    """

    SOURCE: ClassVar[str]
    """The contract's source, without `.vy`, which also names its calls in messages."""

    EVENTS: ClassVar[Mapping[str, type[ContractEvent]]] = {}
    """The events that it emits, by their name in the source."""

    def __init__(self, w3: Web3, address: EthAddress) -> None:
        self.w3, self.address = w3, address
        self.abi = self.artifact().abi
        self._events = {
            event.topic: (event, kind)
            for event, kind in ((self.abi.event(name), kind) for name, kind in self.EVENTS.items())
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"

    @classmethod
    def artifact(cls) -> Artifact:
        """The compiled contract; on first use this takes a few seconds."""
        return compiled(cls.SOURCE)

    def on(self, w3: Web3) -> Self:
        """The same contract, asked over another connection."""
        return type(self)(w3, self.address)

    def events(self, logs: Iterable[Log]) -> tuple[ContractEvent, ...]:
        """What this contract announced in `logs`, in order; logs of others are passed over.

        Raises:
            UnexpectedAnswer: it announced something that we do not know.
        """
        return tuple(self.event(log) for log in logs if log.address == self.address)

    def event(self, log: Log) -> ContractEvent:
        """What this contract announced in one of its logs.

        Raises:
            UnexpectedAnswer: it is another contract's log, or something that we do not know.
        """
        topic = log.topics[0] if log.topics else b""
        if log.address != self.address or topic not in self._events:
            raise UnexpectedAnswer(
                f"the log 0x{topic.hex()} of {log.address} is no event of {self!r}"
            )
        event, kind = self._events[topic]
        return decode_event(kind, event.words(log.topics, log.data))

    def request(self, data: bytes) -> CallRequest | None:
        """What a transaction with the calldata `data` asks of this contract.

        None where it asks for nothing: the function only looks, or there is none and the contract
        refuses it, or takes the ETH that comes with it and does nothing.

        Raises:
            UnexpectedAnswer: behind the selector stands no encoding of what the function takes.
        """
        function = self.abi.called(data)
        if function is None or function.looks:
            return None
        return CallRequest(function.name, read_arguments(function.arguments(data)))

    def _call(
        self, name: str, *values: Any, value: Wei = _NOTHING, reserve: int = 0
    ) -> ContractCall:
        """The call of the function `name` with `values`."""
        return ContractCall(
            action=f"{self.SOURCE}.{name}",
            to=self.address,
            data=self.abi.function(name, len(values)).encode(*values),
            value=value,
            reserve=reserve,
        )

    async def _ask(self, name: str, *values: Any, at: At) -> tuple[Any, ...]:
        """All that the view `name` answers."""
        answer = await run(self.w3, self._call(name, *values), at=at)
        if not answer:
            raise NoContract(self.SOURCE, self.address)
        return self.abi.function(name, len(values)).decode(answer)

    async def _one(self, name: str, *values: Any, at: At) -> Any:
        """The one value that the view `name` answers."""
        (value,) = await self._ask(name, *values, at=at)
        return value


def struct(value: Any) -> tuple[Any, ...]:
    """A submitted dataclass as the ABI has it: as it says itself, else field by field."""
    if hasattr(value, "struct"):
        return tuple(value.struct)
    return tuple(getattr(value, field.name) for field in fields(value))
