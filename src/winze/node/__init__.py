"""An operator's node: it follows the chain, builds, relays, distributes, and serves wallets."""

__all__: list[str] = []
