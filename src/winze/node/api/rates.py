"""How often who may ask: a token bucket for each client and class of endpoint, so many at most."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from .settings import EndpointClass, Rate

_IPV6_BITS = 64


def client_of(host: str) -> str:
    """Who asks from `host`: its address, or the network of an IPv6 one.

    A household has 2^64 of those, and could have a fresh bucket for each request.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:  # noqa: PLR2004 - a version's name
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(int(address) >> _IPV6_BITS)


class RateLimiter:
    """Admits each client at its classes' rates. Kept in memory alone, and of bounded size.

    When there are more clients than places, who asked longest ago is forgotten, and begins with a
    full bucket again: with so many addresses at hand, an attacker has as many buckets anyway, and
    refusing newcomers instead would shut everybody else out.
    """

    def __init__(
        self,
        rates: Mapping[EndpointClass, Rate],
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates, self._most, self._clock = rates, most, clock
        self._buckets: OrderedDict[tuple[EndpointClass, str], tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def admit(self, kind: EndpointClass, host: str) -> float:
        """Take a token, and return 0; or the seconds until there is one."""
        rate = self._rates.get(kind)
        if rate is None:
            return 0
        now, key = self._clock(), (kind, client_of(host))
        tokens, since = self._buckets.pop(key, (float(rate.burst), now))
        tokens = min(tokens + (now - since) * rate.per_second, rate.burst)
        admitted = tokens >= 1
        self._buckets[key] = (tokens - admitted, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0 if admitted else (1 - tokens) / rate.per_second
