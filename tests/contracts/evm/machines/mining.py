"""With claims, their fees, the relay, and the distribution of ITX."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, rule

from tests.contracts.evm.machines.building import (
    PEOPLE,
    BuildingMachine,
    moments,
    mostly,
    people,
    proofs_of,
    seldom,
)
from tests.contracts.evm.machines.delaying import DelayingMachine
from tests.contracts.evm.samples import NOBODY, RELAYER
from winze.protocol import (
    ETHER,
    TOTAL_SUPPLY,
    Claim,
    EthAddress,
    Period,
    Seconds,
    Transfer,
    issuance,
)

Paid = tuple[Claim, Transfer]
"""A claim, and the transfer that pays for it."""


class MiningMachine(DelayingMachine):
    """A note earns once, a recipient is minted once, never more than was issued (O2, O5, M3)."""

    CALLS: ClassVar[tuple[str, ...]] = (*DelayingMachine.CALLS, "claim", "relay", "distribute")

    claims = Bundle("claims")
    paid_claims = Bundle("paid_claims")

    def __init__(self) -> None:
        super().__init__()
        self.issued: set[int] = set()
        """The periods that were distributed, in part at least."""

    @rule(target=claims, data=st.data(), who=people, not_before=moments, deadline=moments)
    def sign_claim(self, data: st.DataObject, who: EthAddress, **times: int | None) -> Claim:
        """For a note that was mined and spent; while there is none, for one that never was."""
        coins = self.ghost.claimable(self.town.pool_model.proved)
        coin = data.draw(st.sampled_from(coins)) if coins else None
        return self.town.claim_of(
            claim_id=coin.claim_id if coin else self.town.fresh(),
            value=coin.value if coin else data.draw(st.sampled_from((ETHER, 10 * ETHER, 5))),
            recipient=who,
            **{name: self.moment(seconds) for name, seconds in times.items()},
        )

    @rule(
        target=paid_claims,
        data=st.data(),
        claim=claims,
        relayer=st.sampled_from((NOBODY, RELAYER)),
        not_before=moments,
        deadline=moments,
    )
    def sign_fee(
        self, data: st.DataObject, claim: Claim, relayer: EthAddress, **times: int | None
    ) -> Paid:
        """The same note may be promised more than once."""
        coins = self.some_coins(data)
        fee = min(10**15, sum(coin.value for coin in coins))
        moments_ = {name: self.moment(seconds) for name, seconds in times.items()}
        return claim, self.plan(
            coins, fee=fee, relayer=relayer, claim_id=claim.claim_id, **moments_
        )

    @rule(who=people, batch=st.lists(claims, min_size=1, max_size=8), wrong=seldom)
    def claim(self, who: EthAddress, batch: list[Claim], *, wrong: bool) -> None:
        proofs = proofs_of(batch, wrong=0 if wrong else None)
        self.watch("claim", lambda: self.town.claim(who, batch, proofs))

    @rule(
        who=people,
        pairs=st.lists(paid_claims, min_size=1, max_size=6),
        more=st.lists(BuildingMachine.signed, max_size=4),
        alone=st.lists(claims, max_size=2),
        wrong=seldom,
    )
    def relay(
        self,
        who: EthAddress,
        pairs: list[Paid],
        more: list[Transfer],
        alone: list[Claim],
        *,
        wrong: bool,
    ) -> None:
        """Claims with their fees; behind them claims and transfers that have no such bond."""
        claims = [claim for claim, _ in pairs] + alone
        transfers = [fee for _, fee in pairs] + more
        proofs = proofs_of(transfers, wrong=0 if wrong else None)
        self.watch(
            "relay",
            lambda: self.town.relayed(who, claims, transfers, transfer_proofs=proofs),
        )

    @rule(who=people, data=st.data(), count=st.integers(1, 3))
    def relay_at_once(self, who: EthAddress, data: st.DataObject, count: int) -> None:
        """Claims and fees that are signed just now; a note may be promised twice."""
        none = {"not_before": None, "deadline": None}
        claims = [self.sign_claim(data, who, **none) for _ in range(count)]
        fees = [self.sign_fee(data, claim, NOBODY, **none)[1] for claim in claims]
        self.watch("relay", lambda: self.town.relayed(who, claims, fees))

    @rule(
        who=people,
        data=st.data(),
        over=mostly,
        count=st.integers(1, 12),
    )
    def distribute(self, who: EthAddress, data: st.DataObject, count: int, *, over: bool) -> None:
        """A period in which somebody claimed, when it is over."""
        if data.draw(st.booleans()) or not self.town.seen.periods:
            none = {"not_before": None, "deadline": None}
            claims = [self.sign_claim(data, each, **none) for each in PEOPLE]
            self.watch("claim", lambda: self.town.claim(who, claims))
        period = data.draw(st.sampled_from(sorted(self.town.seen.periods)))
        if over and self.town.period <= period:
            self.town.wait(self.town.setting.period)
        self.issued.add(period)
        known = st.sampled_from(sorted(self.town.seen.claim_ids))
        chosen = data.draw(st.lists(known, min_size=1, max_size=count))
        self.watch("distribute", lambda: self.town.distribute(who, period, chosen))

    def look_around(self) -> None:
        """Besides, no more ITX was minted than issued, nor than there will ever be."""
        super().look_around()
        length = Seconds(self.town.setting.period)
        most = sum(issuance(Period(period), length) for period in self.issued)
        assert self.town.itx.ask("totalSupply") <= min(most, TOTAL_SUPPLY)  # M3
