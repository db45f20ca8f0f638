"""The tables of the configuration: each key with its meaning, its unit, its default, its bounds."""

from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from winze.contracts import GWEI
from winze.protocol import Seconds

from .types import Key, LogFormat, LogLevel, Origin, Proxy, Switch, Whole

BATCH_LIMIT: Final = 16
"""Transfers, and also claims, that one transaction takes (protocol §5)."""

_DAY: Final = 86_400
_YEAR: Final = 365 * _DAY
_MOST_OFTEN: Final = 10_000_000


class Part(BaseModel):
    """Keys that belong together; nothing that is not named is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Listen(Part):
    """Where the node serves its API."""

    host: str = Field(default="127.0.0.1", min_length=1, description="The address to listen at.")
    port: Whole = Field(
        default=8600, ge=0, le=65_535, description="The port to listen at; 0 takes a free one."
    )
    cors_origins: tuple[Origin, ...] = Field(
        default=(),
        description="Web pages' origins whose scripts may ask the API; none by default, * for all.",
    )
    trusted_proxies: tuple[Proxy, ...] = Field(
        default=(),
        description="Reverse proxies whose X-Forwarded-For tells the client's address.",
    )


class Keys(Part):
    """The keys that the node signs with, one for each job."""

    relayer: Key | None = Field(default=None, description="Sends batches, and receives the fees.")
    builder: Key | None = Field(
        default=None,
        description="Sends seals, draws and proofs; by default the relayer.",
    )
    distributor: Key | None = Field(
        default=None, description="Sends distributions; by default the relayer."
    )
    screener: Key | None = Field(
        default=None,
        description="Signs permits for deposits; without it there are none.",
    )


class Work(Part):
    """What the node does beside following the chain and serving it."""

    build: Switch = Field(default=True, description="Seal and prove blocks.")
    relay: Switch = Field(default=True, description="Accept requests and send them in batches.")
    distribute: Switch = Field(default=True, description="Mint what closed periods' claims earned.")


class Batches(Part):
    """When accepted requests are sent."""

    size: Whole = Field(
        default=BATCH_LIMIT, ge=1, le=BATCH_LIMIT, description="Send as soon as so many are due."
    )
    wait: Whole = Field(
        default=30,
        ge=0,
        le=3600,
        description="Send once one was due so long, in seconds of chain time.",
    )


class Requests(Part):
    """Which requests are accepted."""

    queue: Whole = Field(
        default=10_000, ge=1, le=1_000_000, description="Accepted and unsent requests at most."
    )
    max_delay: Whole = Field(
        default=30 * _DAY,
        ge=0,
        le=_YEAR,
        description="How far ahead a request's not_before may be, in seconds of chain time.",
    )


class FeeRules(Part):
    """What a quote asks (see the operator's guide for the formula)."""

    margin_percent: Whole = Field(
        default=10, ge=0, le=1000, description="What is asked above the expected gas, in percent."
    )
    floor_gwei: Decimal = Field(
        default=Decimal("0.01"),
        ge=0,
        le=1_000_000,
        decimal_places=9,
        description="The least gas price that a quote reckons with, in gwei.",
    )
    ceiling_gwei: Decimal = Field(
        default=Decimal(300),
        gt=0,
        le=1_000_000,
        decimal_places=9,
        description="The most that is ever paid for gas, in gwei; above it everything waits.",
    )
    quote_lifetime: Whole = Field(
        default=600, ge=60, le=_DAY, description="How long a quote holds, in seconds of chain time."
    )

    @property
    def floor(self) -> int:
        """The floor in wei per gas."""
        return int(self.floor_gwei * GWEI)

    @property
    def ceiling(self) -> int:
        """The ceiling in wei per gas."""
        return int(self.ceiling_gwei * GWEI)


class Screening(Part):
    """Whose deposits get no permit."""

    lists: tuple[Path, ...] = Field(
        default=(),
        description="Files of refused addresses, one a line; read again when they change.",
    )
    permit_lifetime: Whole = Field(
        default=3600,
        ge=60,
        le=_DAY,
        description="How long a permit holds, in seconds of chain time.",
    )

    @property
    def lifetime(self) -> Seconds:
        """How long a permit holds."""
        return Seconds(self.permit_lifetime)


class Limits(Part):
    """How often one client may ask; a client is a network address."""

    requests: Whole = Field(
        default=300,
        ge=0,
        le=_MOST_OFTEN,
        description="Requests handed over by one client a minute; 0: no limit.",
    )
    screening: Whole = Field(
        default=60,
        ge=0,
        le=_MOST_OFTEN,
        description="Permits asked for by one client a minute; 0: no limit.",
    )
    bulk: Whole = Field(
        default=1200,
        ge=0,
        le=_MOST_OFTEN,
        description="Pages and proving keys read by one client a minute; 0: no limit.",
    )
    light: Whole = Field(
        default=1200,
        ge=0,
        le=_MOST_OFTEN,
        description="Everything else that one client asks a minute; 0: no limit.",
    )


class Logs(Part):
    """What the node tells of itself, on standard error."""

    level: LogLevel = Field(
        default=LogLevel.INFO, description="The least important line that is written."
    )
    format: LogFormat = Field(
        default=LogFormat.CONSOLE, description="For people, or JSON, one object a line."
    )
