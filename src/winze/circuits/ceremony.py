"""Keys from ceremonies: imported once from `.zkey` files, checked, and kept (protocol §9).

They stand in folders named by circuit and by the hash of the `.zkey` file. A folder appears when
everything about it was checked, and complete, or not at all. What stands there is never believed:
every file is held against its hash before it is used.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from winze.files import data_directory, sha256_of_file
from winze.protocol import BlockStatement, ClaimStatement, TransferStatement

from .circuit import COMPILER, Circuit, source_hash
from .compiler import compile_constraints
from .constraints import Constraints
from .errors import DamagedKeys, KeyStoreUnusable, SetupFailed, UnusableZkey
from .key_files import MANIFEST, PROVING_KEY, VERIFYING_KEY, CircuitKeys
from .locking import exclusive
from .manifest import Ceremony, KeyKind, KeyManifest
from .progress import Progress, Report, Stage, unreported
from .samples import Sample, sample
from .setup import run_worker
from .verifying_key import constructor_words
from .zkey import Zkey

_HASH_SHOWN: Final = 16
_CONSTRAINTS: Final = "circuit.r1cs"
_SAMPLE: Final = "sample.json"

_PUBLIC_SIGNALS: Final = {
    len(fields(statement)): circuit
    for circuit, statement in (
        (Circuit.TRANSFER, TransferStatement),
        (Circuit.CLAIM, ClaimStatement),
        (Circuit.BLOCK, BlockStatement),
    )
}
"""Each circuit has a number of public signals of its own, by which its keys are recognised."""


@dataclass(frozen=True)
class Subject:
    """A circuit, and a true statement about it with which imported keys are tried."""

    name: str
    source: Path
    sample: Sample


def subject_of(circuit: Circuit) -> Subject:
    """One of ours."""
    return Subject(str(circuit), circuit.source, sample(circuit))


def import_ceremony(
    zkey: Path, circuit: Circuit | None = None, report: Report = unreported
) -> CircuitKeys:
    """Import the file that a ceremony ended with; see `CeremonyStore.add`.

    Args:
        zkey: The file.
        circuit: The circuit that it must be for; None takes the one that it seems to be for.
        report: Told what happens.

    Raises:
        UnusableZkey: the file is not a finished ceremony's key for the circuit.
        SetupFailed: the circuit does not compile.
        KeyStoreUnusable: the keys cannot be written.
    """
    store = CeremonyStore(ceremony_folder(), report)
    return store.add(zkey, subject_of(circuit or circuit_of_zkey(zkey)))


def circuit_of_zkey(path: Path) -> Circuit:
    """The circuit that the file seems to be for.

    Raises:
        UnusableZkey: for none of ours.
    """
    public = _read(path, None).public
    if public not in _PUBLIC_SIGNALS:
        raise UnusableZkey(path, None, f"it has {public} public signals, and none of ours has")
    return _PUBLIC_SIGNALS[public]


def ceremony_folder() -> Path:
    """Where imported keys stand.

    Raises:
        KeyStoreUnusable: it cannot be made.
    """
    try:
        return data_directory("keys", KeyKind.CEREMONY)
    except OSError as error:
        raise KeyStoreUnusable(Path(error.filename or "keys"), error) from error


class CeremonyStore:
    """A folder of imported keys, shared by threads and processes."""

    def __init__(self, folder: Path, report: Report = unreported) -> None:
        """Keep keys in `folder`, which exists; `report` is told what happens."""
        self.folder = folder
        self._report = report

    def add(self, zkey: Path, subject: Subject) -> CircuitKeys:
        """The keys in the file `zkey`, imported unless they are here already.

        In order: the file has the form of one; it is for exactly the constraints that the circuit
        compiles to here; its points are on their curves; at least two people contributed to it;
        the imported verifying key is the file's own; a proof made with the imported keys verifies.

        Raises:
            UnusableZkey: one of these does not hold.
            SetupFailed: the circuit does not compile.
            KeyStoreUnusable: the keys cannot be written.
        """
        sources = source_hash(subject.source)
        try:
            zkey_sha256 = sha256_of_file(zkey)
        except OSError as error:
            raise _unreadable(zkey, subject.name, error) from error
        folder = self.folder / f"{subject.name}-{zkey_sha256[:_HASH_SHOWN]}"
        try:
            with exclusive(self.folder / f".{folder.name}.lock", self._waiting(subject.name)):
                found = _found(folder, sources)
                return found or self._import(zkey, zkey_sha256, subject, folder)
        except OSError as error:
            raise KeyStoreUnusable(self.folder, error) from error

    def _import(self, zkey: Path, zkey_sha256: str, subject: Subject, folder: Path) -> CircuitKeys:
        """Import beside `folder` and put it there in one step. The lock is held."""
        begun = time.monotonic()
        prefix = f".{folder.name}."
        for litter in self.folder.glob(f"{prefix}*/"):  # of processes that were killed
            shutil.rmtree(litter, ignore_errors=True)
        new = Path(tempfile.mkdtemp(dir=self.folder, prefix=prefix))
        try:
            # A copy: what is imported is what was checked, whatever happens to the file meanwhile.
            copy = new / "key.zkey"
            shutil.copyfile(zkey, copy)
            if sha256_of_file(copy) != zkey_sha256:
                raise UnusableZkey(zkey, subject.name, "it changed while it was read")
            work = _Import(zkey, copy, subject, new, self._teller(subject.name))
            constraints = work.check()
            work.convert()
            work.try_out()
            seconds = round(time.monotonic() - begun, 3)
            manifest = work.manifest(constraints, zkey_sha256, seconds)
            copy.unlink()
            (new / MANIFEST).write_text(manifest.to_json())
            if folder.exists():  # damaged, or of other sources
                shutil.rmtree(folder)
            new.rename(folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        self._report(Progress(subject.name, Stage.DONE, seconds, ""))
        return CircuitKeys(folder, manifest)

    def _teller(self, circuit: str) -> Callable[[Stage, float], None]:
        return lambda stage, elapsed: self._report(Progress(circuit, stage, elapsed, ""))

    def _waiting(self, circuit: str) -> Callable[[float], None]:
        reason = "another process imports the same file"
        return lambda elapsed: self._report(Progress(circuit, Stage.WAITING, elapsed, reason))


class _Import:
    """One file on its way."""

    def __init__(
        self,
        named: Path,
        zkey: Path,
        subject: Subject,
        folder: Path,
        tell: Callable[[Stage, float], None],
    ) -> None:
        """`named` is what the file is called in errors, `zkey` the copy that is read."""
        self._named, self._path, self._subject, self._folder = named, zkey, subject, folder
        self._tell = tell
        self._zkey = _read(zkey, subject.name, named)

    def check(self) -> int:
        """Hold the file against the circuit; the number of its constraints is returned."""
        compiled = compile_constraints(
            self._subject.source, lambda seconds: self._tell(Stage.COMPILE, seconds)
        )
        self._tell(Stage.CHECK, 0)
        path = self._folder / _CONSTRAINTS
        path.write_bytes(compiled)
        constraints = Constraints.read(path)
        path.unlink()
        try:
            self._zkey.check(constraints)
        except ValueError as error:
            raise UnusableZkey(self._named, self._subject.name, str(error)) from error
        return constraints.count

    def convert(self) -> None:
        """Write both keys into the folder."""
        self._work(Stage.IMPORT, "import", str(self._subject.source), self._folder, self._path)
        text = (self._folder / VERIFYING_KEY).read_text()
        if constructor_words(text) != self._zkey.verifying_key:
            raise self._refused("the imported verifying key is not the file's own")

    def try_out(self) -> None:
        """Prove the sample with what was written."""
        path = self._folder / _SAMPLE
        statement = self._subject.sample
        path.write_text(json.dumps({"signals": statement.signals, "public": statement.public}))
        self._work(Stage.TRY, "try", self._folder, path)
        path.unlink()

    def manifest(self, constraints: int, zkey_sha256: str, seconds: float) -> KeyManifest:
        """What is written down about the keys."""
        contributions = self._zkey.contributions
        return KeyManifest(
            circuit=self._subject.name,
            kind=KeyKind.CEREMONY,
            source_hash=source_hash(self._subject.source),
            compiler=COMPILER,
            constraints=constraints,
            setup_seconds=seconds,
            proving_key_sha256=sha256_of_file(self._folder / PROVING_KEY),
            verifying_key_sha256=sha256_of_file(self._folder / VERIFYING_KEY),
            ceremony=Ceremony(zkey_sha256, contributions.circuit_hash, contributions.all),
        )

    def _work(self, stage: Stage, *task: str | Path) -> None:
        try:
            run_worker(
                self._subject.name,
                *map(str, task),
                elapsed=lambda seconds: self._tell(stage, seconds),
            )
        except SetupFailed as error:
            raise self._refused(f"{error.reason}: {error.output}") from error

    def _refused(self, problem: str) -> UnusableZkey:
        return UnusableZkey(self._named, self._subject.name, problem)


def _read(path: Path, circuit: str | None, named: Path | None = None) -> Zkey:
    try:
        return Zkey.read(path)
    except ValueError as error:
        raise UnusableZkey(named or path, circuit, str(error)) from error
    except OSError as error:
        raise _unreadable(named or path, circuit, error) from error


def _unreadable(path: Path, circuit: str | None, error: OSError) -> UnusableZkey:
    return UnusableZkey(path, circuit, f"it cannot be read ({error.strerror})")


def _found(folder: Path, sources: str) -> CircuitKeys | None:
    """The usable keys in `folder`; damaged ones and those of other sources are imported again."""
    try:
        keys = CircuitKeys.open(folder)
    except DamagedKeys:
        return None
    return keys if keys.manifest.source_hash == sources else None
