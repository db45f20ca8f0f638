"""Functions and events as a contract's ABI describes them: values to bytes and back.

The ABI comes from the compiled source, so what a contract takes, answers and emits is written
once, there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Final

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_abi.grammar import parse
from eth_utils.abi import collapse_if_tuple

from winze.protocol import WORD_BYTES, EthAddress, keccak

from .errors import InvalidCall, UnexpectedAnswer

SELECTOR_BYTES: Final = 4


def encode_values(action: str, types: Sequence[str], values: Sequence[Any]) -> bytes:
    """The ABI encoding of `values`; `action` names the call in the error.

    Raises:
        InvalidCall: their number or one of them does not fit `types`.
    """
    if len(values) != len(types):
        raise InvalidCall(f"{action} takes {len(types)} values, not {len(values)}")
    try:
        return encode(list(types), list(values))
    except (EncodingError, OverflowError) as problem:
        raise InvalidCall(f"{action} takes ({', '.join(types)}): {problem}") from problem


def decode_values(action: str, types: Sequence[str], data: bytes) -> tuple[Any, ...]:
    """The values that `data` encodes, addresses as `EthAddress`.

    Raises:
        UnexpectedAnswer: `data` is no encoding of `types`.
    """
    try:
        values = decode(list(types), data)
    except (DecodingError, OverflowError, ValueError) as problem:
        raise UnexpectedAnswer(
            f"{action}: {len(data)} bytes are no ({', '.join(types)}): {problem}"
        ) from problem
    return tuple(
        EthAddress(value) if kind == "address" else value
        for kind, value in zip(types, values, strict=True)
    )


@dataclass(frozen=True)
class Function:
    """An external function: how it is called and what it answers."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    names: tuple[str, ...]
    """What its inputs are called."""
    looks: bool
    """Whether it only looks and changes nothing."""

    @property
    def signature(self) -> str:
        """Its name and the types it takes, as its selector is made of them."""
        return f"{self.name}({','.join(self.inputs)})"

    @property
    def selector(self) -> bytes:
        """The 4 bytes that a call to it begins with."""
        return keccak(self.signature.encode())[:SELECTOR_BYTES]

    def encode(self, *values: Any) -> bytes:
        """The calldata of a call with `values`, structs as tuples.

        Raises:
            InvalidCall: a value does not fit.
        """
        return self.selector + encode_values(self.name, self.inputs, values)

    def arguments(self, data: bytes) -> dict[str, Any]:
        """The inputs by name that a call with the calldata `data` hands over.

        Raises:
            UnexpectedAnswer: behind the selector stands no encoding of the inputs.
        """
        values = decode_values(f"a call of {self.name}", self.inputs, data[SELECTOR_BYTES:])
        return dict(zip(self.names, values, strict=True))

    def decode(self, data: bytes) -> tuple[Any, ...]:
        """What an answer of `data` says.

        Raises:
            UnexpectedAnswer: it is no encoding of the outputs.
        """
        return decode_values(self.name, self.outputs, data)


@dataclass(frozen=True)
class Event:
    """An event: how its logs are recognised and read."""

    name: str
    inputs: tuple[tuple[str, str, bool], ...]
    """Each parameter's name, type and whether it is a topic, in the source's order."""

    @cached_property
    def topic(self) -> bytes:
        """The 32 bytes that the first topic of its logs holds."""
        types = ",".join(kind for _, kind, _ in self.inputs)
        return keccak(f"{self.name}({types})".encode())

    @cached_property
    def topic_count(self) -> int:
        """How many topics its logs have."""
        return 1 + sum(is_topic for _, _, is_topic in self.inputs)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many bytes of data each parameter takes: none where it is a topic."""
        return tuple(0 if is_topic else _size(kind) for _, kind, is_topic in self.inputs)

    def words(self, topics: Sequence[bytes], data: bytes) -> bytes:
        """The parameters as ABI words, in the source's order. `topics` begin with the event's own.

        Raises:
            UnexpectedAnswer: topics or data do not fit the event.
        """
        fits = len(topics) == self.topic_count and len(data) == sum(self.sizes)
        if not fits or topics[0] != self.topic:
            raise UnexpectedAnswer(
                f"a log of {len(topics)} topics and {len(data)} bytes is no {self.name}"
            )
        indexed, at, words = iter(topics[1:]), 0, []
        for size in self.sizes:
            words.append(data[at : at + size] if size else next(indexed))
            at += size
        return b"".join(words)


class Abi:
    """A contract's ABI, looked up by name."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        functions = [_function(entry) for entry in entries if entry["type"] == "function"]
        # A default argument makes one function of each number of arguments.
        self._functions = {(each.name, len(each.inputs)): each for each in functions}
        self._selectors = {each.selector: each for each in functions}
        events = [_event(entry) for entry in entries if entry["type"] == "event"]
        self._events = {each.name: each for each in events}
        constructors = [entry for entry in entries if entry["type"] == "constructor"]
        self.constructor: tuple[str, ...] = _types(
            constructors[0]["inputs"] if constructors else ()
        )

    @property
    def functions(self) -> tuple[Function, ...]:
        """All external functions."""
        return tuple(self._functions.values())

    @property
    def events(self) -> tuple[Event, ...]:
        """All events."""
        return tuple(self._events.values())

    def function(self, name: str, arguments: int) -> Function:
        """The function `name` that takes so many arguments.

        Raises:
            InvalidCall: there is none.
        """
        try:
            return self._functions[name, arguments]
        except KeyError:
            raise InvalidCall(f"no function {name} takes {arguments} arguments") from None

    def called(self, data: bytes) -> Function | None:
        """The function that a call with the calldata `data` reaches; None where it is no such."""
        return self._selectors.get(data[:SELECTOR_BYTES])

    def event(self, name: str) -> Event:
        """The event `name`.

        Raises:
            UnexpectedAnswer: there is none.
        """
        try:
            return self._events[name]
        except KeyError:
            raise UnexpectedAnswer(f"the ABI has no event {name}") from None


def _types(parameters: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(collapse_if_tuple(dict(parameter)) for parameter in parameters)


def _size(kind: str) -> int:
    """The bytes of a parameter of fixed size; our events have no others."""
    return WORD_BYTES * prod(int(count) for (count,) in parse(kind).arrlist or ())


def _function(entry: Mapping[str, Any]) -> Function:
    return Function(
        entry["name"],
        _types(entry["inputs"]),
        _types(entry["outputs"]),
        tuple(each["name"] for each in entry["inputs"]),
        entry.get("stateMutability") in ("view", "pure"),
    )


def _event(entry: Mapping[str, Any]) -> Event:
    types = _types(entry["inputs"])
    parameters = zip(entry["inputs"], types, strict=True)
    return Event(
        entry["name"],
        tuple((each["name"], kind, bool(each["indexed"])) for each, kind in parameters),
    )
