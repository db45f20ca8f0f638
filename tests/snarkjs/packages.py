"""The npm packages that tests run, pinned by version and hash, installed on first use."""

import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from winze.files import data_directory

_PACKAGE = Path(__file__).with_name("npm")
_NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


@cache
def packages() -> Path:
    """The folder whose `node_modules` they are in.

    Where to fetch them from is npm's own configuration; what they are is in `package-lock.json`.
    """
    name = hashlib.sha256((_PACKAGE / "package-lock.json").read_bytes()).hexdigest()[:16]
    home = data_directory("test-packages") / name
    if not home.exists():
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=".installing-") as scratch:
            fresh = Path(scratch) / "npm"
            shutil.copytree(_PACKAGE, fresh)
            # npm as PATH names it, with arguments of ours
            done = subprocess.run(  # noqa: S603
                _NPM, cwd=fresh, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"npm could not install snarkjs:\n{done.stderr[-2000:]}"
            try:
                fresh.rename(home)
            except OSError:
                assert home.exists()  # another process was quicker: theirs is as good
    return home
