"""Finding anvil: the one we are told, the one on PATH, or the pinned one, installed on first use.

The pinned one comes from npm as a prebuilt program. Its version and hash stand in the lock file
that is shipped beside this module; where to fetch it from is npm's own configuration.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from winze.files import data_directory

from .errors import AnvilMissing, InstallFailed

ANVIL_VARIABLE: Final = "WINZE_ANVIL"
"""The environment variable that names the anvil to use."""

_PACKAGE: Final = Path(__file__).parent / "npm"
_PROGRAM: Final = Path("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")
_PACKAGED_FOR: Final = ("Linux", "x86_64")
_NPM: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
_LAST_LINES: Final = 15

Progress = Callable[[str], None]
"""Is told in a few words what is being done."""


def find_anvil(progress: Progress, environment: Mapping[str, str] = os.environ) -> Path:
    """The anvil to start: `WINZE_ANVIL`, else the one on PATH, else the pinned one.

    Args:
        progress: is told that something is being installed.
        environment: the environment's variables.

    Raises:
        AnvilMissing: `WINZE_ANVIL` names no program, or there is none and none for this machine.
        InstallFailed: npm could not install the pinned one.
    """
    configured = environment.get(ANVIL_VARIABLE)
    if configured:
        return _told(Path(configured))
    search = environment.get("PATH")
    on_path = shutil.which("anvil", path=search)
    if on_path:
        return Path(on_path)
    machine = (platform.system(), platform.machine())
    return install_anvil(
        data_directory("anvil"), shutil.which("npm", path=search), machine, progress
    )


def install_anvil(
    folder: Path, npm: str | None, machine: tuple[str, str], progress: Progress
) -> Path:
    """The pinned anvil inside `folder`, installed there if it is not yet.

    Args:
        folder: where our installations stand, one for each lock file.
        npm: the npm program, or None where there is none.
        machine: operating system and processor, as `platform` names them.
        progress: is told that something is being installed.

    Raises:
        AnvilMissing: npm is missing, or the pinned anvil is not made for `machine`.
        InstallFailed: npm failed, or `folder` cannot be written.
    """
    home = folder / _lock_name()
    program = home / _PROGRAM
    if program.is_file():
        return program
    if machine != _PACKAGED_FOR:
        raise AnvilMissing(
            f"there is no anvil on PATH, and the pinned one is not made for {' '.join(machine)}: "
            f"install Foundry's anvil, or set {ANVIL_VARIABLE} to it"
        )
    if npm is None:
        raise AnvilMissing(
            f"there is no anvil on PATH and no npm to install it with: install either of them, "
            f"or set {ANVIL_VARIABLE} to an anvil"
        )
    progress("installing anvil from npm (once, 43 MB)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _install(home, npm)
    except OSError as problem:
        raise InstallFailed(f"anvil cannot be installed in {folder}: {problem}") from problem
    return program


def _told(program: Path) -> Path:
    if not program.is_file() or not os.access(program, os.X_OK):
        raise AnvilMissing(f"{ANVIL_VARIABLE} names {program}, which is no program")
    return program


def _lock_name() -> str:
    """A folder name that changes with the pinned version."""
    lock = (_PACKAGE / "package-lock.json").read_bytes()
    return hashlib.sha256(lock).hexdigest()[:16]


def _install(home: Path, npm: str) -> None:
    """Install beside `home` and move it there in one step: half an installation is never found."""
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".installing-") as scratch:
        fresh = Path(scratch) / "npm"
        shutil.copytree(_PACKAGE, fresh)
        done = subprocess.run(  # noqa: S603 - npm as PATH names it, with arguments of ours
            [npm, *_NPM], cwd=fresh, capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not (fresh / _PROGRAM).is_file():
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:])
            raise InstallFailed(
                f"npm could not install anvil (it ended with {done.returncode}):\n{said}"
            )
        try:
            fresh.rename(home)
        except OSError:
            if not (home / _PROGRAM).is_file():
                raise
            # Somebody else installed it meanwhile: theirs is as good as ours.
