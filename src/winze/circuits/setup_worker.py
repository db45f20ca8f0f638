"""The process that makes keys: `python -m winze.circuits.setup_worker CIRCUIT.circom FOLDER`.

A process of its own, because the compiler prints to standard output, can bring its process down,
needs much more memory than anything that follows, and because what could forge proofs (the setup's
random numbers) disappears with it.
"""

import signal
import sys
from pathlib import Path

import groth16py

from .circuit import CIRCOMLIB
from .key_files import PROVING_KEY, VERIFYING_KEY


def main(source: str, folder: str) -> None:
    """Compile `source` and write both keys into `folder`; on failure, say why and exit with 1."""
    try:
        proving_key, verifying_key = groth16py.setup_circom(source, [str(CIRCOMLIB)])
        proving_key.save(str(Path(folder) / PROVING_KEY))
        (Path(folder) / VERIFYING_KEY).write_text(verifying_key.to_json())
    except (groth16py.SetupError, groth16py.WitnessError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    # Ctrl-C must not wait until the compiler comes back to Python.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main(*sys.argv[1:])
