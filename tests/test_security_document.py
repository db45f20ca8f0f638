"""What `docs/security.md` points at exists: every test, property and figure that it names.

A name without a file belongs to the file named before it in the same paragraph or row.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tools.repository import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text("utf-8")
CONTRACTS = ROOT / "src" / "winze" / "contracts"
NAMED = re.compile(r"`(?P<file>[\w/]+\.py)?::(?P<name>\w+)`")
PROPERTY = re.compile(r"\b[CSOLMPRN]\d+\b")
FIGURE = re.compile(r"`([A-Z][A-Z_]+)` \(([\d,]+)\)")
SECTION = re.compile(r"^#+ ", re.MULTILINE)
WITHOUT_A_TEST = "(#open)", "(#inherited-from-the-rules-as-given)"


def named_in(text: str) -> Iterator[tuple[str, str]]:
    """File and name of each test that a paragraph or row names."""
    file = ""
    for found in NAMED.finditer(text):
        file = found["file"] or file
        yield file, found["name"]


def paragraphs() -> list[str]:
    """The document in pieces, each row of a table being one."""
    return re.split(r"\n\n|\n(?=\|)", DOCUMENT)


def attacks() -> list[list[str]]:
    """The cells of all rows of the tables whose last column says what shows the answer."""
    tables = re.findall(r"^\|.*\| shown by \|\n\|.*\n((?:\|.*\n)+)", DOCUMENT, re.MULTILINE)
    return [line.strip("| ").split(" | ") for table in tables for line in table.splitlines()]


@cache
def defined_in(file: str) -> frozenset[str]:
    """The tests that a file below `tests` defines; nothing if there is no such file."""
    path = ROOT / "tests" / file
    if not file or not path.is_file():
        return frozenset()
    found = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(
        each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize(
    ("file", "name"), sorted({each for text in paragraphs() for each in named_in(text)})
)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    assert name.startswith("test_"), name
    assert name in defined_in(file), f"{file}::{name}"


@pytest.mark.parametrize("row", attacks(), ids=lambda row: row[0][:40])
def test_every_answer_is_shown_or_said_to_be_missing(row: list[str]) -> None:
    attack, answer, shown = row
    assert attack
    assert answer
    assert list(named_in(shown)) or any(link in shown for link in WITHOUT_A_TEST), shown


def test_there_is_a_table_in_every_part() -> None:
    headings = [part for part in SECTION.split(DOCUMENT) if "| shown by |" in part]
    assert [part.split("\n")[0] for part in headings] == [
        "Value out of nothing",
        "Redirecting",
        "Freezing and delaying",
        "The verifier and its keys",
        "Mining",
        "Privacy",
        "Keys and the user's machine",
        "The node",
        "Recovery",
    ]


def test_every_property_that_is_quoted_is_one() -> None:
    listed = (ROOT / "docs" / "properties.md").read_text("utf-8")
    known = set(re.findall(r"^\| ([A-Z]\d+) \|", listed, re.MULTILINE))
    quoted = set(PROPERTY.findall(DOCUMENT))
    assert quoted
    assert quoted <= known


def test_the_figures_are_those_of_the_contracts() -> None:
    source = "\n".join(path.read_text("utf-8") for path in sorted(CONTRACTS.glob("*.vy")))
    figures = FIGURE.findall(DOCUMENT)
    assert figures
    for name, figure in figures:
        written = re.search(rf"^{name}: constant\(uint256\) = ([\d_]+)$", source, re.MULTILINE)
        assert written is not None, name
        assert int(written[1]) == int(figure.replace(",", "")), name


def test_what_is_open_is_numbered_as_it_is_referred_to() -> None:
    opened = DOCUMENT.split("\n## Open\n")[1]
    numbers = [int(each) for each in re.findall(r"^(\d+)\. ", opened, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {int(each) for each in re.findall(r"\(#open\), (\d+)", DOCUMENT)} <= set(numbers)
