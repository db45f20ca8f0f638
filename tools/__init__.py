"""Lints of our own: what ruff and mypy cannot know about this repository."""
