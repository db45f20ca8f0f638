"""snarkjs, an independent implementation of ceremonies and of verifying, in its own process."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.snarkjs.packages import packages

_HERE = Path(__file__).parent
BEACON = "0123456789abcdef" * 4
"""A public random value; a ceremony takes it from a chain's block after the last contribution."""


class SnarkjsError(Exception):
    """snarkjs threw; the message is its own."""


class Snarkjs:
    """Asks one node process, which answers in order."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, task: str, *arguments: Any) -> Any:
        """The answer to one question; the tasks stand in `driver.mjs`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        plain = [str(each) if isinstance(each, Path) else each for each in arguments]
        self._process.stdin.write(json.dumps({"task": task, "arguments": plain}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"node ended with {self._process.wait()}"
        said = json.loads(line)
        if "error" in said:
            raise SnarkjsError(said["error"])
        return said["answer"]

    def verifies(self, key_text: str, signals: Sequence[int], proof: dict[str, Any]) -> bool:
        """Whether snarkjs accepts one proof in its own format."""
        key = json.loads(key_text)
        return bool(self.ask("verify", key, [str(signal) for signal in signals], proof))

    def hold_ceremony(
        self, r1cs: Path, ptau: Path, folder: Path, *contributors: str, beacon: bool = True
    ) -> Path:
        """A ceremony from `snarkjs groth16 setup` to its last file, which is returned."""
        last = folder / "0.zkey"
        assert self.ask("setup", r1cs, ptau, last) is None, "the circuit is too big for the powers"
        for number, name in enumerate(contributors, start=1):
            after = folder / f"{number}.zkey"
            self.ask("contribute", last, after, name, f"what only {name} types")
            last = after
        if beacon:
            after = folder / "final.zkey"
            self.ask("beacon", last, after, "beacon", BEACON, 10)
            last = after
        return last

    def accepts_ceremony(self, r1cs: Path, ptau: Path, zkey: Path) -> bool:
        """What `snarkjs zkey verify` says."""
        return bool(self.ask("check", r1cs, ptau, zkey))


@contextmanager
def running_snarkjs() -> Iterator[Snarkjs]:
    """snarkjs for the body of `with`."""
    command = ["node", str(_HERE / "driver.mjs"), str(packages())]
    with subprocess.Popen(  # noqa: S603 - node as PATH names it, with a program of ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield Snarkjs(process)
        finally:
            process.kill()


def powers_of_tau(power: int, file: Path) -> Path:
    """Powers of tau in `file`, for circuits of over `2^(power - 2)` and up to `2^power` rows."""
    command = ["node", str(_HERE / "phase1.mjs"), str(packages()), str(power), str(file)]
    subprocess.run(command, check=True)  # noqa: S603 - node as PATH names it, a program of ours
    return file


def compiled_by_circom(source: Path, library: Path, folder: Path) -> bytes:
    """The `.r1cs` that the npm package circom2 makes.

    It sees nothing outside its working folder, so `folder` gets copies of all that is needed.
    """
    here = folder / "circom"
    _copy_circuits(source.parent, here)
    _copy_circuits(library, here / "library")
    program = packages() / "node_modules" / "circom2" / "cli.js"
    command = ["node", str(program), "--O2", "--r1cs", "-l", "library", source.name]
    subprocess.run(command, cwd=here, check=True, capture_output=True)  # noqa: S603 - as above
    return (here / source.with_suffix(".r1cs").name).read_bytes()


def _copy_circuits(folder: Path, to: Path) -> None:
    for path in folder.rglob("*.circom"):
        copy = to / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
