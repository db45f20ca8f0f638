"""What can go wrong while measuring.

WinzeError
└── BenchmarkError
    ├── NotAsPlanned      the chain did something else than what was to be measured
    └── UnusableResults   results.json is not what this command writes
"""

from winze.protocol import WinzeError


class BenchmarkError(WinzeError):
    """A measurement that would say nothing."""


class NotAsPlanned(BenchmarkError):
    """The chain did something else than what was to be measured."""


class UnusableResults(BenchmarkError):
    """`results.json` is not what this command writes."""
