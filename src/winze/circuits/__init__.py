"""The statements of Winze, their keys, and the prover."""

from .circuit import Circuit
from .circuit_prover import CircuitProver
from .errors import (
    CircuitsError,
    DamagedKeys,
    KeysError,
    KeyStoreUnusable,
    MalformedProof,
    MalformedWitness,
    MissingKeys,
    NotProvable,
    ProofError,
    SetupFailed,
    WrongKeys,
)
from .key_files import CircuitKeys
from .keys import KeyStore, development_keys
from .manifest import KeyKind, KeyManifest
from .progress import Progress, Report, Stage
from .proof import Proof
from .prover import Prover
from .verifying_key import VerifyingKeyWords, constructor_words
from .witness import Signals, Statement, Witness, circuit_of, signals_of

__all__ = [
    "Circuit",
    "CircuitKeys",
    "CircuitProver",
    "CircuitsError",
    "DamagedKeys",
    "KeyKind",
    "KeyManifest",
    "KeyStore",
    "KeyStoreUnusable",
    "KeysError",
    "MalformedProof",
    "MalformedWitness",
    "MissingKeys",
    "NotProvable",
    "Progress",
    "Proof",
    "ProofError",
    "Prover",
    "Report",
    "SetupFailed",
    "Signals",
    "Stage",
    "Statement",
    "VerifyingKeyWords",
    "Witness",
    "WrongKeys",
    "circuit_of",
    "constructor_words",
    "development_keys",
    "signals_of",
]
