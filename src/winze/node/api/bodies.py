"""Bodies, and who may send one."""

from fastapi import Request

from winze.protocol import EthAddress, InvalidEthAddress

from .answers import JSON
from .problems import Problem


async def json_body(request: Request) -> bytes:
    """The body of a request that says it is JSON; its size was checked while it came in.

    The check is more than form: a page of another origin cannot send this type without asking
    (CORS) first, so no page can make a visitor's browser hand over requests.

    Raises:
        Problem: the body is of another type, or encoded.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise Problem(415, f"send a body of the type {JSON}")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "send the body as it is: no encoding of it is taken")
    return await request.body()


def account_of(text: str) -> EthAddress:
    """The account that stands in a path.

    Raises:
        Problem: it is no Ethereum address.
    """
    try:
        return EthAddress(text)
    except InvalidEthAddress:
        raise Problem(
            422,
            "an account is 0x and 40 hex digits, whose capitals, if any, are its checksum",
            field="path.account",
        ) from None
