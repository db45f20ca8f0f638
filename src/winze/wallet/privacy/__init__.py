"""What would give a wallet away: refused, or told before anything leaves (docs/privacy.md)."""

from .addresses import read_destination, read_private_address
from .contracts import contract_warnings, is_contract, may_ask
from .findings import PrivacyWarning, Refusal, WarningCode
from .payouts import Known, Payout, check_payout

__all__ = [
    "Known",
    "Payout",
    "PrivacyWarning",
    "Refusal",
    "WarningCode",
    "check_payout",
    "contract_warnings",
    "is_contract",
    "may_ask",
    "read_destination",
    "read_private_address",
]
