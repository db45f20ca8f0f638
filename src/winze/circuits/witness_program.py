"""Running the program that computes a circuit's witness, compiled to machine code.

circom compiles every circuit to WebAssembly besides its constraints, and groth16py keeps that in
the proving key. groth16py interprets it; compiled, it takes a tenth of the time (decision 12) and
tells which rule a false witness breaks. Nothing here has to be trusted: a witness that is not one
gives a proof that does not verify, and such a proof is never handed out.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

from wasmtime import Config, Engine, Func, Global, Instance, Linker, Memory, Module, Store, Table
from wasmtime import Trap as ProgramStopped
from wasmtime import WasmtimeError as ProgramError

from .errors import MalformedWitness, NotProvable
from .witness import Signal

_RUNTIME: Final = Path(__file__).with_name("witness_runtime.wat")
_ELEMENT_BYTES: Final = 32
_CALLED_BY_RUNTIME: Final = ("getMessageChar", "getWitness", "readSharedRWMemory")
"""In the order of the table `program` of the runtime."""

_CALLED: Final = {
    *_CALLED_BY_RUNTIME,
    *("getInputSignalSize", "getInputSize", "getSharedRWMemoryStart", "getWitnessSize"),
    *("init", "memory", "setInputSignal"),
}
"""All that is called here, which programs of circom 2.1 and later have."""

_FAILURE: Final = re.compile(r"Error in template (\w+)_\d+ line: (\d+)")
_WORD: Final = 1 << 32

_Export = TypeVar("_Export", Func, Global, Memory, Table)


class WitnessProgram:
    """A circuit's compiled witness program; may be used by several threads at once.

    Each computation has memory of its own, which is given back when it ends.
    """

    def __init__(self, circuit: str, program: bytes) -> None:
        """Compile `program`, which takes about a second of one core and lets other threads run.

        Args:
            circuit: The circuit's name, for messages.
            program: The WebAssembly module that circom made.

        Raises:
            ValueError: it is no WebAssembly module, or not one of circom's.
        """
        self._circuit = circuit
        self._engine = Engine(_settings())
        self._runtime = Module(self._engine, _RUNTIME.read_text("utf-8"))
        try:
            self._program = Module(self._engine, program)
        except ProgramError as error:
            raise ValueError(f"not a WebAssembly module: {error}") from error
        missing = _CALLED - {export.name for export in self._program.exports}
        if missing:
            raise ValueError(f"not a witness program: it has no {', '.join(sorted(missing))}")

    def elements(self, signals: Mapping[str, Signal]) -> bytearray:
        """The whole witness: 32 bytes an element, little endian, the constant 1 first.

        Args:
            signals: Every input of the circuit by name; elements of the field.

        Raises:
            MalformedWitness: a signal is missing, unknown, or of the wrong size.
            NotProvable: a rule of the circuit does not hold, or the program cannot go on.
        """
        run = _Run(self._engine, self._runtime, self._program)
        run.call("init", 1)
        given = 0
        try:
            for name, value in signals.items():
                given += self._give(run, name, value)
        except (ProgramError, ProgramStopped):
            raise NotProvable(self._circuit, _reason(run.messages())) from None
        if given != (wanted := run.call("getInputSize")):
            raise MalformedWitness(
                f"signals do not fit the {self._circuit} circuit: its inputs are {wanted} numbers; "
                f"{given} were given"
            )
        return run.witness()

    def _give(self, run: "_Run", name: str, value: Signal) -> int:
        """Hand one signal over, and say of how many numbers it consists.

        The program computes as soon as it has the last one.
        """
        numbers, place = list(_flat(value)), _place(name)
        wanted = run.call("getInputSignalSize", *place)
        if wanted == 0 or wanted != len(numbers):
            expected = f"has {wanted} numbers" if wanted else "does not exist"
            raise MalformedWitness(
                f"signals do not fit the {self._circuit} circuit: signal {name} {expected}; "
                f"{len(numbers)} were given"
            )
        for index, number in enumerate(numbers):
            run.share(number.to_bytes(_ELEMENT_BYTES, "little"))
            run.call("setInputSignal", *place, index)
        return len(numbers)


class _Run:
    """One computation: a fresh instance of the program and of the runtime around it."""

    def __init__(self, engine: Engine, runtime: Module, program: Module) -> None:
        self._store = Store(engine)
        linker = Linker(engine)
        self._runtime = linker.instantiate(self._store, runtime)
        linker.define_instance(self._store, "runtime", self._runtime)
        self._program = linker.instantiate(self._store, program)
        table = self._export(self._runtime, "program", Table)
        for index, name in enumerate(_CALLED_BY_RUNTIME):
            table.set(self._store, index, self._export(self._program, name, Func))
        self._shared = self.call("getSharedRWMemoryStart")
        self._memory = self._export(self._program, "memory", Memory)

    def call(self, name: str, *arguments: int) -> int:
        """What the program's function returns; 0 if it returns nothing."""
        found = self._export(self._program, name, Func)(self._store, *arguments)
        return found if isinstance(found, int) else 0

    def share(self, element: bytes) -> None:
        """Put `element` where the program's next call looks for one."""
        self._memory.write(self._store, element, self._shared)

    def witness(self) -> bytearray:
        """All elements, once the program has computed them."""
        count = self.call("getWitnessSize")
        self._export(self._runtime, "collect", Func)(self._store, count)
        memory = self._export(self._runtime, "witness", Memory)
        return memory.read(self._store, 0, count * _ELEMENT_BYTES)

    def messages(self) -> list[str]:
        """What the program said about its failure, the innermost template first."""
        end = self._export(self._runtime, "messages_bytes", Global).value(self._store)
        found = self._export(self._runtime, "messages", Memory).read(self._store, 0, end)
        return [text for text in found.decode("ascii", "replace").split("\0") if text]

    def _export(self, instance: Instance, name: str, kind: type[_Export]) -> _Export:
        found = instance.exports(self._store)[name]
        if not isinstance(found, kind):
            raise ProgramError(f"{name} of the witness program is no {kind.__name__}")
        return found


def _settings() -> Config:
    """Optimising would take half as long again and make a witness no faster.

    One core compiles: the other reads the key meanwhile.
    """
    settings = Config()
    settings.cranelift_opt_level = "none"
    settings.parallel_compilation = False
    return settings


def _reason(messages: list[str]) -> str:
    """Why the program stopped; messages name templates and lines, never values."""
    places = [found for text in messages for found in _FAILURE.findall(text)]
    if not places:
        return "its program cannot go on"
    return "a rule does not hold in " + ", of ".join(
        f"{name} (line {line})" for name, line in places
    )


def _place(name: str) -> tuple[int, int]:
    """The 64-bit FNV-1a hash by which programs know signals, as two signed words, upper first."""
    found = 0xCBF29CE484222325
    for byte in name.encode():
        found = (found ^ byte) * 0x100000001B3 % (_WORD * _WORD)
    upper, lower = divmod(found, _WORD)
    return _signed(upper), _signed(lower)


def _signed(word: int) -> int:
    return word - _WORD if word >= _WORD // 2 else word


def _flat(value: Signal) -> Iterator[int]:
    """The numbers of an array of arrays, in order."""
    if isinstance(value, int):
        yield value
    else:
        for element in value:
            yield from _flat(element)
