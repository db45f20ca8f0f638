"""The process that makes keys: `python -m winze.circuits.setup_worker TASK ...`.

A process of its own, because the compiler prints to standard output, can bring its process down (as
an import of keys for another circuit does), needs much more memory than anything that follows, and
because what could forge proofs (the setup's random numbers) disappears with it.

    setup CIRCUIT.circom FOLDER        compile, and write keys of our own into the folder
    import CIRCUIT.circom FOLDER ZKEY  compile, and write a ceremony's keys into the folder
    try FOLDER SAMPLE.json             prove the sample with the folder's keys, and verify the proof
"""

import json
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import groth16py

from .circuit import CIRCOMLIB
from .key_files import PROVING_KEY, VERIFYING_KEY


def _setup(source: str, folder: str) -> None:
    _save(folder, *groth16py.setup_circom(source, [str(CIRCOMLIB)]))


def _import(source: str, folder: str, zkey: str) -> None:
    _save(folder, *groth16py.import_zkey(zkey, source, [str(CIRCOMLIB)]))


def _save(
    folder: str, proving_key: groth16py.ProvingKey, verifying_key: groth16py.VerifyingKey
) -> None:
    proving_key.save(str(Path(folder) / PROVING_KEY))
    (Path(folder) / VERIFYING_KEY).write_text(verifying_key.to_json())


def _try(folder: str, sample: str) -> None:
    """From the files as they were saved: that is what provers and verifiers will read."""
    content = json.loads(Path(sample).read_text())
    proving_key = groth16py.ProvingKey.load(str(Path(folder) / PROVING_KEY))
    text = (Path(folder) / VERIFYING_KEY).read_text()
    proof = groth16py.prove(proving_key, content["signals"])
    verifier = groth16py.Verifier(groth16py.VerifyingKey.from_snarkjs(text))
    if not verifier.verify(proof, content["public"]):
        sys.exit("a proof of a true statement, made with it, does not verify")


_TASKS: Final[Mapping[str, Callable[..., None]]] = {
    "setup": _setup,
    "import": _import,
    "try": _try,
}


def main(task: str, *arguments: str) -> None:
    """Do `task`; on failure, say why and exit with 1."""
    try:
        _TASKS[task](*arguments)
    except (
        groth16py.EncodingError,
        groth16py.SetupError,
        groth16py.WitnessError,
        OSError,
    ) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    # Ctrl-C must not wait until the compiler comes back to Python.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main(*sys.argv[1:])
