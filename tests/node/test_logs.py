"""Nothing that may be a secret reaches a log, whoever writes it and wherever it stands."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from winze.node import LogFormat, configure_logs

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
SIGNATURE = "0x" + "1f" * 65
HASH = "0x" + "ab" * 32
ADDRESS = "0x5B5b5B5b5B5b5B5b5B5b5b5B5b5b5B5B5B5B5B5B"


@pytest.fixture(params=list(LogFormat))
def out(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logs(request.param, out=stream)
    yield stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("passphrase", "correct horse"),
        ("password", "correct horse"),
        ("private_key", KEY),
        ("relayer_key", KEY),
        ("key", KEY),
        ("sk", "correct horse"),
        ("api_key", "correct horse"),
        ("transfer_proof", "correct horse"),
        ("Authorization", "correct horse"),
        ("seed", b"correct horse"),
        ("mnemonic", ["correct", "horse"]),
        ("blinding", 5_551_212),
        ("nullifier1", 5_551_212),
        ("number", 2**200 + 5_551_212),
        ("text", SIGNATURE),
        ("text", f"signed as {SIGNATURE[2:]}"),
        ("text", f"owner {2**250}"),
        ("text", f"the private key 0x{KEY} is used"),
        ("text", "passphrase: horse"),
        ("raw", b"horse"),
        ("nested", {"deep": [{"passphrase": "horse"}]}),
        ("nested", ({"deep": SIGNATURE},)),
        ("url", "https://user:horse@chain.example/v3/horse?key=horse"),
        ("url", "wss://chain.example/horse"),
        ("text", "asked postgresql://winze:horse@host/db twice"),
    ],
)
def test_what_may_be_a_secret_is_hidden(out: io.StringIO, field: str, value: Any) -> None:
    structlog.get_logger("node").info("something happened", **{field: value})
    line = out.getvalue()
    assert "something happened" in line
    for secret in ("horse", KEY, "5551212", SIGNATURE[2:], str(2**250), repr(2**200 + 5_551_212)):
        assert secret not in line


def test_libraries_and_tracebacks_are_held_to_the_same(out: io.StringIO) -> None:
    try:
        fail(f"cannot reach https://user:horse@chain.example/horse with {SIGNATURE}")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("it failed for %s", SIGNATURE)
        structlog.get_logger("node").exception("it failed")
    text = out.getvalue()
    assert text.count("ValueError: cannot reach https://chain.example/") == 2
    assert "horse" not in text
    assert SIGNATURE[2:] not in text


def fail(why: str) -> None:
    raise ValueError(why)


def test_what_an_operator_needs_is_shown(out: io.StringIO) -> None:
    structlog.get_logger("node").warning(
        "a batch is in", transaction=HASH, relayer=ADDRESS, gas=21_000, fee_wei=10**18, done=True
    )
    for shown in ("a batch is in", HASH, ADDRESS, "21000", str(10**18), "warning"):
        assert shown in out.getvalue()


def test_the_host_of_an_address_is_shown(out: io.StringIO) -> None:
    structlog.get_logger("node").info("asked", url="http://127.0.0.1:8545", other="http://a.b/")
    assert "http://127.0.0.1:8545" in out.getvalue()
    assert "http://a.b" in out.getvalue()


def test_less_than_the_level_is_left_out(out: io.StringIO) -> None:
    structlog.get_logger("node").debug("hardly worth it")
    logging.getLogger("library").debug("hardly worth it")
    assert out.getvalue() == ""


def test_machines_get_an_object_a_line() -> None:
    stream = io.StringIO()
    configure_logs(LogFormat.JSON, out=stream)
    structlog.get_logger("node").info("two\nlines", number=1)
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["event"], found["number"], found["level"]) == ("two\nlines", 1, "info")
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()
