"""Development keys: made once, kept, and made again when they cannot be used (protocol §9).

Keys stand in folders named by circuit and by the hash of its sources, so that two versions of Winze
share one data directory. They appear there complete or not at all. What stands there is never
believed: every file is held against its hash before it is used.
"""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from winze.files import data_directory, sha256_of_file

from .circuit import COMPILER, Circuit, source_hash
from .errors import DamagedKeys, KeyStoreUnusable
from .key_files import MANIFEST, PROVING_KEY, VERIFYING_KEY, CircuitKeys
from .locking import exclusive
from .manifest import KeyKind, KeyManifest
from .progress import Progress, Report, Stage, unreported
from .setup import SetupResult, run_setup

_NONE_YET: Final = "there are none yet"
_HASH_SHOWN: Final = 16

_LARGEST_FIRST: Final = (Circuit.BLOCK, Circuit.TRANSFER, Circuit.CLAIM)
"""So that two cores are busy to the end: block takes as long as both others together."""


def development_keys(
    report: Report = unreported, circuits: Iterable[Circuit] = _LARGEST_FIRST
) -> dict[Circuit, CircuitKeys]:
    """The keys of `circuits` for development, found or made, as many at a time as there are cores.

    Args:
        report: Told what happens where keys are missing, stale or damaged; all is well in silence.
        circuits: Whose keys are wanted.

    Raises:
        SetupFailed: a circuit does not compile, or its setup failed.
        KeyStoreUnusable: keys are missing and cannot be written.
    """
    try:
        folder = data_directory("keys", KeyKind.DEVELOPMENT)
    except OSError as error:
        raise KeyStoreUnusable(Path(error.filename or "keys"), error) from error
    store = KeyStore(folder, report)
    wanted = list(circuits)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = pool.map(lambda circuit: store.keys(circuit, circuit.source), wanted)
        return dict(zip(wanted, found, strict=True))


class KeyStore:
    """A folder of development keys, shared by threads and processes."""

    def __init__(self, folder: Path, report: Report = unreported) -> None:
        """Keep keys in `folder`, which exists; see `development_keys` for `report`."""
        self.folder = folder
        self._report = report
        self._reporting = threading.Lock()

    def keys(self, circuit: str, source: Path) -> CircuitKeys:
        """The keys of the circuit of this name, whose `main` stands in `source`; made if need be.

        Raises:
            SetupFailed: the circuit does not compile, or its setup failed.
            KeyStoreUnusable: the keys are missing and cannot be written.
        """
        sources = source_hash(source)
        folder = self.folder / f"{circuit}-{sources[:_HASH_SHOWN]}"
        found = _look(folder, sources)
        if isinstance(found, CircuitKeys):
            return found
        try:
            return self._find_or_make(circuit, source, sources, folder)
        except OSError as error:
            raise KeyStoreUnusable(self.folder, error) from error

    def _find_or_make(self, circuit: str, source: Path, sources: str, folder: Path) -> CircuitKeys:
        def waiting(elapsed: float) -> None:
            self._tell(circuit, Stage.WAITING, elapsed, "another process makes them")

        with exclusive(self.folder / f".{folder.name}.lock", waiting):
            # Whoever held the lock before us may have made them.
            found = _look(folder, sources)
            if isinstance(found, CircuitKeys):
                return found
            return self._make(circuit, source, sources, folder, found)

    def _make(
        self, circuit: str, source: Path, sources: str, folder: Path, reason: str
    ) -> CircuitKeys:
        """Make keys beside `folder` and put them there in one step. The lock is held."""
        prefix = f".{folder.name}."
        for litter in self.folder.glob(f"{prefix}*/"):  # of processes that were killed
            shutil.rmtree(litter, ignore_errors=True)
        # A name of its own: a killed process's worker may still be about to write.
        new = Path(tempfile.mkdtemp(dir=self.folder, prefix=prefix))
        try:
            result = run_setup(
                source, new, lambda seconds: self._tell(circuit, Stage.SETUP, seconds, reason)
            )
            manifest = _manifest(circuit, sources, new, result)
            (new / MANIFEST).write_text(manifest.to_json())
            _replace(folder, new)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        self._tell(circuit, Stage.DONE, result.seconds, reason)
        return CircuitKeys(folder, manifest)

    def _tell(self, circuit: str, stage: Stage, elapsed: float, reason: str) -> None:
        with self._reporting:
            self._report(Progress(circuit, stage, elapsed, reason))


def _look(folder: Path, sources: str) -> CircuitKeys | str:
    """The usable keys in `folder`, or why there are none."""
    if not folder.exists():
        return _NONE_YET
    try:
        keys = CircuitKeys.open(folder)
    except DamagedKeys as error:
        return f"the old ones are damaged: {error.problem}"
    if keys.manifest.source_hash != sources:
        return "the old ones are stale: their circuit's sources were others"
    return keys


def _manifest(circuit: str, sources: str, folder: Path, result: SetupResult) -> KeyManifest:
    return KeyManifest(
        circuit=circuit,
        kind=KeyKind.DEVELOPMENT,
        source_hash=sources,
        compiler=COMPILER,
        constraints=result.constraints,
        setup_seconds=result.seconds,
        proving_key_sha256=sha256_of_file(folder / PROVING_KEY),
        verifying_key_sha256=sha256_of_file(folder / VERIFYING_KEY),
    )


def _replace(folder: Path, new: Path) -> None:
    """Put `new` in `folder`'s place. Should this stop halfway, there are none, which is noticed."""
    if folder.exists():
        shutil.rmtree(folder)
    new.rename(folder)
