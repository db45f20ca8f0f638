"""What the demo found: each step with its cost and its effect, held against the protocol."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from winze.chain import Finding

from ..units import coins

_DECIMALS_SHOWN: Final = 6


@dataclass(frozen=True)
class Balance:
    """What an account held before and after a step, and what the protocol says it must hold.

    All in the smallest unit of `coin`.
    """

    owner: str
    coin: str
    before: int
    after: int
    expected: int

    @property
    def agrees(self) -> bool:
        """Whether it holds what it must."""
        return self.after == self.expected


@dataclass(frozen=True)
class Step:
    """One thing that somebody did."""

    title: str
    gas: int
    """What its transaction took in all."""
    items: int = 1
    """How many transfers, claims or recipients shared that gas."""
    proof_seconds: tuple[float, ...] = ()
    """What each of its proofs took."""
    balances: tuple[Balance, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all balances are what they must be."""
        return all(balance.agrees for balance in self.balances)


@dataclass
class Report:
    """Everything that was done and found."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    transactions: int = 0
    """Transactions whose events were compared with the models'."""
    seconds: float = 0.0

    @property
    def agrees(self) -> bool:
        """Whether contracts and protocol agree in everything."""
        return all(step.agrees for step in self.steps) and all(
            finding.agrees for finding in self.findings
        )

    def to_json(self) -> dict[str, Any]:
        """The report as plain data. Amounts are strings of wei or of ITX's smallest unit."""
        return {
            "agrees": self.agrees,
            "seconds": round(self.seconds, 1),
            "transactions_compared": self.transactions,
            "steps": [_step_json(step) for step in self.steps],
            "findings": [
                {
                    "name": finding.name,
                    "agrees": finding.agrees,
                    "chain": str(finding.chain),
                    "protocol": str(finding.model),
                }
                for finding in self.findings
            ],
        }

    def show(self, console: Console) -> None:
        """The report as a person reads it."""
        console.print(Group(*self._parts()))

    def _parts(self) -> Iterator[RenderableType]:
        yield _table(self.steps)
        wrong = [finding for finding in self.findings if not finding.agrees]
        for finding in wrong:
            yield Text(
                f"{finding.name}: the chain has {finding.chain}, the protocol {finding.model}",
                style="bold red",
            )
        compared = (
            f"{self.transactions} transactions and {len(self.findings)} values compared with the "
            f"protocol's models, in {self.seconds:.0f} s"
        )
        if self.agrees:
            yield Text(f"Contracts and protocol agree: {compared}.", style="green")
        else:
            yield Text(f"Contracts and protocol DISAGREE: {compared}.", style="bold red")


def _table(steps: Sequence[Step]) -> Table:
    table = Table(title="What happened, and what it cost", title_justify="left", pad_edge=False)
    table.add_column("step", ratio=3)
    table.add_column("gas", justify="right", no_wrap=True)
    table.add_column("proofs", justify="right", max_width=7)
    table.add_column("balance before → after", ratio=4)
    for step in steps:
        balances = Group(*map(_balance, step.balances))
        table.add_row(step.title, _gas(step), _proofs(step), balances, end_section=True)
    return table


def _gas(step: Step) -> str:
    return f"{step.gas:,}" if step.items == 1 else f"{step.gas:,}\n{step.gas // step.items:,} each"


def _proofs(step: Step) -> str:
    return " ".join(f"{seconds:.1f} s" for seconds in step.proof_seconds)


def _balance(balance: Balance) -> Text:
    before, after = _shortened(balance.before), _shortened(balance.after)
    told = Text(f"{balance.owner}: {before} → {after} {balance.coin} ")
    if balance.agrees:
        return told.append("✓", style="green")
    return told.append(f"✗ must be {coins(balance.expected)}", style="bold red")


def _shortened(amount: int) -> str:
    """An amount for a table: cut, and marked so, where it has more than a few decimals."""
    whole, _, fraction = coins(amount).partition(".")
    if len(fraction) <= _DECIMALS_SHOWN:
        return coins(amount)
    return f"{whole}.{fraction[:_DECIMALS_SHOWN]}…"


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "title": step.title,
        "agrees": step.agrees,
        "gas": step.gas,
        "items": step.items,
        "proof_seconds": [round(seconds, 3) for seconds in step.proof_seconds],
        "balances": [
            {
                "owner": balance.owner,
                "coin": balance.coin,
                "before": str(balance.before),
                "after": str(balance.after),
                "expected": str(balance.expected),
            }
            for balance in step.balances
        ],
    }
