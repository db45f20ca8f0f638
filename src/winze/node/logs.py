"""The node's logs: structured, for people or for machines, and never with a secret in them.

Every line passes `mask_secrets` at last, whoever wrote it: our own code, which by the rules has no
secret to log, and any library that speaks through `logging`.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import Processor

from .config import LogFormat, LogLevel

_MASK: Final = "[hidden]"
_DEEPEST: Final = 6
_LARGEST: Final = 1 << 128

_SECRET_NAME: Final = re.compile(
    r"pass(word|phrase|wd)?$|secret|private|mnemonic|seed|token|authori[sz]ation|cookie|proof|memos"
    r"|signature|spending|viewing|blinding|nullifier|keystore|(^|_)(api_?key|sk|key)$",
    re.IGNORECASE,
)
"""Names of fields whose values are hidden unseen."""

_URL: Final = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)([^\s/@]*@)?"
    r"(?P<host>[^\s/?#@'\"<>]*)(?P<rest>[/?#][^\s'\"<>]*)?",
    re.IGNORECASE,
)
"""An address, of which only scheme and host are shown: the key that a provider of chains asks for
stands before the host, in the path, or in the query."""

_LONG: Final = re.compile(r"(0x)?[0-9a-fA-F]{65,}|\b[0-9]{39,}\b")
"""More hex digits than a hash has (signatures, proofs, memos, seeds), or more decimal ones than an
amount (keys, blindings, nullifiers)."""

_SPELLED_OUT: Final = re.compile(
    r"(?P<name>(private|secret|spending|api)[ _-]?key|passphrase|password|mnemonic)\W+\S+",
    re.IGNORECASE,
)
"""A secret that stands in a sentence after its name."""


def configure_logs(
    form: LogFormat, level: LogLevel = LogLevel.INFO, out: TextIO | None = None
) -> None:
    """From now on, log to `out` (standard error by default) in this form, libraries included."""
    stream = sys.stderr if out is None else out
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                mask_secrets,
                _renderer(form, stream),
            ],
        )
    )
    # What it says of every start is no news, and what matters raises.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(handlers=[handler], level=level.number, force=True)
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level.number),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def mask_secrets(
    logger: Any,  # noqa: ARG001 - a processor is called with it
    method: str,  # noqa: ARG001 - the same
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """`event` without what may be a secret: by the name of its field, or by how it looks."""
    for name in event:
        event[name] = _masked(name, event[name], 0)
    return event


def _masked(name: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_NAME.search(name) or depth > _DEEPEST or isinstance(value, bytes):
        return _MASK
    if isinstance(value, int | float):
        return value if abs(value) < _LARGEST else _MASK
    if isinstance(value, Mapping):
        return {str(key): _masked(str(key), each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked("", each, depth + 1) for each in value]
    return _masked_text(str(value))


def _masked_text(text: str) -> str:
    text = _URL.sub(_shortened_url, text)
    text = _LONG.sub(_MASK, text)
    return _SPELLED_OUT.sub(rf"\g<name> {_MASK}", text)


def _shortened_url(found: re.Match[str]) -> str:
    rest = "/…" if found["rest"] not in {None, "/"} else ""
    return f"{found['scheme']}{found['host']}{rest}"


def _renderer(form: LogFormat, stream: TextIO) -> Processor:
    if form is LogFormat.JSON:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=stream.isatty())
