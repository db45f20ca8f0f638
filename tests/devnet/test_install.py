"""Finding anvil, and installing the pinned one where there is none."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import winze.devnet
from tests.devnet.programs import script
from winze.devnet import AnvilMissing, InstallFailed, find_anvil, install_anvil

HERE = ("Linux", "x86_64")
PROGRAM = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
PACKAGE = Path(winze.devnet.__file__).with_name("npm")

INSTALLS = f"""
[ "$1" = ci ] && [ -f package.json ] && [ -f package-lock.json ] || exit 9
echo run >> "$(dirname "$0")/runs"
mkdir -p "$(dirname {PROGRAM})"
printf '#!/bin/sh\\n' > {PROGRAM}
chmod +x {PROGRAM}
"""


class Told(list[str]):
    """Progress, remembered."""

    def __call__(self, words: str) -> None:
        self.append(words)


def runs(npm: Path) -> int:
    return len((npm.parent / "runs").read_text().splitlines())


def test_the_pinned_anvil_is_installed_once_and_found_again(tmp_path: Path) -> None:
    npm, told = script(tmp_path / "bin" / "npm", INSTALLS), Told()
    first = install_anvil(tmp_path / "anvils", str(npm), HERE, told)
    assert first.is_file()
    assert first.as_posix().endswith(PROGRAM)
    assert install_anvil(tmp_path / "anvils", None, HERE, told) == first
    assert (runs(npm), len(told)) == (1, 1)
    assert "npm" in told[0]


def test_an_installation_that_fails_leaves_nothing_and_tells_npms_last_words(
    tmp_path: Path,
) -> None:
    npm = script(
        tmp_path / "bin" / "npm", 'mkdir node_modules; echo "npm error EINTEGRITY" >&2; exit 1'
    )
    (tmp_path / "anvils").mkdir()
    with pytest.raises(InstallFailed, match=r"ended with 1.*\n.*EINTEGRITY"):
        install_anvil(tmp_path / "anvils", str(npm), HERE, Told())
    assert list((tmp_path / "anvils").iterdir()) == []


def test_an_npm_that_fails_after_it_left_a_program_has_failed(tmp_path: Path) -> None:
    npm = script(tmp_path / "bin" / "npm", INSTALLS + "exit 1")
    with pytest.raises(InstallFailed, match="ended with 1"):
        install_anvil(tmp_path / "anvils", str(npm), HERE, Told())


def test_an_npm_that_succeeds_without_a_program_has_failed(tmp_path: Path) -> None:
    npm = script(tmp_path / "bin" / "npm", "exit 0")
    with pytest.raises(InstallFailed, match="ended with 0"):
        install_anvil(tmp_path / "anvils", str(npm), HERE, Told())


def test_two_who_install_at_once_share_what_comes_first(tmp_path: Path) -> None:
    anvils = tmp_path / "anvils"
    inner = script(tmp_path / "inner" / "npm", INSTALLS)

    class Rival(Told):
        """Installs, too, while the first one is about to."""

        def __call__(self, words: str) -> None:
            super().__call__(words)
            install_anvil(anvils, str(inner), HERE, Told())

    npm = script(tmp_path / "bin" / "npm", INSTALLS)
    program = install_anvil(anvils, str(npm), HERE, Rival())
    assert program.is_file()
    assert (runs(npm), runs(inner)) == (1, 1)
    assert [path.name for path in anvils.iterdir()] == [program.parents[4].name]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    npm = script(tmp_path / "bin" / "npm", INSTALLS)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InstallFailed, match="cannot be installed in"):
        install_anvil(tmp_path / "file" / "anvils", str(npm), HERE, Told())


def test_an_npm_that_is_no_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="cannot be installed in"):
        install_anvil(tmp_path / "anvils", str(tmp_path / "absent"), HERE, Told())


def test_without_npm_it_is_said_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(AnvilMissing, match="install either of them"):
        install_anvil(tmp_path, None, HERE, Told())


@pytest.mark.parametrize("machine", [("Darwin", "arm64"), ("Linux", "aarch64")])
def test_a_machine_that_the_pinned_one_is_not_made_for_is_told(
    tmp_path: Path, machine: tuple[str, str]
) -> None:
    npm = script(tmp_path / "bin" / "npm", INSTALLS)
    with pytest.raises(AnvilMissing, match=" ".join(machine)):
        install_anvil(tmp_path, str(npm), machine, Told())


def environment(path: Path, told: str | None = None) -> Mapping[str, str]:
    return {"PATH": str(path)} | ({"WINZE_ANVIL": told} if told is not None else {})


def test_the_anvil_on_path_is_taken(tmp_path: Path) -> None:
    program = script(tmp_path / "anvil", "exit 0")
    assert find_anvil(Told(), environment(tmp_path)) == program


def test_the_anvil_that_is_told_goes_before_the_one_on_path(tmp_path: Path) -> None:
    script(tmp_path / "anvil", "exit 0")
    other = script(tmp_path / "other", "exit 0")
    assert find_anvil(Told(), environment(tmp_path, str(other))) == other


@pytest.mark.parametrize("kind", ["absent", "folder", "plain file"])
def test_a_told_anvil_that_is_no_program_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "told"
    if kind == "folder":
        path.mkdir()
    elif kind == "plain file":
        path.write_text("no program")
    with pytest.raises(AnvilMissing, match="WINZE_ANVIL names"):
        find_anvil(Told(), environment(tmp_path, str(path)))


def test_the_pinned_package_says_version_and_hash_and_no_address() -> None:
    package = json.loads((PACKAGE / "package.json").read_text())
    lock = json.loads((PACKAGE / "package-lock.json").read_text())
    (name,) = package["dependencies"]
    entry = lock["packages"][f"node_modules/{name}"]
    assert entry["version"] == package["dependencies"][name]
    assert entry["integrity"].startswith("sha512-")
    assert "resolved" not in (PACKAGE / "package-lock.json").read_text()
    assert "://" not in (PACKAGE / "package-lock.json").read_text()
