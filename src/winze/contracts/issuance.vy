# pragma version ~=0.4.3
"""
@title How much ITX a period may issue
@license AGPL-3.0-only
@notice Protocol §6.3: seven phases of 16, 32, 64, 128, 256, 512 and 1024 days, the daily rate halving from
        one to the next, so that each phase issues the same and all together 1,001,000,000 ITX.
"""

DAY: constant(uint256) = 86_400
PHASES: constant(uint256) = 7
FIRST_PHASE_DAYS: constant(uint256) = 16
FIRST_DAILY_RATE: constant(uint256) = 8_937_500 * 10 ** 18


@internal
@pure
def _issuance(period: uint256, period_seconds: uint256) -> uint256:
    """
    @dev The share of the daily rate that falls to a period, at the rate of its first second. Saturates
         to 0 after the last phase, however large `period` is.
    @param period Index of the period, counted from genesis.
    @param period_seconds Its length, which divides a day evenly.
    """
    day: uint256 = period // (DAY // period_seconds)
    end: uint256 = 0
    for phase: uint256 in range(PHASES):
        end += FIRST_PHASE_DAYS << phase
        if day < end:
            return (FIRST_DAILY_RATE >> phase) * period_seconds // DAY
    return 0
