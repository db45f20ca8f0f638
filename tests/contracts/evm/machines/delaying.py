"""With builders that are away for so long that the chain forgets, and chains that forget sooner."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.contracts.evm.machines.building import people
from tests.contracts.evm.machines.refusing import RefusingMachine
from winze.protocol import HASH_WINDOW, Block, EthAddress

WRONG = ("proved", "open", "digest", "timestamp", "draw")
"""What may be wrong with the block that is to be drawn again."""


class DelayingMachine(RefusingMachine):
    """A sealed block is proved in the end, however late (L3)."""

    CALLS: ClassVar[tuple[str, ...]] = (*RefusingMachine.CALLS, "redraw", "carry on")

    @rule(
        who=people,
        data=st.data(),
        after=st.sampled_from((0, 256, 257, 257, 1000)),
        wrong=st.sampled_from((None,) * 9 + WRONG),
    )
    def redraw(self, who: EthAddress, data: st.DataObject, after: int, wrong: str | None) -> None:
        """Any block in any order, so long after its draw or later."""
        if not self.unproved:
            self.a_sealed_block()
        block = data.draw(st.sampled_from(self.unproved))
        self.town.wait(blocks=max(0, block.draw + after - self.town.chain.number))
        ledger = self.town.pool_model.ledger
        seal = {
            "index": {"proved": 0, "open": ledger.open_index}.get(wrong or "", block.index),
            "digest": bytes(32) if wrong == "digest" else block.digest,
            "timestamp": block.timestamp + (wrong == "timestamp"),
            "draw": block.draw + (wrong == "draw"),
        }
        self.watch("redraw", lambda: self.town.redraw(who, **seal))

    @rule(blocks=st.sampled_from((255, 256, 257, 1000)), seconds=st.sampled_from((0, 3000)))
    def be_away(self, blocks: int, seconds: int) -> None:
        self.town.wait(seconds, blocks)

    @precondition(lambda self: self.unproved)
    @rule(who=people, data=st.data())
    def carry_on(self, who: EthAddress, data: st.DataObject) -> None:
        """Anybody gives all forgotten blocks new draws, in any order, and proves every block."""
        forgotten = [each for each in self.unproved if self.is_forgotten(each)]
        for block in data.draw(st.permutations(forgotten)):
            seal = block.index, block.digest, block.timestamp, block.draw
            self.watch("redraw", lambda s=seal: self.town.redraw(who, *s))
        self.town.wait(blocks=2)
        while batch := self.next_blocks(4):
            proved = self.town.pool_model.proved
            self.watch("carry on", lambda b=batch: self.town.prove(who, b))
            if self.town.pool_model.proved == proved:
                assert self.withheld  # L3: nothing else can be in the way
                return

    def is_forgotten(self, block: Block) -> bool:
        """Whether the chain has forgotten the hash that the block's draw names."""
        return self.town.chain.number > block.draw + HASH_WINDOW

    @property
    def withheld(self) -> bool:
        """Whether the chain keeps a hash to itself that it should know."""
        return any(not any(self.town.chain.blockhash(each.draw)) for each in self.unproved)

    @precondition(lambda self: self.unproved)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        """The chain does not know a hash that it ought to know; the block has to be drawn again."""
        self.town.chain.forget_hash(data.draw(st.sampled_from(self.unproved)).draw)

    def draw_again(self) -> None:
        """Whatever was forgotten can be drawn again, but not before the window has passed."""
        self.town.wait(blocks=300)
        super().draw_again()
