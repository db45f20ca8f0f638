"""Proving and verifying with one circuit's keys, on the level of signals.

What groth16py does with a witness that breaks a rule: its witness calculator stops at the failing
assertion *without telling*, what was not computed yet stays 0, and `prove` returns 256 bytes that
verify against nothing. It raises only where the witness program itself cannot go on (a division by
zero) and where signals are missing, unknown or of the wrong count. It reduces private signals
modulo p silently, and its messages quote values. Hence here: signals are checked before they are
handed over, and every proof is verified against the exact public signals before it is handed out.
"""

import threading
from collections.abc import Mapping, Sequence

import groth16py

from winze.protocol import FIELD_ORDER

from .errors import MalformedWitness, NotProvable
from .key_files import CircuitKeys
from .proof import Proof
from .witness import Signal


class CircuitProver:
    """Makes and checks the proofs of one circuit; may be used by several threads at once.

    Each key is read when it is first needed, once: verifying never loads the proving key.
    """

    def __init__(self, keys: CircuitKeys) -> None:
        self.keys = keys
        self._loading = threading.Lock()
        self._proving_key: groth16py.ProvingKey | None = None
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
        plain: dict[str, object] = {
            name: _plain(circuit, name, value) for name, value in signals.items()
        }
        key = self.proving_key()
        try:
            proof = Proof(groth16py.prove(key, plain))
        except groth16py.WitnessError as error:
            if "trapped" in str(error):
                raise NotProvable(circuit, f"its program cannot go on ({error})") from None
            raise MalformedWitness(f"signals do not fit the {circuit} circuit: {error}") from None
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
        """The proving key, read if need be; see `CircuitKeys.load_proving_key`."""
        with self._loading:
            if self._proving_key is None:
                self._proving_key = self.keys.load_proving_key()
            return self._proving_key

    def _verifier(self) -> tuple[groth16py.Verifier, int]:
        """The prepared verifying key, read if need be, and the number of its public signals."""
        with self._loading:
            if self._prepared is None:
                key = self.keys.load_verifying_key()
                self._prepared = groth16py.Verifier(key), key.n_public
            return self._prepared


def _plain(circuit: str, name: str, value: Signal) -> int | list[object]:
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
