"""Proving and verifying with one circuit's keys, on the level of signals.

Where the system has files in memory, a `WitnessProgram` computes the witness and names the rule
that a false one breaks. Elsewhere groth16py does, which takes a fifth longer in all (decision 12):
its witness calculator stops at the failing assertion *without telling*, what was not computed yet
stays 0, and `prove` returns 256 bytes that verify against nothing. It raises only where the program
itself cannot go on (a division by zero) and where signals are missing, unknown or of the wrong
count. It reduces private signals modulo p silently, and its messages quote values. Hence here,
either way: signals are checked before they are handed over, and every proof is verified against the
exact public signals before it is handed out.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import groth16py

from winze.protocol import FIELD_ORDER

from .errors import DamagedKeys, MalformedWitness, NotProvable
from .heap import return_free_memory
from .key_files import PROVING_KEY, CircuitKeys
from .proof import Proof
from .witness import Signal
from .witness_file import FILES_IN_MEMORY, witness_file
from .witness_program import WitnessProgram


class CircuitProver:
    """Makes and checks the proofs of one circuit; may be used by several threads at once.

    Each key is read when it is first needed, once: verifying never loads the proving key.
    """

    def __init__(self, keys: CircuitKeys, *, compiled: bool = FILES_IN_MEMORY) -> None:
        """Prove with `keys`; `compiled` says whether witnesses are computed by machine code."""
        self.keys = keys
        self._compiled = compiled
        self._loading = threading.Lock()
        self._proving_key: groth16py.ProvingKey | None = None
        self._program: WitnessProgram | None = None
        self._prepared: tuple[groth16py.Verifier, int] | None = None

    def prove(self, signals: Mapping[str, Signal], public: Sequence[int]) -> Proof:
        """A proof that verifies for the `public` signals.

        Proving takes a second or more of one core and lets other threads run meanwhile; only the
        first call's reading of the key does not.

        Args:
            signals: Every input of the circuit by name, public ones included.
            public: The public signals in the circuit's order.

        Raises:
            MalformedWitness: a signal is missing, unknown, of the wrong size, or no field element.
            NotProvable: the witness breaks a rule of the circuit, or does not belong to `public`.
            DamagedKeys: a key's file is not what its manifest says.
        """
        circuit = self.keys.manifest.circuit
        plain = {name: _plain(circuit, name, value) for name, value in signals.items()}
        key = self.proving_key()
        if self._program is None:
            proof = _interpreted(circuit, key, plain)
        else:
            proof = self._from_witness(key, self._program.elements(plain))
        return_free_memory()
        if not self.verify(public, proof):
            raise NotProvable(circuit, "the proof made from it does not verify")
        return proof

    def verify(self, public: Sequence[int], proof: Proof) -> bool:
        """Whether `proof` proves the statement with these public signals, in the circuit's order.

        A signal that is no field element, or a proof whose points are not on their curves, proves
        nothing: the answer is no, as on chain.

        Raises:
            MalformedWitness: the circuit has another number of public signals.
            DamagedKeys: the key's file is not what its manifest says.
        """
        verifier, expected = self._verifier()
        if len(public) != expected:
            raise MalformedWitness(
                f"the {self.keys.manifest.circuit} circuit has {expected} public signals; "
                f"{len(public)} were given"
            )
        try:
            return verifier.verify(proof, [int(signal) for signal in public])
        except groth16py.EncodingError:
            return False

    def proving_key(self) -> groth16py.ProvingKey:
        """The proving key, read if need be with all that proving takes.

        Raises:
            DamagedKeys: the key's file is not what its manifest says.
        """
        with self._loading:
            if self._proving_key is None:
                # groth16py reads on one core: the other compiles meanwhile.
                with ThreadPoolExecutor(1) as pool:
                    program = pool.submit(self._compile) if self._compiled else None
                    key = self.keys.load_proving_key()
                    self._program = program.result() if program else None
                return_free_memory()
                self._proving_key = key
            return self._proving_key

    def _from_witness(self, key: groth16py.ProvingKey, elements: bytearray) -> Proof:
        """A proof, which verifies against nothing if the witness is none."""
        try:
            with witness_file(elements) as path:
                return Proof(groth16py.prove_wtns(key, path))
        except groth16py.SetupError as error:
            raise DamagedKeys(
                self.keys.folder, f"{PROVING_KEY}: its program is of another circuit ({error})"
            ) from error

    def _compile(self) -> WitnessProgram:
        keys = self.keys
        try:
            return WitnessProgram(keys.manifest.circuit, keys.load_witness_program())
        except ValueError as error:
            raise DamagedKeys(keys.folder, f"{PROVING_KEY}: its program is {error}") from error

    def _verifier(self) -> tuple[groth16py.Verifier, int]:
        """The prepared verifying key, read if need be, and the number of its public signals."""
        with self._loading:
            if self._prepared is None:
                key = self.keys.load_verifying_key()
                self._prepared = groth16py.Verifier(key), key.n_public
            return self._prepared


def _interpreted(circuit: str, key: groth16py.ProvingKey, signals: Mapping[str, Signal]) -> Proof:
    """A proof, which may verify against nothing, from a witness that groth16py computes.

    Raises:
        MalformedWitness: a signal is missing, unknown, or of the wrong size.
        NotProvable: the witness program cannot go on.
    """
    try:
        return Proof(groth16py.prove(key, dict[str, object](signals)))
    except groth16py.WitnessError as error:
        if "trapped" in str(error):
            raise NotProvable(circuit, f"its program cannot go on ({error})") from None
        raise MalformedWitness(f"signals do not fit the {circuit} circuit: {error}") from None


def _plain(circuit: str, name: str, value: Signal) -> Signal:
    """`value` with its arrays as lists, the only ones that groth16py takes.

    Raises:
        MalformedWitness: it holds something that is no element of the field.
    """
    if isinstance(value, int):
        if 0 <= value < FIELD_ORDER:
            return value
    elif isinstance(value, list | tuple):
        return [_plain(circuit, name, element) for element in value]
    raise MalformedWitness(f"signal {name} of the {circuit} circuit must hold field elements")
