"""What the node serves over HTTP, and the ports to what the node does."""

from .ports import (
    Intake,
    Monitor,
    NodeStatus,
    OpenEntries,
    Ports,
    Quotes,
    Screening,
    StageTimes,
    SyncIndex,
)

__all__ = [
    "Intake",
    "Monitor",
    "NodeStatus",
    "OpenEntries",
    "Ports",
    "Quotes",
    "Screening",
    "StageTimes",
    "SyncIndex",
]
