"""What a relayer promised, on disk: requests, the words they will publish, and their batches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from winze.protocol import ChainBlock, Timestamp
from winze.wire import Payout, Rejection, RelayRequest, RequestState, RequestStatus

from ..database import reading, writing
from .tables import batches, requests, reserved

_WAITING: Final = [state for state in RequestState if not state.final]


@dataclass(frozen=True)
class Stored:
    """A request as it is kept."""

    request: RelayRequest
    state: RequestState
    tries: int
    """Batches that left it out."""
    due: Timestamp
    """Chain time from which it is tried."""
    deadline: Timestamp
    """The last second of its execution; 0 is none."""


@dataclass(frozen=True)
class Batch:
    """Requests that go into one transaction."""

    id: int
    claims: bool
    """Whether they go through the relay."""

    @property
    def job(self) -> str:
        """The name of its transaction's job."""
        return f"batch-{self.id}"


@dataclass(frozen=True)
class Ending:
    """What became of a request."""

    state: RequestState
    reason: str | None = None
    transaction: bytes | None = None
    chain_block: ChainBlock | None = None
    payout: Payout | None = None


class RequestStore:
    """The requests of one node; every method is one transaction of the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -- coming in ------------------------------------------------------------------------------

    def add(
        self, arrivals: Sequence[tuple[RelayRequest, Timestamp]]
    ) -> list[RequestStatus | Rejection]:
        """Store requests that came in at these chain times: how each stands then.

        A request that is known already is left as it is, unless it failed; and one that publishes
        a word of another one that waits is not taken.
        """
        with writing(self._engine) as database:
            adding = _Adding(database, [request for request, _ in arrivals])
            answers = [adding.add(request, now) for request, now in arrivals]
            adding.write()
        return answers

    def status(self, request_id: str) -> RequestStatus | None:
        """How a request stands; None where none is known."""
        with reading(self._engine) as database:
            row = database.execute(select(requests).where(requests.c.id == request_id)).first()
        return None if row is None else _status(row)

    def counts(self) -> Mapping[RequestState, int]:
        """How many requests wait or are on their way."""
        counted = (
            select(requests.c.state, func.count())
            .where(requests.c.state.in_(_WAITING))
            .group_by(requests.c.state)
        )
        with reading(self._engine) as database:
            found = {RequestState(state): count for state, count in database.execute(counted)}
        return {state: found.get(state, 0) for state in _WAITING}

    # -- batches --------------------------------------------------------------------------------

    def waiting(self, now: Timestamp, *, claims: bool, most: int) -> Sequence[RequestStatus]:
        """Requests that are due and in no batch, the oldest first."""
        found = (
            select(requests)
            .where(
                requests.c.state == RequestState.RECEIVED,
                requests.c.batch.is_(None),
                requests.c.claims == claims,
                requests.c.due <= now,
            )
            .order_by(requests.c.due, requests.c.id)
            .limit(most)
        )
        with reading(self._engine) as database:
            return [_status(row) for row in database.execute(found)]

    def begin_batch(self, ids: Iterable[str], now: Timestamp, *, claims: bool) -> Batch:
        """Put waiting requests into a new batch."""
        with writing(self._engine) as database:
            fields = {"kind": "relay" if claims else "execute", "begun_at": now, "settled": False}
            beginning = insert(batches).values(fields).returning(batches.c.id)
            number: int = database.execute(beginning).scalar_one()
            chosen = requests.c.id.in_(list(ids)), requests.c.batch.is_(None)
            database.execute(update(requests).where(*chosen).values(batch=number))
        return Batch(number, claims)

    def open_batches(self) -> Sequence[Batch]:
        """Batches that are not settled, the oldest first."""
        found = select(batches).where(batches.c.settled.is_(False)).order_by(batches.c.id)
        with reading(self._engine) as database:
            return [Batch(row.id, row.kind == "relay") for row in database.execute(found)]

    def batch(self, number: int) -> Batch:
        """The batch with this number."""
        with reading(self._engine) as database:
            row = database.execute(select(batches).where(batches.c.id == number)).one()
        return Batch(row.id, row.kind == "relay")

    def of_batch(self, batch: Batch) -> Sequence[Stored]:
        """The requests of a batch that are not final, in the order of their ids."""
        return self._stored(requests.c.batch == batch.id, requests.c.state.in_(_WAITING))

    def mark_sent(self, batch: Batch, transaction: bytes) -> None:
        """The batch's transaction is on its way."""
        ours = requests.c.batch == batch.id, requests.c.state.in_(_WAITING)
        with writing(self._engine) as database:
            fields = {"state": RequestState.SENT, "transaction": transaction}
            database.execute(update(requests).where(*ours).values(fields))

    def put_back(self, ids: Iterable[str], due: Timestamp, *, tried: bool = True) -> None:
        """Take requests out of their batch, to be tried again from `due` on.

        Args:
            ids: The requests.
            due: When.
            tried: Whether that counts as a batch that left them out.
        """
        fields = {
            "state": RequestState.RECEIVED,
            "batch": None,
            "transaction": None,
            "chain_block": None,
            "reason": None,
            "payout": None,
            "due": due,
            "tries": requests.c.tries + int(tried),
        }
        with writing(self._engine) as database:
            database.execute(update(requests).where(requests.c.id.in_(list(ids))).values(fields))

    def close_batch(self, batch: Batch) -> None:
        """Nothing is left to be done for the batch."""
        with writing(self._engine) as database:
            database.execute(update(batches).where(batches.c.id == batch.id).values(settled=True))

    # -- endings --------------------------------------------------------------------------------

    def end(self, endings: Mapping[str, Ending]) -> None:
        """Record what became of requests. The words of those that failed are free again."""
        with writing(self._engine) as database:
            for request_id, ending in endings.items():
                fields = {
                    "state": ending.state,
                    "reason": ending.reason,
                    "transaction": ending.transaction,
                    "chain_block": ending.chain_block,
                    "payout": ending.payout,
                }
                chosen = requests.c.id == request_id
                database.execute(update(requests).where(chosen).values(fields))
                if ending.state is not RequestState.DONE:
                    database.execute(delete(reserved).where(reserved.c.request == request_id))

    def expired(self, now: Timestamp) -> Sequence[Stored]:
        """Requests in no batch whose last second is over."""
        return self._stored(
            requests.c.state == RequestState.RECEIVED,
            requests.c.batch.is_(None),
            requests.c.deadline != 0,
            requests.c.deadline < now,
        )

    def done_since(self, chain_block: ChainBlock) -> Sequence[Stored]:
        """Requests that were carried out in a chain block from `chain_block` on."""
        return self._stored(
            requests.c.state == RequestState.DONE, requests.c.chain_block >= chain_block
        )

    def _stored(self, *conditions: Any) -> Sequence[Stored]:
        found = select(requests).where(*conditions).order_by(requests.c.id)
        with reading(self._engine) as database:
            return [_stored(row) for row in database.execute(found)]


