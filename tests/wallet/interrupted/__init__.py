"""Wallets that are killed (-9) at a chosen moment, and begun again here or on another machine."""
