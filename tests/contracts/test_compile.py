"""Compiling contracts, and trusting only what was really compiled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from winze.contracts import (
    CODE_LIMIT,
    Artifact,
    CompileError,
    ContractName,
    ContractTooLarge,
    compile_contract,
    compiled,
)

SOURCE = """# pragma version ~=0.4.3
from . import numbers
LIMIT: public(immutable(uint256))

@deploy
def __init__(limit: uint256):
    LIMIT = limit

@external
@pure
def answer() -> uint256:
    return numbers.ANSWER
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "numbers.vy").write_text("ANSWER: constant(uint256) = 42\n")
    path = folder / "small.vy"
    path.write_text(SOURCE)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def kept(cache: Path) -> list[Path]:
    return sorted(cache.rglob("*.json"))


def test_a_contract_is_compiled_with_its_modules(source: Path, cache: Path) -> None:
    artifact = compile_contract(source, cache)
    assert artifact.name == "small"
    assert {each.signature for each in artifact.abi.functions} == {"answer()", "LIMIT()"}
    assert artifact.abi.constructor == ("uint256",)
    assert artifact.runtime_code in artifact.creation_code


def test_immutables_count_as_code(source: Path, cache: Path) -> None:
    artifact = compile_contract(source, cache)
    assert artifact.immutables_size == 32
    assert artifact.size == len(artifact.runtime_code) + 32


def test_a_contract_is_compiled_once(source: Path, cache: Path) -> None:
    first = compile_contract(source, cache)
    (path,) = kept(cache)
    written = path.stat().st_mtime_ns
    assert compile_contract(source, cache) == first
    assert path.stat().st_mtime_ns == written


@pytest.mark.parametrize("name", ["small.vy", "numbers.vy"])
def test_a_changed_source_or_module_is_compiled_again(source: Path, cache: Path, name: str) -> None:
    before = compile_contract(source, cache)
    changed = source.with_name(name)
    changed.write_text(changed.read_text().replace("42", "43").replace("answer", "reply"))
    assert compile_contract(source, cache) != before
    assert len(kept(cache)) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: content.replace(b"0x", b"1x", 1).replace(b"42", b"43", 1) + b" ",
        lambda content: b"\xff" + content,
        lambda content: content.replace(b"small", b"smelt", 1),
    ],
)
def test_a_damaged_cache_is_noticed_and_made_again(
    source: Path, cache: Path, damage: Callable[[bytes], bytes]
) -> None:
    good = compile_contract(source, cache)
    (path,) = kept(cache)
    content = path.read_bytes()
    path.write_bytes(damage(content))
    assert compile_contract(source, cache) == good
    assert path.read_bytes() == content


def test_a_source_that_is_refused_is_told_with_the_compilers_words(
    source: Path, cache: Path
) -> None:
    source.write_text(SOURCE.replace("numbers.ANSWER", "numbers.QUESTION"))
    with pytest.raises(CompileError, match="QUESTION"):
        compile_contract(source, cache)
    assert kept(cache) == []


def test_a_cache_that_cannot_be_written_is_told(source: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    with pytest.raises(CompileError, match=r"cannot be kept .* WINZE_DATA"):
        compile_contract(source, in_the_way / "cache")


def test_a_missing_source_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"absent\.vy"):
        compile_contract(tmp_path / "absent.vy", tmp_path)


def artifact_of(runtime: int, immutables: int) -> Artifact:
    return Artifact("large", (), b"", bytes(runtime), immutables)


def test_code_at_the_limit_is_accepted() -> None:
    artifact_of(CODE_LIMIT, 0).check_size()
    artifact_of(CODE_LIMIT - 32, 32).check_size()


def test_code_one_byte_above_the_limit_is_refused() -> None:
    with pytest.raises(ContractTooLarge, match=f"has {CODE_LIMIT + 1} bytes"):
        artifact_of(CODE_LIMIT - 31, 32).check_size()


def test_a_source_with_too_much_code_is_refused(source: Path, cache: Path) -> None:
    text = "x" * CODE_LIMIT
    source.write_text(
        f'@external\n@pure\ndef text() -> String[{CODE_LIMIT}]:\n    return "{text}"\n'
    )
    with pytest.raises(ContractTooLarge, match="small has"):
        compile_contract(source, cache)


@pytest.mark.parametrize("name", sorted({each.source for each in ContractName}))
def test_our_contracts_are_small_enough_for_a_chain(name: str) -> None:
    assert 0 < compiled(name).size <= CODE_LIMIT