def published(request: RelayRequest) -> list[int]:
    """The words that a request puts on the chain for ever: nullifiers and claim id."""
    words = []
    if request.transfer is not None:
        words += [request.transfer.nullifier1, request.transfer.nullifier2]
    if request.claim is not None:
        words.append(request.claim.claim_id)
    return [int(word) for word in words]


class _Adding:
    """Requests that are stored together: asked for and written in as few statements as one."""

    def __init__(self, database: Connection, arrivals: Sequence[RelayRequest]) -> None:
        self._database = database
        ids = requests.c.id.in_([each.id for each in arrivals])
        self._known = {
            row.id: _status(row) for row in database.execute(select(requests).where(ids))
        }
        words = reserved.c.word.in_([word for each in arrivals for word in published(each)])
        self._taken = set(database.scalars(select(reserved.c.word).where(words)))
        self._rows: list[dict[str, Any]] = []
        self._words: list[dict[str, Any]] = []

    def add(self, request: RelayRequest, now: Timestamp) -> RequestStatus | Rejection:
        """Take a request, unless it is known or conflicts with what was taken before."""
        known = self._known.get(request.id)
        if known is not None and known.state not in {RequestState.SKIPPED, RequestState.FAILED}:
            return known
        words = dict.fromkeys(published(request))
        if not self._taken.isdisjoint(words):
            return Rejection.IN_FLIGHT
        fields = _columns(request, now)
        if known is None:
            self._rows.append({"id": request.id, **fields})
        else:
            again = update(requests).where(requests.c.id == request.id)
            self._database.execute(again.values(fields))
        self._words.extend({"word": word, "request": request.id} for word in words)
        self._taken.update(words)
        status = RequestStatus(
            id=request.id,
            state=RequestState.RECEIVED,
            received_at=now,
            not_before=Timestamp(fields["not_before"]),
            deadline=Timestamp(fields["deadline"]),
        )
        self._known[request.id] = status
        return status

    def write(self) -> None:
        """Write what was taken."""
        for table, rows in ((requests, self._rows), (reserved, self._words)):
            if rows:
                self._database.execute(insert(table), rows)


def _columns(request: RelayRequest, now: Timestamp) -> dict[str, Any]:
    first = max(part.not_before for part in request.parts)
    return {
        "body": request.encode(),
        "state": RequestState.RECEIVED,
        "reason": None,
        "received_at": now,
        "not_before": first,
        "deadline": min((part.deadline for part in request.parts if part.deadline), default=0),
        "claims": request.claim is not None,
        "due": max(first, now),
        "tries": 0,
        "batch": None,
        "transaction": None,
        "chain_block": None,
        "payout": None,
    }


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        request=RelayRequest.decode(row.body),
        state=RequestState(row.state),
        tries=row.tries,
        due=Timestamp(row.due),
        deadline=Timestamp(row.deadline),
    )


def _status(row: Row[Any]) -> RequestStatus:
    return RequestStatus(
        id=row.id,
        state=RequestState(row.state),
        received_at=Timestamp(row.received_at),
        not_before=Timestamp(row.not_before),
        deadline=Timestamp(row.deadline),
        reason=row.reason,
        transaction=row.transaction,
        chain_block=None if row.chain_block is None else ChainBlock(row.chain_block),
        batch=row.batch,
        payout=None if row.payout is None else Payout(row.payout),
    )
