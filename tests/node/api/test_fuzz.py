"""The API is asked what its description allows, and what it does not: never an error of ours.

schemathesis prints its seed; it also holds every answer against the description.
"""

import io
from pathlib import Path

import pytest

from tests.node.api.fuzzing import fuzz, served_apart
from tests.node.api.ports import FakeNode
from winze.node.api import ApiSettings, create_app
from winze.wire import RelayRequest

LIMITS = ApiSettings(rates={})


@pytest.fixture
def node(node: FakeNode) -> FakeNode:
    node.index.rows, node.index.final = 50, 30
    return node


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--phases", "examples,coverage,fuzzing", "--max-examples", "5"], id="short"),
        pytest.param(["--max-examples", "1000"], id="long", marks=pytest.mark.long),
    ],
)
def test_no_call_is_an_error_of_ours(
    node: FakeNode, tmp_path: Path, options: list[str], logged: io.StringIO
) -> None:
    with served_apart(create_app(node.ports(), LIMITS), LIMITS) as address:
        told = fuzz(address, tmp_path, *options)
    assert "15 selected / 15 total" in told
    assert "an answer failed" not in logged.getvalue()
    for request in node.intake.submitted:
        assert RelayRequest.decode(request.encode()) == request
