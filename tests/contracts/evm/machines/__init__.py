"""State machines: random histories on both sides, layer upon layer of risk."""
