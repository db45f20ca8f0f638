"""A private chain on this machine."""
