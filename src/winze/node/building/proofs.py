"""Proofs of blocks on disk: made once, whoever asked for them, whatever happened since."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Engine, delete, insert, select

from winze.circuits import Proof, signals_of
from winze.protocol import BlockWitness

from ..database import reading, writing
from .tables import proofs


@dataclass(frozen=True)
class ProofJob:
    """All that a machine has to know to prove a block: nothing in it is secret."""

    statement: str
    """The public signals, hashed: what the proof is kept under."""

    block: int
    signals: dict[str, Any]
    """The circuit's inputs by name."""

    public: list[int]
    """The public signals, in the circuit's order."""

    @classmethod
    def of(cls, witness: BlockWitness) -> Self:
        """The job of proving `witness`."""
        plain = {name: _plain(value) for name, value in signals_of(witness).items()}
        public = [int(signal) for signal in witness.statement.signals()]
        return cls(statement_of(witness), int(witness.block.index), plain, public)


def statement_of(witness: BlockWitness) -> str:
    """What a witness's proof is kept under: another draw or another history gives another one."""
    words = b"".join(int(signal).to_bytes(32) for signal in witness.statement.signals())
    return hashlib.sha256(words).hexdigest()


class ProofStore:
    """The proofs of blocks; every method is one transaction of the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, statements: Sequence[str]) -> dict[str, Proof]:
        """Those of these statements' proofs that were made."""
        found = select(proofs).where(proofs.c.statement.in_(statements))
        with reading(self._engine) as database:
            return {row.statement: Proof(row.proof) for row in database.execute(found)}

    def add(self, job: ProofJob, proof: Proof, seconds: float) -> None:
        """Keep a proof, unless the same statement has one."""
        fields = {
            "statement": job.statement,
            "block": job.block,
            "proof": bytes(proof),
            "seconds": seconds,
        }
        with writing(self._engine) as database:
            known = select(proofs.c.statement).where(proofs.c.statement == job.statement)
            if database.execute(known).first() is None:
                database.execute(insert(proofs).values(fields))

    def forget(self, before: int) -> None:
        """Drop the proofs of blocks below `before`, which nobody will ask for again."""
        with writing(self._engine) as database:
            database.execute(delete(proofs).where(proofs.c.block < before))


def _plain(value: Any) -> Any:
    """Signals as the plain numbers and lists that a database can keep."""
    return int(value) if isinstance(value, int) else [_plain(each) for each in value]
