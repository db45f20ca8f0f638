"""Building blocks: what is due, and the proofs that are made for it."""

from .builder import BlockBuilder
from .proofs import ProofJob, ProofStore

__all__ = ["BlockBuilder", "ProofJob", "ProofStore"]
