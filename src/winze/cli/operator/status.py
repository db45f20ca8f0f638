"""How a running node stands, as its API tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from aiohttp import ClientError, ClientSession, ClientTimeout

from ..errors import NodeUnreachable

_PATH: Final = "/v1/status"
_OK: Final = 200
_PATIENCE: Final = ClientTimeout(total=10)


@dataclass(frozen=True)
class ChainHeight:
    """A block of the chain."""

    number: int
    timestamp: int


@dataclass(frozen=True)
class Status:
    """What `GET /v1/status` says; times in seconds, balances in wei."""

    network: str
    version: str
    head: ChainHeight | None
    cursor: ChainHeight | None
    sealed: int
    proved: int
    open_entries: int
    due: int | None
    queue: Mapping[str, int]
    balances: Mapping[str, int]
    stages: Mapping[str, float | None]
    relays: bool
    warnings: tuple[str, ...]

    @classmethod
    def read(cls, form: Any) -> Self:
        """The status that JSON says.

        Raises:
            KeyError: a field is missing.
            TypeError: a field is of another type.
            ValueError: the same.
        """
        return cls(
            network=_line(form["network"]),
            version=_line(form["version"]),
            head=_height(form.get("head")),
            cursor=_height(form.get("cursor")),
            sealed=int(form["sealed"]),
            proved=int(form["proved"]),
            open_entries=int(form["open_entries"]),
            due=int(form["due"]) if "due" in form else None,
            queue={_line(state): int(count) for state, count in dict(form["queue"]).items()},
            balances={_line(key): int(held) for key, held in dict(form["balances"]).items()},
            stages={
                _line(stage): None if took is None else float(took)
                for stage, took in dict(form["stages"]).items()
            },
            relays=bool(form["relays"]),
            warnings=tuple(_line(warning) for warning in form["warnings"]),
        )


async def fetch_status(session: ClientSession, url: str) -> tuple[Status, Any]:
    """How the node at `url` stands, read and as JSON.

    Raises:
        NodeUnreachable: nothing answers there, or no node.
    """
    try:
        async with session.get(url.rstrip("/") + _PATH, timeout=_PATIENCE) as answer:
            if answer.status != _OK:
                raise NodeUnreachable(url, f"it answers with status {answer.status}")
            form = await answer.json()
        return Status.read(form), form
    except (ClientError, OSError) as problem:
        raise NodeUnreachable(url, f"no answer ({type(problem).__name__})") from problem
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise NodeUnreachable(url, "what answers is no node") from problem


def _height(form: Any) -> ChainHeight | None:
    return None if form is None else ChainHeight(int(form["number"]), int(form["timestamp"]))


def _line(text: Any) -> str:
    """A text of the node as one line that cannot command the terminal."""
    return "".join(each if each.isprintable() else " " for each in str(text))
