"""Tests of the lints and of the set-up scripts."""
