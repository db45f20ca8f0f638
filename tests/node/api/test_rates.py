"""Each client has its buckets, and all of them together their bound."""

import asyncio
import json

import aiohttp
import pytest

from tests.node.api.sending import get
from winze.node.api import ApiSettings, EndpointClass, Rate
from winze.node.api.rates import RateLimiter, client_of

LIGHT, BULK = EndpointClass.LIGHT, EndpointClass.BULK


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:
    return RateLimiter({LIGHT: Rate(2, 3), BULK: Rate(1, 1)}, 1000, clock)


def test_a_burst_is_admitted_and_then_the_rate(limiter: RateLimiter, clock: Clock) -> None:
    assert [limiter.admit(LIGHT, "1.1.1.1") for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now += 0.25
    assert limiter.admit(LIGHT, "1.1.1.1") == 0.25
    clock.now += 0.25
    assert [limiter.admit(LIGHT, "1.1.1.1") for _ in range(2)] == [0, 0.5]
    clock.now += 1000
    assert [limiter.admit(LIGHT, "1.1.1.1") for _ in range(4)] == [0, 0, 0, 0.5]


def test_clients_and_classes_do_not_share(limiter: RateLimiter) -> None:
    assert limiter.admit(BULK, "1.1.1.1") == 0
    assert limiter.admit(BULK, "1.1.1.1") == 1
    assert limiter.admit(BULK, "1.1.1.2") == 0
    assert limiter.admit(LIGHT, "1.1.1.1") == 0


def test_a_class_without_a_rate_has_no_limit(limiter: RateLimiter) -> None:
    assert {limiter.admit(EndpointClass.REQUESTS, "1.1.1.1") for _ in range(100)} == {0}
    assert len(limiter) == 0


def test_clients_without_number_take_bounded_memory(clock: Clock) -> None:
    limiter = RateLimiter({LIGHT: Rate(1, 1)}, 1000, clock)
    for number in range(50_000):
        assert limiter.admit(LIGHT, f"{number >> 16}.{number >> 8 & 255}.{number & 255}.1") == 0
    assert len(limiter) == 1000


def test_who_asked_longest_ago_is_forgotten_first(clock: Clock) -> None:
    limiter = RateLimiter({LIGHT: Rate(1, 1)}, 2, clock)
    for host in ("1.1.1.1", "1.1.1.2"):
        limiter.admit(LIGHT, host)
    assert limiter.admit(LIGHT, "1.1.1.1") == 1
    limiter.admit(LIGHT, "1.1.1.3")
    assert limiter.admit(LIGHT, "1.1.1.1") == 1
    assert limiter.admit(LIGHT, "1.1.1.2") == 0


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1.2.3.4", "1.2.3.4", True),
        ("1.2.3.4", "1.2.3.5", False),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:1.2.3.4", "1.2.3.4", True),
        ("::ffff:1.2.3.4", "::ffff:1.2.3.5", False),
        ("", "", True),
        ("no address", "no address", True),
    ],
)
def test_a_network_of_ipv6_is_one_client(first: str, second: str, *, same: bool) -> None:
    assert (client_of(first) == client_of(second)) is same


@pytest.mark.parametrize(("per_second", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_rate_that_admits_nobody_is_refused(per_second: float, burst: int) -> None:
    with pytest.raises(ValueError, match="admits somebody"):
        Rate(per_second, burst)


class TestOverHttp:
    @pytest.fixture
    def settings(self) -> ApiSettings:
        return ApiSettings(rates={LIGHT: Rate(0.5, 3)})

    async def test_too_many_are_told_to_wait(self, client: aiohttp.ClientSession) -> None:
        found = await asyncio.gather(*(get(client, "/v1/health/live") for _ in range(5)))
        assert sorted(answer[0] for answer in found) == [200, 200, 200, 429, 429]
        _, headers, body = next(answer for answer in found if answer[0] == 429)
        assert headers["Retry-After"] == "2"
        assert json.loads(body)["code"] == "rate_limited"

    async def test_a_class_is_spent_alone(self, client: aiohttp.ClientSession) -> None:
        for _ in range(5):
            await get(client, "/v1/nothing")
        assert (await get(client, "/v1/status"))[0] == 429
        assert (await get(client, "/v1/sync/memos"))[0] == 200
        assert (await get(client, "/v1/keys/block/proving"))[0] == 200

    async def test_a_client_cannot_call_itself_another(self, client: aiohttp.ClientSession) -> None:
        found = [
            (await get(client, "/v1/status", **{"X-Forwarded-For": f"1.1.1.{number}"}))[0]
            for number in range(5)
        ]
        assert found == [200, 200, 200, 429, 429]


class TestBehindAProxy:
    @pytest.fixture
    def settings(self) -> ApiSettings:
        return ApiSettings(rates={LIGHT: Rate(0.5, 1)}, trusted_proxies=("127.0.0.1",))

    async def test_the_proxy_says_who_asks(self, client: aiohttp.ClientSession) -> None:
        found = [
            (await get(client, "/v1/status", **{"X-Forwarded-For": f"9.9.9.9, {host}"}))[0]
            for host in ("1.1.1.1", "1.1.1.1", "1.1.1.2")
        ]
        assert found == [200, 429, 200]
