"""Tables as the document holds them."""

from collections.abc import Iterable


def table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; an empty cell stays empty."""
    titles = tuple(heads)
    lines = [titles, ("---",) * len(titles), *rows]
    return "".join(f"|{'|'.join(map(_cell, line))}|\n" for line in lines)


def _cell(text: str) -> str:
    return f" {text} " if text else " "
