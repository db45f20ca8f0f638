"""What nodes and wallets say to each other: requests, quotes, and the rows of bulk data."""

from .errors import WireError
from .forms import read_json, read_object, write_json
from .quotes import QUOTE_FIELDS, Quote, rung
from .requests import CLAIM_FIELDS, PROOF, TRANSFER_FIELDS, RelayRequest
from .spellings import (
    Address,
    Bytes,
    Choice,
    FixedSize,
    Integer,
    Number,
    Spelling,
    Text,
    element,
    moment,
    wei,
)
from .states import (
    MAY_BE_ABSENT,
    REQUEST_ID,
    STATUS_FIELDS,
    Payout,
    Rejection,
    RequestState,
    RequestStatus,
)

__all__ = [
    "CLAIM_FIELDS",
    "MAY_BE_ABSENT",
    "PROOF",
    "QUOTE_FIELDS",
    "REQUEST_ID",
    "STATUS_FIELDS",
    "TRANSFER_FIELDS",
    "Address",
    "Bytes",
    "Choice",
    "FixedSize",
    "Integer",
    "Number",
    "Payout",
    "Quote",
    "Rejection",
    "RelayRequest",
    "RequestState",
    "RequestStatus",
    "Spelling",
    "Text",
    "WireError",
    "element",
    "moment",
    "read_json",
    "read_object",
    "rung",
    "wei",
    "write_json",
]
