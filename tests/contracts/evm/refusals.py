"""How a test says that a call is refused."""

import re
from contextlib import AbstractContextManager

import pytest

from tests.contracts.evm.chain import CallFailed
from winze.protocol import Refused


def refused(reason: str) -> AbstractContextManager[pytest.ExceptionInfo[Refused]]:
    """Contract and model both refuse, for this reason."""
    return pytest.raises(Refused, match=f"^{re.escape(reason)}$")


def fails(reason: str) -> AbstractContextManager[pytest.ExceptionInfo[CallFailed]]:
    """The contract refuses, for this reason; there is no model."""
    return pytest.raises(CallFailed, match=f"^{re.escape(reason)}$")
