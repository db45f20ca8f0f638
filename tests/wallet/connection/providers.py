"""External wallets for tests: one made up, and one that really signs and sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from winze.wallet import ProviderError


@dataclass
class FakeProvider:
    """Answers each method with what a test gave it, and notes what it was asked."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    async def request(self, method: str, params: Sequence[Any] | Mapping[str, Any]) -> Any:
        self.asked.append((method, params))
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def times(self, method: str) -> int:
        return sum(asked == method for asked, _ in self.asked)


@dataclass
class UnlockedProvider:
    """A chain's own accounts, unlocked: it signs and sends by itself, as a wallet does."""

    url: str

    async def request(self, method: str, params: Sequence[Any] | Mapping[str, Any]) -> Any:
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with ClientSession() as session, session.post(self.url, json=question) as response:
            answer = await response.json()
        if "error" in answer:
            raise ProviderError(answer["error"]["code"], answer["error"]["message"])
        return answer["result"]
