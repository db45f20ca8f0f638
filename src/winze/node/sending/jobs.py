"""What a node sends, on disk: jobs, each with a nonce of its own, and their signed versions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from winze.contracts import ContractCall, Fees, Receipt
from winze.protocol import EthAddress

from ..database import reading, writing
from .tables import jobs, versions

_REASON_LENGTH: Final = 500


class JobState(StrEnum):
    """How far a job has come."""

    SENT = "sent"
    """Its nonce is taken and its transaction stored; it is on its way, or soon will be."""
    DONE = "done"
    """It is in a confirmed block, and did its work."""
    REVERTED = "reverted"
    """It is in a confirmed block, where the contract refused it."""
    DISPLACED = "displaced"
    """Another transaction took its nonce: it never happened, and never will."""


@dataclass(frozen=True)
class Job:
    """A call that is sent once."""

    id: int
    name: str
    """What it is for; where it was displaced, another job of this name does it."""
    account: EthAddress
    """Who sends it."""
    nonce: int
    call: ContractCall
    gas: int
    state: JobState
    reason: str | None = None
    """Why it did nothing."""
    transaction: bytes | None = None
    """The hash of the version that got into a block."""
    chain_block: int | None = None
    """That block."""


@dataclass(frozen=True)
class Version:
    """A job's transaction at certain fees, signed."""

    transaction: bytes
    """Its hash."""
    raw: bytes = field(repr=False)
    fees: Fees
    cancels: bool = False
    """Whether it only uses up the nonce."""

    @property
    def hash(self) -> str:
        """Its hash in hex with 0x."""
        return "0x" + self.transaction.hex()


class JobStore:
    """The jobs of one account; every method is one transaction of the database."""

    def __init__(self, engine: Engine, account: EthAddress) -> None:
        self._engine, self._account = engine, account
        self._ours = jobs.c.account == account

    def latest(self, name: str) -> Job | None:
        """The newest job of this name; what another key sent is not followed with this one."""
        found = select(jobs).where(self._ours, jobs.c.name == name)
        return self._one(found.order_by(jobs.c.turn.desc()))

    def job(self, number: int) -> Job:
        """The job with this id."""
        with reading(self._engine) as database:
            return _job(database.execute(select(jobs).where(jobs.c.id == number)).one())

    def at_nonce(self, nonce: int) -> Job | None:
        """The newest job that took this nonce."""
        found = select(jobs).where(self._ours, jobs.c.nonce == nonce)
        return self._one(found.order_by(jobs.c.id.desc()))

    def highest_nonce(self) -> int | None:
        """The highest nonce that was ever taken."""
        with reading(self._engine) as database:
            highest: int | None = database.scalar(select(func.max(jobs.c.nonce)).where(self._ours))
            return highest

    def unsettled(self) -> Sequence[Job]:
        """The jobs that are on their way, by their nonces."""
        found = select(jobs).where(self._ours, jobs.c.state == JobState.SENT)
        with reading(self._engine) as database:
            return [_job(row) for row in database.execute(found.order_by(jobs.c.nonce))]

    def add(
        self,
        name: str,
        call: ContractCall,
        *,
        nonce: int,
        gas: int,
        sign: Callable[[], Version],
    ) -> Job:
        """Take a nonce and store the signed transaction, or neither."""
        with writing(self._engine) as database:
            turns = select(func.count()).select_from(jobs).where(jobs.c.name == name)
            fields = {
                "name": name,
                "turn": database.scalar(turns),
                "account": self._account,
                "nonce": nonce,
                "action": call.action,
                "to": call.to,
                "data": call.data,
                "value": call.value,
                "gas": gas,
                "state": JobState.SENT,
            }
            adding = insert(jobs).values(fields).returning(jobs.c.id)
            number: int = database.execute(adding).scalar_one()
            _add_version(database, number, sign())
        return self.job(number)

    def versions(self, job: Job) -> Sequence[Version]:
        """The versions of a job, the dearest last; there is at least one."""
        found = select(versions).where(versions.c.job == job.id).order_by(versions.c.number)
        with reading(self._engine) as database:
            return [_version(row) for row in database.execute(found)]

    def add_version(self, job: Job, version: Version) -> None:
        """Store another version of a job that is on its way."""
        with writing(self._engine) as database:
            _add_version(database, job.id, version)

    def settle(
        self, job: Job, state: JobState, receipt: Receipt | None, reason: str | None = None
    ) -> None:
        """Record how a job ended."""
        fields: dict[str, Any] = {"state": state, "reason": (reason or "")[:_REASON_LENGTH] or None}
        if receipt is not None:
            fields |= {
                "transaction": bytes.fromhex(receipt.transaction.removeprefix("0x")),
                "chain_block": int(receipt.block),
                "block_hash": receipt.block_hash,
                "paid": receipt.fee,
            }
        with writing(self._engine) as database:
            database.execute(update(jobs).where(jobs.c.id == job.id).values(fields))

    def reopen(self, job: Job) -> None:
        """A job that was settled is on its way again: the chain took its block back."""
        nowhere = dict.fromkeys(("reason", "transaction", "chain_block", "block_hash", "paid"))
        fields = {"state": JobState.SENT, **nowhere}
        with writing(self._engine) as database:
            database.execute(update(jobs).where(jobs.c.id == job.id).values(fields))

    def _one(self, found: Select[Any]) -> Job | None:
        with reading(self._engine) as database:
            row = database.execute(found.limit(1)).first()
        return None if row is None else _job(row)


def _add_version(database: Connection, job: int, version: Version) -> None:
    count = select(func.count()).select_from(versions).where(versions.c.job == job)
    fields = {
        "transaction": version.transaction,
        "job": job,
        "number": database.scalar(count),
        "raw": version.raw,
        "most": version.fees.most,
        "tip": version.fees.tip,
        "cancels": version.cancels,
    }
    database.execute(insert(versions).values(fields))


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        name=row.name,
        account=row.account,
        nonce=row.nonce,
        call=ContractCall(row.action, row.to, row.data, row.value),
        gas=row.gas,
        state=JobState(row.state),
        reason=row.reason,
        transaction=row.transaction,
        chain_block=row.chain_block,
    )


def _version(row: Row[Any]) -> Version:
    fees = Fees(most=int(row.most), tip=int(row.tip))
    return Version(row.transaction, row.raw, fees, row.cancels)
