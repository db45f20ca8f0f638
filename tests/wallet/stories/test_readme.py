"""The README's example in Python runs as it stands there."""

import re
from pathlib import Path

import pytest

from tests.wallet.camp import FIRST_PERSON, Camp, new_address
from winze.contracts import eth_balance
from winze.devnet import funded_account
from winze.protocol import ETHER

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

README = Path(__file__).parents[3] / "README.md"


async def test_the_readmes_ten_lines_take_a_session_to_its_end(
    town: Camp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINZE_DATA", str(tmp_path))
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(example.splitlines()) <= 13
    found: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), found)  # noqa: S102 - it is ours
    key, home = funded_account(FIRST_PERSON), new_address()
    await found["main"](town.node.url, town.devnet.url, key.key.hex(), home)  # type: ignore[operator]
    # The node's log stands in between: it runs in this process too.
    assert any(line.startswith("Completed ") for line in capsys.readouterr().out.splitlines())
    assert 0 < await eth_balance(town.devnet.w3, home) < ETHER // 10
