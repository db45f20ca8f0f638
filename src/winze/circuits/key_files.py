"""A circuit's keys as files: a folder with both keys and the manifest that describes them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import groth16py

from winze.files import sha256_of_file

from .circuit import Circuit
from .errors import DamagedKeys, WrongKeys
from .manifest import KeyKind, KeyManifest
from .verifying_key import VerifyingKeyWords, constructor_words

PROVING_KEY: Final = "proving.key"
"""groth16py's own format: the key, the constraints, and the program that computes witnesses."""

VERIFYING_KEY: Final = "verification_key.json"
"""The snarkjs format, which other verifiers read too."""

MANIFEST: Final = "manifest.json"
"""A `KeyManifest`."""

_PROGRAM_MAGIC: Final = b"\0asm\x01\0\0\0"
"""How every WebAssembly module begins."""

_SIZE_BYTES: Final = 8
"""Before the program stands its size, little endian."""


@dataclass(frozen=True)
class CircuitKeys:
    """One circuit's keys on disk, as its manifest described them when they were opened.

    Both keys are held against their hashes again whenever they are read: a file that changed in
    the meantime is refused, for a proof from another key could never be accepted.
    """

    folder: Path
    """Where the three files stand."""

    manifest: KeyManifest
    """What they are."""

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The keys in `folder`, checked byte by byte.

        Raises:
            DamagedKeys: a file is missing, unreadable, or not what the manifest says.
        """
        keys = cls.described(folder)
        keys.check()
        return keys

    @classmethod
    def described(cls, folder: Path) -> Self:
        """The keys in `folder` as their manifest describes them; the keys are not looked at yet.

        Raises:
            DamagedKeys: the manifest is missing, unreadable, or none.
        """
        try:
            manifest = KeyManifest.from_json((folder / MANIFEST).read_text())
        except OSError as error:
            raise DamagedKeys(folder, f"{MANIFEST} cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise DamagedKeys(folder, f"{MANIFEST} is no manifest: {error}") from error
        return cls(folder, manifest)

    @classmethod
    def pinned(
        cls, folder: Path, circuit: Circuit, proving_key_sha256: str, verifying_key_sha256: str
    ) -> Self:
        """The keys in `folder` that a network pins, without a manifest; not looked at yet.

        They came from somebody who did not make them, so only their hashes are known. Who made
        them the network's description says; here they are taken for the least trusted kind.
        """
        manifest = KeyManifest(
            circuit=circuit,
            kind=KeyKind.DEVELOPMENT,
            source_hash="",
            compiler="",
            constraints=0,
            setup_seconds=0.0,
            proving_key_sha256=proving_key_sha256,
            verifying_key_sha256=verifying_key_sha256,
        )
        return cls(folder, manifest)

    @property
    def proving_key(self) -> Path:
        """The proving key's file."""
        return self.folder / PROVING_KEY

    @property
    def verifying_key(self) -> Path:
        """The verifying key's file."""
        return self.folder / VERIFYING_KEY

    @property
    def proving_key_bytes(self) -> int:
        """The size of the proving key's file.

        Raises:
            OSError: it cannot be read.
        """
        return self.proving_key.stat().st_size

    def check(self) -> None:
        """Hold both files against their hashes.

        Raises:
            DamagedKeys: one is missing, unreadable, or not what the manifest says.
        """
        self._checked(PROVING_KEY, self.manifest.proving_key_sha256)
        self._checked(VERIFYING_KEY, self.manifest.verifying_key_sha256)

    def require(self, proving_key_sha256: str, verifying_key_sha256: str) -> None:
        """Refuse keys that are not those of a network's description.

        Raises:
            WrongKeys: one of the hashes is another.
        """
        manifest = self.manifest
        for name, pinned, found in (
            ("proving key", proving_key_sha256, manifest.proving_key_sha256),
            ("verifying key", verifying_key_sha256, manifest.verifying_key_sha256),
        ):
            if pinned != found:
                raise WrongKeys(manifest.circuit, name, pinned, found)

    def load_proving_key(self) -> groth16py.ProvingKey:
        """Read the proving key, which takes seconds and holds Python's global lock meanwhile.

        Raises:
            DamagedKeys: the file is not what the manifest says, or no proving key.
        """
        path = self._checked(PROVING_KEY, self.manifest.proving_key_sha256)
        try:
            return groth16py.ProvingKey.load(str(path))
        except groth16py.SetupError as error:
            raise DamagedKeys(self.folder, f"{PROVING_KEY} cannot be read ({error})") from error

    def load_witness_program(self) -> bytes:
        """Read the program that computes witnesses, a WebAssembly module, from the proving key.

        groth16py has no call for it, but the place is beyond doubt: the module's first eight bytes
        occur by chance once in 2^64 places, and its size, which fits, stands before them.

        Raises:
            DamagedKeys: the file is not what the manifest says, or holds no such program.
        """
        content = self._checked(PROVING_KEY, self.manifest.proving_key_sha256).read_bytes()
        begin = content.find(_PROGRAM_MAGIC)
        size = int.from_bytes(content[max(begin - _SIZE_BYTES, 0) : max(begin, 0)], "little")
        if begin < _SIZE_BYTES or size > len(content) - begin:
            raise DamagedKeys(self.folder, f"{PROVING_KEY} holds no program for witnesses")
        return content[begin : begin + size]

    def load_verifying_key(self) -> groth16py.VerifyingKey:
        """Read the verifying key.

        Raises:
            DamagedKeys: the file is not what the manifest says, or no verifying key.
        """
        text = self._verifying_key_text()
        try:
            return groth16py.VerifyingKey.from_snarkjs(text)
        except groth16py.EncodingError as error:
            raise DamagedKeys(self.folder, f"{VERIFYING_KEY} cannot be read ({error})") from error

    def constructor_words(self) -> VerifyingKeyWords:
        """The verifying key as the verifier contract's constructor takes it.

        Raises:
            DamagedKeys: the file is not what the manifest says, or no verifying key.
        """
        text = self._verifying_key_text()
        try:
            return constructor_words(text)
        except ValueError as error:
            raise DamagedKeys(self.folder, f"{VERIFYING_KEY} cannot be read ({error})") from error

    def _verifying_key_text(self) -> str:
        return self._checked(VERIFYING_KEY, self.manifest.verifying_key_sha256).read_text()

    def _checked(self, name: str, expected: str) -> Path:
        """The path of file `name`, whose content has the `expected` hash."""
        path = self.folder / name
        try:
            found = sha256_of_file(path)
        except OSError as error:
            raise DamagedKeys(self.folder, f"{name} cannot be read ({error.strerror})") from error
        if found != expected:
            raise DamagedKeys(
                self.folder, f"{name} has SHA-256 {found}, its manifest says {expected}"
            )
        return path
