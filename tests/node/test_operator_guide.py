"""The operator's guide names every key of the configuration and every metric."""

import re
from decimal import Decimal

import pytest

from tools.repository import ROOT
from winze.node.config.settings import allowed, settings
from winze.node.metrics import Metrics
from winze.node.relaying.quotes import CLAIM_GAS, TRANSFER_GAS

GUIDE = (ROOT / "docs" / "operator.md").read_text("utf-8")


def table(first_heading: str) -> list[list[str]]:
    """The cells of each row of the table whose first column is headed so."""
    found = re.search(rf"^\| {first_heading} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE)
    assert found is not None
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in found[1].splitlines()]


def default(value: object) -> str:
    """A default as the guide writes it; none where there is none."""
    match value:
        case None:
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case int() | Decimal():
            return str(value)
        case tuple():
            return "none" if not value else ", ".join(map(str, value))
    return f"`{value}`"


def test_the_reference_is_what_the_configuration_says() -> None:
    rows = [
        [
            f"`{key}`",
            allowed(field),
            "" if field.is_required() else default(field.default),
            str(field.description),
        ]
        for key, field in settings().items()
    ]
    assert table("key") == rows, "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_every_metric_is_explained_and_none_is_made_up() -> None:
    names = {
        f"{each.name}_total" if each.type == "counter" else each.name
        for each in Metrics().registry.collect()
    }
    assert {row[0].strip("`") for row in table("metric")} == names
    assert set(re.findall(r"`(winze_\w+)`", GUIDE)) == names


@pytest.mark.parametrize("gas", [TRANSFER_GAS, CLAIM_GAS])
def test_the_gas_of_a_quote_is_the_codes(gas: int) -> None:
    assert f"{gas:,} for a " in GUIDE


@pytest.mark.parametrize("key", sorted(set(re.findall(r"`([a-z]+\.[a-z_]+)`", GUIDE))))
def test_every_key_that_the_guide_names_exists(key: str) -> None:
    assert key in settings() or key in {"node.toml", "network.json"}
