"""What an operator's node does in a second, and what it holds: on a synthetic ledger."""
