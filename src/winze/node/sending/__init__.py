"""Sending transactions so that none is lost, and none sent twice, whatever happens to the node."""

from .jobs import Job, JobState, JobStore, Version
from .outbox import Outbox, OutboxPolicy
from .signer import Signer

__all__ = ["Job", "JobState", "JobStore", "Outbox", "OutboxPolicy", "Signer", "Version"]
