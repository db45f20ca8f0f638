"""The arguments that several commands take, read exactly or refused as bad usage."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ..units import from_coins, from_moment

if TYPE_CHECKING:
    from winze.wallet import Time

_Value = TypeVar("_Value")


def parser(read: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """Refuse what `read` does as bad usage; what was read already is left as it is."""

    def parse(text: Any) -> _Value:
        try:
            return read(text) if isinstance(text, str) else text
        except ValueError as problem:
            raise typer.BadParameter(str(problem)) from None

    return parse


Amount = Annotated[int, typer.Argument(parser=parser(from_coins), metavar="ETH")]
"""An amount in ETH, as wei."""

Number = Annotated[int, typer.Argument(min=0, max=255, metavar="SESSION", show_default=False)]
"""The number of a session."""

To = Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Who gets it.")]
Rewards = Annotated[
    str | None,
    typer.Option(
        "--rewards",
        metavar="ADDRESS",
        help="Withdraw mining rewards to a separate address.",
    ),
]
RewardsNeeded = Annotated[
    str,
    typer.Option("--rewards", metavar="ADDRESS", help="Who gets the ITX reward."),
]
Address = Annotated[str, typer.Argument(metavar="ADDRESS")]

Later = Annotated[
    bool,
    typer.Option("--later", help="At a random hour of the next 24: recommended, and shows less."),
]
At = Annotated[
    int | None,
    typer.Option(
        "--at", parser=parser(from_moment), metavar="TIME", help="Not before, as 2026-11-22 08:30."
    ),
]
Own = Annotated[
    bool,
    typer.Option(
        "--own-transaction",
        help="Let the connected wallet send it, without a relayer: that shows whose it is.",
    ),
]


def time_of(at: int | None, *, later: bool) -> "Time":
    """When it is to be executed.

    Raises:
        typer.BadParameter: two times were named.
    """
    from winze.protocol import Timestamp
    from winze.wallet import When

    if later and at is not None:
        raise typer.BadParameter("either --later or --at")
    if at is not None:
        return Timestamp(at)
    return When.LATER if later else When.NOW
