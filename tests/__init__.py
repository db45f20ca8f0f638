"""Tests of Winze: the folders are described in README.md beside this file."""
