"""What an operator sets.

`load_config` makes one from a file, the environment and a command's options. The descriptions of
the keys are also the sample file and the reference in `docs/operator.md`.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from winze.protocol import ETHER, Wei

from .parts import Batches, FeeRules, Keys, Limits, Listen, Logs, Part, Requests, Screening, Work
from .types import DatabaseUrl, WebUrl, Whole


class NodeConfig(Part):
    """Everything that an operator sets; checked when made."""

    network: Path = Field(description="The file that describes the network.")
    rpc: tuple[WebUrl, ...] = Field(
        repr=False,
        min_length=1,
        description="Where Ethereum is asked: URLs of nodes, tried in this order.",
    )
    database: DatabaseUrl = Field(
        repr=False,
        description="Where the node keeps its state; by default a file in the data directory.",
    )
    confirmations: Whole = Field(
        ge=0,
        le=10_000,
        description="Chain blocks on top before one counts: the network's, or more.",
    )
    passphrase_file: Path | None = Field(
        default=None,
        description="The file that holds the keystores' passphrase.",
    )
    low_balance_eth: Decimal = Field(
        default=Decimal("0.1"),
        ge=0,
        le=1_000_000,
        decimal_places=18,
        description="Warn when a sending key holds less, in ETH.",
    )
    prover_workers: Whole = Field(
        default=1,
        ge=1,
        le=64,
        description="Blocks proved at a time; each takes a core.",
    )
    listen: Listen = Listen()
    keys: Keys = Keys()
    work: Work = Work()
    batches: Batches = Batches()
    requests: Requests = Requests()
    fees: FeeRules = FeeRules()
    screening: Screening = Screening()
    limits: Limits = Limits()
    log: Logs = Logs()

    @property
    def low_balance(self) -> Wei:
        """Below what balance a sending key is warned of."""
        return Wei(int(self.low_balance_eth * ETHER))

    @model_validator(mode="before")
    @classmethod
    def _one_key_for_all(cls, content: Any) -> Any:
        """Let the relayer's key do the jobs that have none of their own."""
        keys = content.get("keys") if isinstance(content, dict) else None
        if not isinstance(keys, dict) or keys.get("relayer") is None:
            return content
        jobs = dict.fromkeys(("builder", "distributor"), keys["relayer"])
        return {**content, "keys": {**jobs, **keys}}

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        wanted = {"relay": "relayer", "build": "builder", "distribute": "distributor"}
        for job, key in wanted.items():
            if getattr(self.work, job) and getattr(self.keys, key) is None:
                raise _misfit(f"keys.{key}", f"is missing: set it, or work.{job} to false")
        if self.screening.lists and self.keys.screener is None:
            raise _misfit("keys.screener", "is missing: screening.lists needs it to sign permits")
        if self.fees.floor_gwei > self.fees.ceiling_gwei:
            raise _misfit("fees.floor_gwei", "must not be above fees.ceiling_gwei")
        return self


def _misfit(key: str, problem: str) -> PydanticCustomError:
    return PydanticCustomError("misfit", "{problem}", {"key": key, "problem": problem})
