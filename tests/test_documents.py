"""What the documents point at exists: files, headings' anchors, make targets."""

import re
from pathlib import Path

import pytest

from tools.repository import ROOT, files

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)(?P<file>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:src|tests|tools)/[\w./-]+)`")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
ASKED = re.compile(r"(?:`|^    )make ([a-z-]+)", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The anchors that a document's headings get: lower case, words joined by hyphens."""
    text = FENCED.sub("", document.read_text("utf-8"))
    titles = (re.sub(r"[^\w\s-]", "", title.lower()) for title in HEADING.findall(text))
    return {title.strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in LINK.finditer((ROOT / document).read_text("utf-8")):
        target = ROOT / document.parent / link["file"] if link["file"] else ROOT / document
        assert target.exists(), link.group()
        if link["anchor"]:
            assert link["anchor"] in anchors(target), link.group()


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    assert set(ASKED.findall((ROOT / document).read_text("utf-8"))) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    for name in NAMED.findall((ROOT / document).read_text("utf-8")):
        assert (ROOT / name).exists(), name


def test_the_readme_names_every_folder_of_the_product() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    packages = {path.parent.name for path in (ROOT / "src" / "winze").glob("*/__init__.py")}
    folders = {path.parts[0] for path in files() if len(path.parts) > 1}
    for folder in packages | folders:
        assert f" {folder}/" in readme, folder


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    for decision in folder.glob("0*.md"):
        assert f"({decision.name})" in listed, decision.name
