"""With an owner, who changes settings at the worst moments, and a screener."""

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.contracts.evm.machines.building import BuildingMachine, people
from tests.contracts.evm.permits import OTHER_SCREENER, SCREENER, SignedFor
from tests.contracts.evm.samples import ALICE, BOB, CAROL, NOBODY
from winze.protocol import ETHER, NO_CAP, EthAddress

ROOM = 5 * ETHER

SETTINGS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "set_paused": ((True,), (False,), (False,)),
    "set_caps": (
        (NO_CAP, NO_CAP),
        (NO_CAP, NO_CAP),
        (ETHER, NO_CAP),
        (NO_CAP, ROOM),
        (0, 0),
        (NO_CAP + 1, 0),
    ),
    "set_seal_interval": ((9,), (10,), (11,), (60,), (120,), (600,), (601,)),
    "set_screener": (
        (NOBODY,),
        (NOBODY,),
        (EthAddress(SCREENER.address),),
        (EthAddress(OTHER_SCREENER.address),),
    ),
    "transfer_ownership": ((ALICE,), (BOB,), (CAROL,), (NOBODY,)),
}
"""What the owner tries; a cap of `ROOM` is that much more than the pool holds."""

callers = st.sampled_from((None,) * 9 + (ALICE,))
"""The owner of the moment, mostly."""


class OwningMachine(BuildingMachine):
    """The owner's powers touch deposits, and blocks that are yet to begin, alone (C5, L6)."""

    CALLS: ClassVar[tuple[str, ...]] = (
        *BuildingMachine.CALLS,
        *SETTINGS,
        "accept_ownership",
        "deposit screened",
    )

    permit: SignedFor | None = None
    """The last one that was signed, used or not."""

    @rule(who=callers, power=st.sampled_from(sorted(SETTINGS)), data=st.data())
    def govern(self, who: EthAddress | None, power: str, data: st.DataObject) -> None:
        arguments = data.draw(st.sampled_from(SETTINGS[power]))
        if arguments == (NO_CAP, ROOM):
            arguments = NO_CAP, min(NO_CAP, self.town.pool_model.balance + ROOM)
        who = who or self.town.pool_model.owner
        self.watch(power, lambda: self.town.own(who, power, *arguments))

    @rule()
    def relent(self) -> None:
        """Everybody may deposit again; else nobody could for most of a long history."""
        model = self.town.pool_model
        if not model.screener.is_zero:
            self.watch("set_screener", lambda: self.town.own(model.owner, "set_screener", NOBODY))
        if (model.deposit_cap, model.balance_cap) != (NO_CAP, NO_CAP):
            caps = NO_CAP, NO_CAP
            self.watch("set_caps", lambda: self.town.own(model.owner, "set_caps", *caps))
        if model.paused:
            no = False
            self.watch("set_paused", lambda: self.town.own(model.owner, "set_paused", no))

    @rule(to=people, who=callers)
    def hand_over(self, to: EthAddress, who: EthAddress | None) -> None:
        owner = self.town.pool_model.owner
        self.watch("transfer_ownership", lambda: self.town.own(owner, "transfer_ownership", to))
        self.watch("accept_ownership", lambda: self.town.own(who or to, "accept_ownership"))

    @rule(
        who=people,
        value=st.sampled_from((1, ETHER)),
        deadline=st.sampled_from((-1, 0, 100, 100)),
        other=st.booleans(),
        again=st.sampled_from((False, False, True)),
    )
    def deposit_screened(
        self, who: EthAddress, value: int, deadline: int, *, other: bool, again: bool
    ) -> None:
        """With a permit: of the screener's, of another's, or the one before."""
        if self.permit is None or not again:
            signer = OTHER_SCREENER if other else SCREENER
            pool, inner = self.town.pool.address, self.town.fresh()
            until = self.town.chain.now + deadline
            self.permit = SignedFor.by(signer, pool, who, value=value, inner=inner, deadline=until)
        for_this = self.permit.depositor, self.permit.value, self.permit.inner
        permit = self.permit
        self.watch("deposit screened", lambda: self.town.deposit(*for_this, permit=permit))
