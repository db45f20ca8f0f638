"""What nodes and wallets say to each other: requests, quotes, and the rows of bulk data."""

__all__: list[str] = []
