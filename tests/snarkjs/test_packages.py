"""The npm packages that tests run are pinned as everything else is."""

import json
from pathlib import Path

PACKAGE = Path(__file__).with_name("npm")


def test_every_package_is_pinned_by_version_and_hash_and_no_address_is_named() -> None:
    asked = json.loads((PACKAGE / "package.json").read_text())["dependencies"]
    text = (PACKAGE / "package-lock.json").read_text()
    locked = json.loads(text)["packages"]
    for name, version in asked.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for name, entry in locked.items():
        assert not name or entry["integrity"].startswith("sha512-"), name
    assert "resolved" not in text
    assert "://" not in text
