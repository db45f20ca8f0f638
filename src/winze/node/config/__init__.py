"""The node's configuration: what there is to set, where it is read from, how it is explained."""

from .file import load_config
from .model import NodeConfig
from .parts import (
    BATCH_LIMIT,
    Batches,
    FeeRules,
    Keys,
    Limits,
    Listen,
    Logs,
    Requests,
    Screening,
    Work,
)
from .settings import PASSPHRASE_VARIABLE, VARIABLE_PREFIX
from .text import sample_config, shown_config
from .types import Key, LogFormat, LogLevel

__all__ = [
    "BATCH_LIMIT",
    "PASSPHRASE_VARIABLE",
    "VARIABLE_PREFIX",
    "Batches",
    "FeeRules",
    "Key",
    "Keys",
    "Limits",
    "Listen",
    "LogFormat",
    "LogLevel",
    "Logs",
    "NodeConfig",
    "Requests",
    "Screening",
    "Work",
    "load_config",
    "sample_config",
    "shown_config",
]
