"""What HTTP's caches are told (RFC 9110, RFC 9111)."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request, Response

IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""For what never changes."""

REVALIDATE: Final = "no-cache"
"""For what may be kept if one asks before each use whether it still holds."""

ZSTD: Final = "zstd"


def quoted(tag: str) -> str:
    """A strong entity tag."""
    return f'"{tag}"'


def not_modified(request: Request, headers: Mapping[str, str]) -> Response | None:
    """The answer 304 with these `headers`, if the client has what their ETag names."""
    known = request.headers.get("if-none-match")
    if known is None:
        return None
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return Response(None, 304, headers) if headers["ETag"] in tags or tags == ["*"] else None


def takes_zstd(request: Request) -> bool:
    """Whether the client takes zstd, and says so by its name: `*` is no wish for just that."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() == ZSTD:
            return not _is_zero(parameters)
    return False


def _is_zero(parameters: str) -> bool:
    name, _, weight = parameters.partition("=")
    try:
        return name.strip() == "q" and float(weight) == 0
    except ValueError:
        return False
