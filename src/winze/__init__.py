"""Winze: privacy mining on an EVM chain."""
