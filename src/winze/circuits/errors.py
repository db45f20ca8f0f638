"""What the circuits' layer refuses.

WinzeError
└── CircuitsError               a key or a proof that cannot be had
    ├── KeysError               proving or verifying keys
    │   ├── SetupFailed         the compiler or the setup ended without making keys
    │   ├── KeyStoreUnusable    the folder of keys cannot be read or written
    │   ├── MissingKeys         a circuit for which no keys were given
    │   ├── DamagedKeys         files that are not what their manifest says
    │   ├── WrongKeys           keys that are not those a network has pinned
    │   ├── KeysNotHere         keys that this machine has not got
    │   └── UnusableZkey        a file that is not a finished ceremony's key for a circuit of ours
    └── ProofError              making and reading proofs
        ├── MalformedProof      bytes or words that cannot be a proof
        ├── MalformedWitness    signals that do not fit the circuit
        └── NotProvable         a witness that breaks a rule of its statement
"""

from pathlib import Path

from winze.protocol import WinzeError


class CircuitsError(WinzeError):
    """A key or a proof that cannot be had."""


class KeysError(CircuitsError):
    """Proving or verifying keys that cannot be had."""


class SetupFailed(KeysError):
    """The compiler or the setup ended without making keys; `output` is what they printed."""

    def __init__(self, circuit: str, reason: str, output: str = "") -> None:
        self.circuit, self.reason, self.output = circuit, reason, output
        printed = f"; it printed: {output}" if output else ""
        super().__init__(f"no keys could be made for the {circuit} circuit: {reason}{printed}")


class KeyStoreUnusable(KeysError):
    """The folder of keys cannot be read or written."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        self.folder = folder
        super().__init__(
            f"keys cannot be kept in {folder}: {cause.strerror or cause}; make that folder "
            "writable, or set WINZE_DATA to another one"
        )


class MissingKeys(KeysError):
    """A circuit for which a prover was given no keys."""

    def __init__(self, circuit: str) -> None:
        self.circuit = circuit
        super().__init__(f"this prover was given no keys for the {circuit} circuit")


class DamagedKeys(KeysError):
    """Files that are not what their manifest says; `problem` is the first difference found."""

    def __init__(self, folder: Path, problem: str) -> None:
        self.folder, self.problem = folder, problem
        super().__init__(
            f"the keys in {folder} cannot be used: {problem}; make them again with `winze keys`, "
            "or import the ceremony's file again with `winze keys import`"
        )


class WrongKeys(KeysError):
    """Keys that are not those a network has pinned: its contracts would refuse every proof."""

    def __init__(self, circuit: str, name: str, pinned: str, found: str) -> None:
        self.circuit, self.pinned, self.found = circuit, pinned, found
        super().__init__(
            f"the network pins SHA-256 {pinned} for the {name} of the {circuit} circuit; the one "
            f"here has {found}: get the network's own keys"
        )


class KeysNotHere(KeysError):
    """Keys that this machine has not got; `wanted` says which."""

    def __init__(self, circuit: str, wanted: str) -> None:
        self.circuit, self.wanted = circuit, wanted
        super().__init__(
            f"no keys here for the {circuit} circuit {wanted}: import the network's own .zkey file "
            "with `winze keys import`"
        )


class UnusableZkey(KeysError):
    """A file that is not a finished ceremony's key for a circuit of ours; nothing was imported."""

    def __init__(self, path: Path, circuit: str | None, problem: str) -> None:
        self.path, self.circuit, self.problem = path, circuit, problem
        subject = f"for the {circuit} circuit" if circuit else "for a circuit of ours"
        super().__init__(
            f"{path} cannot be imported {subject}: {problem}; nothing was imported. Get the "
            "ceremony's last file, and see what `snarkjs zkey verify` says about it"
        )


class ProofError(CircuitsError):
    """A proof that cannot be made or read."""


class MalformedProof(ProofError):
    """Bytes or words that cannot be a proof."""


class MalformedWitness(ProofError):
    """Signals that do not fit the circuit. The message names a signal, never a private value."""


class NotProvable(ProofError):
    """A witness that breaks a rule of its statement, so that no proof of it verifies."""

    def __init__(self, circuit: str, reason: str) -> None:
        self.circuit, self.reason = circuit, reason
        super().__init__(f"the {circuit} circuit refuses this witness: {reason}")
