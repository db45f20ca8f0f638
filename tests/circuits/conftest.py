"""The prover that these tests share. Its keys are cached in the data directory."""

import pytest

from winze.circuits import Prover, development_keys


@pytest.fixture(scope="session")
def prover() -> Prover:
    return Prover(development_keys())
