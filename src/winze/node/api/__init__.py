"""What the node serves over HTTP, and the ports to what the node does."""

from .app import create_app
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
from .server import listening, serving, url_of
from .settings import ApiSettings, EndpointClass, Rate

__all__ = [
    "ApiSettings",
    "EndpointClass",
    "Intake",
    "Monitor",
    "NodeStatus",
    "OpenEntries",
    "Ports",
    "Quotes",
    "Rate",
    "Screening",
    "StageTimes",
    "SyncIndex",
    "create_app",
    "listening",
    "serving",
    "url_of",
]
