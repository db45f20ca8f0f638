"""The statements of Winze, their keys, and the prover."""

from .ceremony import CeremonyStore, Subject, import_ceremony
from .circuit import Circuit
from .circuit_prover import CircuitProver
from .compiler import compile_constraints
from .contributions import Contribution
from .errors import (
    CircuitsError,
    DamagedKeys,
    KeysError,
    KeysNotHere,
    KeyStoreUnusable,
    MalformedProof,
    MalformedWitness,
    MissingKeys,
    NotProvable,
    ProofError,
    SetupFailed,
    UnusableZkey,
    WrongKeys,
)
from .key_files import CircuitKeys
from .keys import KeyStore, development_keys
from .manifest import Ceremony, KeyKind, KeyManifest
from .progress import Progress, Report, Stage
from .proof import Proof
from .prover import Prover
from .samples import Sample, sample
from .shelf import Shelved, ceremony_keys, pinned_keys, shelved_keys
from .verifying_key import VerifyingKeyWords, constructor_words
from .witness import Signals, Statement, Witness, circuit_of, signals_of

__all__ = [
    "Ceremony",
    "CeremonyStore",
    "Circuit",
    "CircuitKeys",
    "CircuitProver",
    "CircuitsError",
    "Contribution",
    "DamagedKeys",
    "KeyKind",
    "KeyManifest",
    "KeyStore",
    "KeyStoreUnusable",
    "KeysError",
    "KeysNotHere",
    "MalformedProof",
    "MalformedWitness",
    "MissingKeys",
    "NotProvable",
    "Progress",
    "Proof",
    "ProofError",
    "Prover",
    "Report",
    "Sample",
    "SetupFailed",
    "Shelved",
    "Signals",
    "Stage",
    "Statement",
    "Subject",
    "UnusableZkey",
    "VerifyingKeyWords",
    "Witness",
    "WrongKeys",
    "ceremony_keys",
    "circuit_of",
    "compile_constraints",
    "constructor_words",
    "development_keys",
    "import_ceremony",
    "pinned_keys",
    "sample",
    "shelved_keys",
    "signals_of",
]
