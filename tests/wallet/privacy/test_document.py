"""docs/privacy.md explains every refusal and every warning, and names their figures."""

import pytest

from tools.repository import ROOT
from winze.wallet import Refusal, WarningCode
from winze.wallet.privacy.payouts import DIGITS, RECENT_PERIODS, SMALL_SET, TICKS

TEXT = (ROOT / "docs" / "privacy.md").read_text("utf-8")
WORDS = {2: "two", 30: "thirty"}


@pytest.mark.parametrize("code", [*Refusal, *WarningCode])
def test_every_code_is_explained(code: str) -> None:
    assert f"`{code}`" in TEXT


def test_its_figures_are_those_of_the_checks() -> None:
    for told in (
        f"fewer than {SMALL_SET} deposits",
        f"more than {WORDS[DIGITS]} significant digits",
        f"within {WORDS[RECENT_PERIODS]} periods",
        f"a day's {TICKS}",
    ):
        assert told in TEXT
