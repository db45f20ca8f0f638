"""What a person can do, each of it one implementation that survives any interruption."""
