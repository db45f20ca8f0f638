"""A fresh chain for each test."""

import pytest

from tests.contracts.evm.samples import Town


@pytest.fixture
def town() -> Town:
    return Town()
