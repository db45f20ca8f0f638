"""Proving the protocol's statements, and checking such proofs."""

from collections.abc import Mapping

from .circuit import Circuit
from .circuit_prover import CircuitProver
from .errors import MissingKeys
from .key_files import CircuitKeys
from .proof import Proof
from .witness import Statement, Witness, circuit_of, signals_of


class Prover:
    """Makes and checks proofs for one network, whose keys it is given.

    Nothing is read until it is needed, and then once. Several threads may use it at once; each
    proof occupies one core.
    """

    def __init__(self, keys: Mapping[Circuit, CircuitKeys]) -> None:
        self._circuits = {circuit: CircuitProver(found) for circuit, found in keys.items()}

    def prove(self, witness: Witness) -> Proof:
        """The proof of `witness.statement`, verified before it is handed out.

        Raises:
            NotProvable: the witness breaks a rule of its circuit.
            MissingKeys: this prover was given none for that circuit.
            DamagedKeys: a key's file is not what its manifest says.
        """
        return self.circuit(circuit_of(witness)).prove(
            signals_of(witness), witness.statement.signals()
        )

    def verify(self, statement: Statement, proof: Proof) -> bool:
        """Whether `proof` proves `statement`.

        Raises:
            MissingKeys: this prover was given none for that circuit.
            DamagedKeys: the verifying key's file is not what its manifest says.
        """
        return self.circuit(circuit_of(statement)).verify(statement.signals(), proof)

    def load(self, *circuits: Circuit) -> None:
        """Read proving keys now, so that the first proof does not wait for it.

        Reading holds Python's global lock for seconds: a server does this before it serves.

        Raises:
            MissingKeys: this prover was given none for one of them.
            DamagedKeys: a key's file is not what its manifest says.
        """
        for circuit in circuits:
            self.circuit(circuit).proving_key()

    def circuit(self, circuit: Circuit) -> CircuitProver:
        """The prover of one circuit, on the level of signals.

        Raises:
            MissingKeys: this prover was given none for it.
        """
        if circuit not in self._circuits:
            raise MissingKeys(circuit)
        return self._circuits[circuit]
